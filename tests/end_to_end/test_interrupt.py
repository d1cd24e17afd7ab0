"""Stopping a character over real gRPC, whoever is in the middle of sending."""

import asyncio

import numpy as np
import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import Frame, SessionError
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.layers import NO_LIFE
from voxrig.v1 import performance_pb2 as pb

S16LE, F32LE = pb.AudioFormat.S16LE, pb.AudioFormat.F32LE


@pytest.mark.parametrize("life", ["on", "off"])
async def test_interrupt_eases_to_rest_and_speech_goes_on(connection, offline, speech, same, life):
    audio, later = speech(1.0, 24000, seed=8), speech(0.5, 24000, seed=9)
    character = Character(5) if life == "on" else Character(5, NO_LIFE)
    options = {} if life == "on" else dict.fromkeys(("emotion", *character.layers._fields[1:]), "off")
    session = await connection.open("metahuman", 24000, seed=5, options=options)
    await session.send(audio)
    frames = []
    async for frame in session:
        frames.append(frame)
        if frame.index == 40:
            break
    event = await session.interrupt(at_sample=6000)  # frame 15: long sent
    expected = offline("metahuman", 24000, character=character)
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
    if life == "off":
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
    audio = speech(34.0, 16000)
    expected = offline("arkit", 16000)
    expected.say(audio)
    session = await connection.open("arkit", 16000)
    await session.send(audio[:520000])
    frames = []
    async for frame in session:
        frames.append(frame)
        if frame.index == 1900:
            break
    with pytest.raises(SessionError, match="earliest that can still be changed") as refused:
        await session.interrupt(at_sample=16)
    assert (refused.value.code, refused.value.closed, refused.value.next_sample) == (11, False, 520000)
    session.next_sample = refused.value.next_sample
    await session.send(audio[520000:])
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


async def test_an_interrupt_that_meets_the_end_is_answered(connection, speech):
    """Sent with the close in one bundle: the server has closed the session when it sees the interrupt."""
    session = await connection.open("arkit", 24000)
    closing = asyncio.create_task(session.close())
    await asyncio.sleep(0)
    with pytest.raises(SessionError, match="closed"):
        await session.interrupt()
    await closing
    assert [item.kind async for item in session.items()] == [pb.Event.CLOSED]
