"""How a character speaks: a frozen value that the face layer applies to what a model gives.

The dials stand at 1 (lip offset and effort at 0) where nothing is changed. The rest of a style belongs to one
character: the face it has when it is silent, and how far its speech moves each control.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from voxrig.runtime.core.native import NATIVE_CONTROLS

T = TypeVar("T")

PREFIX: Final = "CTRL_expressions_"
SHORT_NAMES: Final = tuple(name.removeprefix(PREFIX) for name in NATIVE_CONTROLS)
"""The native controls without their common prefix, in the native order: the names in a style."""
TOGETHER: Final = "mouthLipsTogether"
"""Stem of the controls that say which share of the jaw's opening the lips close again."""

_KNOWN: Final = frozenset(SHORT_NAMES)


class StyleError(ValueError):
    """A style that cannot be; the message names the key, what was given and what there is."""


class Dials(NamedTuple):
    """The numbers of a style that a cue can change while a character speaks; `RANGES` says from where to where.

    Attributes:
        lips: amplitude of lips and cheeks; 0.5 mumbles, 1.5 and up shouts.
        jaw: amplitude of the jaw's opening.
        sharpness: articulation. Below 1 sounds undershoot towards where the mouth has been, above 1 they overshoot.
        effort: how much lips and jaw also follow the vocal effort heard in the voice (see `effort`).
        tongue: amplitude of the tongue; 0 keeps it out of sight.
        lip_offset: above 0 the lips stay parted, below 0 they are tighter than the model has them.
    """

    lips: float = 1.0
    jaw: float = 1.0
    sharpness: float = 1.0
    effort: float = 0.0
    tongue: float = 1.0
    lip_offset: float = 0.0


NEUTRAL: Final = Dials()
RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "lips": (0.0, 2.0),
        "jaw": (0.0, 2.0),
        "sharpness": (0.0, 2.0),
        "effort": (0.0, 1.0),
        "tongue": (0.0, 2.0),
        "lip_offset": (-1.0, 1.0),
    }
)
"""Lowest and highest value of each dial."""


class ControlStyle(NamedTuple):
    """What speech does to one control: `gain` (0 to 3) times the model's value, `bias` (-0.5 to 0.5) while speaking."""

    gain: float = 1.0
    bias: float = 0.0


CONTROL_RANGES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({"gain": (0.0, 3.0), "bias": (-0.5, 0.5)})


@dataclass(frozen=True, slots=True)
class Style:
    """A character's way of speaking.

    Attributes:
        lips, jaw, sharpness, effort, tongue, lip_offset: see `Dials`.
        rest: control -> value of the resting face, 0 to 1: there in silence too, and speech moves on top of it. What
            parts the lips gives way while a closure needs them shut.
        controls: control -> gain and bias while speaking.

    Both go by native names, with or without `CTRL_expressions_`; they are kept without it, in native order.

    Raises:
        StyleError: a value out of its range, a control that does not exist, or one of the four mouthLipsTogether
            controls: they are a share of the jaw's opening, and `lip_offset` does what a gain there would.
    """

    lips: float = 1.0
    jaw: float = 1.0
    sharpness: float = 1.0
    effort: float = 0.0
    tongue: float = 1.0
    lip_offset: float = 0.0
    rest: Mapping[str, float] = field(default_factory=dict)
    controls: Mapping[str, ControlStyle] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in RANGES:
            object.__setattr__(self, key, in_range(key, getattr(self, key), RANGES[key]))
        rest = {control_name(n, "rest"): in_range(f"rest.{n}", v, (0.0, 1.0)) for n, v in self.rest.items()}
        controls = {}
        for given, style in self.controls.items():
            pair = (in_range(f"controls.{given}.{k}", getattr(style, k), CONTROL_RANGES[k]) for k in CONTROL_RANGES)
            controls[control_name(given, "controls")] = ControlStyle(*pair)
        object.__setattr__(self, "rest", _native_order(rest))
        object.__setattr__(self, "controls", _native_order(controls))

    @property
    def dials(self) -> Dials:
        """The numbers that a cue can change."""
        return Dials(*(getattr(self, key) for key in RANGES))

    @property
    def is_natural(self) -> bool:
        """Whether frames are what the model gives, to the bit."""
        return self == NATURAL

    def with_dials(self, **values: float) -> "Style":
        """Return this style with some dials set.

        Raises:
            StyleError: an unknown dial, or a value out of its range.
        """
        for key in values:
            check_known(key, RANGES, "dial")
        return replace(self, **values)  # type: ignore[arg-type]  # they are dials all


def in_range(key: str, value: object, limits: tuple[float, float]) -> float:
    """Return `value` as a float.

    Raises:
        StyleError: it is no number, or outside `limits`.
    """
    low, high = limits
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        raise StyleError(f"{key} is {value!r:.60}; it must be a number from {low:g} to {high:g}")
    if not low <= value <= high:
        raise StyleError(f"{key} is {value:g}; it must be from {low:g} to {high:g}")
    return float(value)


def check_known(key: str, known: Mapping[str, object], what: str) -> None:
    """Refuse a key that is not among `known`.

    Raises:
        StyleError: naming the key and the known ones.
    """
    if key not in known:
        raise StyleError(f"there is no {what} {key!r}; there are {', '.join(known)}")


def control_name(given: str, where: str) -> str:
    """Return the short name of a native control.

    Raises:
        StyleError: there is no such control, or a style must leave it alone.
    """
    name = given.removeprefix(PREFIX)
    if name not in _KNOWN:
        alike = get_close_matches(name, SHORT_NAMES, n=4)
        hint = f"near it are {', '.join(alike)}" if alike else "the names are those of the rig metahuman"
        raise StyleError(f"{where} names {given!r}, which is no control of the native rig; {hint}")
    if name.startswith(TOGETHER):
        raise StyleError(
            f"{where} names {given!r}, the share of the jaw's opening that the lips close; set lip_offset instead"
        )
    return name


def _native_order(values: Mapping[str, T]) -> Mapping[str, T]:
    return MappingProxyType({name: values[name] for name in SHORT_NAMES if name in values})


NATURAL: Final = Style()
"""As the model gives it."""
assert tuple(RANGES) == Dials._fields == tuple(f.name for f in fields(Style))[: len(RANGES)]
