"""A body in a session: a network gives goals thirty times a second, cues lay theirs over, and the posture follows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.acting import Acting
from voxrig.runtime.animation.body.acting_state import ActingState
from voxrig.runtime.animation.body.asked import BodyManner
from voxrig.runtime.animation.body.following import followed, resting
from voxrig.runtime.animation.body.rows import STYLE, doing, write_rows
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.plan import Orders
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.voice import QUIET
from voxrig.runtime.core.body.posture import BREATH, INDEX, LEARNED, SITTING, SIZE, STANDING
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.asking import Ask, Asking, asked
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.onnx import State
from voxrig.runtime.models.spec import BODY_POSES, BODY_TOLD, BODY_VOICE

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

JOINS: Final = 0.3
"""Share of the head's turn to what it looks at that the chest joins in."""

_TWIST: Final = INDEX["twist"]
_YAW: Final = 4  # column of the head's share of the gaze

assert (*range(BREATH), *range(BREATH + 2, SIZE)) == LEARNED  # all but breath and sit, which lie side by side


class BodyState(NamedTuple):
    """Where a body stands; a value, whose arrays are replaced and never written.

    Attributes:
        network: the network's state; None without one.
        voice: of the pose before, float64[11], as of `voice.Voices`.
        mel: the mel row of the pose before, float32[2 * bands].
        goal: the network's goals, float64[34].
        acting: what the cues make of them.
        following: as of `following.followed`; None before the first pose.
    """

    network: State | None
    voice: Doubles
    mel: Floats
    goal: Doubles
    acting: ActingState
    following: Doubles | None


@dataclass(frozen=True, slots=True)
class Embodying:
    """Moves a body.

    Attributes:
        key: the session's, from `core.chance.key_of`.
        model: the network's step; None: the body only does what it is told.
        mel: the features of what is heard.

    Raises:
        ValueError: the model moves no body, or was made for other features.
    """

    key: int
    model: StepModel | None
    mel: LogMel
    _acting: Acting = field(init=False, repr=False, compare=False)
    _silence: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.model is not None and (self.model.spec.role != "body" or self.model.spec.log_mel() != self.mel):
            spec = self.model.spec
            raise ValueError(f"bundle {spec.name} moves no body, or hears other features; export it again")
        silence = np.full(self.mel.width, np.log(np.float32(self.mel.floor)), np.float32)
        object.__setattr__(self, "_acting", Acting(self.key))
        object.__setattr__(self, "_silence", silence)

    def start(self, manner: BodyManner) -> BodyState:
        """Before the first pose: it stands or sits as the manner says."""
        network = None if self.model is None else self.model.start()
        goal = SITTING if manner.sitting else STANDING
        return BodyState(network, _NO_VOICE, self._silence, goal, self._acting.start(manner=manner), None)

    def steps(
        self,
        stretch: Stretch,
        state: BodyState,
        heard: Sequence[Heard | None],
        orders: Orders,
        gazes: Doubles,
        breaths: Doubles,
    ) -> Asking[tuple[BodyState, Doubles]]:
        """Live through some poses.

        Args:
            stretch: their voices and moods.
            state: after the pose before; it is not changed.
            heard: what sounds at each.
            orders: what the cues ask for at each.
            gazes: float64[k, 6 or more], as of `gaze.GazePose`.
            breaths: float64[k], -1 to 1.

        Returns:
            Work that comes to the state after the last, and postures float64[k, 34]; they don't depend on how poses are
            put together.
        """
        mels = self._mels(heard)
        network, newest, goals = yield from self._goals(stretch, state, mels, orders)
        # What is mirrored later is turned the other way now, as eyes and head are never mirrored.
        _join(goals, gazes, np.array([-JOINS if manner.mirror else JOINS for manner in orders.manner]))
        acting, goals = self._acting.steps(state.acting, stretch.at, goals, orders.acts, orders.hands, orders.manner)
        start = resting(goals[0]) if state.following is None else state.following
        following, postures = followed(start, goals)
        postures[:, BREATH] = breaths
        # A copy, so that it keeps no longer stretch of sound alive.
        return BodyState(network, stretch.voices.values[-1], mels[-1].copy(), newest, acting, following), postures

    def _mels(self, heard: Sequence[Heard | None]) -> Floats:
        """Return the mel rows, float32[k, 2 * bands]; silence where nothing sounds."""
        if len(heard) == 1 and (only := heard[0]) is not None and only.awake > 0.0:
            return only.row[None]
        return np.array([self._silence if sound is None or sound.awake <= 0.0 else sound.row for sound in heard])

    def _goals(
        self, stretch: Stretch, state: BodyState, mels: Floats, orders: Orders
    ) -> Asking[tuple[State | None, Doubles, Doubles]]:
        """Return the network's next state, its newest goals float64[34], and those of each pose, float64[k, 34].

        The network runs at even poses, for the pose and the one after it.
        """
        count, goal, network = stretch.length, state.goal, state.network
        goals = np.empty((count, len(goal)))
        first = stretch.at % BODY_POSES
        if self.model is None or network is None:
            goals[:] = [SITTING if manner.sitting else STANDING for manner in orders.manner]
            return network, goals[-1], goals
        if first:
            goals[:first] = goal
            if count == first:
                return network, goal, goals
        rows = self._rows(stretch, state, mels, orders)
        for n in range(len(rows)):
            yield "body"
            answer, after = yield from asked(Ask(self.model, rows[n], network))
            newer = np.empty(SIZE)
            if _take(answer, after, newer):
                network, goal = after, newer
            goals[first + BODY_POSES * n : first + BODY_POSES * (n + 1)] = goal
        return network, goal, goals

    def _rows(self, stretch: Stretch, state: BodyState, mels: Floats, orders: Orders) -> Floats:
        """Return the network's rows of the even poses, float32[m, row]."""
        first = stretch.at % BODY_POSES
        voices, affects, told = stretch.voices.values, stretch.affects.values, []
        for n in range(first, len(voices), BODY_POSES):
            manner, does = orders.manner[n], doing(orders.activity[n], voices[n, 0] > 0.0, voices[n, 1])
            told.append((*manner[:_DIALS], float(manner.sitting), float(does)))
        rows = np.empty((len(told), BODY_POSES * (BODY_VOICE + mels.shape[1]) + BODY_TOLD), np.float32)
        write_rows(state.voice, state.mel, voices, mels, affects, np.array(told), self.key, stretch.at, first, rows)
        return rows


@numba.njit(cache=True)
def _join(goals: Doubles, gazes: Doubles, shares: Doubles) -> None:
    """Turn the chest along with the head: add a share of the head's turn to goals float64[k, 34]."""
    for n in range(len(goals)):
        goals[n, _TWIST] += gazes[n, _YAW] * shares[n]


@numba.njit(cache=True)
def _take(answer: Floats, after: State, goal: Doubles) -> bool:
    """Write a network's answer, float32[32], as a goal float64[34]; return whether all its numbers are finite.

    Of one that is not, nothing is to be kept: the body stays at its goals, and the network goes on from before.
    """
    wild = _wild(answer)
    for state in after:
        wild += _wild(state)
    for k in range(SIZE):
        goal[k] = answer[k] if k < BREATH else 0.0 if k < BREATH + 2 else answer[k - 2]
    return wild == 0


@numba.njit(cache=True)
def _wild(numbers: Floats) -> int:
    """Return how many numbers are not finite."""
    count = 0
    for number in numbers:
        count += not math.isfinite(number)
    return count


_DIALS: Final = len(STYLE)
_NO_VOICE: Final = np.array(QUIET, np.float64)
