"""Every wrong message is told clearly to its own session; the others on the connection do not notice, bit for bit."""

import re

import grpc
import numpy as np
import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import open_message
from voxrig.v1 import performance_pb2 as pb

RATE = 24000
CODE = {name: getattr(grpc.StatusCode, name).value[0] for name in (
    "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "OUT_OF_RANGE",
)}  # fmt: skip


def audio(first_sample, samples):
    return pb.ClientMessage(audio=pb.AudioChunk(first_sample=first_sample, samples=samples))


def floats(*values):
    return np.array(values, "<f4").tobytes()


def opening(**changes):
    message = open_message("arkit", RATE)
    for name, value in changes.items():
        getattr(message, name).CopyFrom(value) if hasattr(value, "DESCRIPTOR") else setattr(message, name, value)
    return pb.ClientMessage(open=message)


def options(**given):
    message = open_message("arkit", RATE, options=given)
    return pb.ClientMessage(open=message)


def sound(encoding=pb.AudioFormat.F32LE, sample_rate=RATE, channels=1):
    return pb.AudioFormat(encoding=encoding, sample_rate=sample_rate, channels=channels)


END, CLOSE = pb.ClientMessage(end_utterance=pb.EndUtterance()), pb.ClientMessage(close=pb.CloseSession())
GOOD = audio(0, floats(*[0.1] * 100))

REFUSED_OPENINGS = {
    "unknown profile": (opening(rig="metahumen"), "NOT_FOUND", r"'metahumen'.*metahuman.*arkit"),
    "empty profile": (opening(rig=""), "NOT_FOUND", r"''.*metahuman"),
    "huge profile name": (opening(rig="x" * 100_000), "NOT_FOUND", r"^.{0,1000}$"),
    "frame rate 0": (opening(frame_rate=pb.FrameRate(numerator=0, denominator=1)), "INVALID_ARGUMENT", "0/1"),
    "frame rate over 0": (opening(frame_rate=pb.FrameRate(numerator=60, denominator=0)), "INVALID_ARGUMENT", "60/0"),
    "frame rate 241": (opening(frame_rate=pb.FrameRate(numerator=241, denominator=1)), "INVALID_ARGUMENT", "241"),
    "no encoding": (opening(audio=sound(encoding=0)), "INVALID_ARGUMENT", "S16LE"),
    "unknown encoding": (opening(audio=sound(encoding=9)), "INVALID_ARGUMENT", "encoding 9"),
    "7999 Hz": (opening(audio=sound(sample_rate=7999)), "INVALID_ARGUMENT", "7999.*8000"),
    "192001 Hz": (opening(audio=sound(sample_rate=192001)), "INVALID_ARGUMENT", "192001.*192000"),
    "no channel": (opening(audio=sound(channels=0)), "INVALID_ARGUMENT", "0 channels"),
    "three channels": (opening(audio=sound(channels=3)), "INVALID_ARGUMENT", "3 channels"),
    "look-ahead of 5 ms": (opening(look_ahead_ms=5), "NOT_FOUND", r"5 ms.*least"),
    "unknown option": (options(blend="3"), "INVALID_ARGUMENT", "'blend'"),
}

