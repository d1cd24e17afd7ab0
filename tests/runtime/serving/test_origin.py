"""Sessions that begin where another one ended: the same, with other numbers."""

import grpc
import pytest

from voxrig.v1 import performance_pb2 as pb

from .lost_client import RATE, Client, frames_of, opening, told


@pytest.mark.parametrize(("rate", "numerator", "denominator"), [(RATE, 60, 1), (44100, 30000, 1001), (16000, 24, 1)])
async def test_a_session_begun_later_is_the_same_with_other_numbers(house, speech, rate, numerator, denominator):
    frame = 5 * numerator
    sample = frame * rate * denominator // numerator
    begin = pb.Beginning(frame_index=frame, media_sample=sample, utterance=7)
    clients = []
    for first, begun in ((0, None), (sample, begin)):
        client = Client(house, tell="visemes")
        client.connection = house.connect()
        opened = opening(begin=begun, tell="visemes")
        opened.seed = 5
        opened.audio.sample_rate = rate
        opened.frame_rate.numerator, opened.frame_rate.denominator = numerator, denominator
        client.got.clear()
        client.send(open=opened)
        client.next_sample = first
        client.send(cue=pb.Cue(name="emotion", media_sample=first + rate // 2, values={"joy": 1.0}))
        client.send(cue=pb.Cue(name="unknown", media_sample=first + 5, values={}))
        client.say(speech(1.0, rate))
        client.send(end_utterance=pb.EndUtterance(tail_samples=400))
        client.next_sample += 400
        client.say(speech(0.5, rate))
        await client.settle()
        client.send(interrupt=pb.Interrupt(at_sample=first + rate))
        await client.settle()
        clients.append(client)
    plain, later = (client.got[1:] for client in clients)
    assert frames_of(plain)
    moved = [moved_by(message, frame, sample, 7) for message in plain]
    assert told(later) == told(moved)


def moved_by(message: pb.ServerMessage, frame: int, sample: int, utterance: int) -> pb.ServerMessage:
    if message.HasField("frames"):
        message.frames.first_index += frame
        message.frames.utterance += utterance
        message.frames.media_samples[:] = [one + sample for one in message.frames.media_samples]
    elif message.HasField("event"):
        event = message.event
        event.next_sample += sample
        if event.kind not in (pb.Event.CUE_IGNORED, pb.Event.CUE_LATE):
            event.utterance += utterance
        if event.kind != pb.Event.UTTERANCE_ENDED:
            event.media_sample += sample
        if event.kind in (pb.Event.VISEME, pb.Event.INTERRUPTED):
            event.frame_index += frame
    return message


@pytest.mark.parametrize(
    ("begin", "message"),
    [
        (pb.Beginning(frame_index=1, media_sample=401), "frame 1 falls on sample 400"),
        (pb.Beginning(frame_index=2**60, media_sample=400 * 2**60 % 2**64), "further than any session comes"),
    ],
)
async def test_a_beginning_that_cannot_be_is_refused(house, begin, message):
    client = Client(house)
    client.connection = house.connect()
    client.send(open=opening(begin=begin))
    await client.settle()
    assert client.got[-1].error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert message in client.got[-1].error.message
    assert client.got[-1].error.session_closed
    assert house.stage.sessions == 1  # the other one
