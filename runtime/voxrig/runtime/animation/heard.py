"""What one pose's worth of sound says, as the layers of life hear it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAD: Final = 5
"""Model steps (83 ms) that life hears ahead of its pose, at most: a nod begins before its syllable."""


class Heard(NamedTuple):
    """One model step of sound (400 samples at 24 kHz), heard `LEAD` steps before the pose it belongs to, or fewer.

    Attributes:
        row: float32[2 * bands], two frames of natural-log mel powers (see `core.features`).
        level: RMS in dBFS, -100 at the least.
        f0: fundamental frequency in Hz; 0 where unvoiced.
        voicing: 0 to 1, how periodic the sound is.
        awake: 0 to 1, how far the mouth speaks at the pose.
    """

    row: NDArray[np.float32]
    level: float
    f0: float
    voicing: float
    awake: float


def aligned(
    ahead: tuple[Heard, ...], newest: Sequence[Heard], awake: Sequence[float], delay_steps: int
) -> tuple[list[Heard | None], tuple[Heard, ...]]:
    """Return what life hears at the poses of the newest model steps, and what it will hear later.

    A network may hear further ahead than `LEAD`; life does not, else a head would nod at words half a second off.

    Args:
        ahead: what was heard before and belongs to later poses.
        newest: the newest model steps.
        awake: how far the mouth speaks at the pose of each of them.
        delay_steps: the network's.
    """
    line, taken = (*ahead, *newest), 0
    heard: list[Heard | None] = []
    for known, speaks in enumerate(awake, len(ahead) + 1):
        if known - taken <= delay_steps - LEAD:
            heard.append(None)
        else:
            sound = line[taken]
            heard.append(sound if speaks == sound.awake else sound._replace(awake=speaks))
            taken += 1
    return heard, line[taken:]
