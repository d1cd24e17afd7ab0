"""Cues over real gRPC: each moves what it names, the right way, from its media time on."""

import math

import numpy as np
import pytest

from voxrig.engine_bridges.wire import Frame, SessionError
from voxrig.runtime.core.rotation import quaternion_to_angles
from voxrig.v1 import performance_pb2 as pb

RATE, FPS = 24_000, 60
AT = 12_000  # half a second


class Shown:
    """What a session showed: its frames as curves, and its events."""

    def __init__(self, session, items):
        self.names = list(session.controls)
        self.bones = list(session.bones)
        self.frames = [item for item in items if isinstance(item, Frame)]
        self.values = np.stack([frame.values for frame in self.frames])
        self.events = [pb.Event.Kind.Name(item.kind) for item in items if isinstance(item, pb.Event)]

    def curve(self, name):
        return self.values[:, self.names.index(name)]

    def angles(self, bone):
        """Degrees of yaw, pitch and roll, float32 [frames, 3]."""
        first = len(self.names) + 4 * self.bones.index(bone)
        return np.degrees(quaternion_to_angles(self.values[:, first : first + 4]))


async def collect(session, frames):
    async for frame in session:
        frames.append(frame)


async def show(connection, audio, *cues, rig="arkit", chunk=960, **settings):
    """Perform `audio` with cues (name, media sample, values), all sent before it."""
    session = await connection.open(rig, RATE, **settings)
    for cue in cues:
        await session.cue(*cue)
    for start in range(0, len(audio), chunk):
        await session.send(audio[start : start + chunk])
    await session.close()
    return Shown(session, [item async for item in session.items()])


def begins_at(cued, plain, sample):
    """Whether two runs are the same up to a media sample, and then differ."""
    first = sample * FPS // RATE
    np.testing.assert_array_equal(cued.values[:first], plain.values[:first])
    assert (cued.values[first:] != plain.values[first:]).any()


CUES = {
    "style": ("style", AT, {"jaw": 0.3}),
    "emotion": ("emotion", AT, {"joy": 0.8}),
    "one region": ("emotion", AT, {"brows.anger": 0.8}),
    "feelings as a point": ("emotion", AT, {"valence": -0.6, "arousal": 0.6}),
    "gaze in degrees": ("gaze", AT, {"yaw": 25.0, "pitch": 10.0}),
    "gaze at a point": ("gaze", AT, {"x": -0.5, "y": 0.2, "z": 0.8}),
    "a blink": ("blink", AT, {"force": 1.0}),
    "activity": ("activity", AT, {"reading": 1.0}),
    "a nod": ("head", AT, {"nod": 0.8}),
    "an event": ("event", AT, {"desirability": -0.8, "praiseworthiness": -0.6}),
}


@pytest.mark.parametrize("name", CUES)
async def test_a_cue_acts_from_its_media_time_on_however_the_audio_is_cut(connection, speech, same, name):
    audio = speech(2.0, RATE)
    cued, plain = await show(connection, audio, CUES[name]), await show(connection, audio)
    begins_at(cued, plain, AT)
    assert cued.events == plain.events == ["UTTERANCE_ENDED", "CLOSED"]
    in_one = await show(connection, audio, CUES[name], chunk=10**9)
    in_many = await show(connection, audio, CUES[name], chunk=331)
    assert same(cued.frames, in_one.frames)
    assert same(cued.frames, in_many.frames)


async def test_a_cue_sent_among_the_audio_is_as_one_sent_before(connection, speech, same):
    audio = speech(1.5, RATE)
    before = await show(connection, audio, *CUES.values())
    session = await connection.open("arkit", RATE)
    await session.send(audio[:6_000])
    for cue in CUES.values():
        await session.cue(*cue)
    await session.send(audio[6_000:])
    await session.close()
    assert same([frame async for frame in session], before.frames)


