"""How fast something grows."""

from collections.abc import Sequence

import numpy as np


def per_hour(moments: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of the later two thirds of `values`, an hour; `moments` are seconds.

    It is Theil and Sen's median of all pairs, which a step here and there doesn't sway. What happens first is left out:
    caches fill, and the allocator finds its size.
    """
    first = len(moments) // 3
    x, y = np.asarray(moments[first:], float), np.asarray(values[first:], float)
    if len(x) < 2:
        raise ValueError(f"{len(moments)} values have no slope; take 3 or more")
    left, right = np.triu_indices(len(x), 1)
    return float(np.median((y[right] - y[left]) / (x[right] - x[left])) * 3600.0)
