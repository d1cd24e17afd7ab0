"""Emotion heard in the voice: a small network listens ten times a second, all poses between hold its last answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.core.prosody import FLOOR_DBFS
from voxrig.runtime.models.asking import Ask, Asking, alone, asked
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
        sounds: what was heard since the network last ran: of at most five poses; None for silence.
        network: the network's state, or None where there is no network.
        heard: its last answer.
    """

    sounds: tuple[Heard | None, ...]
    network: State | None
    heard: HeardEmotion


@dataclass(frozen=True, slots=True)
class Listening:
    """Feeds the network of a bundle with the role `emotion`; without one nothing is ever heard.

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
        silence = np.zeros((LISTENER_STEPS, 3), np.float32)
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
            network = self.model.start()
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
        state, (answer,) = alone(self.steps(state, at, (heard,)))
        return state, answer

    def steps(
        self, state: ListeningState, at: int, heard: Sequence[Heard | None]
    ) -> Asking[tuple[ListeningState, list[HeardEmotion]]]:
        """Listen for some poses from `at` on, each as of `step`; come to the state after the last."""
        waiting, network, answer = state
        count = len(heard)
        if self.model is None or network is None:
            return state, [NOTHING_HEARD] * count
        answers: list[HeardEmotion] = []
        first, last = 0, LISTENER_STEPS - (at + self.phase) % LISTENER_STEPS
        while last <= count:
            answers += [answer] * (last - 1 - first)
            six = (*waiting, *heard[first:last])
            # Where nothing was heard for seconds and there is no sound, the network would only say so again.
            if answer.confidence > 0.0 or any(sound is not None for sound in six):
                told, network = yield from asked(Ask(self.model, self._gathered(six), network))
                answer = _answer(told.tolist())
            answers.append(answer)
            waiting, first, last = (), last, last + LISTENER_STEPS
        if first < count:
            waiting = (*waiting, *[None if sound is None else _kept(sound) for sound in heard[first:]])
            answers += [answer] * (count - first)
        return ListeningState(waiting, network, answer), answers

    def _gathered(self, heard: tuple[Heard | None, ...]) -> Row:
        """Lay out six poses as the network takes them, float32[6 * 131]; those before a session's begin are silent.

        A session may begin in the middle of six.
        """
        rows = self._silence.copy()
        for place, sound in enumerate(heard, LISTENER_STEPS - len(heard)):
            if sound is not None:
                row = rows[place]
                row[:-3], row[-3], row[-2], row[-1] = sound.row, sound.level, sound.f0, sound.voicing
        return rows.reshape(-1)


def _kept(sound: Heard) -> Heard:
    """One pose's sound, which keeps no long stretch of sound alive."""
    whole = sound.row.base
    return sound if whole is None or whole.nbytes <= _LONG else sound._replace(row=sound.row.copy())


_LONG: Final = 4096
"""Bytes of sound, eight poses, of which one may keep the others alive: what a live session hears at once is shorter."""


def _answer(told: list[float]) -> HeardEmotion:
    """The network's outputs by name, in the order of `spec.HEARD`."""
    count = len(HEARD) - 4
    valence, arousal, dominance, confidence = told[count:]
    return HeardEmotion(tuple(told[:count]), valence, arousal, dominance, confidence)
