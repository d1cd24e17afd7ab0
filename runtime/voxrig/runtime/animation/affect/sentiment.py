"""What a line of English says of its speaker's feelings, by a small lexicon of our own: nothing leaves the machine.

It finds words and phrases, the longest first, turns round what is negated, weighs by "very" and "a little", by capitals
and exclamation marks, and says which words it went by. It knows nothing of irony. A line of another language gets
nothing, not a guess. tests/.../affect/lines.json measures it, in part on lines that it was never tuned on.
"""

import re
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.lexicon import LEXICON
from voxrig.runtime.animation.affect.point import NONE, Amounts, amounts_of
from voxrig.runtime.animation.emotion import CATEGORIES

_TOKEN: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[.,;:!?…—]+")
_REACH: Final = 3  # words before another that still turn it
_STRONGER, _WEAKER, _LOUD = 1.3, 0.6, 1.2
_CALL: Final = 0.12  # more for each exclamation mark
_CALLS: Final = 3
_ASKED: Final = 0.7  # of what stands in a question
_TURNED: Final = {"joy": amounts_of(sadness=0.5)}  # what is left of a category that is negated; nothing of the others
_PRONOUNS: Final = frozenset(("i", "you", "he", "she", "it", "we", "they", "this", "that"))
_ALONE: Final = 4  # words from which on English shows by its small words


class Sentiment(NamedTuple):
    """What a text tells.

    Attributes:
        amounts: of each category, 0 to 1.
        confidence: 0 (nothing is told) to 0.9.
        words: what it went by, as written but in lower case, the strongest first; "not happy" where it is negated.
        english: whether it looks like English; else it was not read.
    """

    amounts: Amounts
    confidence: float
    words: tuple[str, ...]
    english: bool = True


UNTOLD: Final = Sentiment(NONE, 0.0, ())
"""A text that tells nothing."""
FOREIGN: Final = Sentiment(NONE, 0.0, (), english=False)
"""A text that tells nothing to us."""


def sentiment(text: str) -> Sentiment:
    """Return what a line says of its speaker's feelings; `FOREIGN` where it isn't English, as far as one can see."""
    written = [match.group() for match in _TOKEN.finditer(text.replace("’", "'"))]
    tokens = [word.casefold() for word in written]
    words = [word for word in tokens if word[0].isalpha()]
    if not words:
        return UNTOLD
    if not _is_english(words):
        return FOREIGN
    shouts = any(word.islower() for word in written if word[0].isalpha())
    found: list[tuple[float, str, Amounts]] = []
    at = 0
    while at < len(tokens):
        length, amounts = _longest(tokens, at)
        if length:
            loud = shouts and any(len(word) > 2 and word.isupper() for word in written[at : at + length])
            found += _weighed(tokens, at, length, amounts, loud)
        at += max(length, 1)
    return _told(found)


def _is_english(words: list[str]) -> bool:
    plain = sum(word in LEXICON.plain for word in words)
    foreign = sum(word in LEXICON.foreign or not word.isascii() for word in words)
    return plain >= foreign and (len(words) < _ALONE or plain > 0) and (plain > 0 or not foreign)


def _longest(tokens: list[str], at: int) -> tuple[int, Amounts]:
    """Return how many tokens the longest entry at a place has, commas within it too, and what it tells; 0 for none."""
    row: list[str] = []
    ends: list[int] = []
    for index in range(at, len(tokens)):
        if tokens[index][0].isalpha():
            row.append(tokens[index])
            ends.append(index + 1 - at)
        if len(row) in (0, LEXICON.longest) or (tokens[index] != "," and not tokens[index][0].isalpha()):
            break
    for length in range(len(row), 0, -1):
        amounts = LEXICON.phrases.get(tuple(row[:length]))
        if amounts is not None:
            return ends[length - 1], amounts
    for stem, amounts in LEXICON.stems.items():
        if tokens[at].startswith(stem):
            return 1, amounts
    return 0, NONE


def _weighed(tokens: list[str], at: int, length: int, amounts: Amounts, loud: bool) -> list[tuple[float, str, Amounts]]:
    """Return what an entry tells where it stands: its weight, its words and its amounts; nothing if it is undone."""
    words, weight = " ".join(tokens[at : at + length]), _LOUD if loud else 1.0
    after = tokens[at]
    for word in reversed(tokens[max(at - _REACH, 0) : at]):
        if not word[0].isalpha():
            break
        asks, after = word.endswith("n't") and after in _PRONOUNS, word  # "isn't it lovely" says that it is
        if word in LEXICON.negations and length == 1 and not asks:
            words, amounts = f"{word} {words}", _negated(amounts)
            break
        weight *= _STRONGER if word in LEXICON.stronger else _WEAKER if word in LEXICON.weaker else 1.0
    mark = next((token for token in tokens[at + length :] if not token[0].isalpha() and set(token) & set(".!?…")), "")
    weight *= 1.0 + _CALL * min(mark.count("!"), _CALLS)
    if "?" in mark and "!" not in mark and amounts[_SURPRISE] == 0.0:
        weight *= _ASKED
    weight = min(weight, 1.6)
    told = tuple(min(weight * amount, 1.0) for amount in amounts)
    return [(max(told), words, told)] if max(told) > 0.0 else []


def _negated(amounts: Amounts) -> Amounts:
    left = [0.0] * len(amounts)
    for category, amount in zip(CATEGORIES, amounts, strict=True):
        for number, of in enumerate(_TURNED.get(category, NONE)):
            left[number] += of * amount
    return tuple(left)


def _told(found: list[tuple[float, str, Amounts]]) -> Sentiment:
    """Add up what was found: each as something that the others may be right without."""
    if not found:
        return UNTOLD
    missed = [1.0] * len(CATEGORIES)
    for _, _, amounts in found:
        missed = [left * (1.0 - amount) for left, amount in zip(missed, amounts, strict=True)]
    told = tuple(1.0 - left for left in missed)
    words = tuple(dict.fromkeys(words for _, words, _ in sorted(found, key=lambda one: -one[0])))
    return Sentiment(told, min(0.9, 0.2 + 0.8 * max(told)), words)


_SURPRISE: Final = CATEGORIES.index("surprise")
