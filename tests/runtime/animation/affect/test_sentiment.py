"""The text of a line: what it is read as, and how well."""

import json
from pathlib import Path

import pytest

from voxrig.runtime.animation.affect.lexicon import LEXICON
from voxrig.runtime.animation.affect.sentiment import FOREIGN, UNTOLD, sentiment
from voxrig.runtime.animation.emotion import CATEGORIES

LINES = json.loads(Path(__file__).with_name("lines.json").read_text(encoding="utf-8"))
SHOWN = 0.4
"""Amount from which on a text is taken to tell a category; below it is neutral."""


def read_as(text: str) -> str:
    told = sentiment(text)
    most = max(told.amounts)
    return CATEGORIES[told.amounts.index(most)] if most >= SHOWN else "neutral"


def counted(part: str) -> tuple[int, int, int]:
    """Return the lines of a part, those read right, and those read as another emotion than theirs (not as neutral)."""
    pairs = [(category, read_as(text)) for category, texts in LINES[part].items() for text in texts]
    return len(pairs), sum(a == b for a, b in pairs), sum(b not in (a, "neutral") for a, b in pairs)


def test_lines_that_it_was_tuned_on_are_read_right() -> None:
    lines, right, wrong = counted("tuned")
    assert lines >= 150
    assert right >= 0.95 * lines
    assert wrong <= 0.02 * lines


def test_lines_that_it_never_saw_are_read_right_or_not_at_all() -> None:
    """About half are read right and most of the others as neutral: what isn't known is left alone."""
    lines, right, wrong = counted("held_out")
    assert lines >= 40
    assert right >= 0.4 * lines
    assert wrong <= 0.05 * lines


@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_neutral_lines_stay_neutral(part: str) -> None:
    assert [text for text in LINES[part]["neutral"] if read_as(text) != "neutral"] == []


def test_it_says_by_which_words() -> None:
    told = sentiment("I love you, my friend!")
    assert set(told.words) == {"i love you", "my friend"}
    assert told.confidence > 0.8
    assert sentiment("I am not happy.").words == ("not happy",)


def test_negation_turns_and_a_new_clause_does_not() -> None:
    assert read_as("I am happy.") == "joy"
    assert read_as("I am not very happy.") != "joy"
    assert read_as("No, I am happy.") == "joy"
    assert read_as("I am not angry with you.") == "neutral"
    assert read_as("Don't be afraid.") in ("joy", "neutral")


def test_strength_goes_by_words_marks_and_capitals() -> None:
    def joy(text: str) -> float:
        return sentiment(text).amounts[0]

    assert joy("I am a little glad.") < joy("I am glad.") < joy("I am very glad.")
    assert joy("I am glad.") < joy("I am glad!") < joy("I am glad!!!")
    assert joy("I am glad!!!") == joy("I am glad!!!!!!!!!")
    assert joy("I am glad.") < joy("I am GLAD.")
    assert joy("I AM GLAD.") == joy("i am glad."), "capitals throughout say nothing"
    assert joy("Are you glad?") < joy("You are glad.")


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe solche Angst, die Wölfe kommen.",
        "Das ist nicht die Tür, mein Freund.",
        "Je suis très content de vous voir.",
        "No sé qué hacer con los lobos.",
        "こんにちは、元気ですか",
        "Это ужасно!",
        "Dziękuję bardzo, panie.",
    ],
)
def test_another_language_tells_nothing(text: str) -> None:
    assert sentiment(text) == FOREIGN


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "42", "The bridge is made of stone."])
def test_nothing_tells_nothing(text: str) -> None:
    assert sentiment(text) == UNTOLD


def test_all_stays_within_bounds_however_much_is_said() -> None:
    told = sentiment("I LOVE you!!! " * 500 + "How DARE you, you disgusting traitor!!! " * 500)
    assert 0.0 <= min(told.amounts) <= max(told.amounts) <= 1.0
    assert 0.0 <= told.confidence <= 0.9
    assert len(told.words) < 10
    for amounts in (*LEXICON.phrases.values(), *LEXICON.stems.values()):
        assert 0.0 < max(amounts) <= 1.0


def test_typographic_apostrophes_are_apostrophes() -> None:
    assert sentiment("I can’t wait, my friend.") == sentiment("I can't wait, my friend.")
