"""The head: it nods on stressed syllables, settles anew at phrases' ends, tilts on questions and is never quite still.

That a speaker's head moves with pitch and loudness, nods on stress and changes its posture where phrases begin and end
is described by Hadar, Steiner, Grant & Rose (1983, "Kinematics of head movements accompanying speech during
conversation", Human Movement Science 2), Graf, Cosatto, Strom & Huang (2002, "Visual prosody: facial movements
accompanying speech", FG) and Munhall et al. (2004, "Visual prosody and speech intelligibility", Psychological Science
15). The amounts are set so that mean speed while talking lies within the 10 to 33 degrees a second of three captures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.gaze import GazePose
from voxrig.runtime.animation.gesture import LATE, NO_GESTURE, Gesture, strokes_of
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.stroke import MOST, Stroke, Strokes, going
from voxrig.runtime.animation.sway import LEANS, SMOOTH, leaning, move
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import uniform
from voxrig.runtime.core.timing import STEP_RATE

Floats = NDArray[np.float64]


class HeadPose(NamedTuple):
    """Where the head turns, in radians; axes and signs of `core.rotation`."""

    yaw: float
    pitch: float
    roll: float


LEVEL: Final = HeadPose(0.0, 0.0, 0.0)
"""Straight ahead."""


class MovingState(NamedTuple):
    """Where the head is on its way.

    Attributes:
        goal: degrees of yaw, pitch and roll: the posture, once all strokes to it are over.
        shifts: strokes to it that are under way.
        gestures: nods and tilts under way.
        due: pose of the next change of posture; -1 at the very first pose.
        nod: pose of a listener's next nod; -1 while it does not listen.
        served: pose for which the last gesture was asked that was; -1 if none was.
        change: the first pose at which any of this begins or ends by itself.
        smooth: float64[16 + 7 * S]: twelve numbers that follow their cause smoothly, pairs of delays in series (see
            `sway`), of liveliness, lean's pitch and roll, pace, stress and gaze's damping; the goal; how many shifts
            there are; then the shifts and the gestures, as of `Stroke`. It is replaced and never written.
    """

    goal: tuple[float, float, float]
    shifts: Strokes
    gestures: Strokes
    due: int
    nod: int
    served: int
    change: int
    smooth: Floats


_SHIFT, _WHEN, _NOD, _TILT, _LISTEN = 50, 51, 52, 53, 54  # of chance; 56 to 61 are of `sway`

_POSTURE: Final = (9.0, 4.5, 3.6)  # degrees: two standard deviations of yaw, pitch and roll of a posture
# Poses: a beat is known about 25 ms after its nucleus and heard 83 ms early; so the low point comes 40 to 60 ms after.
_NOD_DOWN: Final = 7
_NOD_UP: Final = 20
_DEEPEST: Final = 4.5  # degrees of a nod
_QUESTION: Final = 0.4  # of `Voice.rising`
_CENTRE: Final = (0.0, 0.0, 0.0)
_BEGIN: Final[Floats] = np.array((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0, *_CENTRE, 0.0))
_START: Final = MovingState(_CENTRE, (), (), -1, -1, -1, -1, _BEGIN)


@dataclass(frozen=True, slots=True)
class Moving:
    """Moves the head.

    Attributes:
        key: the session's, from `core.chance.key_of`.
    """

    key: int

    @staticmethod
    def start() -> MovingState:
        """Before the first pose: straight and still."""
        return _START

    def step(
        self,
        state: MovingState,
        at: int,
        voice: Voice,
        affect: Affect,
        gaze: GazePose,
        breath: float,
        activity: Activity = Activity.AUTO,
        asked: tuple[Gesture, int] = (NO_GESTURE, -1),
    ) -> tuple[MovingState, HeadPose]:
        """Move to pose `at`.

        Args:
            state: after the pose before; it is not changed.
            at: number of the pose.
            voice: as heard at the pose.
            affect: as shown at the pose.
            gaze: at the pose; its share of the head is not added here, but a turned head sways less.
            breath: -1 (breathed out) to 1.
            activity: who listens nods now and then.
            asked: the last gesture asked for, and from which pose on; it begins there once, whatever the activity.
        """
        after, turns = self.steps(
            Stretch.single(at, voice, affect), state, np.array([gaze], np.float64), np.array([breath]), (activity,),
            (asked,),
        )  # fmt: skip
        return after, HeadPose(*turns[0].tolist())

    def steps(
        self,
        stretch: Stretch,
        state: MovingState,
        gazes: Floats,
        breaths: Floats,
        activities: Sequence[Activity],
        asked: Sequence[tuple[Gesture, int]],
    ) -> tuple[MovingState, Floats]:
        """Move through a stretch, each pose as of `step`; `gazes` are float64[k, 8], as of `GazePose`.

        Returns:
            The state after the last, and float64[k, 3], yaw, pitch and roll in radians at each pose.
        """
        first, voices, affects = stretch.at, stretch.voices, stretch.affects.values
        values, starts, beats = voices.values, voices.turns, voices.beats
        count, row = len(values), 0
        turns = np.empty((count, 3))
        while row < count:
            at, ask = first + row, asked[row]
            if (
                at >= state.change
                or row in starts
                or row in beats
                or state.served < ask[1] <= at < ask[1] + LATE
                or (activities[row] is Activity.LISTENING and values[row, 0] <= 0.0) != (state.nod >= 0)
            ):
                state = self._decided(state, stretch, row, activities[row], ask)
            goal, shifts, gestures, due, nod, served, change, before = state
            last = row + 1
            if last < count:
                last = max(min(stretch.stop(row), change - first, *[beat for beat in beats if beat > row]), last)
            smooth = np.empty(len(before))
            move(self.key, first, LEANS, values, affects, gazes, breaths, before, smooth, turns, row, last)
            state = MovingState(goal, shifts, gestures, due, nod, served, change, smooth)
            row = last
        return state, turns

    def _decided(
        self, state: MovingState, stretch: Stretch, row: int, activity: Activity, asked: tuple[Gesture, int]
    ) -> MovingState:
        """Begin and end what begins and ends at one pose."""
        at = stretch.at + row
        goal, shifts, due = self._posture(state, stretch, row)
        gestures = going(state.gestures, at)
        if row in stretch.voices.beats:
            gestures = _with(gestures, self._beat(at, stretch.voices.at(row).beat * self._pace(stretch, row)))
        elif row in stretch.voices.turns:
            voice = stretch.voices.at(row)
            if voice.ended and voice.rising > _QUESTION:
                gestures = _with(gestures, self._question(at, voice.rising))
        nod, served = state.nod, state.served
        if served < asked[1] <= at < asked[1] + LATE:
            for stroke in strokes_of(asked[0], self.key, at):
                gestures = _with(gestures, stroke)
            nod, served = self._rested(nod, at), asked[1]
        gestures, nod = self._listened(nod, gestures, at, bool(stretch.voices.values[row, 0] > 0.0), activity)
        smooth, under_way = state.smooth, shifts + gestures
        if goal is not state.goal or shifts is not state.shifts or gestures is not state.gestures:
            following = smooth[:SMOOTH].tolist()
            smooth = np.array((*following, *goal, len(shifts), *[number for stroke in under_way for number in stroke]))
        change = min([due, *[stroke.start + stroke.out + stroke.hold + stroke.back for stroke in under_way]])
        if nod >= 0:
            change = min(change, nod)
        return MovingState(goal, shifts, gestures, due, nod, served, change, smooth)

    @staticmethod
    def _pace(stretch: Stretch, row: int) -> float:
        """Return how quickly the head moves at a pose, 1 as a rule."""
        return float(leaning(stretch.voices.values[row], stretch.affects.values[row], LEANS)[2])

    def _posture(
        self, state: MovingState, stretch: Stretch, row: int
    ) -> tuple[tuple[float, float, float], Strokes, int]:
        """Return the goal, the strokes towards it and when the next change is due."""
        at = stretch.at + row
        goal, shifts, due = state.goal, going(state.shifts, at), state.due
        if due >= 0 and ((at < due and row not in stretch.voices.turns) or len(shifts) >= MOST):
            return goal, shifts, due
        voice, pace = stretch.voices.at(row), self._pace(stretch, row)
        if due < 0:
            return goal, shifts, at + self._pause(at, voice, pace)
        key, size = self.key, (1.0 if voice.speaking else 0.8) * min(max(pace, 0.6), 1.3)
        aim = tuple(
            size * most * (uniform(key, _SHIFT, at, 2 * axis) + uniform(key, _SHIFT, at, 2 * axis + 1) - 1.0)
            for axis, most in enumerate(_POSTURE)
        )
        seconds = (0.55 if voice.speaking else 1.0) * (1.0 + 0.6 * uniform(key, _SHIFT, at, 6)) / max(pace, 0.5)
        turn = (aim[0] - goal[0], aim[1] - goal[1], aim[2] - goal[2])
        shift = Stroke(at, round(STEP_RATE * seconds), 0, 0, *turn)
        return (aim[0], aim[1], aim[2]), (*shifts, shift), at + shift.out + self._pause(at, voice, pace)

    def _pause(self, at: int, voice: Voice, pace: float) -> int:
        """Return the poses for which a posture is kept."""
        least, more = (0.5, 2.0) if voice.speaking else (1.5, 4.0)
        return round(STEP_RATE * (least + more * uniform(self.key, _WHEN, at)) / max(pace, 0.5))

    def _beat(self, at: int, strength: float) -> Stroke:
        """Return the nod on a stressed syllable: down quickly, up slowly, a little to one side."""
        depth = min((1.9 + 2.2 * strength) * (0.7 + 0.6 * uniform(self.key, _NOD, at)), _DEEPEST)
        side = 2.0 * uniform(self.key, _NOD, at, 1) - 1.0
        up = round(_NOD_UP * (0.8 + 0.5 * uniform(self.key, _NOD, at, 2)))
        tilt = 2.0 * uniform(self.key, _NOD, at, 3) - 1.0
        return Stroke(at, _NOD_DOWN, 0, up, 0.4 * side * depth, depth, 0.3 * tilt * depth)

    def _question(self, at: int, rising: float) -> Stroke:
        """Return the tilt and raise of a question."""
        side = 1.0 if uniform(self.key, _TILT, at) < 0.5 else -1.0
        size = rising * (0.8 + 0.4 * uniform(self.key, _TILT, at, 1))
        return Stroke(at, STEP_RATE * 4 // 10, STEP_RATE // 2, STEP_RATE, side * size, -2.0 * size, 5.0 * side * size)

    def _rested(self, nod: int, at: int) -> int:
        """Return when a listener nods next of itself after a gesture that was asked for: not on top of it."""
        return nod if nod < 0 else max(nod, at + round(STEP_RATE * (4.0 + 6.0 * uniform(self.key, _LISTEN, at, 5))))

    def _listened(
        self, nod: int, gestures: Strokes, at: int, speaking: bool, activity: Activity
    ) -> tuple[Strokes, int]:
        """Return the gestures with a listener's nods, one to three in a row, and when it nods again.

        Listeners' nods are described by Hadar, Steiner & Rose (1985, "Head movement during listening turns in
        conversation", J Nonverbal Behavior 9).
        """
        if activity is not Activity.LISTENING or speaking:
            return gestures, -1
        if nod < 0:
            return gestures, at + round(STEP_RATE * (1.5 + 5.0 * uniform(self.key, _LISTEN, at)))
        if at < nod:
            return gestures, nod
        depth, period = 2.0 + 1.8 * uniform(self.key, _LISTEN, at, 1), 24 + int(12 * uniform(self.key, _LISTEN, at, 2))
        for number in range(1 + int(3.0 * uniform(self.key, _LISTEN, at, 3))):
            size = depth * 0.7**number
            gestures = _with(gestures, Stroke(at + number * period, period // 2, 0, period // 2, 0.0, size, 0.0))
        return gestures, at + round(STEP_RATE * (4.0 + 6.0 * uniform(self.key, _LISTEN, at, 4)))


def _with(strokes: Strokes, stroke: Stroke) -> Strokes:
    """Add a stroke, while there are not too many."""
    return (*strokes, stroke) if len(strokes) < MOST else strokes
