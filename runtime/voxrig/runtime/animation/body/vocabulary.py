"""The vocabulary of gestures: hand shapes, resting postures and named gestures, as key postures and times.

The figures are data (`core/body/gestures.json`). A gesture has phases as people's have (Kendon 2004, "Gesture: Visible
Action as Utterance"): a preparation, one or more strokes, each perhaps held, and a retraction. A key is where a phase
ends.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.following import OMEGA
from voxrig.runtime.animation.gesture import NO_GESTURE, Gesture
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, INDEX, SITTING, SIZE, STANDING, mirrored

Doubles = NDArray[np.float64]
Phase = Literal["preparation", "stroke"]

HANDS: Final = {"left": HAND_L, "right": HAND_R}
"""Where the numbers of each hand are."""
LAG: Final = 2.0 / float(OMEGA[HAND_L.start])
"""Seconds by which a hand follows its goal (see `following`)."""
FAR: Final = 0.96
"""Arm lengths that a wrist is off its shoulder at the most."""

_PLACE: Final = ("out", "up", "fore")
_TURN: Final = ("swivel", "pronation", "flexion", "deviation")


@dataclass(frozen=True, slots=True)
class Key:
    """Where a phase of a gesture ends.

    Attributes:
        phase: what leads there.
        seconds: that it takes.
        hold: seconds that it stays there.
        hand: float64[12] of the leading hand.
        other: float64[12] of the other one; None: it does what it likes.
        torso: float64[34] added to the posture, for a left leading hand; 0 for the hands.
    """

    phase: Phase
    seconds: float
    hold: float
    hand: Doubles
    other: Doubles | None
    torso: Doubles


@dataclass(frozen=True, slots=True)
class NamedGesture:
    """A gesture.

    Attributes:
        name: what a cue calls it.
        keys: in order, repeated ones written out.
        apex: which key is reached at the stroke's apex, the one that goes with the stressed vowel.
        retraction: seconds back to rest.
        head: what the head does with it.
        grows: how much a larger size widens it: 1 as most; 0 where the hands touch something.
    """

    name: str
    keys: tuple[Key, ...]
    apex: int
    retraction: float
    head: Gesture
    grows: float

    @property
    def both(self) -> bool:
        """Whether it takes both hands."""
        return any(key.other is not None for key in self.keys)

    @property
    def before(self) -> float:
        """Seconds from its beginning to its apex, as it is planned: a body that follows goals is `LAG` later."""
        return sum(
            key.seconds + (key.hold if n < self.apex else 0.0) for n, key in enumerate(self.keys[: self.apex + 1])
        )


def _read_only(values: Doubles) -> Doubles:
    values.setflags(write=False)
    return values


def _hand(entry: Mapping[str, Any]) -> Doubles:
    turns = [math.radians(entry.get(name, 0.0)) for name in _TURN]
    return _read_only(np.array([*(float(entry[name]) for name in _PLACE), *turns, *SHAPES[entry["shape"]]]))


def _other(entry: Mapping[str, Any]) -> Doubles | None:
    other = entry.get("other")
    return None if other is None else _hand(entry["hand"] if other == "same" else other)


def _torso(entry: Mapping[str, float]) -> Doubles:
    added = np.zeros(SIZE)
    for name, degrees in entry.items():
        for place in ("shrug_l", "shrug_r") if name == "shrug" else (name,):
            added[INDEX[place]] = math.radians(degrees)
    return _read_only(added)


def _gesture(name: str, entry: Mapping[str, Any]) -> NamedGesture:
    keys = [
        Key(key["phase"], key["seconds"], key["hold"], _hand(key["hand"]), _other(key), _torso(key.get("torso", {})))
        for key in entry["keys"]
    ]
    repeat = entry.get("repeat", {"from": 0, "times": 1})
    keys += keys[repeat["from"] :] * (repeat["times"] - 1)
    first = next(n for n, key in enumerate(keys) if key.phase == "stroke")
    head = Gesture(**entry["head"]) if "head" in entry else NO_GESTURE
    return NamedGesture(
        name, tuple(keys), entry.get("apex", first), entry["retraction"], head, float(entry.get("grows", 1.0))
    )


def _rest(entry: Mapping[str, Any]) -> Doubles:
    other = _other(entry)
    rest = (SITTING if entry.get("sitting") else STANDING).copy()
    rest[HAND_R] = _hand(entry["hand"])
    if other is not None:
        rest[HAND_L] = other
    return _read_only(rest)


def _table() -> dict[str, Any]:
    text = files("voxrig.runtime.core").joinpath("body", "gestures.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_TABLE: Final = _table()

SHAPES: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {name: tuple(curls) for name, curls in _TABLE["shapes"].items()}
)
"""Hand shapes: the curls of thumb, index, middle, ring and pinky, 0 to 1."""
READY: Final[Doubles] = _hand(_TABLE["ready"])
"""float64[12] of a hand that is raised and about to gesture, in front of the belly."""
POINTING: Final[Doubles] = _hand(_TABLE["pointing"])
"""float64[12] of a hand that points ahead; where to is `pointing.pointed`'s."""
RESTS: Final[Mapping[str, Doubles]] = MappingProxyType(
    {"hanging": STANDING, "thighs": SITTING, **{name: _rest(entry) for name, entry in _TABLE["rests"].items()}}
)
"""Resting postures, float64[34]; one-sided ones are of the right hand."""
GESTURES: Final[Mapping[str, NamedGesture]] = MappingProxyType(
    {name: _gesture(name, entry) for name, entry in _TABLE["gestures"].items()}
)
"""The named gestures."""


