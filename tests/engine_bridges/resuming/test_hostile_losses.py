"""Losses at bad moments and servers that make it hard: too full, another process, another model, many at once."""

import asyncio
import hashlib
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges import blocking, client
from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, SessionError

from .cut_line import line_to
from .test_real_losses import PATIENCE, RATE, collect, connecting, same, speak, undisturbed


@pytest.fixture
def told() -> list[Any]:
    """What a connection tells whoever watches."""
    return []


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.01)


async def test_a_server_that_is_full_of_the_lost_connection_is_asked_again(mortal, speech, tmp_path, told):
    """The server thinks that it is there still, and the account has no room for another."""
    secret = "one-" * 12
    tokens = tmp_path / "tokens.toml"
    digest = hashlib.sha256(secret.encode()).hexdigest()
    tokens.write_text(f'[[token]]\nname = "one"\nsha256 = "{digest}"\nmax_connections = 1\n')
    tokens.chmod(0o600)
    server = mortal("--tokens", str(tokens))
    audio = speech(2.0, RATE)
    async with (
        asyncio.timeout(PATIENCE),
        line_to(server.port) as line,
        client.connect(
            f"127.0.0.1:{line.port}", 20.0, token=secret, watch=told.append, back_off=BackOff(seed=1)
        ) as connection,
    ):
        session = await connection.open("arkit", RATE, seed=7)
        reading = asyncio.create_task(collect(session))
        await session.send(audio[: RATE // 2])
        line.is_dead = True  # or the server would be told
        line.orphan()
        await until(lambda: told)
        line.is_dead = False
        await until(lambda: sum("RESOURCE_EXHAUSTED" in one.text for one in told) >= 3)
        line.cut()
        await session.send(audio[RATE // 2 :])
        await session.end_utterance()
        await session.close()
        items = await reading
        frames = [item.index for item in items if isinstance(item, Frame)]
    assert frames == list(range(120))
    assert told[-1].kind == "resumed"


async def test_who_was_never_let_in_is_told_at_once(mortal, tmp_path):
    secret = "two-" * 12
    tokens = tmp_path / "tokens.toml"
    digest = hashlib.sha256(secret.encode()).hexdigest()
    tokens.write_text(f'[[token]]\nname = "two"\nsha256 = "{digest}"\nmax_connections = 1\n')
    tokens.chmod(0o600)
    server = mortal("--tokens", str(tokens))
    async with asyncio.timeout(10), client.connect(server.target, 20.0, token=secret) as first:
        await first.open("arkit", RATE)
        async with client.connect(server.target, 5.0, token=secret) as second:
            with pytest.raises(ConnectionLostError, match="1 connections"):
                await second.open("arkit", RATE)


@pytest.mark.parametrize("over", ["grpc", "link"])
async def test_whichever_process_the_client_comes_to_the_session_goes_on(mortal, speech, told, over):
    """The one behind the port that has the session resumes it; the others don't know it, and it is rebuilt there."""
    server = mortal("--processes", "2")
    audio = speech(2.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    port = server.port if over == "grpc" else server.link_port
    kinds: set[str] = set()
    async with asyncio.timeout(PATIENCE), line_to(port) as line:
        for _ in range(12):
            async with connecting(over, line.port, watch=told.append) as connection:
                session = await connection.open("arkit", RATE, seed=7)
                speaking = asyncio.create_task(speak(session, audio, 0.005))
                reading = asyncio.create_task(collect(session))
                for _ in range(2):
                    await asyncio.sleep(0.05)
                    line.cut()
                await speaking
                assert same(await reading, expected)
            kinds |= {one.kind for one in told}
            if {"resumed", "rebuilt"} <= kinds:
                return
    raise AssertionError(f"in 24 losses there were only {kinds}")


async def test_64_sessions_of_one_connection_are_all_back(mortal, speech, told, capsys):
    server = mortal("--max-load", "0")
    audio = speech(1.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    async with asyncio.timeout(PATIENCE), line_to(server.port) as line:
        watch = lambda one: told.append((time.monotonic(), one.kind))  # noqa: E731
        async with connecting("grpc", line.port, watch=watch) as connection:
            sessions = [await connection.open("arkit", RATE, seed=7) for _ in range(64)]
            reading = [asyncio.create_task(collect(session)) for session in sessions]
            speaking = [asyncio.create_task(speak(session, audio, 0.03)) for session in sessions]
            await asyncio.sleep(0.3)
            line.cut()
            await asyncio.gather(*speaking)
            results = await asyncio.gather(*reading)
    assert all(same(items, expected) for items in results)
    assert [kind for _, kind in told].count("resumed") == 64
    with capsys.disabled():
        print(f"64 sessions were back after {told[-1][0] - told[0][0]:.3f} s")


async def test_a_server_that_comes_back_with_another_model_goes_on_or_says_why(
    mortal, tiny_bundle, tiny_fast_bundle, tiny_studio_bundle, speech, told
):
    """One with a shorter look-ahead will do, the face eases over; one with a longer one would be late for ever."""
    audio = speech(1.0, RATE)
    for other, goes_on in ((tiny_fast_bundle, True), (tiny_studio_bundle, False)):
        server = mortal()
        async with asyncio.timeout(PATIENCE), connecting("grpc", server.port, watch=told.append) as connection:
            session = await connection.open("arkit", RATE, seed=7)
            reading = asyncio.create_task(collect(session))
            await session.send(audio)
            while session.arrivals.next_index <= 30:
                await asyncio.sleep(0.01)
            server.kill()
            command = server._command
            server._command = [str(other.path) if part == str(tiny_bundle.path) else part for part in command]
            await asyncio.to_thread(server.start)
            if goes_on:
                await session.send(audio)
                await session.close()
                indices = [item.index for item in await reading if isinstance(item, Frame)]
                assert indices == list(range(120))
            else:
                with pytest.raises(SessionError, match="another model, of a longer look-ahead"):
                    await reading
                with pytest.raises(SessionError, match="closed"):
                    await session.send(audio)
                assert (await connection.open("arkit", RATE)).opened.sample_rate == RATE


async def test_a_server_that_dies_while_sessions_are_rebuilt_is_followed_by_another(mortal, speech):
    server = mortal()
    audio = speech(3.0, RATE)
    expected = await undisturbed(server, audio, seed=7)
    async with asyncio.timeout(PATIENCE), connecting("grpc", server.port) as connection:
        sessions = [await connection.open("arkit", RATE, seed=7) for _ in range(4)]
        reading = [asyncio.create_task(collect(session)) for session in sessions]
        speaking = [asyncio.create_task(speak(session, audio, 0.03)) for session in sessions]
        for wait in (0.4, 0.1, 0.0):
            await asyncio.sleep(wait)
            server.kill()
            await asyncio.to_thread(server.start)
        await asyncio.gather(*speaking)
        results = await asyncio.gather(*reading)
    assert all(same(items, expected) for items in results)


def test_blocking_clients_of_several_threads_come_back(server, speech):
    audio = speech(1.0, RATE)
    expected = asyncio.run(undisturbed(server, audio, seed=7))
    heard: dict[int, list[Any]] = {}

    def talk(connection: blocking.Connection, number: int) -> None:
        session = connection.open("arkit", RATE, seed=7)
        for start in range(0, len(audio), 600):
            session.send(audio[start : start + 600])
            time.sleep(0.01)
        session.end_utterance()
        session.close()
        heard[number] = list(session.items())

    async def relay(ready: "asyncio.Queue[Any]", done: threading.Event) -> None:
        async with line_to(server.port) as line:
            ready.put_nowait(line)
            while not done.is_set():
                await asyncio.sleep(0.15)
                line.cut()

    async def run() -> None:
        ready: asyncio.Queue[Any] = asyncio.Queue()
        done = threading.Event()
        relaying = asyncio.create_task(relay(ready, done))
        line = await ready.get()

        def all_talk() -> None:
            with blocking.connect(f"127.0.0.1:{line.port}", 20.0, back_off=BackOff(seed=1)) as connection:
                threads = [threading.Thread(target=talk, args=(connection, number)) for number in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join(PATIENCE)

        try:
            await asyncio.to_thread(all_talk)
        finally:
            done.set()
            await relaying

    asyncio.run(run())
    assert sorted(heard) == [0, 1, 2, 3]
    assert all(same(items, expected) for items in heard.values())


@pytest.mark.parametrize("over", ["grpc", "link"])
async def test_leaving_while_the_server_is_away_is_no_waiting(mortal, speech, over):
    server = mortal()
    port = server.port if over == "grpc" else server.link_port
    async with asyncio.timeout(10):
        async with connecting(over, port) as connection:
            session = await connection.open("arkit", RATE)
            sending = asyncio.create_task(session.send(np.tile(speech(1.0, RATE), 300)))
            server.kill()
            await until(lambda: not session.is_live)
        with pytest.raises(ConnectionLostError):
            await collect(session)
        await asyncio.gather(sending, return_exceptions=True)
        with pytest.raises(ConnectionLostError):
            await session.send(speech(0.1, RATE))


@pytest.mark.skipif(sys.platform == "win32", reason="a process is not asked to end there by its id")
@pytest.mark.parametrize("over", ["grpc", "link"])
async def test_a_server_that_is_asked_to_stop_waits_for_nobody_who_is_lost(mortal, speech, over):
    """Its client was cut off, half in a word, and would have half a minute to come back."""
    server = mortal("--drain-seconds", "60")
    port = server.port if over == "grpc" else server.link_port
    async with asyncio.timeout(PATIENCE), line_to(port) as line, connecting(over, line.port) as connection:
        session = await connection.open("arkit", RATE)
        await session.send(speech(1.0, RATE))
        line.target_port = 9  # nobody is there: it does not come back
        line.cut()
        async with client.connect(server.target, 20.0) as watcher:
            while not (await watcher.describe()).metrics["sessions_parked"]:
                await asyncio.sleep(0.02)
            assert (await watcher.describe()).metrics["sessions"] == 0
        process = server._process
        process.terminate()
        assert await asyncio.to_thread(process.wait, 15) == 0
