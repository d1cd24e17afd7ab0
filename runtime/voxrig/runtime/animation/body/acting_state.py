"""What a body is told to do just now, and what its posture then comes from."""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.acts import BACK, Act, Performed
from voxrig.runtime.animation.body.asked import NOT_ASKED, Asked, BodyManner, HandsPolicy
from voxrig.runtime.animation.body.gliding import Gliding, Source, still
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, INDEX, SIT, SITTING, SIZE, STANDING
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

MIRROR: Final = 42
"""Poses in which left and right are swapped."""
SIT_DOWN: Final = 54
"""Poses in which one sits down or stands up."""
FOREVER: Final = 1 << 60
"""A pose that never comes."""

_TORSO: Final = slice(0, INDEX["breath"])
_KEPT: Final = [INDEX["lean"], INDEX["side"], INDEX["twist"]]
_LEAST: Final = 12  # poses of a torso's way: it is heavier than hands


class ActingState(NamedTuple):
    """What is going on; a value of fixed size.

    Attributes:
        left, right: what each hand does, where a cue has asked for it.
        torso: the act whose additions the torso has.
        seen: the newest act asked for that was looked at, and its first pose.
        hands, manner: as of the pose before.
        back: poses of the way back of the left hand, the right one and the torso, when they are let go.
        change: the first pose at which an act goes on or ends.
        gliding: the posture on its way.
    """

    left: Act | None
    right: Act | None
    torso: Act | None
    seen: tuple[Asked, int]
    hands: HandsPolicy
    manner: BodyManner
    back: tuple[int, int, int]
    change: int
    gliding: Gliding


def at_rest(hands: HandsPolicy, manner: BodyManner) -> ActingState:
    """Return the state of a body that rests, and to which nothing has been said."""
    seated = SITTING if manner.sitting else STANDING
    blank = still(Source(np.ones(SIZE), np.zeros(SIZE), manner.mirror), seated)
    state = ActingState(None, None, None, (NOT_ASKED, -1), hands, manner, (BACK, BACK, BACK), FOREVER, blank)
    return state._replace(gliding=still(source_of(state, 0), seated))


def freed(state: ActingState, at: int, hands: HandsPolicy) -> ActingState:
    """Return the state less the acts that end at pose `at`, and those of hands that are busy."""
    left, right, torso = state.left, state.right, state.torso
    ends = [act is not None and at >= act.start + act.end for act in (left, right, torso)]
    if ends[0] or hands.left_busy:
        left = None
    if ends[1] or hands.right_busy:
        right = None
    return _left_with(state, left, right, None if ends[2] else torso)


def released(state: ActingState) -> ActingState:
    """Return the state without any act."""
    return _left_with(state, None, None, None)


def taken(state: ActingState, performed: Performed) -> ActingState:
    """Return the state in which the hands of an act do nothing else any more."""
    act = performed.act
    return state._replace(left=act if performed.left else state.left, right=act if performed.right else state.right)


def next_change(state: ActingState, at: int) -> int:
    """Return the first pose after `at` at which an act goes on or ends."""
    acts = (state.left, state.right, state.torso)
    return min((act.next_change(at) for act in acts if act is not None), default=FOREVER)


def kept(manner: BodyManner) -> Doubles:
    """Return what a manner adds to the posture: float64[34]."""
    added = np.zeros(SIZE)
    added[_KEPT] = math.radians(manner.lean), math.radians(manner.side), math.radians(manner.turn)
    return added


def source_of(state: ActingState, at: int) -> Source:
    """Return what the posture comes from at pose `at`."""
    take, add = np.ones(SIZE), kept(state.manner)
    if state.torso is not None:
        add[_TORSO] += state.torso.keys[state.torso.number(at)][_TORSO]
        take[INDEX["twist"]] = 0.0 if state.torso.aims else 1.0
    take[SIT], add[SIT] = 0.0, float(state.manner.sitting)
    rest = SITTING if state.manner.sitting else STANDING
    for hand, act, busy in ((HAND_L, state.left, state.hands.left_busy), (HAND_R, state.right, state.hands.right_busy)):
        if busy or act is not None:
            take[hand] = 0.0
            add[hand] = rest[hand] if act is None else act.keys[act.number(at)][hand]
    return Source(take, add, state.manner.mirror)


def ways(before: ActingState, now: ActingState, at: int) -> Doubles:
    """Return how many poses each number is on its way to what it comes from at pose `at`: float64[34]."""
    poses = np.full(SIZE, float(SIT_DOWN))
    poses[_TORSO] = now.back[2] if now.torso is None else max(now.torso.glides[now.torso.number(at)], _LEAST)
    if kept(before.manner).tolist() != kept(now.manner).tolist():
        poses[_KEPT] = max(round(STEP_RATE * now.manner.transition), 1)
    for number, hand, act in ((0, HAND_L, now.left), (1, HAND_R, now.right)):
        if act is None:
            poses[hand] = BACK if now.hands[number] else now.back[number]
        else:
            poses[hand] = act.glides[act.number(at)]
    if before.manner.mirror != now.manner.mirror:
        np.maximum(poses, MIRROR, out=poses)
    if before.manner.sitting != now.manner.sitting:
        np.maximum(poses, SIT_DOWN, out=poses)
    return poses


def jumps(before: ActingState, now: ActingState) -> bool:
    """Return whether what the body does by itself is another posture from one pose to the next."""
    return before.manner.mirror != now.manner.mirror or before.manner.sitting != now.manner.sitting


def _left_with(state: ActingState, left: Act | None, right: Act | None, torso: Act | None) -> ActingState:
    pairs = ((state.left, left), (state.right, right), (state.torso, torso))
    one, two, three = (
        was.back if now is None and was is not None else back
        for back, (was, now) in zip(state.back, pairs, strict=True)
    )
    return state._replace(left=left, right=right, torso=torso, back=(one, two, three))