async def test_joy_smiles_and_goes(connection, speech):
    audio = speech(6.0, RATE)
    plain = await show(connection, audio, emotion_free := ("emotion", 0, {"neutral": 1.0}))
    joy = ("emotion", RATE, {"joy": 1.0, "transition": 0.5, "hold": 1.0})
    cued = await show(connection, audio, emotion_free, joy)
    gain = cued.curve("MouthSmileRight") - plain.curve("MouthSmileRight")
    assert np.abs(gain[:60]).max() == 0.0
    assert 0.02 < gain[75] < 0.9 * gain[90:140].mean(), "on the way"
    assert gain[90:140].mean() > 0.2
    assert np.abs(gain[-15:]).mean() < 0.15 * gain[90:140].mean(), "back after it was held, but for some mood"


async def test_an_event_makes_one_angry_for_a_while(connection, speech):
    """Something bad that another is to blame for; by itself it holds 0.6 x 6 s and goes."""
    audio, settings = speech(6.0, RATE), {"options": {"heard": "0", "blink": "off", "gaze": "off", "idle": "off"}}
    event = ("event", AT, {"desirability": -0.6, "praiseworthiness": -0.6})
    felt, plain = await show(connection, audio, event, **settings), await show(connection, audio, **settings)
    begins_at(felt, plain, AT)
    gain = felt.curve("BrowDownLeft") - plain.curve("BrowDownLeft")
    assert gain[80:230].mean() > 0.15
    assert np.abs(gain[-15:]).mean() < 0.25 * gain[80:230].mean(), "but for some mood"


async def test_the_head_nods_shakes_and_tilts_when_asked(connection):
    silence, options = np.zeros(RATE * 4, np.float32), {"gaze": "off", "idle": "off", "emotion": "off"}

    async def head(*cues):
        return (await show(connection, silence, *cues, rig="metahuman", options=options)).angles("head")

    plain = await head()
    asked = ({"nod": 0.9}, {"shake": 0.9}, {"tilt": 1.0})
    nod, shake, tilt = [await head(("head", AT, values)) - plain for values in asked]
    for moved in (nod, shake, tilt):
        assert np.abs(moved[:30]).max() == 0.0
        assert np.abs(moved[-30:]).max() < 0.5, "and back"
    assert nod[:, 1].max() > 4.0
    assert np.abs(nod[:, 0]).max() < 1.5
    assert min(shake[:, 0].max(), -shake[:, 0].min()) > 2.0, "to both sides"
    assert np.abs(shake[:, 1]).max() < 0.5
    assert tilt[:, 2].max() > 6.0


async def test_brows_of_anger_leave_the_mouth_alone(connection, speech):
    audio, settings = speech(2.0, RATE), {"options": {"heard": "0", "blink": "off", "gaze": "off", "idle": "off"}}
    cued = await show(connection, audio, ("emotion", AT, {"brows.anger": 1.0}), **settings)
    plain = await show(connection, audio, **settings)
    assert (cued.curve("BrowDownLeft") - plain.curve("BrowDownLeft"))[75:].mean() > 0.2
    for name in ("MouthSmileLeft", "MouthFrownLeft", "JawOpen", "MouthPressLeft"):
        assert np.abs(cued.curve(name) - plain.curve(name)).max() < 0.02


