"""Events as a script or a game tells them: the variables of an appraisal, checked."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.point import AffectError

Range = tuple[float, float]

_BOTH: Final[Range] = (-1.0, 1.0)
_SHARE: Final[Range] = (0.0, 1.0)

EVENT_KEYS: Final[Mapping[str, Range]] = MappingProxyType(
    {
        "desirability": _BOTH,
        "desirability_for_other": _BOTH,
        "liking": _BOTH,
        "praiseworthiness": _BOTH,
        "self": _SHARE,
        "appealingness": _BOTH,
        "likelihood": _SHARE,
        "realization": _BOTH,
        "unexpectedness": _SHARE,
    }
)
"""Numbers of an event -> their range; `Event` says what each means."""
EVENT_WORDS: Final = ("what", "agent", "other")
"""Words of an event, in scripts only: what happened, in a few words; who did it; whom else it concerns."""


class Event(NamedTuple):
    """An event as one appraises it (Ortony, Clore & Collins 1988, "The Cognitive Structure of Emotions").

    Attributes:
        desirability: how good it is for oneself, -1 to 1.
        desirability_for_other: how good it is for another, -1 to 1.
        liking: how much one likes that other, -1 to 1.
        praiseworthiness: of what was done, -1 (a disgrace) to 1.
        myself: whether oneself did it.
        appealingness: of a thing, -1 (revolting) to 1.
        likelihood: how likely it is to come, or was taken to be, 0 to 1; None: it is a plain fact.
        realization: what was expected came (1) or did not (-1), or in part; None: it is still to come, or a plain fact.
        unexpectedness: 0 to 1.
        what: it in a few words; empty if nobody says.
    """

    desirability: float = 0.0
    desirability_for_other: float = 0.0
    liking: float = 0.0
    praiseworthiness: float = 0.0
    myself: bool = False
    appealingness: float = 0.0
    likelihood: float | None = None
    realization: float | None = None
    unexpectedness: float = 0.0
    what: str = ""


def read_event(
    values: Mapping[str, float | str], name: str = "", relations: Mapping[str, float] = MappingProxyType({})
) -> Event:
    """Read an event for the one who appraises it.

    Args:
        values: some of `EVENT_KEYS` and `EVENT_WORDS`.
        name: who appraises: an event whose `agent` has that name is one's own doing.
        relations: how much one likes others, -1 to 1: `liking` where the event does not say.

    Raises:
        AffectError: an unknown key, a value out of its range or of the wrong kind, or nothing to appraise.
    """
    numbers: dict[str, float] = {}
    words = dict.fromkeys(EVENT_WORDS, "")
    for key, value in values.items():
        if key in EVENT_KEYS:
            numbers[key] = _in_range(key, value)
        elif key not in words:
            raise AffectError(f"an event has no {key!r}; there are {', '.join((*EVENT_KEYS, *EVENT_WORDS))}")
        elif not isinstance(value, str):
            raise AffectError(f"{key} of an event is {value!r}; it must be a word or a name")
        else:
            words[key] = value
    if not any(value for key, value in numbers.items() if key not in ("liking", "self", "likelihood", "realization")):
        raise AffectError(
            "an event moves nobody; give desirability, desirability_for_other, praiseworthiness, appealingness or "
            "unexpectedness a value other than 0"
        )
    mine = bool(numbers.pop("self", 0.0)) or (bool(name) and words["agent"] == name)
    if "liking" not in numbers and words["other"]:
        numbers["liking"] = relations.get(words["other"], 0.0)
    return Event(**numbers, myself=mine, what=words["what"])


def _in_range(key: str, value: object) -> float:
    lowest, highest = EVENT_KEYS[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AffectError(f"{key} of an event is {value!r}; it must be a number from {lowest:g} to {highest:g}")
    if not lowest <= value <= highest:
        raise AffectError(f"{key} of an event is {value:g}; it must be from {lowest:g} to {highest:g}")
    return float(value)
