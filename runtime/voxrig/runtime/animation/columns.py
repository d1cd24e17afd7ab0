"""What some poses were given, laid out as arrays for compiled code."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def distinct(values: Sequence[tuple[float, ...]]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Lay out tuples of N numbers, of which mostly one holds for many poses.

    Args:
        values: what holds at each of k poses, 1 or more.

    Returns:
        float64[m, N], each run of one and the same tuple once; and int64[k], which of them holds at each pose.
    """
    rows, which, last = [], [], None
    for value in values:
        if value is not last:
            rows.append(value)
            last = value
        which.append(len(rows) - 1)
    return np.array(rows), np.array(which)
