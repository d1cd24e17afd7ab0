"""Sending on the clock: never early, in order, lateness told."""

import numpy as np
import pytest

from voxrig.profiling.pace import Pace


class Clock:
    """Time that passes only while somebody waits, or works."""

    def __init__(self) -> None:
        self.now = 10.0
        self.yields = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.yields += seconds == 0.0
        self.now += seconds


async def test_chunks_leave_when_they_are_recorded():
    clock, sent = Clock(), []
    pace = Pace(clock, clock.sleep)
    sends = [lambda number, line=line: sent.append((line, number, clock.now)) for line in range(3)]
    await pace.run(sends, [10.0, 10.005, 10.015], 0.02, 4)
    assert [(line, number) for line, number, _ in sent] == [(line, number) for number in range(4) for line in range(3)]
    for line, number, moment in sent:
        assert moment == pytest.approx((10.0, 10.005, 10.015)[line] + (number + 1) * 0.02)
    np.testing.assert_allclose(pace.lags(10.0, 11.0), 0.0, atol=1e-9)


async def test_a_sender_that_is_too_slow_tells_how_late_it_was_and_lets_others_run():
    clock = Clock()
    pace = Pace(clock, clock.sleep)

    def slow(_: int) -> None:
        clock.now += 0.03

    await pace.run([slow], [10.0], 0.02, 20)
    np.testing.assert_allclose(pace.lags(0.0, 100.0), 0.01 * np.arange(20), atol=1e-9)
    assert len(pace.lags(10.1, 10.2)) == 5
    assert clock.yields == 2
