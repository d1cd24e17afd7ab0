"""A living face over real gRPC: seeds, layers, and that Bake shows what Perform shows."""

import asyncio

import numpy as np
import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import SessionError
from voxrig.runtime.animation.character import Character
from voxrig.runtime.serving.server import running

RATE = 24_000
SPEECH_ALONE = dict.fromkeys(("emotion", "blink", "gaze", "head", "idle"), "off")


async def perform(connection, audio, rig="arkit", **settings):
    """Say it in 20 ms chunks; return the session and its frames."""
    session = await connection.open(rig, RATE, **settings)
    for start in range(0, len(audio), 480):
        await session.send(audio[start : start + 480])
    await session.close()
    return session, [frame async for frame in session]


def values(frames):
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize("rig", ["arkit", "metahuman"])
async def test_bake_is_perform_with_everything_on(connection, offline, speech, same, rig):
    audio, options = speech(4.0, RATE), {"emotion": "joy=0.5,brows.surprise=0.4", "heard": "0.5"}
    session, live = await perform(connection, audio, rig, seed=77, options=options)
    opened, baked = await connection.bake(rig, RATE, audio, seed=77, options=options)
    assert session.opened.seed == opened.seed == 77
    assert same(live, baked)
    alone = offline(rig, RATE, character=Character(77).with_options(options))
    alone.say(audio)
    assert same(live, alone.frames)


async def test_two_characters_without_a_seed_differ_and_each_can_be_repeated(settings, speech, same):
    """A real server, which draws: they never blink in step."""
    audio = speech(3.0, RATE)
    async with running(settings) as server, connect(server.target) as connection:
        (first, one), (second, two) = await asyncio.gather(*(perform(connection, audio) for _ in range(2)))
        assert 0 < first.opened.seed != second.opened.seed > 0
        assert np.abs(values(one) - values(two)).max() > 0.05
        _, again = await perform(connection, audio, seed=first.opened.seed)
        assert same(one, again)
        opened, baked = await connection.bake("arkit", RATE, audio)
        assert opened.seed not in (0, first.opened.seed, second.opened.seed)
        _, repeated = await connection.bake("arkit", RATE, audio, seed=opened.seed)
        assert same(baked, repeated)


async def test_each_layer_is_switched_off_by_itself(connection, speech):
    audio = speech(3.0, RATE)
    _, everything = await perform(connection, audio)
    _, nothing = await perform(connection, audio, options=SPEECH_ALONE)
    moving = {
        "emotion": {"MouthSmileLeft", "CheekSquintLeft"},
        "gaze": {"LeftEyeYaw", "RightEyeYaw", "LeftEyePitch"},
        "head": {"HeadYaw", "HeadPitch", "HeadRoll"},
    }
    session = await connection.open("arkit", RATE)
    names = session.controls
    still = {name for name, curve in zip(names, values(nothing).T, strict=True) if not curve.any()}
    assert {"HeadYaw", "LeftEyeYaw", "EyeBlinkRight"} <= still
    assert all(values(everything)[:, names.index(name)].any() for name in ("HeadYaw", "LeftEyeYaw"))
    felt = {"emotion": "joy=0.8"}
    _, joyful = await perform(connection, audio, options=felt)
    for layer, controls in moving.items():
        _, without = await perform(connection, audio, options=felt | {layer: "off"})
        changed = {n for n, a, b in zip(names, values(joyful).T, values(without).T, strict=True) if (a != b).any()}
        assert controls <= changed, layer


async def test_speech_alone_is_the_same_whatever_the_seed(connection, speech, same):
    audio = speech(1.0, RATE)
    runs = [(await perform(connection, audio, seed=seed, options=SPEECH_ALONE))[1] for seed in (1, 2)]
    assert same(*runs)


async def test_an_option_that_cannot_be_is_refused_with_what_there_is(connection):
    with pytest.raises(SessionError, match=r"no emotion 'jou'.*joy") as refused:
        await connection.open("arkit", RATE, options={"emotion": "jou=0.5"})
    assert (refused.value.code, refused.value.closed) == (3, True)
    with pytest.raises(SessionError, match="blink is 'often'; it must be on or off"):
        await connection.open("arkit", RATE, options={"blink": "often"})


async def test_life_goes_on_from_where_it_was_after_an_interruption(connection, offline, speech, same):
    """Every layer on: what was void comes again from the state that was seen, and the cues stay."""
    audio, later = speech(2.0, RATE, seed=8), speech(1.0, RATE, seed=9)
    session = await connection.open("metahuman", RATE)
    await session.cue("gaze", 30_000, {"yaw": 15.0})
    await session.cue("emotion", 20_000, {"surprise": 0.7})
    await session.send(audio)
    async for frame in session:
        if frame.index == 100:
            break
    event = await session.interrupt(at_sample=12_000)
    await session.send(later)
    await session.close()
    after = [item async for item in session if item.utterance == 1]
    expected = offline("metahuman", RATE)
    for name, sample, told in (("gaze", 30_000, {"yaw": 15.0}), ("emotion", 20_000, {"surprise": 0.7})):
        expected.cue(name, sample, told)
    expected.begin(audio)
    assert expected.interrupt(12_000) == event.next_sample
    expected.say(later)
    assert same(after, [frame for frame in expected.frames if frame.utterance == 1])
