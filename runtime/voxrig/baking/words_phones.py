"""When each word is said, from phones with known times: which of the phones belong to which word."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.words_path import NEVER, Sounds, best_path
from voxrig.baking.words_spelling import LETTER, SOUNDS, SYLLABLE, spell
from voxrig.baking.words_text import NONE, Token

Phone = tuple[str, float, float]
"""IPA symbol, start and end in seconds."""

_VOWELS: Final = "aeiouyæɐɑɒɔəɘɚɛɜɞɪʊʌᵻøœɵɯɤɨʉʏɶ"
_SAID: Final = {
    **{"a": "aæɑɐɒəeɔ", "e": "eɛəɜɚᵻiɪɐ", "i": "iɪᵻaəj", "o": "oɔɒʌəɑɜʊuɐ", "u": "uʌʊəɐɪyj", "ai": "aeɪiɔ"},
    **{"ee": "iɪɛeə", "oo": "uʊʌoj", "ow": "oaʊəɔɪɑɒ", "d": "dɾtð", "t": "tdɾʔθ", "p": "pf", "ch": "tʃk", "j": "dʒjɡ"},
    **{
        "g": "ɡgʒ",
        "k": "ksɡɣx",
        "s": "szʃʒ",
        "z": "zs",
        "sh": "ʃʒs",
        "th": "θðt",
        "ng": "ŋnɡ",
        "r": "ɹrɾɚɜʁɻ",
        "y": "ji",
    },
    **{"l": "lɫɬ", "h": "hɦx", "v": "vf", "f": "fv", "w": "wvʍ", "n": "nŋɲ", "m": "mɱ", "b": "bp"},
}
"""IPA that the letters may stand for."""
_VOWEL_SOUNDS: Final = ("a", "e", "i", "o", "u", "ai", "ee", "oo", "ow")
_PARTS: Final = 4
"""Steps to a phone: so many letters may share one."""
_GAP: Final = 0.06
"""Seconds without a phone from which on it is a pause."""
_ALIKE, _OTHER, _WRONG = -0.6, -1.0, -2.0


def words_of_phones(words: list[Token], phones: Sequence[Phone]) -> list[tuple[float, float]] | None:
    """Return start and end of each word in seconds; None where there are fewer phones than words.

    Args:
        words: at least one.
        phones: in order, without overlap; silence has none.
    """
    if len(phones) < len(words):
        return None
    kinds = [[SOUNDS.index(sound) + 1 for sound in spell(word.text)] for word in words]
    kind = np.array([one for spelled in kinds for one in spelled])
    final = np.cumsum([len(spelled) for spelled in kinds]) - 1
    scores, owner = _scores(phones)
    total, count = scores.shape[1], len(kind)
    if total < count:
        return None
    pause, no_pause = np.full(count, NEVER, np.float32), np.zeros(count, np.float32)
    pause[final], no_pause[final] = 0.0, [0.0 if word.pause == NONE else -2.0 for word in words]
    pause[-1] = no_pause[-1] = 0.0
    frames = np.full(count, max((owner >= 0).sum() / count, 1.0), np.float32)
    order = np.arange(count)
    sounds = Sounds(kind, frames, np.full(count, 0.7, np.float32), pause, no_pause)
    found = best_path(scores, sounds, order + 1, order + 1 + total - count)
    if found is None:
        return None
    starts = found[0][np.concatenate(([0], final[:-1] + 1))]
    return _whole(starts, phones, owner)


def _scores(phones: Sequence[Phone]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """How well each step goes with each sound, float32[kinds, steps], and whose phone it is, -1 in a pause."""
    owner: list[int] = []
    for i, (_, start, _) in enumerate(phones):
        if i and start - phones[i - 1][2] > _GAP:
            owner += [-1] * _PARTS
        owner += [i] * _PARTS
    table = np.array([[_fit(sound, symbol) for symbol, _, _ in phones] for sound in SOUNDS], np.float32)
    scores = np.full((len(SOUNDS) + 1, len(owner)), -3.0, np.float32)
    whose = np.array(owner)
    scores[1:, whose >= 0] = table[:, whose[whose >= 0]]
    scores[0, whose < 0] = 0.0
    return scores, whose


def _fit(sound: str, symbol: str) -> float:
    """Score a phone for a sound: 0 if the letters may well stand for it."""
    if sound in (LETTER, SYLLABLE):
        return _ALIKE
    if symbol[:1] in _SAID.get(sound, sound):
        return 0.0
    vowel = symbol[:1] in _VOWELS
    if vowel and sound in _VOWEL_SOUNDS:
        return _ALIKE
    return _WRONG if vowel != (sound in _VOWEL_SOUNDS) else _OTHER


def _whole(
    starts: NDArray[np.int64], phones: Sequence[Phone], owner: NDArray[np.int64]
) -> list[tuple[float, float]] | None:
    """Let each word begin with a phone, the one whose beginning is nearest, and have one at least."""
    firsts: list[int] = []
    for word, start in enumerate(starts):
        phone = int(owner[start]) if owner[start] >= 0 else int(owner[start + 1 :][owner[start + 1 :] >= 0][0])
        into = int(start - np.flatnonzero(owner == phone)[0])
        phone += into > _PARTS // 2
        firsts.append(min(max(phone, firsts[-1] + 1 if firsts else 0), len(phones) - len(starts) + word))
    firsts[0] = 0
    lasts = [first - 1 for first in firsts[1:]] + [len(phones) - 1]
    return [(phones[first][1], phones[last][2]) for first, last in zip(firsts, lasts, strict=True)]
