"""The head: it nods on stressed syllables, settles anew at phrases' ends, tilts on questions and is never quite still.

That a speaker's head moves with pitch and loudness, nods on stress and changes its posture where phrases begin and end
is described by Hadar, Steiner, Grant & Rose (1983, "Kinematics of head movements accompanying speech during
conversation", Human Movement Science 2), Graf, Cosatto, Strom & Huang (2002, "Visual prosody: facial movements
accompanying speech", FG) and Munhall et al. (2004, "Visual prosody and speech intelligibility", Psychological Science
15). The amounts are set so that mean speed while talking lies within the 10 to 33 degrees a second of three captures.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numba

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import NEUTRAL, Affect, Emotion
from voxrig.runtime.animation.gaze import GazePose
from voxrig.runtime.animation.gesture import LATE, NO_GESTURE, Gesture, strokes_of
from voxrig.runtime.animation.stroke import MOST, Stroke, Strokes, going, share
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import drift, uniform
from voxrig.runtime.core.timing import STEP_RATE


class HeadPose(NamedTuple):
    """Where the head turns, in radians; axes and signs of `core.rotation`."""

    yaw: float
    pitch: float
    roll: float


LEVEL: Final = HeadPose(0.0, 0.0, 0.0)
"""Straight ahead."""

Smooth = tuple[float, float, float, float, float, float, float, float, float, float, float, float]
"""Pairs of delays in series (see `_follow`): of liveliness, lean's pitch and roll, pace, stress and gaze's damping."""


class MovingState(NamedTuple):
    """Where the head is on its way.

    Attributes:
        goal: degrees of yaw, pitch and roll: the posture, once all strokes to it are over.
        shifts: strokes to it that are under way.
        gestures: nods and tilts under way.
        due: pose of the next change of posture; -1 at the very first pose.
        nod: pose of a listener's next nod; -1 while it does not listen.
        served: pose for which the last gesture was asked that was; -1 if none was.
        feeling: the emotion that `lean` was made from.
        lean: pitch and roll in degrees that it adds, and a factor for pace.
        smooth: what follows its cause smoothly.
    """

    goal: tuple[float, float, float]
    shifts: Strokes
    gestures: Strokes
    due: int
    nod: int
    served: int
    feeling: Emotion
    lean: tuple[float, float, float]
    smooth: Smooth


_SHIFT, _WHEN, _NOD, _TILT, _LISTEN = 50, 51, 52, 53, 54
_SWAY: Final = 56  # and the five after it

_POSTURE: Final = (9.0, 4.5, 3.6)  # degrees: two standard deviations of yaw, pitch and roll of a posture
# Poses: a beat is known about 25 ms after its nucleus and heard 83 ms early; so the low point comes 40 to 60 ms after.
_NOD_DOWN: Final = 7
_NOD_UP: Final = 20
_DEEPEST: Final = 4.5  # degrees of a nod
_QUESTION: Final = 0.4  # of `Voice.rising`
# Degrees and pace per emotion, in the order of CATEGORIES: the head sinks and slows in sadness, comes forward in anger,
# draws back in fear, disgust and surprise, and lifts the chin in contempt (Wallbott 1998, "Bodily expression of
# emotion", European J Social Psychology 28, for joy, sadness, disgust and pride; the amounts are ours).
_LEANS: Final = (
    (-1.5, 0.8, 0.25),
    (7.0, 1.2, -0.45),
    (2.5, 0.0, 0.35),
    (-3.0, 0.0, 0.1),
    (-2.0, 1.5, -0.1),
    (-2.5, 0.0, 0.1),
    (-3.0, 1.8, -0.15),
)
_CENTRE: Final = (0.0, 0.0, 0.0)
_BEGIN: Final[Smooth] = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0)
_START: Final = MovingState(_CENTRE, (), (), -1, -1, -1, NEUTRAL, (0.0, 0.0, 1.0), _BEGIN)


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
        feeling, lean = state.feeling, state.lean
        if affect.emotion is not feeling:
            feeling, lean = affect.emotion, _lean(affect.emotion)
        pace = lean[2] * (1.0 + 0.4 * voice.arousal + 0.15 * affect.arousal)
        goal, shifts, due = self._posture(state, at, voice, pace)
        gestures = going(state.gestures, at)
        if voice.beat > 0.0:
            gestures = _with(gestures, self._beat(at, voice.beat * pace))
        elif voice.ended and voice.rising > _QUESTION:
            gestures = _with(gestures, self._question(at, voice.rising))
        nod, served = state.nod, state.served
        if served < asked[1] <= at < asked[1] + LATE:
            for stroke in strokes_of(asked[0], self.key, at):
                gestures = _with(gestures, stroke)
            nod, served = self._rested(nod, at), asked[1]
        gestures, nod = self._listened(nod, gestures, at, voice, activity)
        smooth, yaw, pitch, roll = _sway(
            self.key, at, state.smooth, voice.speaking, voice.stress, pace, lean[0], lean[1],
            abs(gaze.head_yaw) + abs(gaze.head_pitch),
        )  # fmt: skip
        pitch -= 0.45 * breath
        yaw, pitch, roll = yaw + goal[0], pitch + goal[1], roll + goal[2]
        for stroke in shifts:
            left = share(stroke, at) - 1.0
            yaw, pitch, roll = yaw + left * stroke.yaw, pitch + left * stroke.pitch, roll + left * stroke.roll
        for stroke in gestures:
            gone = share(stroke, at)
            yaw, pitch, roll = yaw + gone * stroke.yaw, pitch + gone * stroke.pitch, roll + gone * stroke.roll
        after = MovingState(goal, shifts, gestures, due, nod, served, feeling, lean, smooth)
        return after, HeadPose(math.radians(yaw), math.radians(pitch), math.radians(roll))

    def _posture(
        self, state: MovingState, at: int, voice: Voice, pace: float
    ) -> tuple[tuple[float, float, float], Strokes, int]:
        """Return the goal, the strokes towards it and when the next change is due."""
        goal, shifts, due = state.goal, going(state.shifts, at), state.due
        if due < 0:
            return goal, shifts, at + self._pause(at, voice, pace)
        if (at < due and not voice.started and not voice.ended) or len(shifts) >= MOST:
            return goal, shifts, due
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

    def _listened(self, nod: int, gestures: Strokes, at: int, voice: Voice, activity: Activity) -> tuple[Strokes, int]:
        """Return the gestures with a listener's nods, one to three in a row, and when it nods again.

        Listeners' nods are described by Hadar, Steiner & Rose (1985, "Head movement during listening turns in
        conversation", J Nonverbal Behavior 9).
        """
        if activity is not Activity.LISTENING or voice.speaking:
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


def _lean(emotion: Emotion) -> tuple[float, float, float]:
    """Return pitch and roll in degrees and the pace of an emotion: the mean of the face's regions."""
    pitch = roll = pace = 0.0
    for brows, eyes, mouth, (down, side, faster) in zip(emotion[:7], emotion[7:14], emotion[14:], _LEANS, strict=True):
        amount = (brows + eyes + mouth) / 3.0
        if amount:
            pitch, roll, pace = pitch + amount * down, roll + amount * side, pace + amount * faster
    return pitch, roll, 1.0 + pace


