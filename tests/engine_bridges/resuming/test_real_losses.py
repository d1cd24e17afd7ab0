"""Real servers, real sockets, real losses: every frame comes once, as if nothing had been."""

import asyncio
import random
from contextlib import AbstractAsyncContextManager
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.wire import ConnectionLostError, Frame
from voxrig.v1 import performance_pb2 as pb

from .conftest import MortalServer
from .cut_line import line_to

PATIENCE = 60
RATE = 24_000
CHUNK = 1_200


def connecting(over: str, port: int, **settings: Any) -> AbstractAsyncContextManager[PerformConnection]:
    settings.setdefault("back_off", BackOff(seed=1))
    if over == "grpc":
        return client.connect(f"127.0.0.1:{port}", 20.0, **settings)
    return link_client.connect("127.0.0.1", port, 20.0, **settings)


def port_of(server: MortalServer, over: str) -> int:
    return server.port if over == "grpc" else server.link_port


async def undisturbed(server: MortalServer, audio: np.ndarray, **settings: Any) -> list[Any]:
    async with client.connect(server.target, 20.0, resume_seconds=0) as connection:
        session = await connection.open("arkit", RATE, **settings)
        await session.send(audio)
        await session.end_utterance()
        await session.close()
        return [item async for item in session.items()]


def same(items: list[Any], others: list[Any]) -> bool:
    return shown(items) == shown(others)


def shown(items: list[Any]) -> list[Any]:
    return [
        (i.index, i.utterance, i.values.tobytes()) if isinstance(i, Frame) else (i.kind, i.frame_count) for i in items
    ]


async def speak(session: Any, audio: np.ndarray, pause: float = 0.01) -> None:
    for start in range(0, len(audio), CHUNK):
        await session.send(audio[start : start + CHUNK])
        await asyncio.sleep(pause)
    await session.end_utterance()
    await session.close()


