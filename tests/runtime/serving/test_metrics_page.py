"""The page of numbers of a real server, over HTTP."""

import asyncio
import http.client
import socket
from contextlib import closing, suppress

import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from voxrig.engine_bridges.client import connect
from voxrig.runtime.serving.address import AddressError
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings, SettingsError

PROMETHEUS = (  # what Prometheus 3 sends
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;"
    "q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)


@pytest.fixture
async def server(tiny_bundle):
    settings = Settings(port=0, link=False, metrics_port=0, models=(str(tiny_bundle.path),))
    async with running(settings) as server:
        yield server


def ask(port, path, method="GET", **headers):
    """Let Python's own client ask; return the status, the headers and the content."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        client.request(method, path, headers=headers)
        response = client.getresponse()
        return response.status, dict(response.headers), response.read()


async def send(port, request):
    """Send bytes as they are; return what comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    told = await reader.read()
    writer.close()
    await writer.wait_closed()
    return told


@pytest.mark.parametrize(
    ("accept", "kind", "read"),
    [
        ("*/*", "text/plain; version=0.0.4; charset=utf-8", read_text),
        (PROMETHEUS, "application/openmetrics-text; version=1.0.0; charset=utf-8", read_openmetrics),
    ],
)
async def test_the_format_is_the_one_asked_for(server, accept, kind, read):
    status, headers, content = await asyncio.to_thread(ask, server.metrics_port, "/metrics", Accept=accept)
    assert status == 200
    assert headers["Content-Type"].startswith(kind)
    assert int(headers["Content-Length"]) == len(content)
    families = {family.name for family in read(content.decode())}
    assert {"voxrig_sessions", "voxrig_tick_seconds", "voxrig_batch_steps", "process_resident_memory_bytes"} <= families
    assert content.endswith(b"# EOF\n") == (accept == PROMETHEUS)
    assert content.count(b"# EOF") == (accept == PROMETHEUS)


async def test_ready_until_it_drains_alive_to_the_end(server):
    assert (await asyncio.to_thread(ask, server.metrics_port, "/readyz"))[::2] == (200, b"ready\n")
    server.stage.draining = True
    status, _, content = await asyncio.to_thread(ask, server.metrics_port, "/readyz")
    assert (status, content) == (503, b"draining: no new sessions are taken\n")
    assert (await asyncio.to_thread(ask, server.metrics_port, "/healthz"))[::2] == (200, b"ok\n")


async def test_a_server_whose_ticks_have_failed_says_so(server, caplog):
    """Then no session goes on: fronts must send it nobody, and gRPC's health agrees."""
    server.metrics.answered = None
    async with connect(server.target) as connection:
        opening = asyncio.create_task(connection.open("arkit", 24000))
        while not server.stage.draining:
            await asyncio.sleep(0.01)
        status, _, _ = await asyncio.to_thread(ask, server.metrics_port, "/readyz")
        assert status == 503
        status, _, content = await asyncio.to_thread(ask, server.metrics_port, "/healthz")
        assert (status, content) == (503, b"failed: no session goes on, the server ends\n")
        async with grpc.aio.insecure_channel(server.target) as channel:
            told = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert told.status == health_pb2.HealthCheckResponse.NOT_SERVING
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
    assert "the tick loop failed" in caplog.text


async def test_other_requests(server):
    port = server.metrics_port
    status, headers, content = await asyncio.to_thread(ask, port, "/metrics", "HEAD")
    assert (status, content) == (200, b"")
    assert int(headers["Content-Length"]) > 5000
    assert (await asyncio.to_thread(ask, port, "/metrics?name[]=voxrig_sessions"))[0] == 200
    assert (await asyncio.to_thread(ask, port, "/"))[::2] == (404, b"There are /metrics, /healthz and /readyz.\n")
    status, headers, _ = await asyncio.to_thread(ask, port, "/metrics", "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


async def test_a_load_balancers_plain_check(server):
    """HAProxy's `option httpchk GET /readyz` is HTTP/1.0 without a Host."""
    told = await send(server.metrics_port, b"GET /readyz HTTP/1.0\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 200 OK\r\n")
    assert told.endswith(b"\r\n\r\nready\n")


@pytest.mark.parametrize(
    "request_", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"\r\n\r\n", b"GET\r\n\r\n", b"GET /x\r\n:\r\n\r\n"]
)
async def test_what_is_no_request_is_refused(server, request_):
    assert (await send(server.metrics_port, request_)).split(b" ")[1] in (b"404", b"405")
    assert (await asyncio.to_thread(ask, server.metrics_port, "/healthz"))[0] == 200


@pytest.mark.parametrize(
    "accept", ["application/openmetrics-text;version=newest", "text/plain;version=\xff0.5", ";=,;q=", "a;escaping=b;;"]
)
async def test_an_accept_header_that_says_nothing_gets_the_plain_text(server, accept):
    status, _, content = await asyncio.to_thread(ask, server.metrics_port, "/metrics", Accept=accept)
    assert status == 200
    assert b"voxrig_sessions" in content
    assert not content.endswith(b"# EOF\n")


async def test_a_fault_of_the_servers_own_is_an_answer(server, caplog):
    server.metrics.usage = None
    status, _, content = await asyncio.to_thread(ask, server.metrics_port, "/metrics")
    assert (status, content) == (500, b"The server failed; its log says why.\n")
    assert "reading '/metrics' failed" in caplog.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:{}", 200),
        ("[::1]:{}", 200),
        ("evil.example:{}", 403),
        ("127.0.0.1.evil.example", 403),
        ("127.0.0.1@evil.example", 403),
        ("", 403),
    ],
)
async def test_a_name_that_somebody_else_points_here_gets_no_numbers(server, host, status):
    """Nobody need show a token here: by a name of its own a page in a browser could read them (DNS rebinding)."""
    port = server.metrics_port
    for path, expected in (("/metrics", status), ("/metrics?x=/healthz", status), ("/healthz", 200)):
        told = await send(port, f"GET {path} HTTP/1.1\r\nHost: {host.format(port)}\r\n\r\n".encode())
        assert int(told.split(b" ")[1]) == expected
        assert (b"voxrig_sessions" in told) == (path != "/healthz" and expected == 200)


