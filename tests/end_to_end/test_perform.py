"""A real client and a real server over real gRPC: what comes back is what the pipeline gives without them."""

import asyncio
from fractions import Fraction

import numpy as np
import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, SessionError
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


async def test_interrupt_eases_to_rest_and_speech_goes_on(connection, offline, speech, same):
    audio, later = speech(1.0, 24000, seed=8), speech(0.5, 24000, seed=9)
    session = await connection.open("metahuman", 24000)
    await session.send(audio)
    frames = []
    async for frame in session:
        frames.append(frame)
        if frame.index == 40:
            break
    event = await session.interrupt(at_sample=6000)  # frame 15: long sent
    expected = offline("metahuman", 24000)
    expected.begin(audio)
    assert expected.interrupt(6000) == event.next_sample == 6000 + session.opened.blend_samples
    assert (event.frame_index, event.media_sample, event.utterance) == (15, 6000, 1)
    await session.send(later)
    await session.close()
    expected.say(later)
    void = True
    after = []
    async for item in session.items():
        if isinstance(item, pb.Event):
            void = void and item.kind != pb.Event.INTERRUPTED
        elif not void:
            after.append(item)
    assert same(frames, expected.frames[:41])
    easing = [frame for frame in expected.frames if frame.utterance == 1]
    assert same(after, easing)
    assert after[0].index == 15
    assert len(after) == 53 - 15, "0.25 s kept, 0.12 s of easing and 0.5 s of speech are 53 frames"
    assert np.abs(after[7].values[:251]).max() < 1e-3, "at rest 117 ms after the cut"


async def test_interrupt_at_once_throws_unshown_audio_away(connection, speech):
    session = await connection.open("arkit", 24000)
    await session.send(speech(0.3, 24000))
    event = await session.interrupt()
    await session.close()
    items = [item async for item in session.items()]
    cut = items.index(event)
    shown = [item for item in items[:cut] if isinstance(item, Frame)]
    assert event.frame_index == (shown[-1].index + 1 if shown else 0)
    assert [frame.index for frame in items[cut + 1 : -1]] == list(
        range(event.frame_index, event.frame_index + len(items) - cut - 2)
    )
    assert items[-1].kind == pb.Event.CLOSED
    assert not [e for e in items if isinstance(e, pb.Event) and e.kind == pb.Event.UTTERANCE_ENDED]


async def test_interrupt_too_far_back_is_refused_and_speech_goes_on(connection, offline, speech, same):
    audio = speech(4.0, 16000)
    expected = offline("arkit", 16000)
    expected.say(audio)
    session = await connection.open("arkit", 16000)
    await session.send(audio[:60000])
    frames = []
    async for frame in session:
        frames.append(frame)
        if frame.index == 200:
            break
    with pytest.raises(SessionError, match="earliest that can still be changed") as refused:
        await session.interrupt(at_sample=16)
    assert (refused.value.code, refused.value.closed, refused.value.next_sample) == (11, False, 60000)
    session.next_sample = refused.value.next_sample
    await session.send(audio[60000:])
    await session.close()
    frames += [frame async for frame in session]
    assert same(frames, expected.frames)


async def test_interrupt_ends_a_long_send(server, offline, speech, same):
    audio = np.tile(speech(1.0, 16000), 60)
    expected = offline("arkit", 16000)
    async with connect(server.target) as connection:
        connection.max_chunk_bytes = 4 * 160  # 6000 messages: more than a connection queues at once
        session = await connection.open("arkit", 16000)
        sending = asyncio.create_task(session.send(audio))
        await asyncio.sleep(0)  # it runs until the queue is full
        event = await session.interrupt()
        await sending
        assert event.next_sample < 160 * 300
        assert session.next_sample == event.next_sample
        await session.send(audio[:4000])
        await session.close()
        after = [frame async for frame in session if frame.utterance == 1]
    expected.begin(audio[: event.media_sample + 1600])
    assert expected.interrupt(event.media_sample) == event.next_sample
    expected.say(audio[:4000])
    assert same(after, [frame for frame in expected.frames if frame.utterance == 1])


async def test_an_iteration_that_is_left_and_begun_again_loses_nothing(connection, speech):
    session = await connection.open("arkit", 24000, frame_rate=240)  # several frames a message
    await session.send(speech(0.5, 24000))
    await session.close()
    indices = []
    for _ in range(30):
        async for frame in session:
            indices.append(frame.index)
            break
    indices += [frame.index async for frame in session]
    assert indices == list(range(120))


