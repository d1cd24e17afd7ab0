"""Emotion heard in the voice: a small network listens ten times a second, all poses between hold its last answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.core.prosody import FLOOR_DBFS
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.onnx import State
from voxrig.runtime.models.spec import HEARD, LISTENER_STEPS

Row = NDArray[np.float32]


class HeardEmotion(NamedTuple):
    """What the voice tells of a feeling, as sure as it can be: what is not sure is neutral.

    Attributes:
        probabilities: of neutral, then of each of `emotion.CATEGORIES`; their sum is 1.
        valence, arousal, dominance: -1 to 1, the mean of the categories' points, so 0 where nothing is sure.
        confidence: 0 (nothing heard, or anything could be) to 1.
    """

    probabilities: tuple[float, ...]
    valence: float
    arousal: float
    dominance: float
    confidence: float


NOTHING_HEARD: Final = HeardEmotion((1.0, *(0.0 for _ in CATEGORIES)), 0.0, 0.0, 0.0, 0.0)
"""No voice, or none that tells anything."""


class ListeningState(NamedTuple):
    """Where listening stands; a value, whose arrays are replaced and never written.

    Attributes:
        rows: what was heard since the network last ran: at most five rows, float32[131] each; None for silence.
        network: the network's state, or None where there is no network.
        heard: its last answer.
    """

    rows: tuple[Row | None, ...]
    network: State | None
    heard: HeardEmotion


@dataclass(frozen=True, slots=True)
class Listening:
    """Feeds the network of a bundle with the role `emotion`; without one nothing is ever heard.

    Each session runs it alone: it is too small for a batch to pay, and in one its answers would depend, in their last
    bits, on who else is there.

    Attributes:
        model: its step, or None.
        phase: 0 to 5, how many poses before the last of each six the network runs: another for other characters, so
            that they don't all think at once.

    Raises:
        ValueError: the model is one that moves a face.
    """

    model: StepModel | None
    phase: int = 0
    _silence: Row = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        silence = np.zeros((LISTENER_STEPS, 0), np.float32)
        if self.model is not None:
            spec = self.model.spec
            if spec.role != "emotion":
                raise ValueError(f"bundle {spec.name} has the role {spec.role!r}; give one that hears emotion")
            mel = spec.log_mel()
            silence = np.full((LISTENER_STEPS, mel.width + 3), np.log(np.float32(mel.floor)), np.float32)
            silence[:, mel.width :] = (FLOOR_DBFS, 0.0, 0.0)
        object.__setattr__(self, "_silence", silence)

    def start(self) -> ListeningState:
        """State before anything is heard."""
        network = None
        if self.model is not None:
            network = tuple(state[None] for state in self.model.start())
        return ListeningState((), network, NOTHING_HEARD)

    def step(self, state: ListeningState, at: int, heard: Heard | None) -> tuple[ListeningState, HeardEmotion]:
        """Listen for one pose.

        Args:
            state: what `start` or the last `step` returned; it is not changed.
            at: number of the pose; the network runs at one of each six on the session's grid.
            heard: what sounds at it; None for silence.

        Returns:
            The next state, and what has been heard up to here.
        """
        state, (answer,) = self.steps(state, at, (heard,))
        return state, answer

    def steps(
        self, state: ListeningState, at: int, heard: Sequence[Heard | None]
    ) -> tuple[ListeningState, list[HeardEmotion]]:
        """Listen for some poses from `at` on, each as of `step`; return the state after the last."""
        answers: list[HeardEmotion] = []
        if self.model is None or state.network is None:
            return state, [NOTHING_HEARD] * len(heard)
        while len(answers) < len(heard):
            first = len(answers)
            last = first + LISTENER_STEPS - (at + first + self.phase) % LISTENER_STEPS
            rows = (*state.rows, *(None if sound is None else _row(sound) for sound in heard[first:last]))
            if last > len(heard):
                state = ListeningState(rows, state.network, state.heard)
                answers += [state.heard] * (len(heard) - first)
            else:
                answers += [state.heard] * (last - 1 - first)
                state = self._answered(rows, state.network, state.heard)
                answers.append(state.heard)
        return state, answers

    def _answered(self, rows: tuple[Row | None, ...], network: State | None, heard: HeardEmotion) -> ListeningState:
        """Run the network."""
        if self.model is None or network is None or (heard.confidence == 0.0 and all(row is None for row in rows)):
            # Nothing was heard for seconds and there is no sound: the network would only say so again.
            return ListeningState((), network, heard)
        told, network = self.model.step(self._gathered(rows), network)
        return ListeningState((), network, _answer(told[0].tolist()))

    def _gathered(self, heard: tuple[Row | None, ...]) -> Row:
        """Lay out six poses as the network takes them, float32[1, 6 * 131]; those before a session's begin are silent.

        A session may begin in the middle of six.
        """
        rows = self._silence.copy()
        for number, row in enumerate(heard, LISTENER_STEPS - len(heard)):
            if row is not None:
                rows[number] = row
        return rows.reshape(1, -1)


def _row(heard: Heard) -> Row:
    """One pose's sound as the network takes it; a copy, so that it keeps no longer stretch of sound alive."""
    row = np.empty(len(heard.row) + 3, np.float32)
    row[:-3] = heard.row
    row[-3:] = heard[1:4]
    return row


def _answer(told: list[float]) -> HeardEmotion:
    """The network's outputs by name, in the order of `spec.HEARD`."""
    count = len(HEARD) - 4
    valence, arousal, dominance, confidence = told[count:]
    return HeardEmotion(tuple(told[:count]), valence, arousal, dominance, confidence)