async def test_headers_have_an_end(server):
    told = await send(server.metrics_port, b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 431 ")


async def test_a_client_that_says_nothing_holds_up_nobody(tiny_bundle):
    settings = Settings(port=0, link=False, metrics_port=0, models=(str(tiny_bundle.path),))
    async with running(settings) as server:
        silent = await asyncio.open_connection("127.0.0.1", server.metrics_port)
        assert (await asyncio.to_thread(ask, server.metrics_port, "/healthz"))[0] == 200
    with suppress(ConnectionResetError):  # the server has stopped, and the connection with it
        assert await silent[0].read() == b""
    silent[1].close()


async def test_of_many_that_say_nothing_the_oldest_are_ended(server):
    silent = [await asyncio.open_connection("127.0.0.1", server.metrics_port) for _ in range(100)]
    assert (await asyncio.to_thread(ask, server.metrics_port, "/healthz"))[0] == 200
    for reader, _ in silent[:37]:  # 100 and one that asked, less the 64 that may be
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
    assert not any(reader.at_eof() for reader, _ in silent[37:])
    for _, writer in silent:
        writer.close()


async def test_there_is_no_page_unless_it_is_wanted(tiny_bundle):
    async with running(Settings(port=0, link=False, models=(str(tiny_bundle.path),))) as server:
        assert server.metrics_port is None


async def test_a_port_in_use_is_told_with_the_option(tiny_bundle):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = Settings(port=0, link=False, metrics_port=port, models=(str(tiny_bundle.path),))
        with pytest.raises(AddressError, match=f"port {port} is in use.*--metrics-port"):
            async with running(settings):
                pass


@pytest.mark.parametrize("values", [{"metrics_port": -2}, {"metrics_port": 65_536}, {"otel": "localhost:4318"}])
def test_settings_that_cannot_be(values):
    with pytest.raises(SettingsError, match=next(iter(values))):
        Settings(**values)
