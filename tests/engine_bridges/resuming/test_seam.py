"""From one life over to another, without a pop."""

from fractions import Fraction

import numpy as np

from voxrig.engine_bridges.seam import Seam


def test_controls_go_straight_and_bones_the_shorter_way():
    turned = np.array([0.0, 0.0, np.sin(0.3), np.cos(0.3)], np.float32)
    origin = np.array([1.0, 0.0, *turned], np.float32)
    target = np.array([0.0, 0.5, *-np.array([0.0, 0.0, np.sin(0.5), np.cos(0.5)])], np.float32)
    seam = Seam(origin, 100, Fraction(60), 1)
    shown = [seam.eased(index, target) for index in range(100, 114)]
    assert np.allclose([values[0] for values in shown[:12]], 1 - np.arange(1, 13) / 12, atol=1e-6)
    angles = [2 * np.arctan2(abs(values[4]), abs(values[5])) / 2 for values in shown[:11]]
    assert np.all(np.diff(angles) > 0)
    assert 0.3 < angles[0] < angles[-1] < 0.5
    assert np.allclose([np.linalg.norm(values[2:]) for values in shown], 1.0, atol=1e-6)
    assert all(np.array_equal(values, target) for values in shown[11:])
    assert [seam.is_over(index) for index in (110, 111)] == [False, True]
