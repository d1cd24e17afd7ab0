"""Clients that resume without end or want more than their share: what that costs is counted and bounded."""

import gc

import grpc
import pytest

from voxrig.runtime.serving import cloakroom
from voxrig.runtime.serving.access.account import Account
from voxrig.runtime.serving.seat import Seat
from voxrig.v1 import performance_pb2 as pb

from .lost_client import RATE, WINDOW, Client, House, closing, counts, heard, opening, resuming

NOT_FOUND, RESOURCE_EXHAUSTED = (
    code.value[0] for code in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.RESOURCE_EXHAUSTED)
)


async def test_who_is_lost_with_messages_behind_the_close_is_counted_once(house):
    """What lies behind CLOSED waits for a tick that never comes."""
    account = Account("one", max_sessions=2)
    for _ in range(3):
        client = Client(house, account)
        await client.settle()
        junk = [pb.ClientMessage(cue=pb.Cue(name="x" * 900)) for _ in range(5)]
        client.connection.put([closing(), *junk], house.time)
        seat = client.connection.seats[0]
        client.connection.deliver(seat.session.receive(seat.inbox.popleft()[0]), 0)  # a tick that got no further
        client.lose()
    assert counts(house)[:2] == (0, 0)
    assert account.sessions == 0


async def test_sessions_that_have_ended_are_kept_but_not_without_end(tiny_bundle, speech):
    house = House(tiny_bundle, max_sessions=8)
    client = Client(house)
    for number in range(100):
        client.number = number
        client.send(open=opening(30.0))
        client.send(audio=pb.AudioChunk(samples=speech(0.2, RATE).astype("<f4").tobytes()))
        client.send(close=pb.CloseSession())
        await client.settle()
    assert counts(house)[:2] == (0, 0)
    assert len(house.pacer._cloakroom._tickets) <= 8
    latest = [m.opened.resume_id for m in client.got if m.HasField("opened")][-1]
    other = house.connect()
    other.put([pb.ClientMessage(resume=pb.ResumeSession(id=latest, received=1))], house.time)
    house.run()
    assert (await heard(other))[-1].event.kind == pb.Event.CLOSED


async def test_sessions_that_have_ended_take_so_much_together_and_the_oldest_go_first(tiny_bundle, speech, monkeypatch):
    assert (cloakroom.KEPT_BYTES, cloakroom.ENDED_BYTES) == (8 << 20, 64 << 20), "docs/security.md says so"
    monkeypatch.setattr(cloakroom, "ENDED_BYTES", 100_000)
    house = House(tiny_bundle, max_sessions=100)
    client = Client(house)
    for number in range(50):
        client.number = number
        client.send(open=opening(30.0))
        client.send(audio=pb.AudioChunk(samples=speech(0.2, RATE).astype("<f4").tobytes()))
        client.send(close=pb.CloseSession())
        await client.settle()
    room = house.pacer._cloakroom
    keys = [message.opened.resume_id for message in client.got if message.HasField("opened")]
    assert 1 < len(room._ended) < 50
    assert list(room._ended) == keys[-len(room._ended) :]
    assert sum(ticket.bytes for ticket in room._ended.values()) <= 100_000


@pytest.mark.parametrize("resumes", [1, 200])
async def test_refused_resumes_cost_what_other_messages_do(house, resumes):
    """They wait in memory as well, and give none of it free."""
    connection = house.connect()
    wrong = [pb.ClientMessage(session=n, resume=pb.ResumeSession(id="x")) for n in range(resumes)]
    connection.put(wrong, house.time)
    assert connection._inbox_bytes >= 256 * resumes
    house.run()
    assert connection._inbox_bytes == 0
    assert connection.seats == {}
    assert [m.error.code for m, _ in connection._outbox.take(None)] == [NOT_FOUND] * resumes


async def test_a_flood_of_resumes_is_read_no_further_than_other_floods(tiny_bundle):
    house = House(tiny_bundle, max_queued_bytes=100_000)
    connection = house.connect()
    connection.put([pb.ClientMessage(session=n, resume=pb.ResumeSession(id="x")) for n in range(1000)], house.time)
    assert not connection._readable.is_set()
    house.run()
    assert connection._readable.is_set() or connection.congested


async def test_many_claims_are_served_a_few_at_a_time(house, speech):
    """Each moves megabytes to and fro: that may not hold up everybody."""
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    await client.settle()
    now = iter(range(10**6))
    house.pacer._cloakroom.clock = lambda: 100.0 + next(now) * 0.002
    connection = house.connect()
    connection.put([resuming(client, n, 1) for n in range(50)], house.time)
    house.pacer._cloakroom.attend()
    assert len(house.pacer._cloakroom._claims) > 40
    for _ in range(60):
        house.run()
    assert not house.pacer._cloakroom._claims
    assert list(connection.seats) == [49]


async def test_who_comes_back_is_counted_against_the_most_sessions(tiny_bundle):
    house = House(tiny_bundle, max_sessions=2)
    lost = [Client(house) for _ in range(2)]
    for client in lost:
        await client.settle()
        client.lose()
    others = [Client(house) for _ in range(2)]
    for client in others:
        await client.settle()
    assert counts(house)[:2] == (2, 2)
    assert (await lost[0].resume()).error.code == RESOURCE_EXHAUSTED
    others[0].send(close=pb.CloseSession())
    await others[0].settle()
    assert (await lost[0].resume()).HasField("resumed")
    assert counts(house)[:2] == (2, 1)


async def test_nothing_is_left_of_many_that_came_and_went(house, speech):
    for seed in range(20):
        client = Client(house)
        await client.settle()
        client.say(speech(0.1, RATE))
        if seed % 2:
            await client.settle()
        client.lose()
        if seed % 3:
            await client.resume(seed)
            client.lose()
    house.time += WINDOW + 1
    house.run()
    assert counts(house) == (0, 0, 0)
    assert house.pacer._connections == []
    room = house.pacer._cloakroom
    assert (room._away, room._ended, len(room._claims)) == ({}, {}, 0)
    del client
    gc.collect()
    left = [one for one in gc.get_objects() if type(one) is Seat]
    assert len(left) < 5, "whoever is kept, is kept for ever"


async def test_who_does_not_read_is_brought_no_more(tiny_bundle, speech):
    """Answers that were kept within bounds must not pile up in front of a client without any."""
    house = House(tiny_bundle, max_queued_bytes=20_000)
    reader = house.connect()
    keys = []
    for _ in range(10):
        client = Client(house)
        await client.settle()
        client.say(speech(1.0, RATE))
        await client.settle()
        client.lose()
        keys.append(client.key)
    for number, key in enumerate(keys):
        resume = pb.ResumeSession(id=key, received=1)
        reader.put([pb.ClientMessage(session=number, resume=resume)], house.time)
        house.run()
    assert reader._outbox.bytes < 60_000
    assert counts(house)[1] > 7
    while reader._outbox.bytes:
        await reader.take()
        house.run()
    assert counts(house)[:2] == (10, 0)
