"""What somebody set by hand for stretches of a clip, word by word: larger or smaller movements, or a mouth shape.

    [{"start": 1.20, "end": 1.55, "jaw": 1.5, "lips": 1.2},
     {"start": 2.00, "end": 2.10, "viseme": "PP", "weight": 0.9, "ease": 0.04}]

Times are seconds of the clip. An entry counts in full from start to end, and eases in before and out after.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.style import SHORT_NAMES, StyleError, check_known, in_range
from voxrig.runtime.animation.visemes import viseme
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

Floats = NDArray[np.float32]

EASE: Final = 0.06
"""Seconds of ease where an entry gives none: about as fast as lips close."""

_SCALES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"lips": (0.0, 3.0), "jaw": (0.0, 3.0), "tongue": (0.0, 3.0)}
)
_KEYS: Final = dict.fromkeys(("start", "end", *_SCALES, "viseme", "weight", "ease"))


class Change(NamedTuple):
    """What the overrides make of one pose.

    Attributes:
        jaw, lips, tongue: factors on the amplitudes.
        left: share of the model's mouth that is left, 0 to 1.
        shapes: float32[251], the shapes that take the rest's place; None for none.
    """

    jaw: float
    lips: float
    tongue: float
    left: float
    shapes: Floats | None


@dataclass(frozen=True, slots=True)
class Override:
    """One entry: in full from `start` to `end` seconds, eased over `ease` seconds on both sides."""

    start: float
    end: float
    lips: float = 1.0
    jaw: float = 1.0
    tongue: float = 1.0
    viseme: str | None = None
    weight: float = 1.0
    ease: float = EASE

    def strength(self, pose: int) -> float:
        """Return how far it counts at pose / 60 s: 0 to 1."""
        seconds = pose / STEP_RATE
        outside = max(self.start - seconds, seconds - self.end)
        if outside <= 0.0:
            return 1.0
        return ease(1.0 - outside / self.ease) if self.ease > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Overrides:
    """All entries of a clip; where they overlap, factors multiply and later shapes go over earlier ones."""

    entries: tuple[Override, ...] = ()
    _active: Mapping[int, tuple[Override, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        active: dict[int, tuple[Override, ...]] = {}
        for entry in self.entries:
            first = max(0, math.floor((entry.start - entry.ease) * STEP_RATE))
            for pose in range(first, math.ceil((entry.end + entry.ease) * STEP_RATE) + 1):
                if entry.strength(pose) > 0.0:
                    active[pose] = (*active.get(pose, ()), entry)
        object.__setattr__(self, "_active", active)

    @property
    def controls(self) -> frozenset[str]:
        """Short names of the controls that a shape moves."""
        shapes = [viseme(entry.viseme) for entry in self.entries if entry.viseme is not None]
        return frozenset(SHORT_NAMES[i] for shape in shapes for i in np.flatnonzero(shape))

    def at(self, pose: int) -> Change | None:
        """Return what is changed in the pose at pose / 60 s; None for nothing."""
        entries = self._active.get(pose)
        if entries is None:
            return None
        factors = dict.fromkeys(_SCALES, 1.0)
        left, shapes = 1.0, None
        for entry in entries:
            strength = entry.strength(pose)
            for key in factors:
                factors[key] *= 1.0 + strength * (getattr(entry, key) - 1.0)
            if entry.viseme is not None:
                share = strength * entry.weight
                under = np.zeros(len(SHORT_NAMES), np.float32) if shapes is None else shapes
                shapes = under + np.float32(share) * (viseme(entry.viseme) - under)
                left *= 1.0 - share
        return Change(factors["jaw"], factors["lips"], factors["tongue"], left, shapes)


NO_OVERRIDES: Final = Overrides()


def overrides_from_json(text: str, seconds: float) -> Overrides:
    """Read the overrides of a clip of `seconds`.

    Raises:
        StyleError: text that is no JSON list, or an entry with an unknown key, a value out of its range or a time
            outside the clip; the message counts entries from 1.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError alone: a number of thousands of digits
        raise StyleError(f"no JSON: {error}") from error
    if not isinstance(given, list):
        raise StyleError('the overrides are no list; write [{"start": 1.2, "end": 1.5, "jaw": 1.4}, ...]')
    entries = []
    for number, entry in enumerate(given, 1):
        try:
            entries.append(override_from(entry, seconds))
        except StyleError as error:
            raise StyleError(f"entry {number}: {error}") from error
    return Overrides(tuple(entries))


def override_from(given: object, seconds: float) -> Override:
    """Read one entry of a clip of `seconds`.

    Raises:
        StyleError: an unknown key, a value out of its range or a time outside the clip.
    """
    if not isinstance(given, dict):
        raise StyleError(f'{given!r:.60} is no object; write {{"start": 1.2, "end": 1.5, "jaw": 1.4}}')
    for key in given:
        check_known(key, _KEYS, "override key")
    for key in ("start", "end"):
        if key not in given:
            raise StyleError(f"it has no {key!r}; give start and end in seconds of the clip")
    start, end = (in_range(key, given[key], (0.0, math.inf)) for key in ("start", "end"))
    if end < start:
        raise StyleError(f"it ends at {end:g} s, before its start at {start:g} s; swap them")
    if start >= seconds:
        raise StyleError(f"it starts at {start:g} s, but the clip ends at {seconds:.3f} s; take it out, or correct it")
    if not given.keys() & {*_SCALES, "viseme"}:
        raise StyleError(f"it changes nothing; give a viseme, or a factor for one of {', '.join(_SCALES)}")
    if "weight" in given and "viseme" not in given:
        raise StyleError("weight is that of a viseme; give one, or leave weight out")
    values: dict[str, Any] = {key: in_range(key, given[key], _SCALES[key]) for key in _SCALES if key in given}
    if "viseme" in given:
        if not isinstance(given["viseme"], str):
            raise StyleError(f"viseme is {given['viseme']!r}; it must be a name such as 'aa'")
        viseme(given["viseme"])
        values["viseme"] = given["viseme"]
    if "weight" in given:
        values["weight"] = in_range("weight", given["weight"], (0.0, 1.0))
    if "ease" in given:
        values["ease"] = in_range("ease", given["ease"], (0.0, 2.0))
    return Override(start, end, **values)
