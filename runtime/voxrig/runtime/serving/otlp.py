"""Spans and numbers on their way to an OpenTelemetry collector, as OTLP over HTTP. Needs the extra `otel`.

What isn't chosen here is as OpenTelemetry's own variables say: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, OTEL_METRIC_EXPORT_INTERVAL, OTEL_SDK_DISABLED, ...
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client.registry import Collector

from voxrig.runtime.serving.announce import software_version
from voxrig.runtime.serving.families import Families
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.spans import SpanTracer
from voxrig.runtime.serving.stage import Stage

SCOPE: Final = "voxrig"
_UNITS: Final = {"seconds": "s", "bytes": "By"}
_PATIENCE_SECONDS: Final = 2.0
"""For a collector that doesn't answer: a server that stops waits for it a few times as long."""
_NAMELESS: Final = "unknown_service"  # what the SDK calls a service that no variable names


@contextmanager
def exporting(endpoint: str, stage: Stage, metrics: Metrics) -> Iterator[SpanTracer]:
    """Send spans, and the counters and gauges of `/metrics`, while the block runs; at its end what is left.

    Args:
        endpoint: of the collector, without a path: http://127.0.0.1:4318.
        stage, metrics: of the server.
    """
    version = software_version()
    resource = Resource.create({SERVICE_VERSION: version})
    if str(resource.attributes[SERVICE_NAME]).startswith(_NAMELESS):
        resource = resource.merge(Resource({SERVICE_NAME: SCOPE}))
    base = endpoint.rstrip("/")
    spans = TracerProvider(resource=resource, shutdown_on_exit=False)
    spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{base}/v1/traces", timeout=_PATIENCE_SECONDS)))
    reader = PeriodicExportingMetricReader(OTLPMetricExporter(f"{base}/v1/metrics", timeout=_PATIENCE_SECONDS))
    numbers = MeterProvider([reader], resource, shutdown_on_exit=False)
    families = Families(metrics, version, lambda: stage.models, stage.settings.max_sessions)
    observe(numbers.get_meter(SCOPE, version), families)
    tracer = SpanTracer(spans.get_tracer(SCOPE, version))
    try:
        yield tracer
    finally:
        tracer.close()
        spans.shutdown()
        numbers.shutdown()


def observe(meter: Meter, families: Collector) -> None:
    """Have `meter` tell the counters and gauges of `families` by their names. Histograms are at `/metrics` only."""
    makers = {"counter": meter.create_observable_counter, "gauge": meter.create_observable_gauge}
    for family in families.collect():
        if family.type in makers:
            told = [_observing(families, family.name)]
            makers[family.type](family.name, told, _UNITS.get(family.unit, ""), family.documentation)


def _observing(families: Collector, name: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observations(_: CallbackOptions) -> Iterable[Observation]:
        family = next(family for family in families.collect() if family.name == name)
        return [Observation(sample.value, sample.labels) for sample in family.samples]

    return observations
