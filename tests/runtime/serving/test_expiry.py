"""Sessions that are idle, or open, for too long; by a clock of the test's."""

import asyncio

import pytest

from voxrig.runtime.serving.expiry import Expiry
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer

from .client_messages import RATE, audio, opening
from .tick_loop import tick_loop


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
async def pacer(stage, metrics):
    pacer = Pacer(metrics, 4.0)
    async with tick_loop(pacer):
        yield pacer


async def answers(connection, count):
    got = []
    async with asyncio.timeout(20):
        while len(got) < count:
            got += await connection.take()
    return got


async def test_an_idle_session_is_ended_and_the_others_go_on(stage, pacer, metrics):
    expiry = Expiry(max_idle=10.0, max_open=0.0)
    with pacer.connection(stage) as connection:
        connection.put([opening(1), opening(2)], 0.0)
        await answers(connection, 2)
        for second in range(0, 10):
            expiry.look(pacer, second)
        assert stage.sessions == 2
        connection.put([audio(0, 6000, 2)], 0.0)
        while connection.seats[2].inbox or connection.seats[2].session.pending:
            [*_, frames] = await answers(connection, 1)
            assert frames.session == 2
        expiry.look(pacer, 10.0)
        [*_, error] = await answers(connection, 1)
        assert (error.session, error.error.code, error.error.session_closed) == (1, 4, True)
        assert error.error.message == (
            "nothing came from the client for 10 s, the longest that max_idle_seconds allows; open it again"
        )
        connection.put([audio(6000, 4000, 2), opening(1)], 0.0)
        more = await answers(connection, 2)
        assert {message.session for message in more if not message.HasField("error")} == {1, 2}, "and 1 is free again"
        assert metrics.codes["DEADLINE_EXCEEDED"] == 1


async def test_a_session_is_ended_when_it_was_open_for_long_whatever_it_does(stage, pacer):
    expiry = Expiry(max_idle=0.0, max_open=5.0)
    with pacer.connection(stage) as connection:
        connection.put([opening()], 0.0)
        await answers(connection, 1)
        expiry.look(pacer, 100.0)
        expiry.look(pacer, 104.9)
        connection.put([audio(0, 400)], 0.0)
        expiry.look(pacer, 105.0)
        got = await answers(connection, 1)
        assert got[-1].error.code == 4
        assert "the session was open for 5 s, the longest that max_session_seconds allows" in got[-1].error.message
        assert not connection.seats
        assert stage.sessions == 0


async def test_who_has_work_or_does_not_read_is_not_idle(stage, pacer):
    """A clip of 4 s was sent at once; it is still spoken when the client has been silent for long."""
    expiry = Expiry(max_idle=1.0, max_open=0.0)
    with pacer.connection(stage) as connection:
        connection.put([opening(), *(audio(second * RATE, RATE) for second in range(4))], 0.0)
        for look in range(20):
            expiry.look(pacer, look * 0.4)
            await answers(connection, 1)
            if not connection.seats[0].session.pending:
                break
        assert stage.sessions == 1
        assert look > 5


async def test_time_in_which_nobody_could_say_anything_is_not_idle(stage, pacer):
    """The laptop was closed for an hour."""
    expiry = Expiry(max_idle=10.0, max_open=0.0)
    with pacer.connection(stage) as connection:
        connection.put([opening()], 0.0)
        await answers(connection, 1)
        for second in (0, 3600, 3601, 3602, 3603):
            expiry.look(pacer, second)
        assert stage.sessions == 1
        for second in range(3604, 3612):
            expiry.look(pacer, second)
        assert stage.sessions == 0


def test_without_limits_nobody_looks():
    assert Expiry(0.0, 0.0).period == 0.0
    assert Expiry(3600.0, 0.0).period == 1.0
    assert Expiry(0.0, 2.0).period == 0.5
