"""A page and its engine link on one port: what is served, to whom, and that sessions run over it."""

import asyncio
import logging
import socket
from contextlib import asynccontextmanager, suppress
from functools import partial

import msgpack
import numpy as np
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from voxrig.runtime.serving.address import AddressError
from voxrig.runtime.serving.link import converse
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.web import publishing
from voxrig.runtime.serving.web_site import Site

INDEX = (
    '<!doctype html>\r\n<script type="importmap">{"imports":\r\n {}}</script><script src="./app/main.js"></script>\r\n'
)


@pytest.fixture
def folder(tmp_path):
    page = tmp_path / "page"
    (page / "app").mkdir(parents=True)
    (page / "index.html").write_bytes(INDEX.encode())
    (page / "app" / "main.js").write_text("export {};\n")
    (page / "app" / ".hidden.js").write_text("secret")
    (page / "head.glb").write_bytes(b"glTF")
    (tmp_path / "outside.txt").write_text("secret")
    return page


@pytest.fixture
async def web(folder, tiny_bundle):
    settings = Settings(port=0, link=False, models=(str(tiny_bundle.path),))
    async with running(settings) as server:
        talk = partial(converse, stage=server.stage, pacer=server.pacer, metrics=server.metrics)
        async with publishing(folder, talk, "127.0.0.1", 0, settings.max_message_bytes) as web:
            yield web


async def get(web, path, **headers):
    """Send a request byte for byte; return the status, the headers in lower case, and the content."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    fields = {"Host": f"127.0.0.1:{web.port}"} | headers
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    writer.write("\r\n".join(lines).encode())
    head, _, content = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    first, *rest = head.decode().split("\r\n")
    told = dict(line.lower().split(": ", 1) for line in rest)
    return int(first.split()[1]), told, content


async def send(web, request):
    """Send bytes as they are; return what comes until the server has closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    told = bytearray()
    with suppress(ConnectionError):  # it closes with something unread
        writer.write(request)
        while piece := await reader.read(1 << 16):
            told += piece
    writer.close()
    return bytes(told)


@asynccontextmanager
async def linked(web, origin=None):
    url = f"ws://127.0.0.1:{web.port}/link"
    async with connect(url, origin=origin or f"http://127.0.0.1:{web.port}", proxy=None) as socket:
        yield socket


async def say(socket, **message):
    await socket.send(msgpack.packb(message))


async def hear(socket):
    return msgpack.unpackb(await socket.recv())


async def test_the_page_and_its_files(web):
    status, headers, content = await get(web, "/")
    assert (status, content) == (200, INDEX.encode())
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    for path, kind in (("/app/main.js", "text/javascript; charset=utf-8"), ("/head.glb", "model/gltf-binary")):
        status, headers, _ = await get(web, f"{path}?v=1")
        assert (status, headers["content-type"]) == (200, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/outside.txt",
        "/../outside.txt",
        "/app/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/app/.hidden.js",
        "/app",
        "/app/",
        "//etc/passwd",
        "//x/index.html",
        "//[",
        "http://x/index.html",
        "/\\..\\outside.txt",
    ],
)
async def test_nothing_else_is_served(web, path):
    status, _, content = await get(web, path)
    assert status == 404
    assert b"secret" not in content


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS"])
async def test_only_get_is_answered(web, method):
    """Older websockets end the connection instead."""
    told = await send(web, f"{method} / HTTP/1.1\r\nHost: 127.0.0.1:{web.port}\r\n\r\n".encode())
    assert told == b"" or told.startswith(b"HTTP/1.1 405 ")
    assert INDEX.encode() not in told


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"x" * 9000 + b"\r\n\r\n",
        b"X: " + b"x" * 9000,
        b"X: y\r\n" * 300 + b"\r\n",
        b"X: y\r\n" * 300,
        b"Content-Length: 1000000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"\0\r\n\r\n",
    ],
)
async def test_requests_have_an_end(web, headers):
    told = await send(web, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + headers)
    assert b" 200 " not in told.partition(b"\r\n")[0]
    assert (await get(web, "/"))[0] == 200


async def test_of_many_that_say_nothing_the_oldest_are_ended(folder):
    async with publishing(folder, converse, "127.0.0.1", 0, 1 << 20, max_connections=4) as web:
        silent = [await asyncio.open_connection("127.0.0.1", web.port) for _ in range(8)]
        assert (await get(web, "/"))[0] == 200
        for reader, _ in silent[:5]:  # eight and one that asked, less the four that may be
            with suppress(ConnectionError):
                assert await reader.read() == b""
        assert not any(reader.at_eof() for reader, _ in silent[5:])
        for _, writer in silent:
            writer.close()