def lead(name: str, rate: float = 1.0) -> float:
    """Return the seconds from the cue of a gesture to its stroke's apex, as the body shows it.

    Raises:
        KeyError: there is no such gesture.
    """
    return GESTURES[name].before / rate + LAG


def grown(hand: Doubles, scale: float, openness: float = 0.0) -> Doubles:
    """Return a hand float64[12] whose place is `scale` times as far off `READY`'s, and within an arm's length.

    Args:
        hand: of a key.
        scale: 1 leaves it.
        openness: -1 to 1, by which it is further out.
    """
    made = hand.copy()
    made[:3] = READY[:3] + scale * (hand[:3] - READY[:3])
    made[0] += 0.06 * openness
    distance = math.sqrt(float(made[0] * made[0] + made[1] * made[1] + made[2] * made[2]))
    if distance > FAR:
        made[:3] *= FAR / distance
    return made


def scale_of(gesture: NamedGesture, size: float, space: float = 0.0) -> float:
    """Return how far a gesture's keys are widened for a size of 0 to 1 (0.5: as they are) and a style's space."""
    return 1.0 + gesture.grows * (0.8 * (size - 0.5) + 0.25 * space)


def key_posture(
    gesture: NamedGesture,
    number: int,
    over: Doubles,
    *,
    left: bool = False,
    size: float = 0.5,
    space: float = 0.0,
    openness: float = 0.0,
    twin: bool = False,
) -> Doubles:
    """Return the posture at a key of a gesture.

    Args:
        gesture: of `GESTURES`.
        number: of the key.
        over: float64[34], what the body does meanwhile; it is not changed.
        left: whether the left hand leads.
        size: 0 to 1.
        space, openness: -1 to 1, of the style.
        twin: whether a one-handed gesture is made with both hands.
    """
    key, scale = gesture.keys[number], scale_of(gesture, size, space)
    openness *= gesture.grows
    posture = over + (key.torso if left else mirrored(key.torso))
    leading, other = (HAND_L, HAND_R) if left else (HAND_R, HAND_L)
    posture[leading] = grown(key.hand, scale, openness)
    if key.other is not None:
        posture[other] = grown(key.other, scale, openness)
    elif twin:
        posture[other] = posture[leading]
    return posture


def ready(
    over: Doubles, *, left: bool = True, right: bool = True, space: float = 0.0, openness: float = 0.0
) -> Doubles:
    """Return `over` float64[34] with hands that are raised and about to gesture; arguments as of `key_posture`."""
    posture = over.copy()
    hand = READY.copy()
    hand[:3] += np.array((0.05 * openness + 0.04 * space, 0.06 * space, 0.04 * space))
    for raised, place in ((left, HAND_L), (right, HAND_R)):
        if raised:
            posture[place] = hand
    return posture
