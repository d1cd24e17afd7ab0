"""TLS and client certificates on every port, with real certificates."""

import asyncio
import datetime
import shutil
import socket
import ssl
import urllib.error
import urllib.request

import pytest

from voxrig.engine_bridges.credentials import Tls
from voxrig.engine_bridges.wire import ConnectionLostError

RATE = 24_000
OVER = -datetime.timedelta(days=1)


async def frames_of(connection, speech, seconds=0.5):
    session = await connection.open("arkit", RATE, seed=3)
    await session.send(speech(seconds, RATE))
    await session.close()
    return [frame.values.tobytes() async for frame in session]


async def test_frames_over_tls_are_those_without(serve, come, tls, as_client, speech):
    async with serve() as server, come(server) as connection:
        expected = await frames_of(connection, speech)
    assert len(expected) == 30
    async with serve(**tls) as server, come(server, tls=as_client()) as connection:
        assert await frames_of(connection, speech) == expected


async def test_a_client_over_tls_that_is_done_writing_gets_all_its_answers(serve, come, tls, as_client, speech):
    """TLS has no half-close; what takes its place is heard."""
    async with serve(**tls) as server, come(server, tls=as_client()) as connection:
        session = await connection.open("arkit", RATE)
        await session.send(speech(0.5, RATE))
        await connection.done_writing()
        assert len([frame async for frame in session]) == 30
        async with asyncio.timeout(20):
            while server.stage.sessions:
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("why", ["no tls", "another authority", "another name", "expired"])
async def test_a_client_does_not_talk_to_who_is_not_its_server(serve, come, authority, stranger, why, speech):
    pair = authority.signed("server", lasts=OVER if why == "expired" else datetime.timedelta(days=1))
    shown = {
        "no tls": None,
        "another authority": Tls(ca=stranger.ca),
        "another name": Tls(ca=authority.ca, name="voxrig.example.com"),
        "expired": Tls(ca=authority.ca),
    }[why]
    async with serve(tls_cert=str(pair.cert), tls_key=str(pair.key)) as server:
        with pytest.raises(ConnectionLostError):
            async with come(server, tls=shown, timeout=2):
                pass
        assert server.snapshot()["connections"] == 0


async def test_a_name_that_the_certificate_has_will_do(serve, come, authority, speech):
    pair = authority.signed("elsewhere", host="voxrig.example.com")
    shown = Tls(ca=authority.ca, name="voxrig.example.com")
    async with (
        serve(tls_cert=str(pair.cert), tls_key=str(pair.key)) as server,
        come(server, tls=shown) as connection,
    ):
        assert len(await frames_of(connection, speech)) == 30


@pytest.mark.parametrize("why", ["none", "another authority", "expired"])
async def test_a_client_without_a_good_certificate_is_not_let_in(
    serve, come, tls, authority, stranger, as_client, speech, why
):
    shown = {
        "none": lambda: as_client(),
        "another authority": lambda: as_client("mallory", stranger),
        "expired": lambda: as_client("late", lasts=OVER),
    }[why]()
    async with (
        serve(**tls, tls_client_ca=str(authority.ca)) as server,
        come(server, tls=as_client("good")) as connection,
    ):
        running = await connection.open("arkit", RATE)
        with pytest.raises(ConnectionLostError):
            async with come(server, tls=shown, timeout=2, resume_seconds=0):
                pass
        await running.send(speech(0.5, RATE))
        await running.close()
        assert len([frame async for frame in running]) == 30, "the others go on"


async def test_a_listed_certificate_has_its_limits_and_another_is_refused(
    serve, come, tls, authority, as_client, tokens, speech
):
    tokens.write(farm='certificate = "render-7"\nmax_connections = 1')
    async with serve(**tls, tls_client_ca=str(authority.ca), tokens=str(tokens.path)) as server:
        shown = as_client("render-7")
        async with come(server, tls=shown) as connection:
            assert len(await frames_of(connection, speech)) == 30
        with pytest.raises(ConnectionLostError, match="not in the server's list"):
            async with come(server, tls=as_client("render-8"), timeout=5, resume_seconds=0):
                pass


async def test_a_new_certificate_is_taken_without_a_restart(serve, come, authority, stranger, as_client, tmp_path):
    files = [tmp_path / "cert.pem", tmp_path / "key.pem"]

    def put(pair):
        for source, to in zip((pair.cert, pair.key), files, strict=True):
            shutil.copy(source, to)

    async def met(ca):
        async with come(server, tls=Tls(ca=ca), timeout=2, resume_seconds=0) as connection:
            return (await connection.describe()).version

    put(authority.signed("before"))
    async with serve(tls_cert=str(files[0]), tls_key=str(files[1])) as server:
        assert await met(authority.ca)
        files[0].write_text("no certificate")
        await asyncio.sleep(1.1)  # files are looked at once a second
        assert await met(authority.ca), "one that can't be used changes nothing"
        put(stranger.signed("after"))
        await asyncio.sleep(1.1)
        assert await met(stranger.ca)
        with pytest.raises(ConnectionLostError):
            await met(authority.ca)


async def test_the_page_of_numbers_speaks_tls_and_tells_its_health_to_anyone(serve, tls, authority, as_client):
    async with serve(**tls, tls_client_ca=str(authority.ca), metrics_port=0) as server:
        base = f"https://localhost:{server.metrics_port}"

        def get(path, shown):
            try:
                with urllib.request.urlopen(base + path, context=shown.context(), timeout=10) as answer:
                    return answer.status
            except urllib.error.HTTPError as error:
                with error:
                    return error.code

        assert await asyncio.to_thread(get, "/healthz", as_client()) == 200
        assert await asyncio.to_thread(get, "/metrics", as_client()) == 401
        assert await asyncio.to_thread(get, "/metrics", as_client("prometheus")) == 200


async def test_old_tls_is_not_spoken(serve, page_of, tls, authority):
    context = ssl.create_default_context(cafile=str(authority.ca))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(tls["tls_cert"], tls["tls_key"])
    for one in (context, old):
        one.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            one.minimum_version = one.maximum_version = ssl.TLSVersion.TLSv1_1

    def greet(port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            context.wrap_socket(raw, server_hostname="localhost").close()

    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=old) as elsewhere:
        try:
            await asyncio.to_thread(greet, elsewhere.sockets[0].getsockname()[1])
        except OSError:
            pytest.skip("this machine's OpenSSL speaks no old TLS, so that nothing would be shown")
    async with serve(**tls, metrics_port=0) as server, page_of(server) as page:
        for port in (server.port, server.link_port, server.metrics_port, page):
            with pytest.raises(OSError, match=r"(?i)ssl|reset|eof"):
                await asyncio.to_thread(greet, port)