async def test_only_the_pages_own_scripts_may_run(web):
    """The import map stands in the page: its hash is that of the text as a browser reads it, with plain line ends."""
    _, headers, _ = await get(web, "/")
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == f"'self' blob: data: ws://127.0.0.1:{web.port}"
    allowed, own = policy["script-src"].split()
    assert (allowed, own[:8]) == ("'self'", "'sha256-")


def test_line_ends_do_not_change_the_hash(folder):
    before = Site(folder).policy("localhost:1")
    (folder / "index.html").write_bytes(INDEX.replace("\r\n", "\n").encode())
    assert Site(folder).policy("localhost:1") == before
    (folder / "index.html").write_bytes(INDEX.replace("imports", "import").encode())
    assert Site(folder).policy("localhost:1") != before


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{}", 200),
        ("localhost:{}", 200),
        ("[::1]:{}", 200),
        ("evil.example:{}", 403),
        ("", 403),
        ("[", 403),
        ("127.0.0.1:{}; script-src *", 403),
        ("; script-src *@127.0.0.1:{}", 403),
        ("127.0.0.1:{}@evil.example", 403),
        ("evil.example@127.0.0.1:{}", 403),
        ("127.0.0.1:99999", 403),
        ("127.0.0.1:{}.evil.example", 403),
    ],
)
async def test_names_that_are_not_ours_are_refused(web, host, status):
    assert (await get(web, "/", Host=host.format(web.port)))[0] == status


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "null",
        "https://127.0.0.1:{}",
        "http://localhost:{}",
    ],
)
async def test_another_pages_link_is_refused(web, origin):
    with pytest.raises(InvalidStatus, match="403"):
        async with linked(web, origin.format(web.port)):
            pass


async def test_a_link_needs_an_origin(web):
    with pytest.raises(InvalidStatus, match="403"):
        async with connect(f"ws://127.0.0.1:{web.port}/link", proxy=None):
            pass


async def test_a_session_runs_over_it(web):
    async with linked(web) as socket:
        await say(socket, hello={"version": 1, "client": "test"})
        assert (await hear(socket))["hello"]["version"] == 1
        await say(socket, ping={"id": 3, "sent": 1.5})
        assert (await hear(socket))["pong"]["sent"] == 1.5
        audio = {"encoding": "S16LE", "sample_rate": 24000, "channels": 1}
        rate = {"numerator": 60, "denominator": 1}
        await say(socket, session=1, open={"rig": "arkit", "frame_rate": rate, "audio": audio, "seed": 5})
        assert len((await hear(socket))["opened"]["controls"]) == 61
        await say(socket, session=1, audio={"first_sample": 0, "samples": bytes(2 * 12000)})
        await say(socket, session=1, close={})
        frames = []
        while (message := await hear(socket)).get("event", {}).get("kind") != "CLOSED":
            if "frames" in message:
                frames += message["frames"]["media_samples"]
        assert frames == (np.arange(30) * 400).tolist()


async def test_what_is_no_hello_ends_the_link(web):
    async with linked(web) as socket:
        await socket.send("a text")
        assert (await hear(socket))["error"]["code"] == 3
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_what_a_client_says_when_it_leaves_makes_no_line_of_the_log(web, caplog):
    caplog.set_level(logging.DEBUG)
    async with linked(web) as socket:
        await say(socket, hello={"version": 1})
        await hear(socket)
        await socket.close(1000, "bye\r\nCRITICAL forged \x1b[2J")
    async with asyncio.timeout(20):
        while not (told := [one.getMessage() for one in caplog.records if "a client was lost" in one.getMessage()]):
            await asyncio.sleep(0.01)
    assert "forged" in told[0]
    assert told[0].isprintable()


async def test_a_lost_link_frees_its_sessions(folder, tiny_bundle):
    settings = Settings(port=0, link=False, models=(str(tiny_bundle.path),), max_sessions=1)
    async with running(settings) as server:
        ended = asyncio.Event()

        async def talk(line):
            await converse(line, server.stage, server.pacer, server.metrics)
            ended.set()

        async with publishing(folder, talk, "127.0.0.1", 0, settings.max_message_bytes) as web:
            async with linked(web) as socket:
                await say(socket, hello={"version": 1})
                await hear(socket)
                audio = {"encoding": "S16LE", "sample_rate": 24000, "channels": 1}
                opening = {"rig": "arkit", "frame_rate": {"numerator": 60, "denominator": 1}, "audio": audio}
                await say(socket, session=1, open=opening)
                assert "opened" in await hear(socket)
                assert server.stage.sessions == 1
            await ended.wait()
            assert server.stage.sessions == 0


async def test_a_port_in_use_is_told(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=rf"port {port}.*--port"):
            async with publishing(folder, converse, "127.0.0.1", port, 1 << 20):
                pass
