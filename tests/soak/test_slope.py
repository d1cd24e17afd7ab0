"""The slope that soaks go by."""

import numpy as np
import pytest
from slope import per_hour


def test_a_leak_is_seen_through_noise_and_steps() -> None:
    moments = np.arange(0.0, 3600.0, 10.0)
    noise = np.random.default_rng(0).normal(0.0, 3.0, len(moments))
    start = np.where(moments < 600.0, 0.0, 500.0)
    assert per_hour(moments, 200.0 + 50.0 * moments / 3600.0 + noise + start) == pytest.approx(50.0, abs=3.0)
    assert per_hour(moments, 200.0 + noise + start) == pytest.approx(0.0, abs=3.0)


def test_one_value_has_no_slope() -> None:
    with pytest.raises(ValueError, match="1 values have no slope; take 3 or more"):
        per_hour([0.0], [1.0])
