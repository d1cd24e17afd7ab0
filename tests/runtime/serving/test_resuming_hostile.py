"""Clients that resume and count wrong, read too slowly, go on where they are no more, or are let in no more."""

import asyncio

import grpc
import pytest

from voxrig.runtime.serving.access.account import Account
from voxrig.v1 import performance_pb2 as pb

from .client_messages import audio
from .lost_client import RATE, WINDOW, Client, House, closing, counts, frames_of, heard, resuming

ABORTED, NOT_FOUND, OUT_OF_RANGE = (
    code.value[0] for code in (grpc.StatusCode.ABORTED, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.OUT_OF_RANGE)
)


def shown(answers: list[pb.ServerMessage]) -> tuple[list[int], int]:
    """The indices of frames that came or are told to be left out, in their order, and how many of them are left out."""
    indices: list[int] = []
    dropped = 0
    for answer in answers:
        event = answer.event
        if answer.HasField("frames"):
            samples = answer.frames.media_samples
            indices += range(answer.frames.first_index, answer.frames.first_index + len(samples))
            assert list(samples) == [400 * index for index in indices[-len(samples) :]]
        elif event.kind == pb.Event.FRAMES_DROPPED:
            indices += range(event.frame_index, event.frame_index + event.frame_count)
            assert event.media_sample == 400 * event.frame_index
            dropped += event.frame_count
    return indices, dropped


@pytest.mark.parametrize("unread", [0, 1, 7, 1000])
async def test_gaps_of_a_client_that_reads_too_slowly_are_told_once_however_often_it_is_lost(
    tiny_bundle, speech, unread
):
    house = House(tiny_bundle, max_queued_bytes=20_000)
    client = Client(house, behind="drop")
    await client.settle()
    for turn in range(24):
        client.say(speech(0.5, RATE))
        house.run()
        if turn % 6 == 3:  # some is read, and some of that is lost on its way; more waits
            client.got += await client.connection.take()
        if turn % 6 == 5:
            client.lose(unread)
            assert (await client.resume(turn)).HasField("resumed")
    client.send(close=pb.CloseSession())
    await client.settle()
    indices, dropped = shown(client.got)
    assert indices == list(range(12 * 60))
    assert 0 < dropped < 12 * 60
    ended = [answer.event for answer in client.got if answer.event.kind == pb.Event.UTTERANCE_ENDED]
    assert [event.frame_count for event in ended] == [12 * 60]


async def test_frames_that_a_lost_client_lacks_are_left_out_too_where_it_reads_them_too_slowly(tiny_bundle, speech):
    """What was kept for it while it was away is more than may wait, and it asked for a picture of now."""
    house = House(tiny_bundle, max_queued_bytes=60_000)
    client = Client(house, behind="drop")
    await client.settle()
    for _ in range(8):
        client.say(speech(0.5, RATE))
    client.lose()
    house.run()
    client.number, client.connection = 3, house.connect()
    client.connection.put([resuming(client, 3)], house.time)
    house.run()  # and it reads nothing
    client.say(speech(0.5, RATE))
    house.run()
    assert client.connection._outbox.bytes < 60_000
    client.send(close=pb.CloseSession())
    await client.settle()
    indices, dropped = shown(client.got)
    assert (indices, dropped > 0) == (list(range(270)), True)


@pytest.mark.parametrize("more", [1, 1000, 2**64 - 1])
async def test_who_has_got_more_than_was_sent_is_refused_and_nothing_is_spoilt(house, speech, more):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    await client.settle()
    for is_parked in (False, True):
        if is_parked:
            client.lose()
        other = house.connect()
        received = min(len(client.got) + more, 2**64 - 1)
        other.put([resuming(client, 2, received)], house.time)
        house.run()
        (answer,) = await heard(other)
        assert (answer.session, answer.error.code, answer.error.session_closed) == (2, OUT_OF_RANGE, True)
        assert other.seats == {}
        assert counts(house) == (not is_parked, is_parked, 1)
    assert (await client.resume()).HasField("resumed")
    client.say(speech(0.5, RATE))
    await client.settle()
    indices = frames_of(client.got)
    assert indices == list(range(len(indices)))
    assert len(indices) > 30


async def test_who_has_got_less_than_it_said_before_is_refused_and_comes_back_with_the_right_count(house, speech):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    await client.settle()
    client.lose()
    await client.resume()
    client.lose()
    for received in (0, len(client.got) - 1):
        other = house.connect()
        other.put([resuming(client, 0, received)], house.time)
        house.run()
        assert [answer.error.code for answer in await heard(other)] == [OUT_OF_RANGE]
    assert (await client.resume()).HasField("resumed")
    assert counts(house) == (1, 0, 1)


