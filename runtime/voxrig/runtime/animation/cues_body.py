"""Cues for the body: a gesture by name, pointing, hands that hold still or are busy, and how it holds itself."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.runtime.animation.body.asked import AskedGesture, HandsPolicy
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.animation.cue_values import SECONDS, SHARE, TARGET, CueError, Range, checked, target_of
from voxrig.runtime.animation.style import check_known
from voxrig.runtime.animation.target import Target
from voxrig.runtime.core.body.posture import HIGH, INDEX, LOW

POINT_HOLD: Final = 1.2
"""Seconds for which a hand points where the cue does not say."""
BODY_TRANSITION: Final = 0.8
"""Seconds that a body cue takes where it does not say."""
MANNERS: Final = ("energy", "space", "rate", "openness", "handedness")
"""Numbers of how one gestures, -1 to 1."""
SWITCHES: Final = ("mirror", "sitting")
"""What a body cue switches; each eases over in a time of its own."""

_HANDS_OF_ONE: Final = {"left": SHARE, "right": SHARE}
_HOW: Final[Mapping[str, Range]] = MappingProxyType({**_HANDS_OF_ONE, "hold": SECONDS, "rate": (0.5, 2.0)})
_GESTURE: Final[Mapping[str, Range]] = MappingProxyType({**dict.fromkeys(GESTURES, SHARE), **_HOW})
_POINT: Final[Mapping[str, Range]] = MappingProxyType({**TARGET, **_HANDS_OF_ONE, "hold": SECONDS, "look": SHARE})
_HANDS: Final[Mapping[str, Range]] = MappingProxyType({**_HANDS_OF_ONE, "hold": SECONDS})


def _degrees(name: str) -> Range:
    """Whole degrees that one of the torso's numbers has at the least and at the most."""
    low, high = (math.degrees(float(limit[INDEX[name]])) for limit in (LOW, HIGH))
    return float(round(low)), float(round(high))


POSTURES: Final[Mapping[str, Range]] = MappingProxyType(
    {"lean": _degrees("lean"), "side": _degrees("side"), "turn": _degrees("twist")}
)
"""Degrees of a posture that the body keeps."""
_BODY: Final[Mapping[str, Range]] = MappingProxyType(
    {**dict.fromkeys(MANNERS, (-1.0, 1.0)), **dict.fromkeys(SWITCHES, SHARE), **POSTURES, "transition": SECONDS}
)


class GestureChange(NamedTuple):
    """The hands make a gesture now."""

    asked: AskedGesture


class PointChange(NamedTuple):
    """A hand points at `target` for `hold` seconds (None: no more), and if `look` the eyes go there, too.

    Attributes:
        left, right: the hand, where one of them is set; else the nearer one.
    """

    target: Target | None
    left: bool = False
    right: bool = False
    hold: float = POINT_HOLD
    look: bool = True


class HandsChange(NamedTuple):
    """What a hands cue says; None: nothing.

    Attributes:
        left_busy, right_busy: whether that hand holds something, from now on.
        hold: seconds for which both stay where they are; 0 lets them go.
    """

    left_busy: bool | None
    right_busy: bool | None
    hold: float | None

    def policy(self, before: HandsPolicy) -> HandsPolicy:
        """Return which hands are busy, where the cue does not say it as before."""
        left = before.left_busy if self.left_busy is None else self.left_busy
        return HandsPolicy(left, before.right_busy if self.right_busy is None else self.right_busy)


class BodyChange(NamedTuple):
    """How the body holds itself from now on.

    Attributes:
        values: numbers that go over within `transition` seconds.
        switches: what is switched at once; the body takes the time that it needs.
        transition: seconds.
    """

    values: Mapping[str, float]
    switches: Mapping[str, bool]
    transition: float


def read_gesture(values: Mapping[str, float]) -> GestureChange:
    """Read the cue `gesture`; see `cues.read_cue` for what it raises."""
    for key in values:
        check_known(key, _GESTURE, "gesture")
    given = checked("gesture", values, _GESTURE)
    names = [key for key in given if key in GESTURES]
    if len(names) != 1:
        told = f"has {' and '.join(names)}; send one" if names else f"has no gesture; give one of {', '.join(GESTURES)}"
        raise CueError(f"the cue 'gesture' {told}")
    [name] = names
    left, right = bool(given.get("left")), bool(given.get("right"))
    hold, rate = given.get("hold", 0.0), given.get("rate", 1.0)
    return GestureChange(AskedGesture(name, given[name], left, right, hold, rate))


def read_point(values: Mapping[str, float]) -> PointChange:
    """Read the cue `point`; see `cues.read_cue` for what it raises."""
    given = checked("point", values, _POINT)
    target = target_of("point", given, "the hand")
    if target is None:
        return PointChange(None)
    left, right = bool(given.get("left")), bool(given.get("right"))
    if left and right:
        raise CueError("the cue 'point' has left and right; one hand points: give one of them, or none")
    return PointChange(target, left, right, given.get("hold", POINT_HOLD), bool(given.get("look", 1.0)))


def read_hands(values: Mapping[str, float]) -> HandsChange:
    """Read the cue `hands`; see `cues.read_cue` for what it raises."""
    given = checked("hands", values, _HANDS)
    if not given:
        raise CueError(f"the cue 'hands' says nothing; give some of {', '.join(_HANDS)}")
    left, right = (bool(given[side]) if side in given else None for side in _HANDS_OF_ONE)
    return HandsChange(left, right, given.get("hold"))


def read_body(values: Mapping[str, float]) -> BodyChange:
    """Read the cue `body`; see `cues.read_cue` for what it raises."""
    given = checked("body", values, _BODY)
    seconds = given.pop("transition", BODY_TRANSITION)
    if not given:
        raise CueError(f"the cue 'body' changes nothing; give some of {', '.join(_BODY)}")
    switches: dict[str, bool] = {key: bool(given.pop(key)) for key in SWITCHES if key in given}
    return BodyChange(given, switches, seconds)
