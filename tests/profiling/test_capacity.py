"""The search for the most characters, over servers that are functions."""

import asyncio

import pytest

from voxrig.profiling.capacity import Budget, Capacity, Point, find_capacity, judged


def search(holds, most=2048, first=8):
    """Search a server that holds so many; `holds` may be a function of (sessions, call)."""
    calls = []

    async def measure(sessions):
        calls.append(sessions)
        ok = holds(sessions, len(calls)) if callable(holds) else sessions <= holds
        return Point(sessions, 0.0 if ok else 0.01, 5.0, sessions / 100, 100.0, ok, "" if ok else "late frames 1 %")

    found = Capacity("grpc")
    asyncio.run(find_capacity(found, measure, first, most))
    return found, calls


@pytest.mark.parametrize("holds", [1, 3, 7, 8, 9, 31, 100, 333, 1500])
def test_the_most_that_hold_are_found_within_a_sixteenth(holds):
    found, calls = search(holds)
    assert holds - max(1, holds // 16) <= found.best.sessions <= holds
    assert found.ended == "late frames 1 %"
    assert len(calls) < 30
    told = found.record()
    assert told["characters"] == found.best.sessions
    assert told["per_core"] == pytest.approx(100.0)
    assert [point["sessions"] for point in told["points"]] == sorted(calls)


def test_what_never_breaks_ends_at_the_most_that_are_tried():
    found, calls = search(10_000, most=100)
    assert calls == [8, 16, 32, 64, 100]
    assert found.ended == "no budget broke with 100, the most that were tried"


def test_a_server_that_holds_none_has_no_capacity():
    found, calls = search(0)
    assert found.best is None
    assert found.record()["characters"] == 0
    assert found.record()["per_core"] is None
    assert calls[-1] == 1


def test_what_broke_once_is_tried_again():
    found, calls = search(lambda sessions, call: call != 2, most=32)
    assert calls == [8, 16, 16, 32]
    assert found.best.sessions == 32


def test_a_search_that_is_broken_off_keeps_its_points():
    async def measure(sessions):
        if sessions > 16:
            raise asyncio.CancelledError
        return Point(sessions, 0.0, 1.0, 0.5, 10.0, True)

    async def main():
        with pytest.raises(asyncio.CancelledError):
            await find_capacity(found, measure)

    found = Capacity("link")
    asyncio.run(main())
    assert found.best.sessions == 16


RUN = {
    "sessions": 9, "frames": 5400, "late_share": 0.0005, "latency_ms": {"p99": 12.0},
    "server": {"cpu_share": 0.8, "cpu_us_per_frame": 150.0},
    "client": {"limited": False, "cpu_share": 0.4, "lag_ms": {"p99": 2.0}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "budget", "limit"),
    [
        ({}, Budget(), ""),
        ({"late_share": 0.004}, Budget(), "late frames 0.4 % > 0.1 %"),
        ({"late_share": 0.004}, Budget(0.01), ""),
        ({}, Budget(p99_ms=10.0), "p99 12.0 ms > 10.0 ms"),
        ({"frames": 0, "late_share": 0.0, "latency_ms": None}, Budget(), "late frames 0 % > 0.1 %"),
        (
            {"late_share": 0.5, "client": {"limited": True, "cpu_share": 0.97, "lag_ms": {"p99": 30.0}}},
            Budget(),
            "the client: it took 97% of a core; give it more --client-processes",
        ),
        (
            {"client": {"limited": True, "cpu_share": 0.2, "lag_ms": {"p99": 30.0}}},
            Budget(),
            "the client: it sent 30 ms late (p99), though it had little to do: this machine is too busy",
        ),
    ],
)
def test_a_run_is_held_against_the_budget_and_the_client_is_blamed_first(changes, budget, limit):
    point = judged(RUN | changes, budget)
    assert point.limit == limit
    assert point.ok == (not limit)


@pytest.mark.parametrize(("late", "p99"), [(-0.1, None), (1.0, None), (0.001, 0.0)])
def test_a_budget_that_cannot_be_is_refused(late, p99):
    with pytest.raises(ValueError, match="is no budget"):
        Budget(late, p99)
