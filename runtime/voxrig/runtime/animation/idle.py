"""Idle life: breath in throat and nostrils, swallowing, small movements of a silent mouth, a face that is never frozen.

The mouth belongs to speech. What the idle face does with it begins no earlier than 1.5 s after a voice fell silent and
is gone 100 ms after one begins.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numba
import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from voxrig.runtime.animation.breath import STILL, BreathState, breathe, flow, inhaled
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import drift, uniform
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

Floats = NDArray[np.float64]

IDLE_CONTROLS: Final = (
    "browRaiseInL", "browRaiseInR", "browRaiseOuterL", "browRaiseOuterR", "eyeCheekRaiseL", "eyeCheekRaiseR",
    "neckThroatInhale", "neckThroatExhale", "noseNostrilDilateL", "noseNostrilDilateR",
    "mouthLipsPressL", "mouthLipsPressR", "mouthDimpleL", "mouthDimpleR",
    "neckThroatUp", "neckSwallowPh1", "neckSwallowPh2", "neckSwallowPh3", "neckSwallowPh4",
)  # fmt: skip
"""Native controls, without their prefix, that the idle layer adds to."""

MOUTH_WAITS: Final = 3 * STEP_RATE // 2
"""Poses of silence after speech before the mouth does anything of its own."""
MOUTH_LEAVES: Final = STEP_RATE // 10
"""Poses after speech began by which it has stopped."""
MICRO: Final = 0.04
"""Most that brows and cheeks drift."""
FIDGET: Final = 0.15
"""Most that lips press or a corner tucks."""
SWALLOWS: Final = (35.0, 90.0)
"""Seconds between two swallows, the least and the most: about one a minute in a waking, resting adult (Lear, Flanagan
& Moorrees 1965, "The frequency of deglutition in man", Archives of Oral Biology 10)."""
SWALLOW_LENGTH: Final = STEP_RATE
"""Poses of a swallow."""


class IdlePose(NamedTuple):
    """The idle layer at one pose: what it adds to `IDLE_CONTROLS`, 0 to 1 each; and the breath, -1 (out) to 1 (in)."""

    values: tuple[float, ...]
    breath: float


class Fidget(NamedTuple):
    """A small movement of the mouth: from pose `start`, `out` poses there, `hold` there, `out` back."""

    start: int
    out: int
    hold: int
    press: float
    left: float
    right: float


class IdlingState(NamedTuple):
    """What goes on.

    Attributes:
        breath: the breath's state.
        free: how far the mouth is its own, 0 to `MOUTH_LEAVES`.
        swallow: pose at which a swallow begins or began.
        fidget: the last movement of the mouth.
        due: pose of the next; -1 before the first pose.
    """

    breath: BreathState
    free: int
    swallow: int
    fidget: Fidget
    due: int


_SWALLOW, _FIDGET, _MICRO = 74, 76, 80
_NOTHING: Final = Fidget(0, 1, 0, 0.0, 0.0, 0.0)
_START: Final = IdlingState(STILL, 0, 0, _NOTHING, -1)


@dataclass(frozen=True, slots=True)
class Idling:
    """Keeps a face alive.

    Attributes:
        key: the session's, from `core.chance.key_of`.
    """

    key: int

    @staticmethod
    def start() -> IdlingState:
        """Before the first pose."""
        return _START

    def step(self, state: IdlingState, at: int, voice: Voice, affect: Affect) -> tuple[IdlingState, IdlePose]:
        """Live through pose `at`.

        Args:
            state: after the pose before; it is not changed.
            at: number of the pose.
            voice: as heard at the pose.
            affect: as shown at the pose.
        """
        after, poses = self.steps(Stretch.single(at, voice, affect), state)
        *values, breath = poses[0].tolist()
        return after, IdlePose(tuple(values), breath)

    def steps(self, stretch: Stretch, state: IdlingState) -> tuple[IdlingState, Floats]:
        """Live through a stretch, each pose as of `step`.

        Returns:
            The state after the last, and float64[k, 20]: what is added to `IDLE_CONTROLS`, and the breath.
        """
        poses, row, voices = np.zeros((stretch.length, len(IDLE_CONTROLS) + 1)), 0, stretch.voices
        while row < stretch.length:
            at = stretch.at + row
            speaking, since = voices.values[row, :2].tolist()
            voice = voices.at(row) if row in voices.turns else None
            breath, free, swallow, fidget, due = self._decided(state, stretch, row, speaking > 0.0, int(since), voice)
            silent = not speaking and since >= MOUTH_WAITS
            last = row + 1
            if last < stretch.length:
                last = min(stretch.stop(row), breath.start + breath.length - stretch.at)
                if not speaking and not silent:
                    last = min(last, row + MOUTH_WAITS - int(since))
                if free:
                    last = min(last, swallow + SWALLOW_LENGTH - stretch.at, due - stretch.at if silent else row + free)
                else:
                    last = min(last, min(swallow, due) - MOUTH_WAITS + 1 - stretch.at)
                last = max(last, row + 1)
            free, near, far = _live(
                self.key, at, breath.start, breath.length, breath.before, breath.goal, breath.near, breath.far, free,
                silent, swallow, *fidget, poses[row:last],
            )  # fmt: skip
            state = IdlingState(BreathState(*breath[:5], near, far), free, swallow, fidget, due)
            row = last
        return state, poses

    def _decided(
        self, state: IdlingState, stretch: Stretch, row: int, speaking: bool, since: int, voice: Voice | None
    ) -> IdlingState:
        """Begin what begins at one pose; `voice` where it starts or ends."""
        at = stretch.at + row
        breath, free, swallow, fidget, due = state
        if voice is not None or breath.start < 0 or at - breath.start >= breath.length:
            breath = breathe(self.key, breath, at, stretch.voices.at(row), float(stretch.affects.values[row, 22]))
        if due < 0:
            swallow, due = at + self._until_swallow(at), at + self._until_fidget(at)
        silent = not speaking and since >= MOUTH_WAITS
        free = min(free + 1, MOUTH_LEAVES) if silent else max(free - 1, 0)
        if free == 0:  # what was under way is not taken up again; what is due comes some time after the speech
            fidget = _NOTHING
            if min(swallow, due) < at + MOUTH_WAITS:
                swallow, due = max(swallow, self._later(at, 0)), max(due, self._later(at, 1))
        else:
            if at - swallow >= SWALLOW_LENGTH:
                swallow = at + self._until_swallow(at)
            if at >= due and silent:
                fidget = self._fidget(at)
                due = at + self._until_fidget(at)
        return IdlingState(breath, free, swallow, fidget, due)

    def _until_swallow(self, at: int) -> int:
        least, most = SWALLOWS
        return round(STEP_RATE * (least + (most - least) * uniform(self.key, _SWALLOW, at)))

    def _later(self, at: int, draw: int) -> int:
        """Return a pose at which the mouth will be free, should speech end now."""
        return at + MOUTH_WAITS + round(STEP_RATE * 5.0 * uniform(self.key, _SWALLOW + 1, at, draw))

    def _until_fidget(self, at: int) -> int:
        return round(STEP_RATE * (5.0 + 11.0 * uniform(self.key, _FIDGET, at)))

    def _fidget(self, at: int) -> Fidget:
        """Return what the mouth does: lips press, or a corner tucks in."""
        key = self.key
        amount = FIDGET * (0.5 + 0.5 * uniform(key, _FIDGET, at, 1))
        out = round(STEP_RATE * (0.25 + 0.25 * uniform(key, _FIDGET, at, 2)))
        hold = round(STEP_RATE * 0.7 * uniform(key, _FIDGET, at, 3))
        kind = uniform(key, _FIDGET, at, 4)
        if kind < 0.5:
            return Fidget(at, out, hold, amount, 0.0, 0.0)
        less = 0.3 * amount
        return Fidget(at, out, hold, 0.2 * amount, *((amount, less) if kind < 0.75 else (less, amount)))


@register_jitable
def _mouth(
    at: int, swallow: int, start: int, out: int, hold: int, press: float, left: float, right: float, free: float
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Return the last nine of `IDLE_CONTROLS`; `start` to `right` as of `Fidget`."""
    since = at - start
    gone = free * (ease(since / out) - ease((since - out - hold) / out))
    if at < swallow:
        return gone * press, gone * press, gone * left, gone * right, 0.0, 0.0, 0.0, 0.0, 0.0
    done = (at - swallow) / SWALLOW_LENGTH
    # Each phase a fifth after the one before it.
    first, second = free * _bump(done, 0.2 + 0.2 * 0), free * _bump(done, 0.2 + 0.2 * 1)
    third, fourth = free * _bump(done, 0.2 + 0.2 * 2), free * _bump(done, 0.2 + 0.2 * 3)
    press = min(gone * press + 0.6 * FIDGET * free * _bump(done, 0.35), FIDGET)
    return (
        press, press, gone * left, gone * right, 0.4 * second, 0.8 * first, 0.8 * second, 0.8 * third, 0.8 * fourth
    )  # fmt: skip


