"""The tick loop, with real sessions and no gRPC."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable

import numpy as np
import pytest

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from .client_messages import RATE, audio, opening
from .tick_loop import tick_loop


class House:
    """A stage, a pacer that runs, and connections to them."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.perf_counter) -> None:
        self.stage = Stage(settings)
        self.metrics = Metrics()
        self.pacer = Pacer(self.metrics, settings.max_buffered_seconds, clock=clock)

    def connect(self) -> Connection:
        connection = Connection(self.stage, self.pacer.wake)
        self.pacer.join(connection)
        return connection


@pytest.fixture
async def house(tiny_bundle: Bundle) -> House:
    return House(Settings(models=(str(tiny_bundle.path),), max_buffered_seconds=4.0, max_queued_bytes=20_000))


@pytest.fixture
async def ticking(house: House) -> AsyncIterator[House]:
    async with tick_loop(house.pacer):
        yield house


def frames_of(answers):
    return sum(len(answer.frames.media_samples) for answer in answers)


async def open_sessions(connection, *numbers):
    """Which may take several ticks."""
    connection.put([opening(number) for number in numbers], 0.0)
    answers = []
    while len(answers) < len(numbers):
        answers += await connection.take()
    assert all(answer.HasField("opened") for answer in answers)


async def take_all(connection):
    answers = []
    while more := await connection.take():
        answers += more
    return answers


async def test_what_waits_is_one_batch(ticking):
    """Sessions of several connections share the network's call."""
    connections = [ticking.connect() for _ in range(4)]
    for connection in connections:
        await open_sessions(connection, 0, 1, 2)
    for connection in connections:
        connection.put([audio(0, 800, n) for n in range(3)], 0.0)
        connection.done_writing()
    for connection in connections:
        answers = await take_all(connection)
        assert frames_of(answers) == 6
        assert [answer.event.kind for answer in answers if answer.HasField("event")][-1] == pb.Event.CLOSED
    assert ticking.metrics.batch.snapshot("batch")["batch_mean"] == 12


async def test_a_long_clip_does_not_delay_a_short_one(ticking):
    long, short = ticking.connect(), ticking.connect()
    for second in range(3):
        long.put(([opening()] if second == 0 else []) + [audio(second * RATE, RATE)], 0.0)
    short.put([opening(), audio(0, 6000)], 0.0)
    short.done_writing()
    assert frames_of(await take_all(short)) == 15
    ticks = ticking.metrics.ticks
    long.done_writing()
    assert frames_of(await take_all(long)) == 180
    assert ticks < 15 + 5 + 10, "a step of each a tick: the short one was done when its own steps were"


async def test_a_flood_of_cues_or_openings_holds_up_nobody_else(tiny_bundle):
    """By a clock on which each message takes a millisecond: a tick takes a few, and others' frames come meanwhile."""
    clock = itertools.count(0.0, 0.001)
    house = House(Settings(models=(str(tiny_bundle.path),)), lambda: next(clock))
    async with tick_loop(house.pacer):
        cues, openings, speaking = house.connect(), house.connect(), house.connect()
        speaking.put([opening()], 0.0)
        assert (await speaking.take())[0].HasField("opened")
        names = [f"none{n}" for n in range(200)]
        cues.put([opening(), *(pb.ClientMessage(cue=pb.Cue(name=name)) for name in names)], 0.0)
        close = pb.CloseSession()
        openings.put([m for n in range(60) for m in (opening(n), pb.ClientMessage(session=n, close=close))], 0.0)
        for connection in (speaking, cues, openings):
            if connection is speaking:
                connection.put([audio(0, 6000)], 0.0)
            connection.done_writing()
        assert frames_of(await take_all(speaking)) == 15
        assert len(cues.seats[0].inbox) > 50
        assert len(openings.seats) > 20
        told = [answer.event.message for answer in await take_all(cues) if answer.event.kind == pb.Event.CUE_IGNORED]
        assert [name for name, text in zip(names, told, strict=True) if name in text] == names
        assert sum(answer.HasField("opened") for answer in await take_all(openings)) == 60
        assert house.stage.sessions == 0


async def test_a_flood_of_single_samples_holds_up_nobody_else(ticking):
    flooding, speaking = ticking.connect(), ticking.connect()
    flooding.put([opening(), *(audio(n, 1) for n in range(4000))], 0.0)
    speaking.put([opening(), audio(0, 6000)], 0.0)
    speaking.done_writing()
    assert frames_of(await take_all(speaking)) == 15
    assert len(flooding.seats[0].inbox) > 1000
    flooding.done_writing()
    assert frames_of(await take_all(flooding)) == 10


