"""Phones from Praat TextGrids, as forced aligners write them: the tier `phones`, in ARPABET or IPA."""

import re
from typing import Final

from voxrig.exporters.coarticulation import Phone
from voxrig.exporters.phonetics import UnknownSoundError, parts

# ARPABET as in the CMU Pronouncing Dictionary, https://github.com/cmusphinx/cmudict.
_ARPABET: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð",
    "EH": "ɛ", "ER": "ɜ", "EY": "eɪ", "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "i", "JH": "dʒ", "K": "k",
    "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ",
    "T": "t", "TH": "θ", "UH": "ʊ", "UW": "u", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED: Final = {"AH0": "ə", "ER0": "ɚ"}
_NO_PHONE: Final = frozenset(("", "sil", "sp", "spn", "<eps>", "SIL", "SP", "SPN"))
_TIERS: Final = ("phones", "phone", "phonemes")
_MARKS: Final = re.compile("[ˈˌːˑʰʲʷˠˤ̪̩̯̥̬̃̚͡]")  # stress, length, and what the lips don't show

_NUMBER: Final = r"([0-9.eE+-]+)"
_TEXT: Final = r'"((?:[^"]|"")*)"'
_TIER: Final = re.compile(rf'class\s*=\s*"IntervalTier"\s+name\s*=\s*{_TEXT}(.*?)(?=item\s*\[\d+\]|\Z)', re.DOTALL)
_INTERVAL: Final = re.compile(rf"xmin\s*=\s*{_NUMBER}\s+xmax\s*=\s*{_NUMBER}\s+text\s*=\s*{_TEXT}")


class TextGridError(ValueError):
    """A TextGrid without usable phones; the message says what to do."""


def parse_textgrid(text: str) -> list[Phone]:
    """Read the phones of a TextGrid in Praat's long format; silence is left out.

    Symbols are ARPABET with or without stress digits, or IPA with any marks of stress and length.

    Raises:
        TextGridError: it is no long TextGrid, has no tier of phones, or a symbol is neither.
    """
    tiers = {name.lower(): body for name, body in _TIER.findall(text)}
    tier = next((tiers[name] for name in _TIERS if name in tiers), None)
    if tier is None:
        found = f"it has {', '.join(sorted(tiers))}" if tiers else "save it from Praat as a long text file"
        raise TextGridError(f"no interval tier 'phones'; {found}")
    intervals = [(label.strip(), float(a), float(b)) for a, b, label in _INTERVAL.findall(tier)]
    return [(_ipa(label), a, b) for label, a, b in intervals if label not in _NO_PHONE and b > a]


def _ipa(label: str) -> str:
    if label in _UNSTRESSED:
        return _UNSTRESSED[label]
    plain = _ARPABET.get(re.sub(r"[012]$", "", label)) or _MARKS.sub("", label)
    try:
        parts(plain)
    except UnknownSoundError as error:
        raise TextGridError(f"phone {label!r} is neither ARPABET nor a known IPA symbol") from error
    return plain
