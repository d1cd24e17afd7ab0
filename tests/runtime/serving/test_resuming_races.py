"""Sessions that are come for at odd moments: by many, twice, at their end, under a number that is in use again."""

import grpc

from voxrig.runtime.serving import cloakroom
from voxrig.runtime.serving.expiry import Expiry
from voxrig.v1 import performance_pb2 as pb

from .lost_client import RATE, WINDOW, Client, closing, counts, frames_of, heard, opening, resuming

ABORTED, DEADLINE_EXCEEDED, INTERNAL = (
    code.value[0] for code in (grpc.StatusCode.ABORTED, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INTERNAL)
)


async def test_a_number_opened_again_behind_its_close_is_another_session(house, speech):
    client = Client(house)
    await client.settle()
    first = client.key
    client.connection.put([closing(), pb.ClientMessage(open=opening())], house.time)
    house.run()
    before, client.got = len(client.got), []
    await client.read()
    assert client.got[0].event.kind == pb.Event.CLOSED
    del client.got[0]
    assert client.key not in ("", first)
    house.time += WINDOW + 1  # the first is forgotten
    client.say(speech(0.5, RATE))
    await client.settle()
    assert frames_of(client.got)
    assert counts(house) == (1, 0, 1)
    assert before == 1


async def test_the_end_of_a_session_can_be_come_for_though_its_number_is_in_use_again(house):
    client = Client(house)
    await client.settle()
    first = client.key
    client.connection.put([closing(), pb.ClientMessage(open=opening())], house.time)
    await client.settle()
    second = next(m.opened.resume_id for m in client.got[1:] if m.HasField("opened"))
    thief = house.connect()
    for key, number in ((first, 5), (second, 6)):
        thief.put([pb.ClientMessage(session=number, resume=pb.ResumeSession(id=key, received=1))], house.time)
    house.run()
    answers = await heard(thief)
    resumed = {m.session: m.resumed.taken for m in answers if m.HasField("resumed")}
    assert resumed == {5: 2, 6: 1}
    assert [m.event.kind for m in answers if m.session == 5][-1] == pb.Event.CLOSED
    assert not [m for m in answers if m.session == 6 and not m.HasField("resumed")]
    assert counts(house)[:2] == (1, 0)


async def test_an_old_session_is_taken_from_a_connection_without_the_one_behind_it(house):
    """Both are in the outbox of the connection that hangs, under the same number."""
    client = Client(house)
    await client.settle()
    client.connection.put([closing(), pb.ClientMessage(open=opening())], house.time)
    house.run()
    thief = house.connect()
    thief.put([resuming(client, 9, 1)], house.time)
    house.run()
    answers = await heard(thief)
    assert {m.session for m in answers} == {9}
    assert answers[-1].event.kind == pb.Event.CLOSED
    assert not [m for m in answers if m.HasField("opened")]
    [opened] = [m.opened for m in await heard(client.connection) if m.HasField("opened")]
    assert opened.resume_id != client.key


async def test_what_waits_in_the_outbox_of_a_hanging_connection_is_whole(house, speech, monkeypatch):
    monkeypatch.setattr(cloakroom, "KEPT_BYTES", 40_000)
    client = Client(house)
    await client.settle()
    for _ in range(10):
        client.say(speech(0.5, RATE))
    house.run()  # and reads none of it
    assert (await client.resume()).HasField("resumed")
    await client.settle()
    indices = frames_of(client.got)
    assert indices == list(range(len(indices)))
    assert len(indices) > 250


async def test_one_session_claimed_by_many_at_once_goes_to_one(house, speech):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    many = [house.connect() for _ in range(20)]
    for number, connection in enumerate(many):
        connection.put([resuming(client, number)], house.time)
    house.run()
    answers = [connection._outbox.take(None) for connection in many]
    held = [n for n, one in enumerate(answers) if any(m.HasField("frames") for m, _ in one)]
    assert len(held) == 1
    for n, one in enumerate(answers):
        if n not in held:
            assert [m.error.code for m, _ in one if m.HasField("error")] == [ABORTED]
    assert sum(len(connection.seats) for connection in many) == 1
    assert all(connection._inbox_bytes == 0 for connection in [*many, client.connection])
    assert counts(house)[:2] == (1, 0)


async def test_a_session_can_be_resumed_on_its_own_connection(house, speech):
    client = Client(house)
    await client.settle()
    client.connection.put([resuming(client, 7)], house.time)
    house.run()
    answers = await heard(client.connection)
    assert [(m.session, m.WhichOneof("message")) for m in answers] == [(0, "error"), (7, "resumed")]
    client.number, client.got = 7, [*client.got]
    client.say(speech(0.5, RATE))
    await client.settle()
    assert frames_of(client.got)
    assert counts(house) == (1, 0, 1)


async def test_claims_of_a_connection_that_left_are_nobodys(house):
    client = Client(house)
    await client.settle()
    client.lose()
    other = house.connect()
    other.put([resuming(client)], house.time)
    house.pacer.leave(other)
    house.run()
    assert counts(house) == (0, 1, 1)
    assert (await client.resume()).HasField("resumed")


async def test_a_session_that_is_over_while_it_comes_back_says_so(house, speech):
    client = Client(house)
    await client.settle()
    client.lose()
    expiry = Expiry(max_idle=0.0, max_open=3.0)
    expiry.look(house.pacer, house.time)
    house.time += 3.5
    other = house.connect()
    other.put([resuming(client)], house.time)
    house.pacer._cloakroom.attend()  # it has come, and no tick yet
    expiry.look(house.pacer, house.time)
    house.run()
    expiry.look(house.pacer, house.time)
    answers = await heard(other)
    assert [m.WhichOneof("message") for m in answers] == ["resumed", "error"]
    assert answers[1].error.code == DEADLINE_EXCEEDED
    house.time += WINDOW + 1
    house.run()
    assert counts(house) == (0, 0, 0)


async def test_a_session_that_fails_while_nobody_is_there_tells_who_comes(house, speech):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    client.lose()
    seat = house.pacer._connections[0].seats[0]
    seat.session._stream.state = None  # whatever it is that breaks
    house.run()
    assert counts(house) == (0, 0, 1)
    first = await client.resume()
    assert first.HasField("resumed")
    assert [m.error.code for m in client.got if m.HasField("error")] == [INTERNAL]
    house.time += WINDOW + 1
    house.run()
    assert counts(house) == (0, 0, 0)
