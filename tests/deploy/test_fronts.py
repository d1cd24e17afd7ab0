"""Voxrig behind HAProxy and Envoy as deploy/ has them: the same frames, sessions on both servers, draining, a loss."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.credentials import Tls
from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError

from .fronts import Front, Guard, ServerProcess, until

SECOND = {"grpc 1", "link 1"}
ALL = {"grpc 0", "link 0"} | SECOND
RATE = 24_000
HALF = RATE // 2
Speech = Callable[..., NDArray[np.float32]]
LINES = ("gRPC", "engine link")
TOLD = {"gRPC": "connect again", "engine link": "the server closed the connection"}
"""What a client is told whose server is lost."""


@asynccontextmanager
async def connected(line: str, front: Front, guard: Guard) -> AsyncIterator[PerformConnection]:
    """A client over one of `LINES`, through the front, which doesn't look for another server by itself."""
    shown: dict[str, Any] = {"token": guard.token, "tls": Tls(ca=guard.ca), "timeout": 20, "resume_seconds": 0}
    if line == "gRPC":
        async with client.connect(f"127.0.0.1:{front.ports.grpc}", **shown) as connection:
            yield connection
    else:
        async with link_client.connect("127.0.0.1", front.ports.link, **shown) as connection:
            yield connection


async def through(stack: AsyncExitStack, line: str, front: Front, guard: Guard) -> PerformSession:
    """A session through the front, on a connection of its own."""
    connection = await stack.enter_async_context(connected(line, front, guard))
    return await connection.open("arkit", RATE, seed=7)


async def frames_of(session: PerformSession) -> list[bytes]:
    await session.close()
    return [frame.values.tobytes() async for frame in session]


async def opened_on(server: ServerProcess, guard: Guard) -> int:
    async with client.connect(server.target, token=guard.token) as connection:
        return int((await connection.describe()).metrics["sessions_opened"])


async def test_frames_are_those_of_a_server_and_sessions_come_to_both(
    front: Front, servers: list[ServerProcess], guard: Guard, speech: Speech
) -> None:
    await until(lambda: front.taking() == ALL)
    audio = speech(1.0, RATE)
    async with client.connect(servers[0].target, token=guard.token) as connection:
        direct = await connection.open("arkit", RATE, seed=7)
        await direct.send(audio)
        expected = await frames_of(direct)
    assert len(expected) == 60
    for line in LINES:
        before = [await opened_on(server, guard) for server in servers]
        async with AsyncExitStack() as stack:
            sessions = [await through(stack, line, front, guard) for _ in range(8)]
            for session in sessions:
                await session.send(audio)
            for session in sessions:
                assert await frames_of(session) == expected, line
        opened = [await opened_on(server, guard) - count for server, count in zip(servers, before, strict=True)]
        assert sum(opened) == 8
        assert min(opened) >= 2, f"{line}: {opened}"


async def test_a_server_that_drains_loses_no_session_and_gets_no_new_one(
    front: Front, servers: list[ServerProcess], guard: Guard, speech: Speech
) -> None:
    await until(lambda: front.taking() == ALL)
    audio = speech(1.0, RATE)
    async with AsyncExitStack() as stack:
        running = [await through(stack, line, front, guard) for line in LINES for _ in range(4)]
        for session in running:
            await session.send(audio[:HALF])
        opened = await opened_on(servers[0], guard)
        assert opened > 0
        servers[0].drain()
        await until(lambda: front.taking() == SECOND)
        for line in LINES:
            new = [await through(stack, line, front, guard) for _ in range(4)]
            for session in new:
                await session.send(audio)
            assert [len(await frames_of(session)) for session in new] == [60] * 4
        assert await opened_on(servers[0], guard) == opened
        for session in running:
            await session.send(audio[HALF:])
        frames = [await frames_of(session) for session in running]
        assert [len(one) for one in frames] == [60] * 8
        assert len({tuple(one) for one in frames}) == 1
    servers[0].process.wait(timeout=20)  # with its last session it goes
    assert servers[0].process.returncode == 0


async def test_clients_of_a_server_that_is_lost_are_told_and_find_the_other(
    front: Front, servers: list[ServerProcess], guard: Guard, speech: Speech
) -> None:
    await until(lambda: front.taking() == ALL)
    audio = speech(1.0, RATE)
    async with AsyncExitStack() as stack:
        running = {line: [await through(stack, line, front, guard) for _ in range(4)] for line in LINES}
        for session in (one for sessions in running.values() for one in sessions):
            await session.send(audio[:HALF])
        servers[0].kill()
        for line, sessions in running.items():
            lost = []
            for session in sessions:
                try:
                    await session.send(audio[HALF:])
                    assert len(await frames_of(session)) == 60
                except ConnectionLostError as error:
                    lost.append(str(error))
            assert 0 < len(lost) < 4, f"{line}: {lost}"
            for text in lost:
                assert TOLD[line] in text
        for line in LINES:  # at once: before any health check has failed
            session = await through(stack, line, front, guard)
            await session.send(audio)
            assert len(await frames_of(session)) == 60


async def test_who_has_no_token_or_no_tls_is_not_let_through(
    front: Front, servers: list[ServerProcess], guard: Guard, speech: Speech
) -> None:
    await until(lambda: front.taking() == ALL)
    for line in LINES:
        with pytest.raises(ConnectionLostError, match="token"):
            async with connected(line, front, replace(guard, token="another-token-of-nobody")):
                pass
    with pytest.raises(ConnectionLostError):
        async with client.connect(f"127.0.0.1:{front.ports.grpc}", token=guard.token, timeout=2, resume_seconds=0):
            pass
    with pytest.raises(ConnectionLostError):
        async with link_client.connect("127.0.0.1", front.ports.link, 2, token=guard.token, resume_seconds=0):
            pass