# What is sent to an open session; the code; what the message says; the sample expected afterwards.
REFUSED_MESSAGES = {
    "nothing": ([pb.ClientMessage()], "INVALID_ARGUMENT", "no content", 0),
    "a second open": ([GOOD, opening()], "ALREADY_EXISTS", "open already", 100),
    "NaN": ([GOOD, audio(100, floats(0, float("nan")))], "INVALID_ARGUMENT", "sample 1 .*nan", 100),
    "infinity": ([audio(0, floats(0, 0, float("-inf")))], "INVALID_ARGUMENT", "sample 2 .*-inf", 0),
    "integers as floats": ([audio(0, floats(1200))], "INVALID_ARGUMENT", "1200.*32768", 0),
    "odd byte count": ([audio(0, b"12345")], "INVALID_ARGUMENT", "5 bytes", 0),
    "a gap": ([GOOD, audio(150, floats(0))], "OUT_OF_RANGE", "150.*100", 100),
    "an overlap": ([GOOD, audio(90, floats(0))], "OUT_OF_RANGE", "90.*100", 100),
    "a 10 MB chunk": ([GOOD, audio(100, bytes(10_000_000))], "RESOURCE_EXHAUSTED", "10000000.*1048576", 100),
    "an empty utterance": ([audio(0, b""), END], "FAILED_PRECONDITION", "no utterance", 0),
    "a second end": ([GOOD, END, END], "FAILED_PRECONDITION", "no utterance", 100),
    "audio after end, counted from 0": ([GOOD, END, GOOD], "OUT_OF_RANGE", "sample 0.*sample 100", 100),
    "an endless tail": (
        [GOOD, pb.ClientMessage(end_utterance=pb.EndUtterance(tail_samples=2**63))],
        "OUT_OF_RANGE",
        "9223372036854775808",
        100,
    ),
    "a nameless cue": ([pb.ClientMessage(cue=pb.Cue())], "INVALID_ARGUMENT", "no name", 0),
    "a cue of NaN": (
        [pb.ClientMessage(cue=pb.Cue(name="joy", values={"weight": float("nan")}))],
        "INVALID_ARGUMENT",
        "'weight' is nan",
        0,
    ),
}


OTHERS = (1, 2)


def one_by_one(messages):
    """Split frames that came in one message: how many do depends on the server's ticks."""
    for message in messages:
        frames = message.frames
        size = len(frames.values) // max(len(frames.media_samples), 1)
        if not size:
            yield message
        for n, sample in enumerate(frames.media_samples):
            one = pb.Frames(
                first_index=frames.first_index + n,
                utterance=frames.utterance,
                media_samples=[sample],
                values=frames.values[n * size : (n + 1) * size],
            )
            yield pb.ServerMessage(session=message.session, frames=one)


async def beside_others(wire, speech, act):
    """Run `act(wire)` amid the speech of two other sessions of the same call; return all that those got."""
    clips = {number: speech(0.8, RATE, seed=number) for number in OTHERS}
    for number, clip in clips.items():
        await wire.send(number, opening(), audio(0, clip[:9000].tobytes()))
    await act(wire)
    for number, clip in clips.items():
        await wire.send(number, audio(9000, clip[9000:].tobytes()), CLOSE)
    return {number: list(one_by_one(await wire.until_closed(number))) for number in OTHERS}


@pytest.fixture
async def quiet(wire, speech):
    """What the others get when nobody does anything wrong."""

    async def nothing(_):
        pass

    return await beside_others(wire(), speech, nothing)


def values(messages):
    return b"".join(message.frames.values for message in messages)


def test_the_others_really_speak(quiet):
    assert all(len(values(messages)) == 48 * 61 * 4 for messages in quiet.values())


@pytest.mark.parametrize("name", REFUSED_OPENINGS)
async def test_refused_opening(wire, speech, quiet, name):
    message, code, text = REFUSED_OPENINGS[name]

    async def act(connection):
        await connection.send(77, message)
        error = (await connection.next(77)).error
        assert re.search(text, error.message), error.message
        assert (error.code, error.session_closed, error.refused) == (CODE[code], True, "open")
        await connection.send(77, opening(), GOOD, CLOSE)  # the number is as free as before
        assert (await connection.until_closed(77))[0].HasField("opened")

    assert await beside_others(wire(), speech, act) == quiet


@pytest.mark.parametrize("name", REFUSED_MESSAGES)
async def test_refused_message(wire, speech, quiet, offline, name):
    """The session is as it was before the refused message, and goes on where the error says."""
    messages, code, text, expected_sample = REFUSED_MESSAGES[name]
    clip = speech(0.4, RATE, seed=4)
    alone = offline("arkit", RATE)
    before = np.full(100 if messages[0] is GOOD else 0, 0.1, np.float32)
    if END in messages[:-1] and len(before):
        alone.say(before)
        alone.say(clip)
    else:
        alone.say(np.concatenate((before, clip)))

    async def act(connection):
        await connection.send(77, opening(), *messages)
        got = [await connection.next(77)]
        while not got[-1].HasField("error"):
            got.append(await connection.next(77))
        error = got[-1].error
        assert re.search(text, error.message), error.message
        assert (error.code, error.session_closed, error.next_sample) == (CODE[code], False, expected_sample)
        assert error.refused == (messages[-1].WhichOneof("message") or "")
        await connection.send(77, audio(error.next_sample, clip.tobytes()), CLOSE)
        got += await connection.until_closed(77)
        assert values(got) == b"".join(frame.values.tobytes() for frame in alone.frames)

    assert await beside_others(wire(), speech, act) == quiet


