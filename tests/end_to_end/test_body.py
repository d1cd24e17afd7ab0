"""A body over real gRPC: what is announced, that Bake shows what Perform shows, cues, and an interruption."""

import numpy as np
import pytest

from voxrig.engine_bridges.wire import SessionError
from voxrig.runtime.animation.character import Character
from voxrig.runtime.core.body.bones import BODY_BONES, bones_of
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.skeleton import PLACES

RATE = 24_000
FACE = 251 + 4 * len(BONES)
CUES = (
    ("gesture", 9_000, {"offer": 0.8, "right": 1.0, "hold": 0.5}),
    ("body", 12_000, {"energy": 0.7, "lean": 5.0}),
    ("point", 40_000, {"yaw": 35.0, "pitch": 0.0, "hold": 0.6}),
    ("hands", 60_000, {"left": 1.0}),
)


async def perform(connection, audio, cues=(), chunk=480, **settings):
    session = await connection.open("metahuman", RATE, seed=9, **settings)
    for name, sample, told in cues:
        await session.cue(name, sample, told)
    for start in range(0, len(audio), chunk):
        await session.send(audio[start : start + chunk])
    await session.close()
    return session, [frame async for frame in session]


def joints(frames):
    """Where the joints are: float64[F, J, 3] in metres."""
    values = np.stack([frame.values for frame in frames])
    return places(skeleton_rotations(values[:, FACE:].reshape(len(frames), len(BODY_BONES), 4)))


async def test_a_session_announces_the_bones_of_the_parts_it_asked_for(connection):
    for text, parts in (("on", ("torso", "arms", "fingers", "legs")), ("arms,torso,energy=0.5", ("torso", "arms"))):
        session = await connection.open("metahuman", RATE, options={"body": text})
        assert session.bones == (*BONES, *bones_of(parts))
        assert session.opened.stride == 251 + 4 * len(session.bones)
        await session.close()
    session = await connection.open("arkit", RATE, options={"body": "on"})
    assert session.bones == BODY_BONES
    await session.close()
    session = await connection.open("metahuman", RATE)
    assert session.bones == BONES
    await session.close()


async def test_bake_is_perform_with_a_body_and_cues(connection, offline, speech, same):
    audio, options = speech(3.0, RATE), {"body": "on,space=0.4"}
    _, live = await perform(connection, audio, CUES, options=options)
    _, other = await perform(connection, audio, CUES, chunk=7_919, options=options)
    alone = offline("metahuman", RATE, character=Character(9).with_options(options))
    for name, sample, told in CUES:
        assert alone.cue(name, sample, told) == sample
    alone.say(audio)
    assert same(live, alone.frames)
    assert same(live, other)
    _, baked = await connection.bake("metahuman", RATE, audio, seed=9, options=options)
    _, plain = await perform(connection, audio, options=options)
    assert same(plain, baked)


async def test_a_body_leaves_the_face_as_it_is(connection, speech):
    audio = speech(2.0, RATE)
    _, without = await perform(connection, audio)
    _, with_body = await perform(connection, audio, options={"body": "on"})
    assert len(without) == len(with_body)
    for one, other in zip(without, with_body, strict=True):
        assert one.values.tobytes() == other.values[:FACE].tobytes()


async def test_the_parts_of_a_body_are_those_of_the_whole(connection, speech):
    audio = speech(1.0, RATE)
    _, whole = await perform(connection, audio, options={"body": "on"})
    _, arms = await perform(connection, audio, options={"body": "arms"})
    chosen = [BODY_BONES.index(bone) for bone in bones_of(("arms",))]
    for one, other in zip(whole, arms, strict=True):
        bones = one.values[FACE:].reshape(-1, 4)[chosen]
        assert bones.tobytes() == other.values[FACE:].tobytes()


async def broken_off(connection, audio, cues):
    """The hand of one who is interrupted after 2 s and then left in silence: float64[F, 3], and when it was cut."""
    session = await connection.open("metahuman", RATE, seed=9, options={"body": "on"})
    for name, sample, told in cues:
        await session.cue(name, sample, told)
    await session.send(audio)
    shown = []
    async for frame in session:
        shown.append(frame)
        if frame.index == 150:
            break
    await session.interrupt(at_sample=2 * RATE)
    await session.send(np.zeros(3 * RATE, np.float32))
    await session.close()
    after = [item async for item in session if getattr(item, "utterance", 0) == 1]
    before = [frame for frame in shown if frame.index < after[0].index]
    return joints([*before, *after])[:, PLACES["hand_r"]], len(before)


async def test_a_gesture_is_made_and_an_interruption_takes_the_hands_back(connection, speech):
    audio = speech(3.0, RATE)
    hand, cut = await broken_off(connection, audio, [("gesture", 0, {"stop": 0.6, "right": 1.0, "hold": 20.0})])
    alone, _ = await broken_off(connection, audio, [])
    assert hand[cut - 1, 1] > alone[cut - 1, 1] + 0.25
    away = np.linalg.norm(hand - alone, axis=-1)
    assert away[cut + 90] < 0.05, "after a second and a half it is where it would have been"
    assert np.linalg.norm(np.diff(hand, axis=0), axis=-1).max() * 60.0 < 4.0, "the hand jumps"


@pytest.mark.parametrize(
    ("name", "told", "what"),
    [
        ("gesture", {"salute": 1.0}, "salute"),
        ("gesture", {"offer": 0.5, "wave": 0.5}, "gesture"),
        ("point", {"hold": 1.0}, "point"),
        ("hands", {}, "hands"),
        ("body", {"energy": 3.0}, "energy"),
    ],
)
async def test_a_cue_that_cannot_be_is_refused_and_the_session_goes_on(connection, speech, name, told, what):
    session = await connection.open("metahuman", RATE, options={"body": "on"})
    await session.cue(name, 0, told)
    with pytest.raises(SessionError, match=what) as refused:
        async for _ in session:
            pass
    assert (refused.value.code, refused.value.refused, refused.value.closed) == (3, "cue", False)
    await session.send(speech(0.5, RATE))
    await session.close()
    assert len([frame async for frame in session]) == 30


async def test_a_body_that_cannot_be_is_refused_with_what_there_is(connection):
    with pytest.raises(SessionError, match=r"body has 'wings'.*torso, arms, fingers, legs"):
        await connection.open("metahuman", RATE, options={"body": "wings"})
