"""What gRPC hands over: the bytes of a PerformRequest, parsed and performed to the end."""

from random import Random

from google.protobuf.message import DecodeError

from voxrig.v1 import performance_pb2 as pb

from ..house import house
from ..proto_mutation import change
from ..target import Target

_MOST = 12  # messages: an input may not cost seconds


def check(data: bytes) -> None:
    try:
        request = pb.PerformRequest.FromString(data)
    except DecodeError:
        return
    messages = request.messages[:_MOST]
    for message in messages:
        if message.WhichOneof("message") == "end_utterance":  # seconds of silence are the slowest thing to ask for
            message.end_utterance.tail_samples = min(message.end_utterance.tail_samples, 24_000)
    house().serve(messages, lost=len(data) % 5)


def opening(session: int = 1, rig: str = "arkit", rate: int = 24_000, **options: str) -> pb.ClientMessage:
    return pb.ClientMessage(
        session=session,
        open=pb.OpenSession(
            rig=rig,
            frame_rate=pb.FrameRate(numerator=60, denominator=1),
            audio=pb.AudioFormat(encoding=pb.AudioFormat.S16LE, sample_rate=rate, channels=1),
            seed=7,
            options=options,
        ),
    )


def audio(first: int, count: int, session: int = 1) -> pb.ClientMessage:
    samples = b"".join((n * 977 % 8000).to_bytes(2, "little") for n in range(count))
    return pb.ClientMessage(session=session, audio=pb.AudioChunk(first_sample=first, samples=samples))


def cue(name: str, at: int = 0, **values: float) -> pb.ClientMessage:
    return pb.ClientMessage(session=1, cue=pb.Cue(name=name, media_sample=at, values=values))


def seeds() -> list[bytes]:
    end = pb.ClientMessage(session=1, end_utterance=pb.EndUtterance(tail_samples=100))
    cut = pb.ClientMessage(session=1, interrupt=pb.Interrupt(at_sample=300))
    close = pb.ClientMessage(session=1, close=pb.CloseSession())
    resume = pb.ClientMessage(session=1, resume=pb.ResumeSession(id="x", received=1))
    begun = opening()
    begun.open.begin.frame_index, begun.open.begin.media_sample, begun.open.begin.utterance = 60, 24_000, 2
    begun.open.resume_window_ms = 1000
    conversations = [
        [opening(), audio(0, 900), end, close],
        [opening(rig="metahuman", tell="visemes,emotion"), audio(0, 500), cut, audio(3000, 100)],
        [opening(emotion="joy=0.4", body="on"), cue("emotion", 10, joy=0.5), cue("gaze", 0, x=0.1), audio(0, 800)],
        [opening(rate=16_000), opening(2), audio(0, 300), audio(0, 300, 2), cue("blink", force=1.0), end],
        [cue("head", nod=1.0), close, audio(0, 3), resume],
        [begun, audio(24_000, 900), end],
        [opening(behind="drop"), audio(0, 900), cue("style", jaw=1.3), cue("gesture", beat=1.0), close],
    ]
    return [pb.PerformRequest(messages=one).SerializeToString() for one in conversations]


def mutate(data: bytes, chance: Random) -> bytes:
    try:
        request = pb.PerformRequest.FromString(data)
    except DecodeError:
        return data
    for _ in range(chance.choice((1, 1, 2, 4))):
        change(request, chance)
    return request.SerializeToString()


TARGET = Target(check, seeds, mutate, longest=6000)
