"""Clients that come back by themselves, however their line ends: no frame twice, none lost, all as ever."""

import asyncio
import random
from collections.abc import AsyncIterator

import numpy as np
import pytest
from faults.fault import CLEAN, End, Fault, Line
from faults.tcp_proxy import TcpProxy
from numpy.typing import NDArray
from stand import Stand, standing
from talking.heard import RATE, Heard
from talking.sessions import Sessions

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.reconnecting import Notice

PATIENCE = 60  # seconds; what hangs fails
OWN = {"socket.send() raised exception.", "Exception deserializing message!"}
CLIENTS = {
    "gRPC": ("grpc", 1),
    "gRPC bundled": ("grpc", 4),
    "engine link": ("link", 1),
    "engine link bundled": ("link", 4),
}
SILENT = 8.0  # seconds after which a silent server is lost: more than a busy machine is silent for
WINDOW = 10.0  # seconds for which the server keeps a session whose client is gone
ENDS = (End.TRUNCATE, End.RESET, End.HALF_CLOSE)


@pytest.fixture
def audio(speech) -> NDArray[np.int16]:
    return (speech(1.0, RATE) * 32767).astype(np.int16)


@pytest.fixture
async def stand(settings, monkeypatch, caplog) -> AsyncIterator[Stand]:
    """A server in whose log there is nothing when it is over."""
    monkeypatch.setattr(client, "KEEPALIVE_MS", int(SILENT * 500))
    monkeypatch.setattr(client, "KEEPALIVE_PATIENCE_MS", int(SILENT * 500))
    monkeypatch.setattr(link_client, "KEEPALIVE_SECONDS", SILENT / 2)
    async with standing(settings, max_resume_seconds=WINDOW) as running:
        yield running
    assert [record.getMessage() for record in caplog.records if record.getMessage() not in OWN] == []


async def undisturbed(stand: Stand, name: str, audio: NDArray[np.int16]) -> tuple[Heard, list[int]]:
    """What is heard over a clean line, and the bytes up and down that it takes."""
    way, count = CLIENTS[name]
    async with TcpProxy(("127.0.0.1", stand.ports[way])) as proxy:
        heard = await Sessions(way, count)(proxy.port, audio)
        assert heard.failure is None
        assert [[row.index for row in rows] for rows in heard.rows] == [list(range(60))] * count
        return heard, proxy.carried


def broken(rng: random.Random, times: int, ends: tuple[End, ...], carried: list[int]) -> list[Line]:
    """Lines that end after a random part of the conversation, one after the other, and then a clean one."""
    lines = []
    for _ in range(times):
        way, end, share = rng.randrange(2), rng.choice(ends), rng.uniform(0.01, 0.6)
        fault = Fault(at=1 + int(share * carried[way]), end=end)
        lines.append(Line(up=fault) if way == 0 else Line(down=fault))
    return [*lines, Line(CLEAN, CLEAN)]


async def resumed(stand: Stand, name: str, audio: NDArray[np.int16], lines: list[Line]) -> tuple[Heard, list[Notice]]:
    """What a client hears that comes back; the last of the lines is the one of all further connections."""
    way, count = CLIENTS[name]
    told: list[Notice] = []
    async with (
        asyncio.timeout(PATIENCE),
        TcpProxy(("127.0.0.1", stand.ports[way]), lambda number: lines[min(number, len(lines) - 1)]) as proxy,
    ):
        heard = await Sessions(way, count, pause=0.002, timeout=30.0, watch=told.append)(proxy.port, audio)
    return heard, told


@pytest.mark.parametrize("name", CLIENTS)
async def test_whatever_breaks_no_frame_is_lost_or_comes_twice(stand: Stand, audio, name: str) -> None:
    expected, carried = await undisturbed(stand, name, audio)
    resumptions = 0
    for seed in range(6):
        rng = random.Random(f"{name} {seed}")
        heard, told = await resumed(stand, name, audio, broken(rng, 1 + seed % 3, ENDS, carried))
        if not heard.rows:  # it broke in the greeting, before there was a connection that could be brought back
            assert isinstance(heard.failure, ConnectionError)
            continue
        assert heard == expected, f"seed {seed}"
        resumptions += sum(one.kind == "resumed" for one in told)
    assert resumptions > 0
    await stand.freed()


@pytest.mark.parametrize("name", ["gRPC", "engine link bundled"])
async def test_a_session_is_taken_from_a_line_that_fell_silent(stand: Stand, audio, name: str) -> None:
    """The server doesn't know of it: the session is still on the connection that hangs."""
    expected, carried = await undisturbed(stand, name, audio)
    # Behind the greeting, and well before the end also where frames come many to a message, which takes fewer bytes.
    up, down = (Fault(at=int(0.55 * size), end=End.SILENCE) for size in carried)
    silent = (Line(up=up), Line(down=down))
    for heard, told in await asyncio.gather(*[resumed(stand, name, audio, [line, Line()]) for line in silent]):
        assert heard == expected
        assert {one.kind for one in told} == {"lost", "back", "resumed"}
    await stand.freed()


@pytest.mark.parametrize("name", ["gRPC bundled", "engine link"])
async def test_a_client_that_does_not_come_back_leaves_nothing(stand: Stand, audio, name: str) -> None:
    way, count = CLIENTS[name]
    async with TcpProxy(("127.0.0.1", stand.ports[way])) as proxy:
        talking = asyncio.create_task(Sessions(way, count, pause=0.01)(proxy.port, audio))
        while proxy.carried[1] < 20_000 * count:  # frames have come
            await asyncio.sleep(0.005)
        proxy.cut()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
    await stand.freed()
    assert stand.left() == {}
