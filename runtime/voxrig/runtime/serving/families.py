"""A server's numbers as Prometheus and OpenMetrics name them: seconds and bytes, one unit a name."""

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from voxrig.runtime.models.spec import ModelSpec
from voxrig.runtime.serving.histogram import Histogram
from voxrig.runtime.serving.metrics import Metrics

_EVERY: Final = 2
"""A histogram of milliseconds is told at every second of its bounds, as far as `_SHOWN`: 5 a decade."""
_SHOWN: Final = (0.1, 10_000.0)

_COUNTERS: Final = (
    ("frames", "frames", "Frames sent to clients."),
    ("rows", "steps", "Steps of a character's network that were computed."),
    ("late", "late_steps", "Steps done more than 1/30 s after they were due."),
    ("interruptions", "interruptions", "Utterances that clients cut."),
    ("sessions_resumed", "sessions_resumed", "Sessions that a lost client came back for."),
    ("unauthenticated", "unauthenticated", "Calls and connections refused for want of a good token or certificate."),
    ("sessions_shed", "sessions_shed", "Sessions refused since the ticks had too much to do."),
)
_TIMES: Final = (
    ("tick_ms", "tick", "Time of a tick of all sessions that had work."),
    ("queue_ms", "queue", "From the arrival of a message until a tick takes it."),
    ("wait_ms", "wait", "From the arrival of a step's audio to its result."),
)


class Families(Collector):
    """Tells everything about a server, family by family, whenever it is asked.

    Args:
        metrics: what is told.
        version: of the software.
        models: gives what is loaded now, the default first.
        max_sessions: how many may be open at once.
    """

    def __init__(
        self, metrics: Metrics, version: str, models: Callable[[], Sequence[ModelSpec]], max_sessions: int
    ) -> None:
        self._metrics = metrics
        self._max_sessions = max_sessions
        self._models = models
        self._software = {"version": version, "python": platform.python_version()}

    def collect(self) -> Iterator[Metric]:
        """Yield every family with its numbers of now. Any thread may ask."""
        default = self._models()[0]
        build = {**self._software, "model": default.name, "model_version": default.version}
        yield InfoMetricFamily("voxrig_build", "Software and default model.", build)
        yield from self._open_now()
        yield from self._counters()
        for name, told, text in _TIMES:
            yield _seconds(f"voxrig_{told}_seconds", text, getattr(self._metrics, name))
        batch = self._metrics.batch
        sizes = list(zip(batch.bounds, batch.cumulative()[:-1], strict=True))
        yield _histogram("voxrig_batch_steps", "Steps in one run of a network.", sizes, batch.count, batch.sum, "steps")
        yield from self._process()

    def _open_now(self) -> Iterator[Metric]:
        now = self._metrics.census()
        yield _labelled(GaugeMetricFamily("voxrig_sessions", "Sessions open.", labels=["transport"]), now.sessions)
        told = GaugeMetricFamily("voxrig_connections", "Clients connected.", labels=["transport"])
        yield _labelled(told, now.connections)
        text = "Sessions that wait for a client that was lost, besides those that are open."
        yield GaugeMetricFamily("voxrig_parked_sessions", text, value=now.parked)
        text = "Connections whose sessions rest because their client does not read."
        yield GaugeMetricFamily("voxrig_congested_connections", text, value=now.congested)
        text = "How busy the ticks are with what is due in real time; 1 is as busy as can be."
        yield GaugeMetricFamily("voxrig_load", text, value=self._metrics.load)
        yield GaugeMetricFamily("voxrig_max_sessions", "Sessions that may be open at once.", value=self._max_sessions)

    def _counters(self) -> Iterator[Metric]:
        metrics = self._metrics
        for name, told, text in _COUNTERS:
            yield CounterMetricFamily(f"voxrig_{told}", text, value=getattr(metrics, name))
        for told, label, text, values in (
            ("sessions_opened", "transport", "Sessions opened.", metrics.opened),
            ("sessions_refused", "code", "Sessions refused, by gRPC status code.", metrics.refused),
            ("errors", "code", "Errors told to clients, by gRPC status code.", metrics.codes),
        ):
            yield _labelled(CounterMetricFamily(f"voxrig_{told}", text, labels=[label]), values)
        text = "Time of the stages of ticks."
        stages = CounterMetricFamily("voxrig_stage_seconds", text, labels=["stage"], unit="seconds")
        yield _labelled(stages, metrics.times.seconds)

    def _process(self) -> Iterator[Metric]:
        """Yield what every process tells under these names."""
        usage = self._metrics.usage
        now = usage.snapshot()
        text = "User and system CPU time."
        yield CounterMetricFamily("process_cpu_seconds", text, value=now["cpu_seconds"], unit="seconds")
        text = "Resident memory."
        yield GaugeMetricFamily("process_resident_memory_bytes", text, value=now["memory_bytes"], unit="bytes")
        text = "When the server started, since the epoch."
        yield GaugeMetricFamily("process_start_time_seconds", text, value=usage.started, unit="seconds")


def _labelled(family: CounterMetricFamily | GaugeMetricFamily, values: Mapping[str, float]) -> Metric:
    for label, value in values.items():
        family.add_metric([label], value)
    return family


def _seconds(name: str, text: str, milliseconds: Histogram) -> Metric:
    told = zip(milliseconds.bounds[::_EVERY], milliseconds.cumulative()[:-1:_EVERY], strict=True)
    buckets = [(bound / 1000, count) for bound, count in told if _SHOWN[0] <= bound <= _SHOWN[1]]
    return _histogram(name, text, buckets, milliseconds.count, milliseconds.sum / 1000, "seconds")


def _histogram(
    name: str, text: str, buckets: Sequence[tuple[float, int]], count: int, total: float, unit: str = ""
) -> Metric:
    counts = [(repr(bound), float(below)) for bound, below in buckets]
    return HistogramMetricFamily(name, text, [*counts, ("+Inf", float(count))], total, unit=unit)