async def test_who_says_that_nothing_came_gets_it_all_again(house, speech):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    await client.settle()
    client.lose()
    other = house.connect()
    other.put([resuming(client, 0, 0)], house.time)
    house.run()
    assert [answer.SerializeToString() for answer in (await heard(other))[1:]] == [
        answer.SerializeToString() for answer in client.got
    ]


async def test_who_goes_on_where_its_session_was_taken_from_is_told_and_disturbs_nobody(house, speech):
    client = Client(house)
    await client.settle()
    hanging = client.connection
    hanging.put([audio(0, 2400)], house.time)
    client.sent.append(audio(0, 2400))
    client.next_sample = 2400
    again = await client.resume(4)
    assert (again.resumed.taken, again.resumed.next_sample) == (2, 2400)
    for first in (2400, 2880):
        hanging.put([audio(first, 480)], house.time)
    hanging.put([pb.ClientMessage(interrupt=pb.Interrupt()), closing()], house.time)
    house.run()
    told = [(one.session, one.error.code, one.error.session_closed) for one in await heard(hanging)]
    assert told == [(0, ABORTED, True)] + [(0, NOT_FOUND, True)] * 4
    client.say(speech(0.5, RATE))
    await client.settle()
    indices = frames_of(client.got)
    assert indices == list(range(len(indices)))
    assert len(indices) > 30
    assert counts(house) == (1, 0, 1)


async def test_a_connection_is_read_again_when_the_session_that_held_it_up_is_taken_away(tiny_bundle):
    """Nothing else of it has anything to do, so that no tick says so."""
    house = House(tiny_bundle, max_queued_bytes=60_000)
    client = Client(house)
    await client.settle()
    hanging = client.connection
    hanging.put([audio(first, 4800) for first in range(0, 48_000, 4800)], house.time)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hanging.readable(), 0.01)
    other = house.connect()
    other.put([resuming(client)], house.time)
    house.pacer._cloakroom.attend()
    await asyncio.wait_for(hanging.readable(), 0.01)


@pytest.mark.parametrize("is_early", [True, False])
async def test_sessions_of_a_token_that_is_taken_out_wait_for_nobody(house, speech, is_early):
    """Whether that comes while they wait, or is what ends their connections; those of others wait on."""
    account = Account("one", max_sessions=5)
    clients = [Client(house, account) for _ in range(3)]
    other = Client(house, Account("two"))
    for client in (*clients, other):
        await client.settle()
        client.say(speech(0.5, RATE))
        await client.settle()
    clients[0].send(close=pb.CloseSession())  # it is over, and its end is kept
    await clients[0].settle()
    other.lose()
    assert counts(house) == (2, 1, 4)
    if is_early:
        for client in clients:
            client.lose()
        assert counts(house) == (0, 3, 4)
    house.pacer._work.clear()
    account.end()
    if not is_early:
        for client in clients:
            client.lose()
    assert house.pacer._work.is_set(), "a tick comes"
    house.run()
    assert counts(house) == (0, 1, 1)
    assert account.sessions == 0
    assert len(house.pacer._connections) == 1
    answer = await clients[1].resume()  # by a connection that is just being ended
    assert answer.error.code == NOT_FOUND
    assert (await other.resume()).HasField("resumed")
    other.send(close=pb.CloseSession())
    await other.settle()
    house.time += WINDOW + 1
    house.run()
    assert counts(house) == (0, 0, 0)
    assert not account._enders
    assert not other.account._enders


async def test_the_end_of_a_session_is_kept_for_the_window_and_no_longer(house, speech):
    """Counted from the end, also where that comes while its client is away."""
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    client.send(close=pb.CloseSession())
    client.lose()
    house.time += WINDOW - 0.1
    house.run()
    assert counts(house) == (0, 0, 1)
    house.time += WINDOW - 0.1
    for _ in range(2):  # and again, as long as it was not told that all has come
        again = await client.resume()
        assert (again.resumed.taken, again.resumed.next_sample) == (3, 0)
        assert client.got[-1].event.kind == pb.Event.CLOSED
        client.lose(2)
        house.time += WINDOW - 0.1
        house.run()
    house.time += 0.2
    house.run()
    assert counts(house) == (0, 0, 0)
    answer = await client.resume()
    assert (answer.error.code, answer.error.session_closed) == (NOT_FOUND, True)
    assert house.pacer._cloakroom._tickets == {}
