import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.shared_keys import shared_keys
from voxrig.runtime.core.keys import linear_keys

Singles = NDArray[np.float32]


def worst(curves: Singles, bound: float) -> float:
    """How far the keys are off at any row, interpolated in float32 as engines do."""
    keys = shared_keys(curves, bound)
    assert (keys.rows[0], keys.rows[-1]) == (0, len(curves) - 1)
    assert (np.diff(keys.rows) > 0).all()
    assert keys.values.dtype == np.float32
    at = np.clip(np.searchsorted(keys.rows, np.arange(len(curves)), side="right") - 1, 0, max(len(keys.rows) - 2, 0))
    after = np.minimum(at + 1, len(keys.rows) - 1)
    part = (np.arange(len(curves)) - keys.rows[at]) / np.maximum(keys.rows[after] - keys.rows[at], 1)
    part = part.astype(np.float32)[:, None]
    shown = keys.values[at] + part * (keys.values[after] - keys.values[at])
    return float(np.abs(shown - curves).max())


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("bound", [0.002, 0.01, 0.1])
def test_nothing_is_further_off_than_the_bound(seed: int, bound: float) -> None:
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, 0.01 * (1 + seed), (int(rng.integers(2, 300)), int(rng.integers(1, 12))))
    curves = np.clip(0.5 + np.cumsum(steps, axis=0), 0.0, 1.0).astype(np.float32)
    assert worst(curves, bound) <= bound


def test_no_more_keys_than_each_curve_alone_would_need_together() -> None:
    time = np.linspace(0, 6, 240)
    curves = np.stack([np.sin(time), np.sin(2 * time + 1), 0 * time + 0.3], axis=1).astype(np.float32)
    together = {0, 239}
    for curve in curves.T:
        together |= set(linear_keys(curve, 0.01).frames.tolist())
    assert len(shared_keys(curves, 0.01).rows) <= len(together) < 120


def test_straight_lines_are_their_ends() -> None:
    curves = np.stack([np.linspace(0, 1, 50), np.linspace(1, 0, 50)], axis=1).astype(np.float32)
    assert shared_keys(curves, 0.001).rows.tolist() == [0, 49]


def test_what_stands_still_is_told_at_both_ends() -> None:
    curves = np.full((30, 4), 0.25, np.float32)
    assert shared_keys(curves, 0.0).rows.tolist() == [0, 29]
    assert shared_keys(curves[:1], 0.01).rows.tolist() == [0]


def test_bound_0_keeps_every_row() -> None:
    curves = np.random.default_rng(1).random((20, 3), np.float32)
    keys = shared_keys(curves, 0.0)
    assert np.array_equal(keys.values, curves)
    assert worst(curves, 0.0) == 0.0
