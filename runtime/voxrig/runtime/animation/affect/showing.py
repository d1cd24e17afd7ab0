"""From amounts of feeling to what a face should show: one or two emotions, in steps, and nothing faint."""

from collections.abc import Mapping
from typing import Final

from voxrig.runtime.animation.affect.point import Amounts
from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.emotion_names import emotion_from_text
from voxrig.runtime.animation.emotion_table import CONFLICTS

STEP: Final = 0.05
LEAST: Final = 0.1
"""What would show less than this is left out."""
MOST: Final = 0.85
"""What is chosen shows no more than this: the rest is for those who write it."""
_SECOND: Final = 0.35  # of the first, for a second emotion to show beside it
_APART: Final = 0.6  # of `CONFLICTS`, from which on two do not show together


def shown(amounts: Amounts, most: float = MOST) -> dict[str, float]:
    """Return the values of an emotion cue: two categories at the most, the stronger first; {} for none.

    Args:
        amounts: of each category.
        most: what they may add up to.
    """
    first, second = sorted(range(len(amounts)), key=lambda number: (-amounts[number], number))[:2]
    together = amounts[second] >= _SECOND * amounts[first] and CONFLICTS[first][second] < _APART
    kept = (first, second) if together else (first,)
    factor = min(1.0, most / max(sum(amounts[number] for number in kept), 1e-9))
    values = {CATEGORIES[number]: _stepped(factor * amounts[number]) for number in kept}
    return {name: value for name, value in values.items() if value >= LEAST}


def written(text: str, intensity: float | None) -> dict[str, float]:
    """Return the values of an emotion cue as a script writes them ("joy=0.8,brows.anger=0.3"), times its intensity.

    Raises:
        EmotionError: they cannot be.
    """
    emotion_from_text(text)
    factor = 1.0 if intensity is None else intensity
    values: dict[str, float] = {}
    for entry in text.split(","):
        key, equals, number = (piece.strip() for piece in entry.partition("="))
        values[key] = round(factor * (float(number) if equals else 1.0), 3)
    return values


def in_words(values: Mapping[str, float]) -> str:
    """Return an emotion as a person writes it: "joy=0.6,surprise=0.2"; "neutral" for none."""
    return ",".join(f"{name}={value:g}" for name, value in values.items()) or "neutral"


def _stepped(value: float) -> float:
    return round(round(value / STEP) * STEP, 2)
