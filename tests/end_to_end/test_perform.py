"""A real client and a real server over real gRPC: what comes back is what the pipeline gives without them."""

import asyncio
from fractions import Fraction

import numpy as np
import pytest

from voxrig.engine_bridges.wire import Frame
from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.core.timing import FrameRate
from voxrig.v1 import performance_pb2 as pb

S16LE, F32LE = pb.AudioFormat.S16LE, pb.AudioFormat.F32LE


async def say(session, audio, chunk):
    """Send an utterance in chunks, close, return all frames."""
    for start in range(0, len(audio), chunk):
        await session.send(audio[start : start + chunk])
    await session.close()
    return [frame async for frame in session]


@pytest.mark.parametrize(
    ("rig", "rate", "chunk", "fps"),
    [
        ("arkit", 24000, 1024, FrameRate(60)),
        ("metahuman", 48000, 960, FrameRate(60)),
        ("arkit", 16000, 320, FrameRate(30000, 1001)),
        ("arkit", 44100, 441, FrameRate(24)),
        ("metahuman", 8000, 7, FrameRate(50)),
        ("arkit", 24000, 10**9, FrameRate(60)),
    ],
)
async def test_streamed_is_offline(connection, offline, speech, same, rig, rate, chunk, fps):
    audio = speech(1.3, rate)
    expected = offline(rig, rate, fps)
    expected.say(audio)
    session = await connection.open(rig, rate, frame_rate=fps.fraction)
    frames = await say(session, audio, chunk)
    assert same(frames, expected.frames)
    assert len(frames) == -(-13 * fps.numerator // (10 * fps.denominator))
    assert session.look_ahead == expected.pipeline.look_ahead <= Fraction(1, 10)
    assert session.controls == expected.pipeline.profile.names
    assert session.bones == expected.pipeline.profile.bones
    assert np.ptp([frame.values for frame in frames], axis=0).max() > 0.01, "the tiny model should move"


async def test_s16_stereo_is_its_mean(connection, offline, speech, same):
    left = np.round(speech(0.7, 16000, seed=1) * 32767).astype(np.int16)
    right = np.round(speech(0.7, 16000, seed=2) * 32767).astype(np.int16)
    expected = offline("arkit", 16000)
    expected.say((left / np.float32(32768) + right / np.float32(32768)) * np.float32(0.5))
    session = await connection.open("arkit", 16000, channels=2, encoding=S16LE)
    assert same(await say(session, np.stack((left, right), axis=1), 500), expected.frames)


async def test_a_request_may_have_thousands_of_messages(wire, speech):
    call = wire()
    audio = speech(0.5, 24000).astype("<f4")
    opening = pb.OpenSession(
        rig="arkit",
        frame_rate=pb.FrameRate(numerator=60, denominator=1),
        audio=pb.AudioFormat(encoding=F32LE, sample_rate=24000, channels=1),
    )
    chunks = [pb.AudioChunk(first_sample=n, samples=audio[n : n + 4].tobytes()) for n in range(0, len(audio), 4)]
    messages = [pb.ClientMessage(audio=chunk) for chunk in chunks]
    await call.send(1, pb.ClientMessage(open=opening), *messages, pb.ClientMessage(close=pb.CloseSession()))
    answers = await call.until_closed(1)
    assert len(messages) == 3000
    assert sum(len(answer.frames.media_samples) for answer in answers) == 30


async def test_many_sessions_are_each_as_alone(connection, offline, speech, same):
    plans = [("arkit" if n % 2 else "metahuman", (16000, 24000, 48000)[n % 3], 0.5 + 0.1 * n) for n in range(12)]
    sessions = [await connection.open(rig, rate) for rig, rate, _ in plans]
    clips = [speech(seconds, rate, seed=n) for n, (_, rate, seconds) in enumerate(plans)]
    served = await asyncio.gather(
        *(say(session, clip, 480 + 13 * n) for n, (session, clip) in enumerate(zip(sessions, clips, strict=True)))
    )
    for (rig, rate, _), clip, frames in zip(plans, clips, served, strict=True):
        alone = offline(rig, rate)
        alone.say(clip)
        assert same(frames, alone.frames)


async def test_bake_is_perform(connection, offline, speech, same):
    audio = speech(2.5, 44100)
    expected = offline("metahuman", 44100, FrameRate(30))
    expected.say(audio)
    opened, frames = await connection.bake("metahuman", 44100, audio, frame_rate=30)
    assert same(frames, expected.frames)
    assert (opened.rig, opened.stride, len(opened.controls)) == ("metahuman", 251 + 12, 251)


async def test_a_quicker_model_is_chosen_by_look_ahead(connection, offline, speech, same, tiny_fast_bundle):
    audio = speech(0.6, 24000)
    expected = offline("arkit", 24000, model=tiny_fast_bundle)
    expected.say(audio)
    session = await connection.open("arkit", 24000, look_ahead_ms=50)
    assert session.look_ahead == expected.pipeline.look_ahead <= Fraction(50, 1000)
    assert same(await say(session, audio, 480), expected.frames)
    default = await connection.open("arkit", 24000, look_ahead_ms=100)
    assert Fraction(50, 1000) < default.look_ahead <= Fraction(100, 1000)


async def test_utterances_follow_each_other(connection, offline, speech, same):
    first, second = speech(0.51, 16000, seed=5), speech(0.4, 16000, seed=6)
    expected = offline("arkit", 16000)
    expected.say(first, tail=1601)
    expected.say(second)
    session = await connection.open("arkit", 16000)
    await session.send(first)
    await session.end_utterance(tail_samples=1601)
    await session.send(second)  # without waiting for the end of the first
    await session.end_utterance()
    await session.close()
    items = [item async for item in session.items()]
    assert same([item for item in items if isinstance(item, Frame)], expected.frames)
    ended = [item for item in items if isinstance(item, pb.Event) and item.kind == pb.Event.UTTERANCE_ENDED]
    counts = [sum(frame.utterance == number for frame in expected.frames) for number in (0, 1)]
    assert [(e.utterance, e.frame_count, e.next_sample) for e in ended] == [
        (0, counts[0], len(first) + 1601),
        (1, counts[1], len(first) + 1601 + len(second)),
    ]
    last_of_first = max(n for n, item in enumerate(items) if isinstance(item, Frame) and item.utterance == 0)
    assert items[last_of_first + 1] == ended[0], "the event comes straight after the last frame"
    assert items[-1].kind == pb.Event.CLOSED


@pytest.mark.parametrize("early", [True, False], ids=["sent before the audio", "sent among it"])
async def test_a_style_and_its_cues_are_those_of_bake(connection, offline, speech, same, early):
    """Over real gRPC, in any chunks: options when the session opens, a cue on the media clock."""
    audio, values = speech(1.2, 24000), {"jaw": 1.75, "sharpness": 0.5, "transition": 0.25}
    expected = offline("arkit", 24000, style=PRESETS["theatrical"].with_dials(tongue=0.0))
    assert expected.cue("style", 18000, values) == 18000
    expected.say(audio)
    session = await connection.open("arkit", 24000, options={"style": "theatrical", "tongue": "0"})
    if early:
        await session.cue("style", 18000, values)
    for first in range(0, len(audio), 431):
        if not early and first == 4310:
            await session.cue("style", 18000, values)
        await session.send(audio[first : first + 431])
    await session.close()
    items = [item async for item in session.items()]
    assert same([item for item in items if isinstance(item, Frame)], expected.frames)
    assert [item.kind for item in items if isinstance(item, pb.Event)] == [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED]
    _, baked = await connection.bake("arkit", 24000, audio, options={"style": "theatrical", "tongue": "0"})
    assert same(baked[:45], expected.frames[:45])