async def test_buffered_audio_stops_the_reading_until_it_has_drained(house):
    """Before any tick, 8 s are more than may wait; ticks drain them, and reading goes on."""
    connection = house.connect()
    seconds = iter(range(8))
    connection.put([opening()], 0.0)

    async def feed():
        for second in seconds:
            await connection.readable()
            connection.put([audio(second * RATE, RATE)], 0.0)

    feeding = asyncio.create_task(feed())
    answers = []
    async with tick_loop(house.pacer):
        while frames_of(answers) < 8 * 60 - 5:  # reading the answers keeps the session going
            answers += await connection.take()
            assert connection.seats[0].session.buffered_seconds <= 4.0 + 1.0
        await feeding


async def test_unread_answers_pause_the_sessions_and_none_is_lost(ticking):
    connection, other = ticking.connect(), ticking.connect()
    connection.put([opening(), audio(0, 3 * RATE)], 0.0)
    connection.done_writing()
    other.put([opening(), audio(0, 3 * RATE)], 0.0)
    other.done_writing()
    assert frames_of(await take_all(other)) == 180, "the other connection goes on"
    assert connection.congested
    computed = ticking.metrics.frames - 180
    assert computed < 100, "20,000 bytes are 70 frames"
    answers = await take_all(connection)
    told = [answer.frames for answer in answers if answer.HasField("frames")]
    assert [frames.first_index + n for frames in told for n in range(len(frames.media_samples))] == list(range(180))


async def test_a_connection_that_leaves_frees_its_sessions(ticking):
    staying, leaving = ticking.connect(), ticking.connect()
    staying.put([opening()], 0.0)
    leaving.put([opening(1), opening(2), audio(0, RATE, 1)], 0.0)
    await leaving.take()
    ticking.pacer.leave(leaving)
    staying.put([audio(0, 800)], 0.0)
    staying.done_writing()
    assert frames_of(await take_all(staying)) == 2
    assert (ticking.stage.sessions, ticking.metrics.connections) == (0, 1)


async def test_a_failing_session_is_told_and_the_others_go_on(ticking, monkeypatch, caplog):
    """A fault of ours in one session's code is that session's end alone."""
    connection = ticking.connect()
    await open_sessions(connection, 1, 2)

    def broken(*_):
        yield from ()
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(connection.seats[1].session, "advancing", broken)
    connection.put([audio(0, 3200, 1), audio(0, 3200, 2)], 0.0)
    connection.done_writing()
    answers = await take_all(connection)
    errors = [answer for answer in answers if answer.HasField("error")]
    assert [(answer.session, answer.error.code, answer.error.session_closed) for answer in errors] == [(1, 13, True)]
    assert frames_of(answer for answer in answers if answer.session == 2) == 8
    assert "a fault" in caplog.text
    assert ticking.stage.sessions == 0


async def test_frames_that_are_no_numbers_end_their_session_and_are_not_sent(ticking, caplog):
    """A network whose state has come to NaN gives nothing else any more: an engine's skeleton must not get that."""
    connection = ticking.connect()
    await open_sessions(connection, 1, 2)
    connection.put([audio(0, 3200, 1), audio(0, 3200, 2)], 0.0)
    while frames_of(await connection.take()) == 0:
        pass
    stream = connection.seats[1].session._stream
    broken = tuple(np.full_like(state, np.nan) for state in stream.state.showing.model)
    stream.state = stream.state._replace(showing=stream.state.showing._replace(model=broken))
    connection.put([audio(3200, 3200, 1), audio(3200, 3200, 2)], 0.0)
    connection.done_writing()
    answers = await take_all(connection)
    assert [(answer.session, answer.error.code) for answer in answers if answer.HasField("error")] == [(1, 13)]
    values = np.frombuffer(b"".join(answer.frames.values for answer in answers), "<f4")
    assert np.isfinite(values).all()
    assert answers[-1].session == 2
    assert "is not finite; a network of this session gives NaN" in caplog.text
    assert ticking.stage.sessions == 0


async def test_nothing_to_do_is_no_work(ticking):
    connection = ticking.connect()
    connection.put([opening()], 0.0)
    await connection.take()
    for _ in range(20):
        await asyncio.sleep(0)
    ticks = ticking.metrics.ticks
    for _ in range(200):
        await asyncio.sleep(0)
    assert ticking.metrics.ticks == ticks <= 2
