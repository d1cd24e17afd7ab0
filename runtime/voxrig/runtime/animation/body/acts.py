"""Acts of the hands: what a cue asks for, as postures to go to and the poses at which to."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.asked import AskedGesture, AskedPoint, BodyManner
from voxrig.runtime.animation.body.pointing import pointed
from voxrig.runtime.animation.body.vocabulary import GESTURES, LAG, key_posture
from voxrig.runtime.core.body.posture import HAND_L, INDEX, SIZE, STANDING
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

POINT: Final = 0.5
"""Seconds in which an arm is raised to point."""
POINT_LEAD: Final = POINT + LAG
"""Seconds from the cue of pointing until the finger points."""
BACK: Final = 36
"""Poses in which a hand goes back to what it does by itself, unless its act has a time of its own."""
SETTLE: Final = 18
"""Poses in which a hand that is told to hold comes to rest."""

_ROUND: Final = 1.2  # a preparation is cut short by its stroke, so that the path has no corner
_TORSO: Final = slice(0, INDEX["breath"])


class Act(NamedTuple):
    """Something that hands and torso do.

    Attributes:
        start: pose at which it begins.
        begins: poses after the start at which it goes on to each of the keys.
        glides: poses that each way takes.
        keys: float64[34] each: the hands' numbers, and what is added to the torso's.
        end: poses after the start at which the hands are let go.
        back: poses of their way back.
        aims: whether the chest has to be turned just so, whatever else it would do.
    """

    start: int
    begins: tuple[int, ...]
    glides: tuple[int, ...]
    keys: tuple[Doubles, ...]
    end: int
    back: int
    aims: bool = False

    def number(self, at: int) -> int:
        """Return which key it is on the way to, or at, at pose `at`."""
        since = at - self.start
        return sum(begin <= since for begin in self.begins) - 1

    def next_change(self, at: int) -> int:
        """Return the first pose after `at` at which it goes on to another key or ends."""
        since = at - self.start
        return self.start + next((begin for begin in self.begins if begin > since), self.end)


class Performed(NamedTuple):
    """An act, and the hands that it takes."""

    act: Act
    left: bool
    right: bool


def gesture_act(asked: AskedGesture, at: int, manner: BodyManner, hands: tuple[bool, bool], left_leads: bool) -> Act:
    """Return the act of a named gesture that begins at pose `at`.

    Args:
        asked: the gesture.
        at: number of the pose.
        manner: of the body.
        hands: whether the left hand and the right one take part.
        left_leads: whether the left hand leads.

    Raises:
        KeyError: there is no such gesture.
    """
    gesture = GESTURES[asked.name]
    space, still = manner.space + 0.4 * manner.energy, np.zeros(SIZE)
    keys, begins, glides, time = [], [], [], 0.0
    for number, key in enumerate(gesture.keys):
        begins.append(round(STEP_RATE * time / asked.rate))
        time += key.seconds
        reached = round(STEP_RATE * time / asked.rate)
        time += key.hold
        glide = reached - begins[-1]
        if not key.hold and number + 1 < len(gesture.keys):
            glide = round(_ROUND * glide)
        glides.append(max(glide, 1))
        keys.append(
            key_posture(
                gesture,
                number,
                still,
                left=left_leads,
                size=asked.size,
                space=space,
                openness=manner.openness,
                twin=hands == (True, True) and not gesture.both,
            )
        )
    end = round(STEP_RATE * (time / asked.rate + asked.hold))
    back = gesture.retraction / asked.rate * 2.0 ** (-0.35 * manner.rate)
    return Act(at, tuple(begins), tuple(glides), tuple(keys), end, round(STEP_RATE * back))


def point_act(asked: AskedPoint, at: int, torso: Doubles, left: bool) -> Act:
    """Return the act of pointing that begins at pose `at`.

    Args:
        asked: where to, and for how long.
        at: number of the pose.
        torso: float64[34], what the manner adds to a posture (see `acting_state.kept`).
        left: whether the left hand points.
    """
    key = pointed(asked.x, asked.y, asked.z, left, STANDING + torso)
    key[_TORSO] -= torso[_TORSO]
    glide = round(STEP_RATE * POINT)
    return Act(at, (0,), (glide,), (key,), glide + round(STEP_RATE * asked.hold), BACK + 6, aims=True)


def hold_act(posture: Doubles, at: int, seconds: float) -> Act:
    """Return the act of hands that stay at a posture float64[34] from pose `at` on."""
    key = posture.copy()
    key[: HAND_L.start] = 0.0
    return Act(at, (0,), (SETTLE,), (key,), max(round(STEP_RATE * seconds), 1), BACK)
