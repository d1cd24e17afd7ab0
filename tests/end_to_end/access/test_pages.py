"""The page of the viewer and the page of numbers: who reads them, and who gets a link."""

import asyncio
import json
import os
import signal
import ssl
import sys
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgpack
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

SECRET = "good-secret-0123456789"
TOKEN_NEEDED = 16


async def get(port, path, *lines, tls=None, host="127.0.0.1"):
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=tls, server_hostname="localhost" if tls else None
    )
    writer.write("\r\n".join((f"GET {path} HTTP/1.1", f"Host: {host}:{port}", *lines, "", "")).encode("latin-1"))
    head, _, content = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    await asyncio.gather(writer.wait_closed(), return_exceptions=True)
    return int(head.split()[1]), head.decode("latin-1"), content


async def test_numbers_are_for_who_has_a_token_and_health_for_all(serve, tokens):
    tokens.write(studio=SECRET)
    async with serve(tokens=str(tokens.path), metrics_port=0) as server:
        port = server.metrics_port
        for path in ("/healthz", "/readyz"):
            assert (await get(port, path))[0] == 200
        status, _, content = await get(port, "/metrics", f"Authorization: Bearer {SECRET}")
        assert (status, b"voxrig_sessions" in content) == (200, True)
        named = await get(port, "/metrics", f"Authorization: Bearer {SECRET}", host="voxrig.studio.example")
        assert named[0] == 200, "whoever has a token may call it as they like"
        assert SECRET.encode() not in content
        for header in (
            "X: y",
            "Authorization: Bearer nonsense-0123456789",
            f"Authorization: Basic {SECRET}",
            "Authorization:",
        ):
            for path in ("/metrics", "/metrics?x=/healthz", "/nothing", "//metrics", "/healthz/../metrics"):
                status, head, content = await get(port, path, header)
                assert status == 401, (path, header)
                assert "WWW-Authenticate: Bearer" in head
                assert b"voxrig_sessions" not in content
        status, *_ = await get(port, "/metrics", "Authorization: Bearer \xff\xfe\x01" + "ß" * 100)
        assert status == 401


async def test_where_anyone_is_let_in_numbers_are_read_by_any_name(serve):
    async with serve(host="0.0.0.0", allow_anyone=True, metrics_port=0) as server:
        assert (await get(server.metrics_port, "/metrics", host="voxrig.studio.example"))[0] == 200


@asynccontextmanager
async def view(model, *arguments):
    """`voxrig view` in a process of its own; yields what it says when it is ready."""
    command = [sys.executable, "-m", "voxrig.cli.app", "view", "--no-open", "--json", "--port", "0", "--model", model]
    process = await asyncio.create_subprocess_exec(*command, *arguments, stdout=PIPE, stderr=PIPE)
    try:
        line = await process.stdout.readline()
        yield json.loads(line) if line else {"failed": (await process.stderr.read()).decode()}
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM if sys.platform != "win32" else signal.SIGKILL)
        await process.communicate()


async def greeted(ready, token=None, origin=None, tls=None, first=b""):
    """The first answer to a hello at the link of a page."""
    scheme = "wss" if tls else "ws"
    place = f"localhost:{ready['port']}"
    page = f"{'https' if tls else 'http'}://{place}"
    async with connect(f"{scheme}://{place}/link", origin=origin or page, ssl=tls, compression=None) as socket:
        hello = {"version": 1} | ({} if token is None else {"token": token})
        await socket.send(first or msgpack.packb({"hello": hello}))
        answer = msgpack.unpackb(await socket.recv())
        if "hello" in answer:
            await socket.send(msgpack.packb({"ping": {"id": 1, "sent": 0.0, "pad": bytes(9000)}}))
            assert "pong" in msgpack.unpackb(await socket.recv()), "once it is known it may say more"
        return answer