@pytest.mark.parametrize(("yaw", "pitch"), [(20.0, 0.0), (-20.0, 0.0), (0.0, 12.0), (0.0, -12.0)])
async def test_the_eyes_go_where_they_are_told(connection, yaw, pitch):
    """Known directions: shapes, angles and bones agree in sign. The eyes alone: the head keeps out of it."""
    silence = np.zeros(RATE * 2, np.float32)
    options = {"blink": "off", "idle": "off", "head": "off", "emotion": "off"}
    cue = ("gaze", AT, {"yaw": yaw, "pitch": pitch, "head": 0.0})
    face = await show(connection, silence, cue, options=options)
    bones = await show(connection, silence, cue, rig="metahuman", options=options)
    late = slice(60, None)
    outward, inward = ("Out", "In") if yaw > 0 else ("In", "Out")
    if yaw:
        for name in (f"EyeLook{outward}Left", f"EyeLook{inward}Right"):
            assert 0.4 < face.curve(name)[late].mean() < 0.65, "20 of about 40 degrees"
        for name in (f"EyeLook{inward}Left", f"EyeLook{outward}Right"):
            assert face.curve(name)[late].max() < 0.05
        side = "Left" if yaw > 0 else "Right"
        assert bones.curve(f"CTRL_expressions_eyeLook{side}L")[late].mean() > 0.4
        assert bones.curve(f"CTRL_expressions_eyeLook{side}R")[late].mean() > 0.4
    else:
        up_or_down = "Down" if pitch > 0 else "Up"
        other = "Up" if pitch > 0 else "Down"
        for side in ("Left", "Right"):
            assert face.curve(f"EyeLook{up_or_down}{side}")[late].mean() > 0.25
            assert face.curve(f"EyeLook{other}{side}")[late].max() < 0.05
            assert bones.curve(f"CTRL_expressions_eyeLook{up_or_down}{side[0]}")[late].mean() > 0.25
    for eye, bone in (("LeftEye", "eye_l"), ("RightEye", "eye_r")):
        mean = bones.angles(bone)[late].mean(axis=0)
        assert mean[:2] == pytest.approx((yaw, pitch), abs=3.0), "vergence and fixational movements"
        for axis, name in enumerate(("Yaw", "Pitch")):
            shown = math.degrees(float(face.curve(f"{eye}{name}")[late].mean()))
            assert shown == pytest.approx(mean[axis], abs=1e-3)
    assert np.abs(bones.angles("head")).max() < 0.01


async def test_the_head_takes_its_share_of_a_large_turn(connection):
    silence = np.zeros(RATE * 3, np.float32)
    shown = await show(connection, silence, ("gaze", AT, {"yaw": 45.0}), rig="metahuman", options={"head": "off"})
    head, eye = (shown.angles(bone)[120:, 0].mean() for bone in ("head", "eye_l"))
    assert head > 15.0
    assert head + eye == pytest.approx(45.0, abs=3.0)


async def test_a_point_in_the_world_is_found_from_where_the_head_is(connection):
    """Both face along X; what lies there is straight ahead of them."""
    silence = np.zeros(RATE * 2, np.float32)
    options = {"head": "off", "idle": "off", "blink": "off"}
    point = ("gaze", AT, {"x": 9.0, "y": 1.6, "z": 2.0, "world": 1.0})
    placed = ("place", 0, {"x": 1.0, "y": 1.6, "z": 2.0, "yaw": 90.0})
    ahead = await show(connection, silence, placed, point, options=options)
    assert np.abs(np.degrees(ahead.curve("LeftEyeYaw")[60:])).max() < 4.0
    left = await show(connection, silence, ("place", 0, {"x": 8.0, "y": 1.6, "z": 2.0 - 1.0}), point, options=options)
    turned = np.degrees(left.curve("LeftEyeYaw") + left.curve("HeadYaw"))[90:].mean()
    assert turned == pytest.approx(45.0, abs=4.0)


async def test_a_gaze_is_given_free_again(connection):
    silence = np.zeros(RATE * 4, np.float32)
    options = {"blink": "off", "idle": "off", "head": "off"}
    told = ("gaze", 0, {"yaw": -30.0, "head": 0.0})
    released = await show(connection, silence, told, ("gaze", RATE, {"release": 1.0}), options=options)
    held = await show(connection, silence, ("gaze", 0, {"yaw": -30.0, "head": 0.0, "hold": 1.0}), options=options)
    for shown in (released, held):
        yaw = np.degrees(shown.curve("LeftEyeYaw"))
        assert yaw[45:60].mean() == pytest.approx(-30.0, abs=3.0)
        assert yaw[150:].mean() > -15.0


