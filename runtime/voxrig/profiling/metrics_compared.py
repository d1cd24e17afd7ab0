"""Which figures of two profiles are held against each other, and how much each may differ by chance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from voxrig.profiling.noise import Bound
from voxrig.profiling.record_values import Record, figure, found, sums

Read = Callable[[Record], float | None]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Attributes:
        name: as a reader knows it.
        unit: of its values; "%" ones are shares from 0 to 1.
        read: finds it in a run, a capacity or the record.
        bound: of its noise.
        more_is_better: it is good where it is high.
    """

    name: str
    unit: str
    read: Read
    bound: Bound
    more_is_better: bool = False


def _at(*keys: str) -> Read:
    return lambda record: figure(record, *keys)


def _dropped(run: Record) -> float | None:
    dropped, frames = figure(run, "dropped"), figure(run, "frames")
    return None if dropped is None or not frames else dropped / frames  # frames are those that were to come


# A kernel wakes a waiting process within a fraction of a millisecond, and lets another one run for a few: the first is
# in every frame, the second decides the last percentile. Half a millisecond and two are what nobody sees at 60 fps.
_MIDDLE: Final = 0.2, 0.5
_END: Final = 0.35, 2.0
# A run has few first frames (one in some seconds and session): their last percentile is about the worst of them.
_FEW: Final = 0.5, 4.0
# CPU time does not wait for neighbours, but their use of caches and clock speed costs it up to a tenth.
_CPU: Final = 0.1, 2.0
# Half of the budget of 0.1 %: late frames come in bunches, so no law of rare single events bounds them.
_SHARE: Final = 0.25, 0.0005

OF_RUN: Final = (
    Metric("latency p50", "ms", _at("latency_ms", "p50"), Bound(*_MIDDLE, "p50")),
    Metric("latency p99", "ms", _at("latency_ms", "p99"), Bound(*_END, "p99")),
    Metric("first frame p50", "ms", _at("first_frame_ms", "p50"), Bound(0.25, 1.0)),
    Metric("first frame p99", "ms", _at("first_frame_ms", "p99"), Bound(*_FEW)),
    Metric("jitter p99", "ms", _at("jitter_ms", "p99"), Bound(*_END)),
    Metric("late frames", "%", _at("late_share"), Bound(*_SHARE)),
    Metric("dropped frames", "%", _dropped, Bound(*_SHARE)),
    Metric("A/V within BT.1359", "%", _at("av_offset_ms", "within_bt1359"), Bound(0.0, 0.001), more_is_better=True),
    Metric("server CPU", "µs", _at("server", "cpu_us_per_frame"), Bound(*_CPU, "cpu_share", each_share=True)),
    # All of it: what each character adds drowns, at few sessions, in what the allocator happens to hold.
    Metric("server memory", "MB", lambda run: _mega(run, "memory_bytes"), Bound(0.05, 16.0, timed=False)),
)
"""Of each run; µs are per character-frame."""

OF_RECORD: Final = (
    Metric("CPU over the sum of floors", "×", _at("floors", "ratio"), Bound(0.1, 0.05)),
    Metric("start to ready", "s", _at("cold_start", "ready_s"), Bound(0.15, 0.1)),
    Metric("start to first frame", "s", _at("cold_start", "first_frame_s"), Bound(0.15, 0.1)),
)
"""Of a whole record."""

# The search for a capacity ends within a sixteenth, and the points next to the limit may fall either way.
OF_CAPACITY: Final = (
    Metric("characters", "", _at("characters"), Bound(0.1, 1.0), more_is_better=True),
    Metric("characters per core", "", _at("per_core"), Bound(0.1, 1.0), more_is_better=True),
)
"""Of each transport whose limit was looked for."""

FLOORS: Final = ("network_us", "mel_us", "echo_us")
"""What the same machine does in the same time, whatever the server; keys of `floors`."""
SAME_SPEED: Final = 0.2
"""Share by which floors may differ on machines of one speed."""


def of_stages(runs: Iterable[Record]) -> tuple[Metric, ...]:
    """Return a metric for each stage that any of the runs has, in the order in which they are told."""
    names = dict.fromkeys(name for run in runs for name in sums(run, "stages_us_per_frame"))
    return tuple(Metric(f"stage {name}", "µs", _at("stages_us_per_frame", name), Bound(0.15, 1.0)) for name in names)


def client_was_limit(run: Record) -> bool:
    """Tell whether in a run, or a search for a capacity, the load generator was what could do no more."""
    told = found(run, "client", "limited")
    if isinstance(told, bool):
        return told
    if str(found(run, "limit")).startswith(CLIENT_WORDS):
        return True
    share = figure(run, "client", "cpu_share")
    return share is not None and share > CLIENT_LIMIT


CLIENT_WORDS: Final = "the client"
"""What the limit of a capacity begins with where it is not the server's."""
CLIENT_LIMIT: Final = 0.9
"""Share of a core above which a client measures its own delays."""


def _mega(run: Record, key: str) -> float | None:
    bytes_ = figure(run, "server", key)
    return None if bytes_ is None else bytes_ / 1e6