async def test_a_page_for_others_has_a_secret_in_its_address_that_its_link_needs(tiny_bundle, tls, authority, tmp_path):
    shown = ssl.create_default_context(cafile=str(authority.ca))
    arguments = ("--host", "0.0.0.0", "--tls-cert", tls["tls_cert"], "--tls-key", tls["tls_key"])
    async with view(str(tiny_bundle.path), *arguments) as ready:
        url = urlsplit(ready["url"])
        assert (url.scheme, url.query) == ("https", "")
        secret = url.fragment.removeprefix("token=")
        assert len(secret) > 40
        status, head, content = await get(ready["port"], "/", tls=shown, host="localhost")
        assert status == 200
        assert f"wss://localhost:{ready['port']}" in head
        assert secret.encode() not in content + head.encode()
        assert "hello" in await greeted(ready, secret, tls=shown)
        for token in (None, "", secret[:-1], secret + "\0", "x" * 600):
            assert (await greeted(ready, token, tls=shown))["error"]["code"] == TOKEN_NEEDED
        for origin in (f"http://localhost:{ready['port']}", "https://evil.example", "null"):
            with pytest.raises(InvalidStatus, match="403"):
                await greeted(ready, secret, origin, tls=shown)
        assert (await get(ready["port"], "/", tls=shown, host="evil.example"))[0] == 403
        for path in ("/../pyproject.toml", "/%2e%2e/app.py", "/..\\app.py", "//etc/passwd", "/app/../../__init__.py"):
            assert (await get(ready["port"], path, tls=shown, host="localhost"))[0] == 404, path
        with pytest.raises(ConnectionClosed):  # before it has said who it is
            await greeted(ready, first=b"x" * 5000, tls=shown)
        assert "hello" in await greeted(ready, secret, tls=shown)


async def test_with_tokens_the_page_on_this_machine_needs_one_too(tiny_bundle, tokens):
    tokens.write(studio=SECRET)
    async with view(str(tiny_bundle.path), "--tokens", str(tokens.path)) as ready:
        secret = urlsplit(ready["url"]).fragment.removeprefix("token=")
        assert "hello" in await greeted(ready, secret)
        assert "hello" in await greeted(ready, SECRET)
        assert (await greeted(ready))["error"]["code"] == TOKEN_NEEDED


@pytest.mark.skipif(sys.platform == "win32", reason="the browser is a shell script")
async def test_a_browser_is_not_started_with_the_secret_as_an_argument(tiny_bundle, tokens, tmp_path):
    """Every user of a machine sees the arguments of its processes."""
    tokens.write(studio=SECRET)
    told, browser = tmp_path / "told", tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\ncp "${{1#file://}}" {tmp_path}/page\nls -ld "$(dirname "${{1#file://}}")" > {tmp_path}/mode\n'
        f'echo "$1" > {told}.part && mv {told}.part {told}\n'
    )
    browser.chmod(0o755)
    command = [sys.executable, "-m", "voxrig.cli.app", "view", "--json", "--port", "0", "--tokens", str(tokens.path)]
    process = await asyncio.create_subprocess_exec(
        *command, "--model", str(tiny_bundle.path), stdout=PIPE, env=os.environ | {"BROWSER": f"{browser} %s"}
    )
    try:
        ready = json.loads(await process.stdout.readline())
        secret = urlsplit(ready["url"]).fragment.removeprefix("token=")
        async with asyncio.timeout(20):
            while not told.exists():
                await asyncio.sleep(0.02)
        assert secret not in told.read_text()
        assert ready["url"] in (tmp_path / "page").read_text()
        assert (tmp_path / "mode").read_text().startswith("drwx------")
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    assert not Path(urlsplit(told.read_text().strip()).path).exists(), "it is gone with the server"


async def test_without_them_there_is_none(tiny_bundle):
    async with view(str(tiny_bundle.path)) as ready:
        assert urlsplit(ready["url"]).fragment == ""
        assert "hello" in await greeted(ready)


async def test_a_page_for_others_is_not_served_in_the_clear(tiny_bundle):
    async with view(str(tiny_bundle.path), "--host", "0.0.0.0") as ready:
        assert "--allow-plaintext" in ready["failed"]
