"""Answers that wait for a client that reads too slowly."""

from voxrig.v1 import performance_pb2 as pb

from .lost_client import RATE, Client, House


async def test_who_reads_too_slowly_loses_frames_and_is_told_if_it_asked_for_that(tiny_bundle, speech):
    house = House(tiny_bundle, max_queued_bytes=60_000)
    client = Client(house, behind="drop", tell="visemes")
    waiting = Client(house)
    await client.settle()
    await waiting.settle()
    for _ in range(20):
        client.say(speech(0.5, RATE))
        waiting.say(speech(0.5, RATE))
        house.run()
        assert client.connection._outbox.bytes < 60_000 + 20_000
    client.send(close=pb.CloseSession())
    await client.settle()
    shown: list[int] = []
    for message in client.got:
        if message.event.kind == pb.Event.FRAMES_DROPPED:
            assert message.event.frame_index == len(shown)
            assert message.event.media_sample == 400 * len(shown)
            shown += [-1] * message.event.frame_count
        elif message.HasField("frames"):
            assert message.frames.first_index == len(shown)
            shown += range(len(shown), len(shown) + len(message.frames.media_samples))
    assert len(shown) == 600
    assert shown[-1] == 599  # the latest are there
    assert 0 < shown.count(-1) < 560
    ended = [message.event for message in client.got if message.event.kind == pb.Event.UTTERANCE_ENDED]
    assert [event.frame_count for event in ended] == [600]
    assert waiting.connection.congested  # the other one rests until it is read
    assert len(waiting.connection.seats[0].inbox) > 5
