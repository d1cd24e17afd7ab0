"""Cutting a stream of samples into whole blocks, however it was chunked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import BLOCK


class BlockState(NamedTuple):
    """The samples that do not fill a block yet: float32[n]."""

    rest: NDArray[np.float32]


def start(padding: int) -> BlockState:
    """Begin a stream with `padding` virtual zero samples in front of its first real one.

    Raises:
        ValueError: the padding is negative.
    """
    if padding < 0:
        raise ValueError(f"a stream cannot start with {padding} samples of padding")
    return BlockState(np.zeros(padding, np.float32))


def cut(state: BlockState, samples: NDArray[np.float32]) -> tuple[BlockState, NDArray[np.float32]]:
    """Take any number of samples at 24 kHz; return the whole blocks they complete.

    Args:
        state: what `start` or the last `cut` returned; it is not changed.
        samples: float32[n].

    Returns:
        The next state, and float32[400 * k], the k blocks one after the other.
    """
    stream = np.concatenate((state.rest, samples))
    whole = len(stream) - len(stream) % BLOCK
    # The rest is copied, or a few samples would keep a whole clip alive.
    return BlockState(stream[whole:].copy()), stream[:whole]
