"""The words of a text: what is said, in order, and how likely a pause follows each."""

import unicodedata
from typing import Final, NamedTuple

NONE, COMMA, STOP = 0, 1, 2
"""What stands behind a word: nothing, a mark that may make a pause, one that most often does."""

_PAUSES: Final = {
    **dict.fromkeys(',;:—–()[]«»„“”"、，；：،؛', COMMA),
    **dict.fromkeys(".!?…。！？؟।\n", STOP),
}
_INSIDE: Final = "'’ʼ"  # belongs to a word where letters stand on both sides
_IN_NUMBERS: Final = ".,:"
_ALONE: Final = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Kana and Han: written without spaces, so that each character is a word here."""


class Token(NamedTuple):
    """A word as it is written, without the punctuation around it, and what stands behind it: NONE, COMMA or STOP."""

    text: str
    pause: int


def stands_alone(character: str) -> bool:
    """Whether a character is a word of its own, as its script has no spaces between words."""
    return any(first <= ord(character) <= last for first, last in _ALONE)


def tokens(text: str) -> list[Token]:
    """Split `text` into words: runs of letters, marks and digits; hyphens part words, apostrophes don't."""
    found: list[Token] = []
    word = ""
    pause = NONE

    def close() -> None:
        nonlocal word
        if word:
            found.append(Token(word, NONE))
            word = ""

    for i, character in enumerate(text):
        around = text[i - 1 : i], text[i + 1 : i + 2]
        if unicodedata.category(character)[0] in "LMN":
            if stands_alone(character) or (word and stands_alone(word[-1])):
                close()
            word += character
            continue
        if word and all(side.isalpha() for side in around) and character in _INSIDE:
            word += character
            continue
        if word and all(side.isdigit() for side in around) and character in _IN_NUMBERS:
            word += character
            continue
        close()
        pause = _PAUSES.get(character, NONE)
        if character == "-" and around == (" ", " "):
            pause = COMMA
        if found and pause > found[-1].pause:
            found[-1] = Token(found[-1].text, pause)
    close()
    return found


def plain(word: str) -> str:
    """A word as it is compared: without case, one kind of apostrophe, composed."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return folded.replace("’", "'").replace("ʼ", "'")
