"""An account's limits, to the last session and the last sample, and its end."""

import asyncio
import threading

import grpc
import pytest

from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.refusal import RefusalError


class Clock:
    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def refused(call, *arguments):
    with pytest.raises(RefusalError) as told:
        call(*arguments)
    return told.value


def test_connections_and_sessions_are_counted_to_the_last():
    account = Account("studio", max_connections=2, max_sessions=1)
    account.connect()
    account.connect()
    told = refused(account.connect)
    assert told.status is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "studio has 2 connections" in str(told)
    account.disconnect()
    account.connect()
    account.open_session()
    assert "1 sessions" in str(refused(account.open_session))
    account.close_session()
    account.open_session()
    assert (account.connections, account.sessions) == (2, 1)


def test_nothing_is_allowed_where_a_limit_is_0():
    account = Account("none", 0, 0, 0)
    assert "0 connections" in str(refused(account.connect))
    assert "0 sessions" in str(refused(account.open_session))
    assert "0 s of sound an hour" in str(refused(account.hear, 0.01))
    account.hear(0.0)
    assert (account.connections, account.sessions) == (0, 0)


def test_the_stock_of_sound_is_used_up_exactly_and_fills_up_evenly(clock):
    account = Account("studio", audio_seconds_per_hour=7200, clock=clock)
    account.hear(7000)
    account.hear(200)
    told = refused(account.hear, 1.0)
    assert "7200 s of sound an hour; go on in 1 s" in str(told)
    clock.now += 1.0
    account.hear(2.0)
    refused(account.hear, 0.5)
    clock.now += 100_000
    account.hear(7200)
    assert "shorter chunks" in str(refused(account.hear, 7201))


def test_a_voice_in_real_time_is_never_refused_with_3600_an_hour(clock):
    def heard(hourly):
        """Seconds of three hours' speech until some of it is refused, 2 s at a time."""
        account = Account("studio", audio_seconds_per_hour=hourly, clock=clock)
        for second in range(0, 3 * 3600, 2):
            clock.now += 2.0
            try:
                account.hear(2.0)
            except RefusalError:
                return second
        return 3 * 3600

    assert heard(3600) == 3 * 3600
    assert heard(1800) == 3598, "it began with a stock of half an hour"


def test_new_limits_hold_from_now_on(clock):
    account = Account("studio", clock=clock)
    account.hear(1e9)
    account.connect()
    account.limit(1, None, 60)
    assert "1 connections" in str(refused(account.connect))
    account.hear(60)
    assert "60 s of sound an hour" in str(refused(account.hear, 1))
    account.limit(None, None, None)
    account.connect()
    account.hear(1e9)
    assert account.connections == 2


def test_counting_in_many_threads_loses_nothing():
    account = Account("studio", audio_seconds_per_hour=1000, clock=lambda: 0.0)
    taken = []

    def hear():
        for _ in range(500):
            try:
                account.hear(1.0)
            except RefusalError:
                continue
            taken.append(1)

    threads = [threading.Thread(target=hear) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1000


def test_once_ended_nothing_more_begins():
    account = Account("studio")
    told = []
    with account.until_ended(lambda: told.append("ended")):
        account.end()
    assert told == ["ended"]
    for call in (account.connect, account.open_session):
        assert refused(call).status is grpc.StatusCode.UNAUTHENTICATED
    with pytest.raises(RefusalError, match="no longer good"), account.until_ended(lambda: told.append("again")):
        pass
    account.end()
    assert told == ["ended"]


async def test_what_runs_is_broken_off_with_the_reason():
    account = Account("studio")
    began = asyncio.Event()

    async def work():
        with account.while_good():
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await began.wait()
    account.end()
    with pytest.raises(RefusalError, match="no longer good"):
        await task


async def test_who_is_cancelled_by_somebody_else_stays_cancelled():
    for ended in (False, True):
        account = Account("studio")
        began = asyncio.Event()

        async def work(account=account, began=began):
            with account.while_good():
                began.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await began.wait()
        task.cancel()
        if ended:
            account.end()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_anyone_has_no_limits():
    for _ in range(10_000):
        ANYONE.hear(1e6)
    assert repr(ANYONE) == "Account('anyone')"
