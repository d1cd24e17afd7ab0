"""What a body learns from, ready for its network: sounds, what it is told, and the postures to reach."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.body_hearing import Sounds
from voxrig.exporters.training.body_manners import Mannered
from voxrig.runtime.animation.body.noise import noise_rows
from voxrig.runtime.animation.body.rows import network_rows, voice_rows
from voxrig.runtime.animation.voice import QUIET
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.spec import BODY_POSES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BodyExample:
    """One performance of T poses, T even.

    Attributes:
        name: of the session and the take.
        voice: who speaks.
        heard: float16[T, 11 + 2 * bands], scaled voice and mel row of each pose; shared by the takes of a session.
        told: float16[T / 2, 25], what the network is told besides at each step.
        postures: float32[T, 34].
    """

    name: str
    voice: str
    heard: NDArray[np.float16]
    told: NDArray[np.float16]
    postures: Floats

    @property
    def steps(self) -> int:
        """Steps of the network."""
        return len(self.told)

    def rows(self, first: int, count: int) -> Floats:
        """Rows of the network from step `first` on, float32[count, row]; the last repeats behind the end."""
        at = np.arange(first * BODY_POSES - 1, (first + count) * BODY_POSES - 1)
        heard = self.heard[np.clip(at, 0, len(self.heard) - 1)].astype(np.float32)
        if first == 0:
            heard[0] = _quiet(self.heard.shape[1])
        told = self.told[np.minimum(np.arange(first, first + count), self.steps - 1)].astype(np.float32)
        return np.concatenate((heard.reshape(count, -1), told), axis=1)


def _quiet(width: int) -> Floats:
    """Return the voice and mel row of the pose before the first: float32[width]."""
    mel = np.full(width - len(QUIET), np.log(np.float32(LogMel().floor)), np.float32)
    return np.concatenate((voice_rows(np.array([QUIET], np.float64))[0], mel))


def some_rows(examples: Sequence[BodyExample], count: int = 8, steps: int = 300) -> Floats:
    """Rows of some examples from their beginnings: float32[count, steps, row]."""
    return np.stack([example.rows(0, steps) for example in examples[:count]])


def heard_rows(sounds: Sounds) -> NDArray[np.float16]:
    """Lay out what is heard: float16[T, 11 + 2 * bands]."""
    return np.concatenate((voice_rows(sounds.values), sounds.mel), axis=1).astype(np.float16)


def told_rows(manner: Mannered, does: NDArray[np.int64], luck: Doubles | None = None) -> NDArray[np.float16]:
    """Lay out what the network is told at even poses: float16[T / 2, 25].

    Args:
        manner: of the performance, whose seed gives the luck where none is given.
        does: int[T], as of `body_hearing.does`.
        luck: float64[T / 2, 12], or None.
    """
    steps = len(does) // BODY_POSES
    if luck is None:
        luck = noise_rows(key_of(manner.seed), 0, steps, BODY_POSES)
    # The runtime's own layout, with nothing heard in front of it.
    nothing = np.zeros((BODY_POSES * steps, 0), np.float32)
    return network_rows(
        nothing,
        nothing,
        manner.mood[::BODY_POSES][:steps],
        np.tile(manner.style, (steps, 1)),
        np.full(steps, float(manner.sitting)),
        does[::BODY_POSES][:steps],
        luck,
    ).astype(np.float16)