async def test_senders_that_wait_learn_that_the_connection_is_lost(connection):
    session = await connection.open("arkit", 24000)
    sending = [asyncio.create_task(session.cue("joy", n)) for n in range(2000)]
    await asyncio.sleep(0)  # more than are queued at once: most wait
    await connection.stop()
    results = await asyncio.gather(*sending, return_exceptions=True)
    assert sum(isinstance(result, ConnectionLostError) for result in results) > 1000


async def test_a_closed_session_refuses_on_this_side(connection, speech):
    session = await connection.open("arkit", 24000)
    await say(session, speech(0.1, 24000), 480)
    for sending in (session.send(b"1234"), session.interrupt(), session.end_utterance(), session.close()):
        with pytest.raises(SessionError, match="is closed") as refused:
            await sending
        assert refused.value.closed


async def test_an_interrupt_that_meets_the_end_is_answered(connection, speech):
    """Sent with the close in one bundle: the server has closed the session when it sees the interrupt."""
    session = await connection.open("arkit", 24000)
    closing = asyncio.create_task(session.close())
    await asyncio.sleep(0)
    with pytest.raises(SessionError, match="closed"):
        await session.interrupt()
    await closing
    assert [item.kind async for item in session.items()] == [pb.Event.CLOSED]


async def test_cue_is_answered_honestly(connection, speech):
    session = await connection.open("arkit", 24000)
    await session.cue("emotion/joy", 1200, {"weight": 0.5})
    await session.send(speech(0.2, 24000))
    await session.close()
    items = [item async for item in session.items()]
    assert items[0].kind == pb.Event.CUE_IGNORED
    assert items[0].media_sample == 1200
    assert "emotion/joy" in items[0].message
    assert sum(isinstance(item, Frame) for item in items) == 12


async def test_half_close_finishes_what_was_sent(connection, offline, speech, same):
    audio = speech(1.0, 24000)
    expected = offline("arkit", 24000)
    expected.say(audio)
    speaking = await connection.open("arkit", 24000)
    silent = await connection.open("arkit", 24000)
    await speaking.send(audio)
    await connection.done_writing()
    items = [item async for item in speaking.items()]
    assert same([item for item in items if isinstance(item, Frame)], expected.frames)
    assert [item.kind for item in items[-2:]] == [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED]
    assert [item.kind async for item in silent.items()] == [pb.Event.CLOSED]
    with pytest.raises(ConnectionLostError, match="finished"):
        await connection.open("arkit", 24000)


async def test_cancel_frees_sessions(serve, speech):
    async with serve(max_sessions=2) as server:
        async with connect(server.target) as leaving:
            for _ in range(2):
                session = await leaving.open("arkit", 24000)
                await session.send(speech(5.0, 24000))
            with pytest.raises(SessionError, match="2 sessions are open") as refused:
                await leaving.open("arkit", 24000)
            assert refused.value.code == 8
        async with asyncio.timeout(10):
            while server.snapshot()["sessions"]:
                await asyncio.sleep(0.005)
        async with connect(server.target) as next_client:
            await next_client.open("arkit", 24000)


async def test_a_session_number_is_free_again_after_closed(wire, speech):
    sound = pb.AudioFormat(encoding=F32LE, sample_rate=24000, channels=1)
    opening = pb.OpenSession(rig="arkit", frame_rate=pb.FrameRate(numerator=60, denominator=1), audio=sound)
    chunk = pb.AudioChunk(samples=speech(0.3, 24000).tobytes())
    messages = [
        pb.ClientMessage(open=opening),
        pb.ClientMessage(audio=chunk),
        pb.ClientMessage(close=pb.CloseSession()),
    ]
    connection = wire()
    await connection.send(0, *messages)
    once = await connection.until_closed(0)
    await connection.send(0, *messages)
    assert await connection.until_closed(0) == once


async def test_lost_connection_is_told_to_every_session(serve, speech):
    async with serve() as server, connect(server.target) as connection:
        sessions = [await connection.open("arkit", 24000) for _ in range(2)]
        waiting = [asyncio.create_task(anext(aiter(session))) for session in sessions]
        await connection.stop()
        for task in waiting:
            with pytest.raises(ConnectionLostError):
                await task
        with pytest.raises(ConnectionLostError):
            await sessions[0].send(speech(0.1, 24000))


async def test_no_server_is_a_clear_error():
    with pytest.raises(ConnectionLostError, match="voxrig serve"):
        async with connect("127.0.0.1:1", timeout=0.2):
            pass
