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


IdlingState = bytes
"""What goes on: the sixteen numbers of a float64[16], as bytes, which never change and can be compared.

near, far; start, length, before, goal, inward: the breath's state, as of `BreathState`;
free: how far the mouth is its own, 0 to `MOUTH_LEAVES`;
swallow: pose at which a swallow begins or began;
due: pose of the next movement of the mouth; -1 before the first pose;
start, out, hold, press, left, right: the last one, as of `Fidget`.
"""

_SWALLOW, _FIDGET, _MICRO = 74, 76, 80
_NOTHING: Final = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0)  # no fidget
_START: Final = np.array((STILL.near, STILL.far, *STILL[:5], 0.0, 0.0, -1.0, *_NOTHING)).tobytes()


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
        values = stretch.voices.values
        poses, numbers = np.zeros((len(values), len(IDLE_CONTROLS) + 1)), np.frombuffer(state).copy()
        row = _live(self.key, stretch.at, 0, False, values, numbers, poses)
        while row < len(values):
            self._decide(numbers, stretch, row)
            row = _live(self.key, stretch.at, row, True, values, numbers, poses)
        return numbers.tobytes(), poses

    def _decide(self, state: Floats, stretch: Stretch, row: int) -> None:
        """Begin what begins at one pose: write the numbers of the state, float64[16]."""
        at, voice, arousal = stretch.at + row, stretch.voices.at(row), float(stretch.affects.values[row, 22])
        near, far, begun, length, before, goal, inward, free, swallow, due, *numbers = state.tolist()
        breath = BreathState(int(begun), int(length), before, goal, inward > 0.0, near, far)
        if voice.started or voice.ended or breath.start < 0 or at - breath.start >= breath.length:
            breath = breathe(self.key, breath, at, voice, arousal)
        if due < 0:
            swallow, due = at + self._until_swallow(at), at + self._until_fidget(at)
        silent = not voice.speaking and voice.since >= MOUTH_WAITS
        free = min(free + 1, MOUTH_LEAVES) if silent else max(free - 1, 0)
        if free == 0:  # what was under way is not taken up again; what is due comes some time after the speech
            numbers = _NOTHING
            if min(swallow, due) < at + MOUTH_WAITS:
                swallow, due = max(swallow, self._later(at, 0)), max(due, self._later(at, 1))
        else:
            if at - swallow >= SWALLOW_LENGTH:
                swallow = at + self._until_swallow(at)
            if at >= due and silent:
                numbers = self._fidget(at)
                due = at + self._until_fidget(at)
        start, length, before, goal, inward, near, far = breath
        state[:] = (near, far, start, length, before, goal, inward, free, swallow, due, *numbers)

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
    at: int, swallow: float, start: float, out: float, hold: float, press: float, left: float, right: float, free: float
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
def _live(key: int, at: int, row: int, decided: bool, voices: Floats, state: Floats, poses: Floats) -> int:
    """Live through the poses of a stretch, from a row on and up to one at which something begins.

    Args:
        key: as of `Idling`.
        at: number of the pose of row 0.
        row: the first.
        decided: whether what begins at it has begun.
        voices: float64[k, 11], as of `Voices`.
        state: float64[16], as of `IdlingState`, is written: after the last pose lived.
        poses: float64[k, 20] of zeros, as of `Idling.steps`, is written.

    Returns:
        The row at which something begins; k if nothing does.
    """
    near, far, free = state[0], state[1], state[7]
    begun, length, before, goal, swallow, due = state[2], state[3], state[4], state[5], state[8], state[9]
    while row < len(poses):
        now, pose, voice = at + row, poses[row], voices[row]
        if not decided:
            silent = voice[0] <= 0.0 and voice[1] >= MOUTH_WAITS
            more = min(free + 1.0, MOUTH_LEAVES) if silent else max(free - 1.0, 0.0)
            if voice[8] > 0.0 or voice[9] > 0.0 or begun < 0.0 or now - begun >= length:
                break
            if more > 0.0:
                if now - swallow >= SWALLOW_LENGTH or (silent and now >= due):
                    break
            else:
                if min(swallow, due) < now + MOUTH_WAITS:
                    break
                for k in range(len(_NOTHING)):
                    state[10 + k] = _NOTHING[k]
            free = more
        decided = False
        near, far = inhaled(begun, length, before, goal, near, far, now)
        _micro(key, now, pose)
        air = flow(near, far)
        inward, outward = min(max(air, 0.0), 2.0), min(max(-air, 0.0), 2.0)
        pose[6], pose[7], pose[8], pose[9] = 0.15 * inward, 0.1 * outward, 0.12 * inward, 0.12 * inward
        if free > 0.0:
            mouth = _mouth(
                now, swallow, state[10], state[11], state[12], state[13], state[14], state[15],
                ease(free / MOUTH_LEAVES),
            )  # fmt: skip
            for k in range(9):
                pose[10 + k] = mouth[k]
        pose[19] = far
        row += 1
    state[0], state[1], state[7] = near, far, free
    return row


@numba.njit(cache=True)
def _micro(key: int, at: int, pose: Floats) -> None:
    """Write the first six of `IDLE_CONTROLS`, never below 0, nearly alike on both sides."""
    inner, outer = 0.5 + 0.5 * drift(key, _MICRO, at, 190), 0.5 + 0.5 * drift(key, _MICRO + 1, at, 230)
    cheek, side = 0.5 + 0.5 * drift(key, _MICRO + 2, at, 170), 0.25 * drift(key, _MICRO + 3, at, 310)
    inner, outer, cheek = 0.8 * MICRO * inner * inner, 0.8 * MICRO * outer * outer, 0.6 * MICRO * cheek * cheek
    more, less = 1.0 + side, 1.0 - side
    pose[0], pose[1], pose[2] = inner * more, inner * less, outer * more
    pose[3], pose[4], pose[5] = outer * less, cheek * more, cheek * less