@register_jitable
def _bump(done: float, middle: float) -> float:
    """Return a smooth rise and fall around `middle`, 0 beyond 0.2 on both sides."""
    return ease(1.0 - abs(done - middle) / 0.2)


@numba.njit(cache=True)
def _live(
    key: int,
    at: int,
    breath_start: int,
    breath_length: int,
    breath_before: float,
    breath_goal: float,
    near: float,
    far: float,
    free: int,
    silent: bool,
    swallow: int,
    start: int,
    out: int,
    hold: int,
    press: float,
    left: float,
    right: float,
    poses: Floats,
) -> tuple[int, float, float]:
    """Live through k poses from `at` on, at whose first something may begin.

    Args:
        key, at: as of `Idling.step`.
        breath_start, breath_length, breath_before, breath_goal, near, far: the breath's state; the latter two as of
            the pose before.
        free: as of `IdlingState`, at the first pose.
        silent: whether the mouth is its own.
        swallow: as of `IdlingState`.
        start, out, hold, press, left, right: the fidget.
        poses: float64[k, 20] of zeros, as of `Idling.steps`, is written.

    Returns:
        `free`, `near` and `far` at the last pose.
    """
    for n in range(len(poses)):
        now, pose = at + n, poses[n]
        near, far = inhaled(breath_start, breath_length, breath_before, breath_goal, near, far, now)
        if n > 0:
            free = min(free + 1, MOUTH_LEAVES) if silent else max(free - 1, 0)
        _micro(key, now, pose)
        air = flow(near, far)
        inward, outward = min(max(air, 0.0), 2.0), min(max(-air, 0.0), 2.0)
        pose[6], pose[7], pose[8], pose[9] = 0.15 * inward, 0.1 * outward, 0.12 * inward, 0.12 * inward
        if free > 0:
            mouth = _mouth(now, swallow, start, out, hold, press, left, right, ease(free / MOUTH_LEAVES))
            for k in range(9):
                pose[10 + k] = mouth[k]
        pose[19] = far
    return free, near, far


@numba.njit(cache=True)
def _micro(key: int, at: int, pose: Floats) -> None:
    """Write the first six of `IDLE_CONTROLS`, never below 0, nearly alike on both sides."""
    inner, outer = 0.5 + 0.5 * drift(key, _MICRO, at, 190), 0.5 + 0.5 * drift(key, _MICRO + 1, at, 230)
    cheek, side = 0.5 + 0.5 * drift(key, _MICRO + 2, at, 170), 0.25 * drift(key, _MICRO + 3, at, 310)
    inner, outer, cheek = 0.8 * MICRO * inner * inner, 0.8 * MICRO * outer * outer, 0.6 * MICRO * cheek * cheek
    more, less = 1.0 + side, 1.0 - side
    pose[0], pose[1], pose[2] = inner * more, inner * less, outer * more
    pose[3], pose[4], pose[5] = outer * less, cheek * more, cheek * less