@pytest.mark.parametrize("over", ["grpc", "link"])
@pytest.mark.parametrize("way", ["cut", "orphan"])
async def test_a_cut_connection_is_resumed_and_nothing_is_lost(server, speech, over, way):
    audio = speech(3.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    notices, chance = [], random.Random(5)
    async with (
        asyncio.timeout(PATIENCE),
        line_to(port_of(server, over)) as line,
        connecting(over, line.port, watch=lambda notice: notices.append(notice.kind)) as connection,
    ):
        session = await connection.open("arkit", RATE, seed=7)
        assert session.resume_id

        async def vandal() -> None:
            for _ in range(5):
                await asyncio.sleep(chance.uniform(0.05, 0.2))
                getattr(line, way)()

        breaking = asyncio.create_task(vandal())
        _, items = await asyncio.gather(speak(session, audio, 0.02), collect(session))
        await breaking
    assert same(items, expected)
    assert notices.count("resumed") >= 2
    assert "rebuilt" not in notices


async def collect(session: Any) -> list[Any]:
    return [item async for item in session.items()]


@pytest.mark.parametrize("over", ["grpc", "link"])
async def test_a_server_that_was_killed_is_followed_by_another_and_nothing_is_lost(mortal, speech, over):
    server = mortal()
    audio = speech(4.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    notices = []
    async with asyncio.timeout(PATIENCE):
        async with connecting(
            over, port_of(server, over), watch=lambda notice: notices.append(notice.kind)
        ) as connection:
            sessions = [await connection.open("arkit", RATE, seed=7) for _ in range(3)]
            reading = [asyncio.create_task(collect(session)) for session in sessions]
            speaking = [asyncio.create_task(speak(session, audio, 0.02)) for session in sessions]
            await asyncio.sleep(0.5)
            server.kill()
            await asyncio.to_thread(server.start)
            await asyncio.gather(*speaking)
            results = await asyncio.gather(*reading)
    for items in results:
        assert same(items, expected)
    assert notices.count("rebuilt") >= 3


async def test_a_long_session_is_begun_anew_from_its_latest_audio(mortal, speech):
    """What is kept doesn't reach back to its beginning: the face eases over to another of the same speech."""
    server = mortal()
    audio = np.tile(speech(4.0, RATE), 5)
    async with asyncio.timeout(PATIENCE), client.connect(server.target, 20.0, keep_seconds=6.0) as connection:
        session = await connection.open("arkit", RATE, seed=7)
        reading = asyncio.create_task(collect(session))
        for start in range(0, 12 * RATE, RATE):
            await session.send(audio[start : start + RATE])
        while not session.log.entries or session.log.is_whole:
            await asyncio.sleep(0.05)
        server.kill()
        await asyncio.to_thread(server.start)
        await session.send(audio[12 * RATE :])
        await session.end_utterance()
        await session.close()
        items = await reading
    frames = [item for item in items if isinstance(item, Frame)]
    assert [frame.index for frame in frames] == list(range(20 * 60))
    assert [item.frame_count for item in items if not isinstance(item, Frame)] == [20 * 60, 0]
    values = np.stack([frame.values for frame in frames])
    steps = np.abs(np.diff(values, axis=0)).max()
    expected = [item for item in await undisturbed(server, audio, seed=7) if isinstance(item, Frame)]
    assert steps <= 1.25 * np.abs(np.diff(np.stack([frame.values for frame in expected]), axis=0)).max(), "no pop"


async def test_an_interrupt_survives_the_server(mortal, speech):
    server = mortal()
    first, second = speech(2.0, RATE), speech(1.0, RATE, seed=4)
    async with asyncio.timeout(PATIENCE), client.connect(server.target, 20.0) as connection:
        session = await connection.open("arkit", RATE, seed=7)
        twin = await connection.open("arkit", RATE, seed=7)
        reading = [asyncio.create_task(collect(one)) for one in (session, twin)]
        for one in (session, twin):
            await one.send(first)
        await asyncio.sleep(0.3)
        events = [await one.interrupt(at_sample=RATE // 2) for one in (session, twin)]
        assert events[0].frame_index == events[1].frame_index
        await twin.send(second)
        await twin.close()
        await reading[1]
        server.kill()
        await session.send(second[: RATE // 2])
        await asyncio.to_thread(server.start)
        await session.send(second[RATE // 2 :])
        await session.close()
        items = await reading[0]
    after = [item for item in items if isinstance(item, Frame) and item.utterance == 1]
    expected = [item for item in reading[1].result() if isinstance(item, Frame) and item.utterance == 1]
    assert same(after, expected)
    assert sum(isinstance(item, pb.Event) and item.kind == pb.Event.INTERRUPTED for item in items) == 1


async def test_a_server_that_does_not_come_back_is_told_after_the_window(mortal, speech):
    server = mortal()
    async with asyncio.timeout(PATIENCE), client.connect(server.target, 20.0, resume_seconds=0.5) as connection:
        session = await connection.open("arkit", RATE)
        server.kill()
        with pytest.raises(ConnectionLostError, match=r"UNAVAILABLE.*not back within 0.5 s"):
            await collect(session)
        with pytest.raises(ConnectionLostError):
            await session.send(speech(0.1, RATE))
        with pytest.raises(ConnectionLostError):
            await connection.open("arkit", RATE)


async def test_who_leaves_leaves_no_session_behind(server, speech):
    async with asyncio.timeout(PATIENCE), client.connect(server.target, 20.0) as watcher:
        async with client.connect(server.target) as connection:
            for _ in range(3):
                await (await connection.open("arkit", RATE)).send(speech(1.0, RATE))
            assert (await watcher.describe()).metrics["sessions"] == 3
        while (await watcher.describe()).metrics["sessions"]:
            await asyncio.sleep(0.02)


async def test_half_closing_while_the_connection_is_lost(server, speech):
    audio = speech(2.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    async with asyncio.timeout(PATIENCE), line_to(server.port) as line, connecting("grpc", line.port) as connection:
        session = await connection.open("arkit", RATE, seed=7)
        await session.send(audio[:RATE])
        line.cut()
        await session.send(audio[RATE:])
        await session.end_utterance()
        await connection.done_writing()
        assert same(await collect(session), expected)
        await connection.finished()


async def test_opening_while_the_connection_is_lost(server, speech):
    async with asyncio.timeout(PATIENCE), line_to(server.port) as line, connecting("grpc", line.port) as connection:
        line.cut()
        sessions = await asyncio.gather(*(connection.open("arkit", RATE) for _ in range(3)))
        for session in sessions:
            await session.send(speech(0.2, RATE))
            await session.close()
            assert len([frame async for frame in session]) == 12


async def test_a_line_that_swallows_everything_is_found_out_and_left(server, speech, monkeypatch):
    """Neither side is told a word, as when a cable is pulled: the session is taken from the old connection."""
    monkeypatch.setattr(link_client, "KEEPALIVE_SECONDS", 0.3)
    audio = speech(2.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    notices: list[str] = []
    to_line = line_to(server.link_port)
    async with asyncio.timeout(PATIENCE), to_line as line:
        watch = lambda notice: (notices.append(notice.kind), setattr(line, "is_dead", False))  # noqa: E731
        async with connecting("link", line.port, watch=watch) as connection:
            session = await connection.open("arkit", RATE, seed=7)
            await session.send(audio[:RATE])
            line.is_dead = True
            await session.send(audio[RATE:])
            await session.end_utterance()
            await session.close()
            assert same(await collect(session), expected)
    assert notices == ["lost", "back", "resumed"]
