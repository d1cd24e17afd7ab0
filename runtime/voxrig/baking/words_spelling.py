"""From a written word to the sounds that it may have: letters, and groups of letters that are one sound.

The rules are those of English spelling that change how many sounds there are. A sound is named by the letters that
spell it, and `words_sounds.json` says what such letters sound like on the average, whatever they are in one word.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

LETTER, SYLLABLE = "letter", "syllable"
"""Sounds of scripts that are not read here: one for a letter, or for a character that is a whole syllable."""

SOUNDS: Final = (
    *("a", "e", "i", "o", "u", "ai", "ee", "oo", "ow"),
    *("b", "d", "g", "p", "t", "k", "ch", "j", "f", "v", "th", "s", "z", "sh", "h"),
    *("m", "n", "ng", "l", "r", "w", "y", LETTER, SYLLABLE),
)

_IRREGULAR: Final = {
    **{"one": "wun", "once": "wuns", "two": "too", "of": "ov", "eye": "ai", "eyes": "aiz", "are": "ar", "were": "wer"},
    **{"people": "peepl", "who": "hoo", "whose": "hooz", "the": "the", "he": "hee", "she": "shee", "be": "bee"},
    **{"we": "wee", "me": "mee", "i": "ai", "you": "yoo", "some": "sum", "come": "cum", "hour": "owr", "do": "doo"},
    **{"to": "too", "use": "yooz", "quiet": "quaiet", "business": "biznes", "every": "evry", "is": "iz", "as": "az"},
    **{"was": "woz", "his": "hiz", "has": "haz", "could": "cood", "would": "wood", "should": "shood", "o": "ow"},
}
_NAMES: Final = [
    "ai",
    "bee",
    "see",
    "dee",
    "ee",
    "ef",
    "jee",
    "aich",
    "ai",
    "jai",
    "cai",
    "el",
    "em",
    "en",
    "ow",
    "pee",
    "cyoo",
    "ar",
    "es",
    "tee",
    "yoo",
    "vee",
    "dubelyoo",
    "ex",
    "wai",
    "zed",
]
_ONES: Final = [
    "zeero",
    "wun",
    "too",
    "three",
    "for",
    "faiv",
    "six",
    "seven",
    "ait",
    "nain",
    "ten",
    "eleven",
    "twelv",
    "thirteen",
    "forteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "aiteen",
    "nainteen",
]
_TENS: Final = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "aity", "nainty"]
_GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    *((text, ("sh", "u", "n")) for text in ("tion", "sion", "cian")),
    *((text, ("ch",)) for text in ("tch", "ch")),
    *((text, ("sh",)) for text in ("sch", "sh")),
    *(("th", ("th",)), ("ph", ("f",)), ("ck", ("k",)), ("qu", ("k", "w")), ("wh", ("w",)), ("ng", ("ng",))),
    *(("dg", ("j",)), ("x", ("k", "s")), ("nk", ("ng", "k"))),
    *((text, ("ai",)) for text in ("igh", "eigh", "ai", "ay", "ei", "ey")),
    *((text, ("ee",)) for text in ("ee", "ea", "ie")),
    *((text, ("oo",)) for text in ("ough", "oo", "ue", "ew", "ui", "eu")),
    *((text, ("ow",)) for text in ("augh", "ou", "ow", "oa", "au", "aw", "oi", "oy")),
    ("gh", ()),
)
_LETTERS: Final = {letter: (letter,) for letter in "abdefghijklmnoprstuvwz"} | {"c": ("k",), "q": ("k",), "y": ("i",)}
_AT: Final = re.compile("|".join([text for text, _ in _GROUPS] + ["[a-z]"]))
_GROUP: Final = dict(_GROUPS)
_OTHER_SCRIPTS: Final = str.maketrans(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґαβγδεζηθικλμνξοπρσςτυφχψω",
    "abvgdeojziiklmnoprstufhsjss-i-euaiiegavgdezitiklmnxoprsstifhso",
)
"""Cyrillic and Greek, as far as the rules here care; "-" is no sound."""


@lru_cache(maxsize=20_000)
def spell(word: str) -> tuple[str, ...]:
    """Return the sounds of a word, of SOUNDS, at least one."""
    lower = word.casefold().replace("’", "'").replace("ʼ", "'").replace("ß", "ss")
    if lower.replace("'", "") in _IRREGULAR:
        return tuple(_read(_IRREGULAR[lower.replace("'", "")]))
    if lower[:1].isdigit():
        return tuple(_read(_number("".join(c for c in lower if c.isdigit() and c.isascii())))) or (SYLLABLE,)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if unicodedata.category(c)[0] == "L")
    bare = bare.translate(_OTHER_SCRIPTS).replace("-", "")
    if re.fullmatch("[a-z]+", bare):
        named = len(bare) == 1 and bare != "a"
        if named or (len(bare) < 6 and word.isupper() and not re.search("[aeiouy]", bare)):
            return tuple(sound for letter in bare for sound in _read(_NAMES[ord(letter) - 97]))
        return tuple(_read(bare)) or (LETTER,)
    return tuple(_sounds_of_character(c) for c in bare) or (SYLLABLE,)


def _read(word: str) -> list[str]:
    """Sounds of a word of the letters a to z."""
    word = re.sub("^(kn|gn|pn)", "n", re.sub("^wr", "r", re.sub("mb$", "m", word)))
    word = re.sub("([b-df-hj-np-tv-z])\\1", "\\1", word)
    word = re.sub("c(?=[eiy])", "s", re.sub("g(?=e$|es$|ed$)", "j", word))
    if re.search("[aeiouy].*[^aeiouylr]es?$|[aeiouy].*[aeiouy][lr]es?$", word):
        word = re.sub("(?<![szxj])(?<!ch)(?<!sh)es$", "s", re.sub("e$", "", word))
    word = re.sub("(?<=[^aeiouytdl])ed$", "d", re.sub("(?<=[bdfgkptz])le$", "el", word))
    word = re.sub("^y(?=[aeiou])", "Y", word)
    sounds: list[str] = []
    for group in re.findall(f"Y|{_AT.pattern}", word):
        sounds += ("y",) if group == "Y" else _GROUP.get(group) or (() if group in _GROUP else _LETTERS[group])
    return sounds


def _number(digits: str) -> str:
    """A whole number as people say it, near enough: by hundreds, long ones in pairs."""
    if not digits:
        return ""
    value = int(digits[:12])
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10] + (_ONES[value % 10] if value % 10 else "")
    if value % 1000 == 0 and value < 1_000_000:
        return _number(str(value // 1000)) + "thowzand"
    if value < 1000 or (value % 100 == 0 and value < 10_000):
        return _number(str(value // 100)) + "hundred" + (_number(str(value % 100)) if value % 100 else "")
    head = digits[: len(digits) % 2 or 2]
    return _number(head) + _number(digits[len(head) : 12])


def _sounds_of_character(character: str) -> str:
    """LETTER or SYLLABLE: Hangul, kana, Han and Ethiopic write syllables."""
    code = ord(character)
    whole = 0x3040 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7AF or 0x1200 <= code <= 0x137F or code >= 0x20000
    return SYLLABLE if whole else LETTER
