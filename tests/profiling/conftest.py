"""A real server in a thread of its own, and a load's speech."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from voxrig.profiling.babble import RATE, babble
from voxrig.profiling.load import Load
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.server import Server, running
from voxrig.runtime.serving.settings import Settings


@contextmanager
def served(**settings: Any) -> Iterator[Server]:
    """A server until the block ends, as another process would be."""
    ready, told = threading.Event(), []

    async def serve() -> None:
        stop = asyncio.Event()
        async with running(Settings(port=0, **settings)) as server:
            told.extend((server, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    while not ready.wait(0.1):
        assert thread.is_alive(), "the server did not start"
    server, loop, stop = told
    yield server
    loop.call_soon_threadsafe(stop.set)
    thread.join()


@pytest.fixture(scope="module")
def server(tiny_bundle: Bundle) -> Iterator[Server]:
    """With the tiny model."""
    with served(models=(str(tiny_bundle.path),)) as one:
        yield one


@pytest.fixture
def small_server(tiny_bundle: Bundle) -> Iterator[Server]:
    """One that takes two sessions."""
    with served(models=(str(tiny_bundle.path),), max_sessions=2) as one:
        yield one


@pytest.fixture(scope="session")
def speech_of() -> Callable[[Load], LoadSpeech]:
    """`speech_of(load)`: what its characters say."""
    clip = babble(3.0)
    return lambda load: LoadSpeech(clip, RATE, load)
