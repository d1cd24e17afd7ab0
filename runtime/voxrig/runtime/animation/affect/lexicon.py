"""The words that tell of feelings, as they are looked up (`lexicon.json` has them, and says how it is read)."""

import json
from importlib.resources import files
from typing import Any, Final, NamedTuple

from voxrig.runtime.animation.affect.point import NONE, Amounts
from voxrig.runtime.animation.emotion import CATEGORIES


class Lexicon(NamedTuple):
    """What words tell.

    Attributes:
        phrases: words in a row -> amounts; one word counts as a row of one.
        stems: beginnings of words -> amounts.
        longest: words of the longest phrase.
        negations: words that turn the next ones round.
        stronger: words that make the next one stronger.
        weaker: words that make it weaker.
        plain: words that English has much of, whatever is felt.
        foreign: words that other languages have much of.
    """

    phrases: dict[tuple[str, ...], Amounts]
    stems: dict[str, Amounts]
    longest: int
    negations: frozenset[str]
    stronger: frozenset[str]
    weaker: frozenset[str]
    plain: frozenset[str]
    foreign: frozenset[str]


def _read() -> Lexicon:
    text = files("voxrig.runtime.animation.affect").joinpath("lexicon.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    phrases: dict[tuple[str, ...], Amounts] = {}
    stems: dict[str, Amounts] = {}
    for number, category in enumerate(CATEGORIES):
        for amount, line in table["words"][category].items():
            for word in line.split():
                if word.endswith("*"):
                    stems[word[:-1]] = _with(stems.get(word[:-1], NONE), number, float(amount))
                else:
                    row = tuple(word.split("-"))
                    phrases[row] = _with(phrases.get(row, NONE), number, float(amount))
        for amount, line in table["phrases"][category].items():
            for phrase in line.split("|"):
                row = tuple(phrase.split())
                phrases[row] = _with(phrases.get(row, NONE), number, float(amount))
    turns = {name: frozenset(line.split()) for name, line in table["turns"].items()}
    longest = max(len(row) for row in phrases)
    plain, foreign = frozenset(table["plain"].split()), frozenset(table["foreign"].split())
    return Lexicon(phrases, stems, longest, **turns, plain=plain, foreign=foreign - plain)


def _with(amounts: Amounts, category: int, amount: float) -> Amounts:
    return tuple(max(value, amount) if number == category else value for number, value in enumerate(amounts))


LEXICON: Final = _read()
