"""The blocking client: the async one, run from plain code, against a real server."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import grpc.aio
import numpy as np
import pytest

from voxrig.engine_bridges import blocking
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, SessionError
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb

PATIENCE = 20  # seconds; what hangs fails


@pytest.fixture
def target(tiny_bundle: Bundle) -> Iterator[str]:
    """A server in a thread of its own, as another process would be."""
    ready, told = threading.Event(), []

    async def serve() -> None:
        stop = asyncio.Event()
        async with running(Settings(port=0, models=(str(tiny_bundle.path),))) as server:
            told.extend((server.target, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    yield told[0]
    told[1].call_soon_threadsafe(told[2].set)
    thread.join()


def test_a_clip_from_plain_code(target, speech):
    audio = speech(0.5, 24000)
    with blocking.connect(target) as connection:
        session = connection.open("arkit", 24000, seed=7)
        for start in range(0, len(audio), 480):
            session.send(audio[start : start + 480])
        session.end_utterance()
        session.close()
        items = list(session.items())
        _, baked = connection.bake("arkit", 24000, audio, seed=7)
        assert connection.describe().limits.max_sessions == 256
    frames = [item for item in items if isinstance(item, Frame)]
    assert len(frames) == 30
    assert all(np.array_equal(a.values, b.values) for a, b in zip(frames, baked, strict=True))
    assert [item.kind for item in items[-2:]] == [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED]


def test_sessions_in_threads_of_their_own(target, speech):
    clips = [speech(0.3 + n / 10, 16000, seed=n) for n in range(4)]
    counts = {}
    with blocking.connect(target) as connection:

        def perform(number):
            session = connection.open("metahuman", 16000)
            session.send(clips[number])
            session.close()
            counts[number] = sum(1 for _ in session)

        threads = [threading.Thread(target=perform, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert counts == {0: 18, 1: 24, 2: 30, 3: 36}


def test_errors_are_raised_where_frames_are_read_and_reading_goes_on(target, speech):
    with blocking.connect(target) as connection:
        with pytest.raises(SessionError, match="'vrm'"):
            connection.open("vrm", 24000)
        session = connection.open("arkit", 24000)
        session.send(speech(0.2, 24000))
        session.stream.next_sample += 5
        session.send(speech(0.1, 24000))
        got = []
        with pytest.raises(SessionError, match=r"4805.*4800") as refused:
            got.extend(session)
        session.stream.next_sample = refused.value.next_sample
        event = session.interrupt()
        assert event.kind == pb.Event.INTERRUPTED
        session.close()
        assert list(session)


def test_no_server(free_port):
    with (
        pytest.raises(ConnectionLostError, match=f"127.0.0.1:{free_port}.*voxrig serve"),
        blocking.connect(f"127.0.0.1:{free_port}", timeout=0.2),
    ):
        pass


def patient(thread):
    """Join a thread that must not hang."""
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_whoever_waits_when_the_connection_closes_is_told(target, speech):
    """Readers, and callers in the very moment of closing, each in a thread of its own."""
    told = []
    with blocking.connect(target) as connection:
        sessions = [connection.open("arkit", 24000) for _ in range(4)]
        begun = threading.Barrier(9)

        def read(session):
            begun.wait()
            try:
                list(session)
            except ConnectionLostError as error:
                told.append(error)

        def call():
            begun.wait()
            try:
                while True:
                    connection.describe()
            except (ConnectionLostError, grpc.aio.AioRpcError, grpc.aio.UsageError) as error:
                told.append(error)

        threads = [threading.Thread(target=read, args=(session,)) for session in sessions]
        threads += [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        begun.wait()
    for thread in threads:
        patient(thread)
    assert len(told) == 8


def test_a_closed_connection_refuses(target, speech):
    with blocking.connect(target) as connection:
        session = connection.open("arkit", 24000)
    for call in (lambda: session.send(speech(0.1, 24000)), lambda: list(session), connection.describe, session.close):
        with pytest.raises(ConnectionLostError):
            call()


def test_a_wait_that_is_broken_off_takes_no_frame(target, speech, monkeypatch):
    """As by Ctrl-C: the frame that comes later is for whoever reads next."""
    with blocking.connect(target) as connection:
        session = connection.open("arkit", 24000)
        with monkeypatch.context() as patched:
            patched.setattr(Future, "result", interrupted)
            with pytest.raises(KeyboardInterrupt):
                next(iter(session))
        session.send(speech(0.2, 24000))
        session.cue("joy", 0)
        session.close()
        frames = [item.index for item in session.items() if isinstance(item, Frame)]
    assert frames == list(range(12))


def interrupted(future, timeout=None):
    raise KeyboardInterrupt


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
