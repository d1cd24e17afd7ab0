"""Where to cut a long recording into clips: at its quietest moments."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHORTEST: Final = 3.0
LONGEST: Final = 8.0
"""Seconds of a clip: about those of the other data, since training draws clips evenly and from their beginning."""

_CELL: Final = 0.1  # seconds; cuts lie between cells, so that they fall on whole steps and whole samples
_AROUND: Final = 3  # cells on either side that must be quiet too


def quiet_cuts(audio: NDArray[np.float32], rate: int) -> list[tuple[float, float]]:
    """Cut a recording.

    Args:
        audio: float32[n], mono.
        rate: Hz.

    Returns:
        Start and end of each clip in seconds, one after the other without a gap, in multiples of 0.1 s; what is left
        over at the end is lost. They are 3 to 8 s long, or all of a recording that is shorter.
    """
    count = int(len(audio) / (_CELL * rate))
    edges = np.round(np.arange(count + 1) * _CELL * rate).astype(int)
    power = np.add.reduceat(np.square(audio[: edges[-1]], dtype=np.float64), edges[:-1]) if count else np.empty(0)
    window = np.hanning(2 * _AROUND + 2)[1:-1]
    near = np.convolve(np.pad(power, _AROUND), window, mode="valid")  # [count + 1], around each edge between cells
    shortest, longest = round(SHORTEST / _CELL), round(LONGEST / _CELL)
    cuts = [0]
    while count - cuts[-1] > longest:
        first = cuts[-1] + shortest
        last = min(cuts[-1] + longest, count - shortest)
        cuts.append(first + int(np.argmin(near[first : last + 1])))
    if count:
        cuts.append(count)
    return [(round(a * _CELL, 1), round(b * _CELL, 1)) for a, b in pairwise(cuts)]