@pytest.mark.parametrize(
    "message",
    [GOOD, END, CLOSE, pb.ClientMessage(interrupt=pb.Interrupt()), pb.ClientMessage(cue=pb.Cue(name="joy"))],
    ids=["audio", "end", "close", "interrupt", "cue"],
)
async def test_wrong_session_number(wire, speech, quiet, message):
    async def act(connection):
        await connection.send(4_000_000_000, message)
        error = (await connection.next(4_000_000_000)).error
        assert (error.code, error.session_closed) == (CODE["NOT_FOUND"], True)
        assert "session 4000000000 is not open" in error.message

    assert await beside_others(wire(), speech, act) == quiet


async def test_audio_after_close(wire, speech, quiet):
    async def act(connection):
        await connection.send(77, opening(), audio(0, speech(0.5, RATE).tobytes()), CLOSE, audio(12000, floats(0)))
        got = await connection.until_closed(77)
        [refused] = [message.error for message in got if message.HasField("error")]
        assert (refused.code, refused.session_closed) == (CODE["FAILED_PRECONDITION"], False)
        assert "is closing" in refused.message
        assert len(values(got)) == 30 * 61 * 4, "the speech is finished all the same"
        await connection.send(77, audio(12000, floats(0)))
        assert (await connection.next(77)).error.code == CODE["NOT_FOUND"]

    assert await beside_others(wire(), speech, act) == quiet


async def test_a_second_call_has_numbers_of_its_own(wire, speech, quiet):
    other = wire()

    async def act(_):
        await other.send(1, opening(), audio(0, floats(0.5)), CLOSE)
        assert len(values(await other.until_closed(1))) == 61 * 4

    assert await beside_others(wire(), speech, act) == quiet


async def test_a_request_without_messages_does_nothing(wire, speech, quiet):
    async def act(connection):
        await connection.call.write(pb.PerformRequest())

    assert await beside_others(wire(), speech, act) == quiet


CLIP = np.full(2400, 0.1, "<f4").tobytes()
REFUSED_BAKES = {
    "an empty clip": ({}, b"", "INVALID_ARGUMENT", "empty"),
    "a truncated clip": ({}, CLIP[:-1], "INVALID_ARGUMENT", "9599 bytes"),
    "NaN": ({}, CLIP + floats(float("nan")), "INVALID_ARGUMENT", "sample 2400 .*nan"),
    "unknown profile": ({"rig": "vrm9"}, CLIP, "NOT_FOUND", "'vrm9'"),
    "frame rate 0": ({"frame_rate": 0}, CLIP, "INVALID_ARGUMENT", "0/1"),
    "no rate": ({"sample_rate": 0}, CLIP, "INVALID_ARGUMENT", "0 Hz"),
    "look-ahead": ({"look_ahead_ms": 3}, CLIP, "NOT_FOUND", "3 ms"),
    "option": ({"options": {"a": "b"}}, CLIP, "INVALID_ARGUMENT", "'a'"),
    "too long": ({"sample_rate": 8000}, bytes(4 * 8000 * 21), "RESOURCE_EXHAUSTED", "21.0 s.*20 s"),
}


@pytest.mark.parametrize("name", REFUSED_BAKES)
async def test_refused_bake(serve, name):
    changes, clip, code, text = REFUSED_BAKES[name]
    request = {"rig": "arkit", "sample_rate": RATE} | changes
    async with serve(max_bake_seconds=20.0) as server, connect(server.target) as connection:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await connection.bake(samples=clip, **request)
        assert refused.value.code() == getattr(grpc.StatusCode, code)
        assert re.search(text, refused.value.details())
        _, frames = await connection.bake("arkit", RATE, CLIP)
        assert len(frames) == 6
        assert server.snapshot()["sessions"] == 0