def _share(seconds: float) -> float:
    """The part of the way that a delay with this time constant goes in a pose.

    Not in compiled code: there a compiler may work out the exponential of a constant, a last digit off what the machine
    would say, and the same session would differ from process to process.
    """
    return 1.0 - math.exp(-1.0 / (seconds * STEP_RATE))


_LIVELY: Final = _share(0.2)
_LEANING: Final = _share(0.3)
_STRESSING: Final = _share(0.035)
_DAMPING: Final = _share(0.25)


@numba.njit(cache=True)
def _follow(near: float, far: float, goal: float, step: float) -> tuple[float, float]:
    """Move two delays in series towards a goal by a share of what is left: the second has no jump in its speed."""
    near += step * (goal - near)
    return near, far + step * (near - far)


@numba.njit(cache=True)
def _sway(
    key: int,
    at: int,
    smooth: Smooth,
    speaking: bool,
    stress: float,
    pace: float,
    down: float,
    side: float,
    turned: float,
) -> tuple[Smooth, float, float, float]:
    """Return the next followers, and yaw, pitch and roll in degrees of all that goes on without an event."""
    live0, live, pitch0, pitch, roll0, roll, pace0, paced, stress0, stressed, damp0, damp = smooth
    live0, live = _follow(live0, live, 1.0 if speaking else 0.0, _LIVELY)
    pitch0, pitch = _follow(pitch0, pitch, down, _LEANING)
    roll0, roll = _follow(roll0, roll, side, _LEANING)
    pace0, paced = _follow(pace0, paced, pace, _LEANING)
    stress0, stressed = _follow(stress0, stressed, stress, _STRESSING)
    damp0, damp = _follow(damp0, damp, 1.0 / (1.0 + turned / 0.35), _DAMPING)
    slow, quick = damp, (0.15 + 0.85 * live * paced) * damp
    yaw = 2.2 * slow * drift(key, _SWAY, at, 130) + 3.3 * quick * drift(key, _SWAY + 1, at, 26)
    nodding = 1.3 * slow * drift(key, _SWAY + 2, at, 105) + 0.9 * quick * drift(key, _SWAY + 3, at, 23)
    tilt = 1.3 * slow * drift(key, _SWAY + 4, at, 150) + 2.1 * quick * drift(key, _SWAY + 5, at, 29)
    nodding += pitch + 1.2 * paced * stressed
    after = (live0, live, pitch0, pitch, roll0, roll, pace0, paced, stress0, stressed, damp0, damp)
    return after, yaw, nodding, tilt + roll
