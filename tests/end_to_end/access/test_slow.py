"""Connections that say nothing, half of it, or all of it as slowly as they can: no port waits for them."""

import asyncio

import pytest

RECORD = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(400)
"""The beginning of a TLS greeting, of 512 bytes."""
ENDLESS = {
    "gRPC": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x10\x00\x04" + bytes(400),
    "link": (400).to_bytes(4, "little") + bytes(400),
    "numbers": b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 400,
    "page": b"GET / HTTP/1.1\r\nX: " + b"x" * 400,
}


async def ended(port, begins, slowly=False):
    """Say something and wait for the server to close; `slowly` says on, a byte at a time. Tell whether it closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say():
        for byte in begins:
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.1)

    saying = asyncio.create_task(say()) if slowly else None
    if saying is None:
        writer.write(begins)
    try:
        async with asyncio.timeout(20):
            while await reader.read(1000):
                pass
        return True
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    finally:
        if saying is not None:
            saying.cancel()
        writer.close()
        await asyncio.gather(writer.wait_closed(), *([saying] if saying else []), return_exceptions=True)


def ports_of(server, page):
    return {"gRPC": server.port, "link": server.link_port, "numbers": server.metrics_port, "page": page}


@pytest.mark.parametrize("begins", [b"", RECORD[:5], b"GET / HTTP/1.1\r\nHost: x"])
async def test_who_says_nothing_or_half_of_it_is_let_go(serve, page_of, tls, begins):
    async with serve(**tls, metrics_port=0, handshake_seconds=0.3) as server, page_of(server) as page:
        assert all(await asyncio.gather(*(ended(port, begins) for port in ports_of(server, page).values())))


async def test_who_begins_tls_a_byte_at_a_time_is_let_go(serve, page_of, tls):
    async with serve(**tls, metrics_port=0, handshake_seconds=0.5) as server, page_of(server) as page:
        assert all(
            await asyncio.gather(*(ended(port, RECORD, slowly=True) for port in ports_of(server, page).values()))
        )


async def test_who_greets_or_asks_a_byte_at_a_time_is_let_go(serve, page_of):
    async with serve(metrics_port=0, handshake_seconds=0.5) as server, page_of(server) as page:
        ports = ports_of(server, page)
        assert all(await asyncio.gather(*(ended(ports[name], begins, slowly=True) for name, begins in ENDLESS.items())))
