"""Sessions whose connection is lost: nothing of theirs is lost or comes twice, and they don't wait for ever."""

import random
from typing import Any

import grpc
import pytest

from voxrig.runtime.serving import cloakroom
from voxrig.runtime.serving.access.account import Account
from voxrig.v1 import performance_pb2 as pb

from .lost_client import RATE, WINDOW, Client, House, frames_of, opening, refusals, told

ABORTED, NOT_FOUND, OUT_OF_RANGE = (
    code.value[0] for code in (grpc.StatusCode.ABORTED, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.OUT_OF_RANGE)
)


async def performed(house: House, seed: int, faults: bool, speech: Any) -> Client:
    """Play a random script of all kinds of messages; with faults, lose the connection at random moments."""
    script, chance = random.Random(seed), random.Random(seed + 1000)
    client = Client(house, tell="visemes,emotion")
    await client.settle()
    audio = speech(6.0, RATE)
    for _ in range(25):
        match script.choice("aaaaaecxi"):
            case "a":
                count = script.choice((1, 400, 480, 3000))
                client.say(audio[client.next_sample % 90000 :][:count])
            case "e" if client.sent[-1].HasField("audio"):
                tail = script.choice((0, 1200))
                client.send(end_utterance=pb.EndUtterance(tail_samples=tail))
                client.next_sample += tail
            case "c":
                cue = pb.Cue(name="emotion", media_sample=client.next_sample + script.choice((0, 9000)))
                cue.values["joy"] = script.random()
                client.send(cue=cue)
            case "x":
                client.send(cue=pb.Cue(name="blink", media_sample=0, values={"nonsense": 1.0}))  # is refused
            case "i":
                await settled(client, chance if faults else None)
                client.send(interrupt=pb.Interrupt(at_sample=max(0, client.next_sample - 4800)))
                await settled(client, chance if faults else None)
                [*_, cut] = [m.event for m in client.got if m.event.kind == pb.Event.INTERRUPTED]
                client.next_sample = cut.next_sample
        if faults and chance.random() < 0.4:
            await disturb(client, chance)
    await settled(client, chance if faults else None)
    client.send(close=pb.CloseSession())
    if faults:
        await disturb(client, chance)
    await client.settle()
    return client


async def settled(client: Client, chance: random.Random | None) -> None:
    await client.settle()
    if chance is not None and chance.random() < 0.3:
        await disturb(client, chance)
        await client.settle()


async def disturb(client: Client, chance: random.Random) -> None:
    house = client.house
    if chance.random() < 0.5 and (turns := house.pacer._turns()):  # one tick
        house.pacer._deliver(turns, house.pacer._ticker.tick(turns))
    if chance.random() < 0.5:
        await client.read()
    if chance.random() < 0.8:
        client.lose(chance.choice((0, 1, 2, 5)))
    else:
        client.forget(chance.choice((0, 1, 3)))  # and the server doesn't know of it
    house.time += chance.choice((0.0, 0.5, WINDOW - 0.1))
    if chance.random() < 0.5:
        house.run()
    again = await client.resume(chance.randrange(5))
    assert again.HasField("resumed")


@pytest.mark.parametrize("seed", range(20))
async def test_a_session_that_is_lost_again_and_again_says_what_it_says_undisturbed(tiny_bundle, speech, seed):
    calm = await performed(House(tiny_bundle), seed, False, speech)
    house = House(tiny_bundle)
    client = await performed(house, seed, True, speech)
    assert told(client.got) == told(calm.got)
    assert refusals(client.got) == refusals(calm.got)
    assert [message.event.kind for message in client.got][-1] == pb.Event.CLOSED
    house.time += WINDOW + 1
    house.run()
    assert (house.stage.sessions, house.stage.parked, house.pacer._cloakroom._tickets) == (0, 0, {})


