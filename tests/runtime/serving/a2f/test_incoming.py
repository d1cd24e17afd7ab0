"""A client's messages with a limit on its silence; the clock is ours."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from voxrig.ace.controller_pb2 import AudioStream
from voxrig.runtime.serving.a2f.incoming import Incoming


class Clock:
    """Lets the patience of whoever waits run out when told, and notes how long it was."""

    def __init__(self):
        self.patience = []
        self._waiting = []

    @asynccontextmanager
    async def timeout(self, seconds):
        self.patience.append(seconds)
        async with asyncio.timeout(None) as limit:
            self._waiting.append(limit)
            try:
                yield
            finally:
                self._waiting.remove(limit)

    def run_out(self):
        """The patience that began last is over."""
        self._waiting[-1].reschedule(asyncio.get_running_loop().time())


class Client:
    """Sends what it is told to, when it is told to."""

    def __init__(self):
        self._queue = asyncio.Queue()

    def say(self, *messages):
        for message in messages:
            self._queue.put_nowait(message)

    async def requests(self):
        while (message := await self._queue.get()) is not None:
            yield message


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client():
    return Client()


@pytest.fixture
async def incoming(client, clock):
    reading = Incoming(client.requests(), clock.timeout)
    yield reading
    await reading.close()


async def waiting(coroutine):
    """Start it and let it come to where it waits."""
    task = asyncio.create_task(coroutine)
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_messages_come_in_their_order(client, incoming, clock):
    sent = [AudioStream(), AudioStream(end_of_audio={})]
    client.say(*sent, None)
    assert [await incoming.next(30.0) for _ in range(3)] == [*sent, None]
    assert clock.patience == [30.0] * 3


async def test_who_is_silent_is_not_waited_for_and_nothing_is_lost(client, incoming, clock):
    task = await waiting(incoming.next(30.0))
    clock.run_out()
    with pytest.raises(TimeoutError):
        await task
    client.say(AudioStream())
    assert await incoming.next(1.0) == AudioStream()


async def test_a_cancelled_reader_loses_nothing(client, incoming):
    task = await waiting(incoming.next(30.0))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    client.say(AudioStream())
    assert await incoming.next(30.0) == AudioStream()


async def test_draining_ends_with_the_stream_or_with_silence_or_after_five_minutes(client, incoming, clock):
    client.say(*[AudioStream()] * 3)
    draining = asyncio.create_task(incoming.drain())
    while len(clock.patience) < 5:
        await asyncio.sleep(0)
    assert clock.patience == [300.0, *[1.0] * 4]
    clock.run_out()
    await draining
    client.say(AudioStream(), None)
    await incoming.drain()
