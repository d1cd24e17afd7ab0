"""What a server should be able to do, and whether a profile shows that it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from voxrig.profiling.metrics_compared import client_was_limit
from voxrig.profiling.record_values import Record, figure, found, parts, run_name, transport_name

P50_MS: Final = 3.0
P99_MS: Final = 16.7
"""A frame at 60 a second."""
FIRST_FRAME_MS: Final = 20.0
LATE_SHARE: Final = 0.001
PER_CORE: Final = 100.0
PER_CORE_BUNDLED: Final = 300.0
OVER_FLOORS: Final = 1.5
COLD_START_S: Final = 2.0
OVERHEAD: Final = 0.01
IN_STEP: Final = 0.999
"""Share of pictures that are shown where BT.1359 wants them."""
RISE: Final = 1.05
"""Cost of a character over that at the next smaller count of sessions; the twentieth is noise of CPU clocks."""

Found = tuple[float, str]
"""A value, and of what it is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A target and what was measured.

    Attributes:
        name: of what is wanted.
        unit: of value and limit; "%" ones are shares from 0 to 1.
        limit: the most, or the least, that it may be.
        at_least: the limit is the least, not the most.
        value: the worst that was measured; None where nothing was.
        where: what had that value; empty where there is only one.
    """

    name: str
    unit: str
    limit: float
    at_least: bool
    value: float | None
    where: str

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where nothing was measured."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def judged(record: Record) -> tuple[Judged, ...]:
    """Hold a profile against every target, in the order of importance to those who use a server."""
    runs = [run for run in parts(record, "runs") if not client_was_limit(run)]
    one = [run for run in runs if found(run, "transport") == "grpc" and figure(run, "sessions") == 1]
    return (
        _most("latency p50, 1 session", "ms", P50_MS, _each(one, "latency_ms", "p50")),
        _most("latency p99, 1 session", "ms", P99_MS, _each(one, "latency_ms", "p99")),
        _most("first frame p99, 1 session", "ms", FIRST_FRAME_MS, _each(one, "first_frame_ms", "p99")),
        _most("late frames", "%", LATE_SHARE, _each(runs, "late_share")),
        _least("A/V within BT.1359", "%", IN_STEP, _each(runs, "av_offset_ms", "within_bt1359")),
        _least("characters per core (one connection each)", "", PER_CORE, _per_core(record, bundled=False)),
        _least("characters per core (bundled)", "", PER_CORE_BUNDLED, _per_core(record, bundled=True)),
        _most("server CPU over the sum of its floors", "×", OVER_FLOORS, _each([record], "floors", "ratio")),
        _most("start to first frame", "s", COLD_START_S, _each([record], "cold_start", "first_frame_s")),
        _most("cost of a character beside fewer sessions", "×", RISE, _rises(runs)),
        _most("overhead of measuring", "%", OVERHEAD, _overhead(record)),
    )


def _each(runs: Iterable[Record], *keys: str) -> list[Found]:
    told = [(figure(run, *keys), run_name(run) if found(run, "transport") else "") for run in runs]
    return [(value, where) for value, where in told if value is not None]


def _per_core(record: Record, bundled: bool) -> Iterator[Found]:
    for capacity in parts(record, "capacity"):
        value = figure(capacity, "per_core")
        if value is not None and str(found(capacity, "transport")).endswith("-bundled") == bundled:
            yield value, transport_name(capacity)


def _rises(runs: Iterable[Record]) -> Iterator[Found]:
    """What a character costs over what it costs at the next smaller count of sessions, for each transport."""
    costs: dict[str, dict[float, float]] = {}
    for run in runs:
        cost, sessions = figure(run, "server", "cpu_us_per_frame"), figure(run, "sessions")
        if cost is not None and sessions is not None:
            costs.setdefault(transport_name(run), {})[sessions] = cost
    for name, by_sessions in costs.items():
        for fewer, more in pairwise(sorted(by_sessions)):
            if by_sessions[fewer] > 0:
                yield by_sessions[more] / by_sessions[fewer], f"{name}, {fewer:.0f} to {more:.0f} sessions"


def _overhead(record: Record) -> list[Found]:
    told = [(figure(record, "overhead", f"{side}_share"), side) for side in ("server", "client")]
    return [(value, side) for value, side in told if value is not None]


def _most(name: str, unit: str, limit: float, values: Iterable[Found]) -> Judged:
    return _judgement(name, unit, limit, values, max, at_least=False)


def _least(name: str, unit: str, limit: float, values: Iterable[Found]) -> Judged:
    return _judgement(name, unit, limit, values, min, at_least=True)


def _judgement(
    name: str, unit: str, limit: float, values: Iterable[Found], worst: Callable[[list[Found]], Found], at_least: bool
) -> Judged:
    told = list(values)
    value, where = worst(told) if told else (None, "")
    if len(told) > 1 and all(one == value for one, _ in told):
        where = "all alike"
    return Judged(name, unit, limit, at_least, value, where)