async def test_what_is_sent_with_a_resume_comes_after_what_was_sent_before(house, speech):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))  # and lost before anything of it is done
    client.lose()
    late = pb.AudioChunk(first_sample=RATE // 2, samples=bytes(4 * 4800))
    again = await client.resume(3, ({"audio": late},))
    assert (again.resumed.taken, again.resumed.next_sample) == (2, RATE // 2)
    await client.settle()
    assert frames_of(client.got) == list(range((RATE // 2 + 4800 - 1950) * 60 // RATE)) or frames_of(client.got)
    assert frames_of(client.got) == list(range(len(frames_of(client.got))))
    assert not [message for message in client.got if message.HasField("error")]


async def test_a_session_goes_on_while_its_client_is_away_and_rests_when_enough_is_kept(house, speech, monkeypatch):
    """When it is back, what was sent before it was lost fills what is kept over the brim; nothing of that is lost."""
    monkeypatch.setattr(cloakroom, "KEPT_BYTES", 40_000)
    client = Client(house)
    await client.settle()
    for _ in range(30):
        client.say(speech(0.5, RATE))
    client.lose()
    house.run()
    (parked,) = house.pacer._connections
    assert parked.congested
    kept = parked.seats[0].session.pending
    assert kept > 100
    await client.resume()
    await client.settle()
    while house.pacer._turns():
        await client.settle()
    indices = frames_of(client.got)
    assert len(indices) > 800
    assert indices == list(range(len(indices)))


async def test_a_session_is_given_up_after_its_window(house, speech):
    client = Client(house)
    await client.settle()
    client.lose()
    assert (house.stage.sessions, house.stage.parked) == (0, 1)
    house.time += WINDOW - 0.01
    house.run()
    assert house.stage.parked == 1
    house.time += 0.02
    house.run()
    assert (house.stage.parked, house.pacer._connections) == (0, [])
    answer = await client.resume()
    assert (answer.error.code, answer.error.refused, answer.error.session_closed) == (NOT_FOUND, "resume", True)
    client.send(open=opening())  # the number is as unused as before
    await client.settle()
    assert client.got[-1].HasField("opened")


async def test_the_end_of_a_session_can_be_come_for_too(house, speech):
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    client.send(close=pb.CloseSession())
    await client.settle()
    assert client.got[-1].event.kind == pb.Event.CLOSED
    before = told(client.got)
    client.lose(unread=3)
    assert len(told(client.got)) < len(before)
    again = await client.resume(2)
    assert (again.resumed.taken, again.resumed.next_sample) == (3, 0)
    assert told(client.got) == before
    assert client.connection.seats == {}


async def test_who_resumes_a_session_that_is_still_connected_takes_it(house, speech):
    client = Client(house)
    await client.settle()
    hanging = client.connection
    again = await client.resume(4)
    assert again.HasField("resumed")
    (error,) = await hanging.take()
    assert (error.session, error.error.code, error.error.session_closed) == (0, ABORTED, True)
    house.pacer.leave(hanging)
    client.say(speech(0.5, RATE))
    await client.settle()
    assert frames_of(client.got)
    assert house.stage.sessions == 1


async def test_nobody_resumes_what_is_not_theirs(house):
    owner = Client(house, Account("one"))
    await owner.settle()
    owner.lose()
    thief = Client(house, Account("two"))
    await thief.settle()
    thief.got[0].opened.resume_id = owner.key
    thief.house.pacer.leave(thief.connection)
    answer = await thief.resume()
    assert answer.error.code == NOT_FOUND
    assert (await owner.resume()).HasField("resumed")


@pytest.mark.parametrize("key", ["", "x", "é" * 50, "A" * 22])
async def test_an_id_that_is_none_is_not_found(house, key):
    client = Client(house)
    await client.settle()
    client.got[0].opened.resume_id = key
    assert (await client.resume(1)).error.code == NOT_FOUND


async def test_what_is_not_kept_any_more_cannot_be_resumed(house, speech, monkeypatch):
    monkeypatch.setattr(cloakroom, "KEPT_BYTES", 20_000)
    client = Client(house)
    await client.settle()
    for _ in range(30):
        client.say(speech(0.1, RATE))
        await client.settle()
    told_before = len(client.got)
    client.lose(unread=25)
    refused = await client.resume()
    assert (refused.error.code, refused.error.session_closed) == (OUT_OF_RANGE, True)
    client.got += [pb.ServerMessage()] * (told_before + 1 - len(client.got))  # more than it was ever sent
    assert (await client.resume()).error.code == OUT_OF_RANGE
    client.got.pop()
    assert (await client.resume()).HasField("resumed")


async def test_resuming_on_a_number_that_is_in_use_is_refused_and_what_runs_there_goes_on(house, speech):
    client, other = Client(house), Client(house)
    await client.settle()
    await other.settle()
    client.lose()
    other.send(resume=pb.ResumeSession(id=client.key, received=1))
    other.say(speech(0.5, RATE))
    await other.settle()
    (error,) = [message.error for message in other.got if message.HasField("error")]
    assert (error.session_closed, error.refused) == (False, "resume")
    assert frames_of(other.got)
    assert (await client.resume()).HasField("resumed")


async def test_a_window_is_granted_up_to_the_servers_and_none_is_none(tiny_bundle):
    house = House(tiny_bundle, max_resume_seconds=2.0)
    for asked, granted in ((5.0, 2000), (1.5, 1500), (0.0, 0)):
        client = Client(house, window=asked)
        await client.settle()
        assert client.got[0].opened.resume_window_ms == granted
        assert bool(client.key) == bool(granted)
        client.lose()
    assert (house.stage.sessions, house.stage.parked) == (0, 2)
    off = Client(House(tiny_bundle, max_resume_seconds=0.0))
    await off.settle()
    assert off.key == ""


async def test_who_waits_takes_nobodys_place_but_not_without_end(tiny_bundle):
    house = House(tiny_bundle, max_sessions=2)
    for _ in range(3):
        client = Client(house)
        await client.settle()
        assert client.got[0].HasField("opened")
        client.lose()
    assert (house.stage.sessions, house.stage.parked) == (0, 2)


async def test_an_account_that_is_full_cannot_take_its_session_back_until_there_is_room(house):
    account = Account("one", max_sessions=1)
    client = Client(house, account)
    await client.settle()
    client.lose()
    other = Client(house, account)
    await other.settle()
    assert other.got[0].HasField("opened")
    refused = await client.resume()
    assert refused.error.code == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    other.send(close=pb.CloseSession())
    await other.settle()
    assert (await client.resume()).HasField("resumed")
    assert account.sessions == 1


async def test_a_client_that_has_done_writing_does_not_close_what_can_be_resumed(house, speech):
    """On TCP a client that dies looks like one that has done writing."""
    client = Client(house)
    await client.settle()
    client.say(speech(0.5, RATE))
    client.connection.done_writing()
    await client.settle()
    assert await client.connection.take() == []  # the call ends
    client.lose()
    assert house.stage.parked == 1
    await client.resume()
    client.say(speech(0.5, RATE))
    await client.settle()
    indices = frames_of(client.got)
    assert indices == list(range(len(indices)))
    assert len(indices) > 50
