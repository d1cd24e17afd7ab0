"""A real server that sends its spans and numbers to a collector over HTTP."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from voxrig.engine_bridges.client import connect
from voxrig.runtime.serving.tracing import TracingError


class Collector:
    """Listens as OpenTelemetry's collector does, and keeps what comes."""

    def __init__(self) -> None:
        self.spans: list[tuple[dict[str, str], str]] = []
        self.numbers: dict[str, float] = {}
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                collector.take(self.path, content)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self, path: str, content: bytes) -> None:
        if path == "/v1/traces":
            for told in ExportTraceServiceRequest.FromString(content).resource_spans:
                about = {pair.key: pair.value.string_value for pair in told.resource.attributes}
                self.spans += [(about, span.name) for scope in told.scope_spans for span in scope.spans]
        elif path == "/v1/metrics":
            for told in ExportMetricsServiceRequest.FromString(content).resource_metrics:
                for metric in (metric for scope in told.scope_metrics for metric in scope.metrics):
                    points = metric.sum.data_points or metric.gauge.data_points
                    self.numbers[metric.name] = sum(point.as_double or point.as_int for point in points)


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    thread = threading.Thread(target=collector.server.serve_forever)
    thread.start()
    yield collector
    collector.server.shutdown()
    thread.join()
    collector.server.server_close()


async def test_a_collector_hears_of_sessions_and_numbers(serve, collector, speech):
    async with (
        serve(otel=collector.url, link=False) as server,
        connect(server.target, resume_seconds=0) as connection,  # so that it leaves without a word
    ):
        session = await connection.open("arkit", 24000)
        await session.send(speech(1.0, 24000))
        await session.close()
        assert len([frame async for frame in session]) == 60
        left_open = await connection.open("arkit", 24000)
        assert left_open.opened.rig == "arkit"
    names = [name for _, name in collector.spans]
    assert (names.count("session"), names.count("utterance")) == (2, 1)
    assert {"tick", "deliver"} <= set(names)
    assert {about["service.name"] for about, _ in collector.spans} == {"voxrig"}
    assert collector.numbers["voxrig_frames"] == 60
    assert collector.numbers["voxrig_sessions_opened"] == 2
    assert collector.numbers["voxrig_stage_seconds"] > 0
    assert collector.numbers["process_resident_memory_bytes"] > 1e7
    assert "voxrig_max_sessions" in collector.numbers


async def test_the_service_goes_by_the_name_that_the_variables_give(serve, collector, monkeypatch):
    monkeypatch.setenv("OTEL_SERVICE_NAME", "voices")
    async with serve(otel=collector.url, link=False) as server, connect(server.target) as connection:
        await connection.open("arkit", 24000)
    assert {about["service.name"] for about, _ in collector.spans} == {"voices"}


async def test_without_the_packages_the_extra_is_named(serve, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)  # as where it isn't installed
    monkeypatch.delitem(sys.modules, "voxrig.runtime.serving.otlp", raising=False)
    with pytest.raises(TracingError, match=r'pip install "voxrig\[otel\]"'):
        async with serve(otel="http://127.0.0.1:4318"):
            pass
    await asyncio.sleep(0)
