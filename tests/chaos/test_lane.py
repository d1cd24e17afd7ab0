"""One direction of a bad line, on a clock of the test's."""

import random

import pytest
from faults.fault import CLEAN, End, Fault
from faults.lane import Lane, Segment

DATA = random.Random(1).randbytes(20_000)


def through(fault: Fault, seed: int = 0, cuts: int = 1, every: float = 0.0) -> list[Segment]:
    lane = Lane(fault, random.Random(seed))
    size = len(DATA) // cuts
    return [segment for n in range(cuts) for segment in lane.take(DATA[n * size : (n + 1) * size], n * every)]


def joined(segments: list[Segment]) -> bytes:
    return b"".join(segment.data for segment in segments)


def test_a_clean_line_carries_everything_at_once() -> None:
    assert through(CLEAN) == [Segment(0.0, DATA)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(delay=0.2, jitter=0.3, segment=500),
        Fault(bytes_per_second=1000.0),
        Fault(loss=0.3, segment=500),
        Fault(segment=1),
    ],
)
def test_slow_lines_carry_everything_in_order_and_later(fault: Fault) -> None:
    segments = through(fault, cuts=10, every=0.05)
    assert joined(segments) == DATA
    assert max(len(segment.data) for segment in segments) <= fault.segment
    dues = [segment.due for segment in segments]
    assert dues == sorted(dues)
    assert dues[0] >= fault.delay
    assert fault.segment == 1 or dues[-1] > 0.45


def test_a_throttled_line_takes_its_time() -> None:
    assert through(Fault(bytes_per_second=1000.0))[-1].due == pytest.approx(20.0)


def test_what_is_behind_a_lost_segment_waits_for_it() -> None:
    dues = [segment.due for segment in through(Fault(loss=0.1, stall=5.0, segment=100))]
    assert dues[0] == 0.0
    first = dues.index(5.0)
    assert set(dues[:first]) == {0.0}
    assert set(dues[first:]) == {5.0}


def test_errors_hit_their_share_and_spare_what_is_spared() -> None:
    wrong = [
        n
        for n, (was, came) in enumerate(zip(DATA, joined(through(Fault(corrupt=0.01, spared=5000))), strict=True))
        if was != came
    ]
    assert min(wrong) >= 5000
    assert 100 < len(wrong) < 220


def test_a_seed_gives_the_same_line_however_it_is_read() -> None:
    fault = Fault(corrupt=0.01, segment=700, jitter=0.1, loss=0.1)
    assert joined(through(fault, seed=3)) == joined(through(fault, seed=3, cuts=200)) != joined(through(fault, seed=4))
    assert through(fault, seed=3)[-1].due == through(fault, seed=3, cuts=200)[-1].due


@pytest.mark.parametrize("cuts", [1, 7, 4000])
def test_a_line_ends_after_so_many_bytes(cuts: int) -> None:
    lane = Lane(Fault(at=1234, end=End.RESET), random.Random(0))
    size = len(DATA) // cuts
    came = [segment for n in range(cuts) for segment in lane.take(DATA[n * size : (n + 1) * size], 0.0)]
    assert joined(came) == DATA[:1234]
    assert lane.ended
    assert lane.take(DATA, 0.0) == []
