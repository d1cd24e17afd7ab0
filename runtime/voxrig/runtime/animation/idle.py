"""Idle life: breath in throat and nostrils, swallowing, small movements of a silent mouth, a face that is never frozen.

The mouth belongs to speech. What the idle face does with it begins no earlier than 1.5 s after a voice fell silent and
is gone 100 ms after one begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.breath import STILL, BreathState, breathe, flow
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import drift, uniform
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

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
_STILL_MOUTH: Final = (0.0,) * 9


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

    def step(
        self, state: IdlingState, at: int, voice: Voice, affect: Affect, micro: Sequence[float] | None = None
    ) -> tuple[IdlingState, IdlePose]:
        """Live through pose `at`.

        Args:
            state: after the pose before; it is not changed.
            at: number of the pose.
            voice: as heard at the pose.
            affect: as shown at the pose.
            micro: what `micro` gives for the pose, if it is known already.
        """
        breath = breathe(self.key, state.breath, at, voice, affect.arousal)
        _, free, swallow, fidget, due = state
        if due < 0:
            swallow, due = at + self._until_swallow(at), at + self._until_fidget(at)
        silent = not voice.speaking and voice.since >= MOUTH_WAITS
        free = min(free + 1, MOUTH_LEAVES) if silent else max(free - 1, 0)
        if free == 0:  # what was under way is not taken up again; what is due comes some time after the speech
            fidget = _NOTHING
            if min(swallow, due) < at + MOUTH_WAITS:
                swallow, due = max(swallow, self._later(at, 0)), max(due, self._later(at, 1))
        mouth: tuple[float, ...] = _STILL_MOUTH
        if free:
            if at - swallow >= SWALLOW_LENGTH:
                swallow = at + self._until_swallow(at)
            if at >= due and silent:
                fidget = self._fidget(at)
                due = at + self._until_fidget(at)
            mouth = _mouth(at, swallow, fidget, ease(free / MOUTH_LEAVES))
        air = flow(breath)
        inward, outward = min(max(air, 0.0), 2.0), min(max(-air, 0.0), 2.0)
        nostrils = 0.12 * inward
        values = (*(micro or self.micro(at, 1)[0]), 0.15 * inward, 0.1 * outward, nostrils, nostrils, *mouth)
        return IdlingState(breath, free, swallow, fidget, due), IdlePose(values, breath.far)

    def micro(self, at: int, count: int) -> list[list[float]]:
        """Return the first six of `IDLE_CONTROLS` at `count` poses from `at` on."""
        out = np.empty((count, 6))
        _micro(self.key, at, out)
        drifts: list[list[float]] = out.tolist()
        return drifts

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


def _mouth(at: int, swallow: int, fidget: Fidget, free: float) -> tuple[float, ...]:
    """Return the last nine of `IDLE_CONTROLS`."""
    start, out, hold, press, left, right = fidget
    since = at - start
    gone = free * (ease(since / out) - ease((since - out - hold) / out))
    if at < swallow:
        return gone * press, gone * press, gone * left, gone * right, 0.0, 0.0, 0.0, 0.0, 0.0
    done = (at - swallow) / SWALLOW_LENGTH
    phases = [free * _bump(done, 0.2 + 0.2 * number) for number in range(4)]
    press = gone * press + 0.6 * FIDGET * free * _bump(done, 0.35)
    press = min(press, FIDGET)
    return press, press, gone * left, gone * right, 0.4 * phases[1], *(0.8 * phase for phase in phases)


def _bump(done: float, middle: float) -> float:
    """Return a smooth rise and fall around `middle`, 0 beyond 0.2 on both sides."""
    return ease(1.0 - abs(done - middle) / 0.2)


@numba.njit(cache=True)
def _micro(key: int, first: int, out: NDArray[np.float64]) -> None:
    """Write the first six of `IDLE_CONTROLS`, never below 0, nearly alike on both sides, of k poses: float64[k, 6]."""
    for n in range(len(out)):
        at = first + n
        inner, outer = 0.5 + 0.5 * drift(key, _MICRO, at, 190), 0.5 + 0.5 * drift(key, _MICRO + 1, at, 230)
        cheek, side = 0.5 + 0.5 * drift(key, _MICRO + 2, at, 170), 0.25 * drift(key, _MICRO + 3, at, 310)
        inner, outer, cheek = 0.8 * MICRO * inner * inner, 0.8 * MICRO * outer * outer, 0.6 * MICRO * cheek * cheek
        left, right = 1.0 + side, 1.0 - side
        out[n, 0], out[n, 1], out[n, 2] = inner * left, inner * right, outer * left
        out[n, 3], out[n, 4], out[n, 5] = outer * right, cheek * left, cheek * right