async def test_a_hold_that_another_target_ended_is_forgotten(connection):
    silence = np.zeros(RATE * 3, np.float32)
    options = {"blink": "off", "idle": "off", "head": "off"}
    first = ("gaze", 0, {"yaw": -30.0, "head": 0.0, "hold": 1.0})
    shown = await show(connection, silence, first, ("gaze", AT, {"yaw": 30.0, "head": 0.0}), options=options)
    assert np.degrees(shown.curve("LeftEyeYaw"))[100:].mean() == pytest.approx(30.0, abs=3.0)


async def test_blinks_are_forbidden_forced_and_hurried(connection):
    silence = np.zeros(RATE * 20, np.float32)
    options = {"gaze": "off", "idle": "off", "emotion": "off"}

    async def lids(*cues):
        return (await show(connection, silence, *cues, options=options)).curve("EyeBlinkRight")

    def blinks(curve):
        return int(np.sum((curve[1:] > 0.35) & (curve[:-1] <= 0.35)))

    forbidden = await lids(("blink", 0, {"allow": 0.0}))
    assert forbidden.max() == 0.0
    forced = await lids(
        ("blink", 0, {"allow": 0.0}),
        ("blink", AT, {"force": 1.0}),
        ("blink", RATE * 3, {"force": 1.0, "strength": 0.5}),
    )
    assert blinks(forced) == 2
    assert forced[:30].max() == 0.0
    assert forced[30:45].max() > 0.9
    assert 0.35 < forced[180:200].max() < 0.65
    often, plain = await lids(("blink", 0, {"rate": 3.0})), await lids()
    assert 2 <= blinks(plain) < 0.6 * blinks(often)
    again = await lids(("blink", 0, {"allow": 0.0}), ("blink", RATE * 10, {"allow": 1.0, "rate": 4.0}))
    assert blinks(again[:600]) == 0
    assert blinks(again[600:]) >= 3


async def test_a_cue_that_is_late_acts_at_once_and_says_so(connection, speech):
    audio = speech(1.0, RATE)
    session = await connection.open("arkit", RATE)
    await session.send(audio)
    async for frame in session:
        if frame.index == 40:
            break
    await session.cue("blink", 100, {"force": 1.0})
    items = []
    async for item in session.items():
        items.append(item)
        if isinstance(item, pb.Event):
            break
    event = items[-1]
    assert event.kind == pb.Event.CUE_LATE
    first = event.media_sample * FPS // RATE
    assert first >= 41
    await session.send(speech(1.0, RATE, seed=4))
    await session.close()
    frames = [item for item in items if isinstance(item, Frame)] + [frame async for frame in session]
    lids = {frame.index: frame.values[session.controls.index("EyeBlinkRight")] for frame in frames}
    assert max(lids[index] for index in range(first, first + 12)) > 0.9


async def test_a_cue_that_cannot_be_is_refused_and_the_session_goes_on(connection, offline, speech, same):
    audio = speech(0.6, RATE)
    expected = offline("arkit", RATE)
    expected.say(audio)
    session = await connection.open("arkit", RATE)
    await session.send(audio[:5_000])
    await session.cue("gaze", 0, {"yaw": 500.0})
    frames = []
    with pytest.raises(SessionError, match="yaw is 500; it must be from -180 to 180") as refused:
        await collect(session, frames)
    assert (refused.value.code, refused.value.refused, refused.value.closed) == (3, "cue", False)
    await session.send(audio[5_000:])
    await session.close()
    frames += [frame async for frame in session]
    assert same(frames, expected.frames)


async def test_an_unknown_cue_is_ignored_and_told(connection, speech):
    session = await connection.open("arkit", RATE)
    await session.cue("wave", 1200, {"hand": 0.5})
    await session.send(speech(0.2, RATE))
    await session.close()
    items = [item async for item in session.items()]
    assert items[0].kind == pb.Event.CUE_IGNORED
    assert items[0].media_sample == 1200
    assert "'wave'; there are style, emotion, gaze" in items[0].message
    assert sum(isinstance(item, Frame) for item in items) == 12
