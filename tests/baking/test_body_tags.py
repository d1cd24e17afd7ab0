"""Tags for the body: a gesture's apex is at its word, what has an end is held, and where a body is baked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voxrig.baking.casting import cast
from voxrig.baking.job import Job
from voxrig.baking.script.dialogue import Line
from voxrig.baking.settings import BakeSettings
from voxrig.runtime.animation.body.acts import POINT_LEAD
from voxrig.runtime.animation.body.vocabulary import GESTURES, LAG, lead
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.cues_body import GestureChange, PointChange
from voxrig.runtime.models.bundle import Bundle

from .said_line import RATE, SECONDS, SHEET, TEXT, Made, performed, tag


def test_a_gestures_apex_is_at_the_tag(made: Made) -> None:
    ready = made(tag("hold#2", "gesture", stop=0.8, rate=1.25), formats="bvh")
    [(sample, cue)] = ready.part.cues
    assert cue == read_cue("gesture", {"stop": 0.8, "rate": 1.25})
    assert sample / RATE == pytest.approx(1.1 - lead("stop", 1.25), abs=0.001)
    assert ready.warnings == ()
    [early] = made(tag(0.1, "gesture", stop=0.8), formats="bvh").part.cues
    assert early[0] == 0, "it can begin no earlier than the line"


def test_a_gesture_with_an_end_is_held_until_then(made: Made) -> None:
    def held(name: str, until: float) -> float:
        [(sample, cue)] = made(tag(0.7, "gesture", until, **{name: 0.5}), formats="bvh").part.cues
        assert isinstance(cue, GestureChange)
        gesture = GESTURES[name]
        strokes = sum(key.seconds for key in gesture.keys) + sum(key.hold for key in gesture.keys)
        return sample / RATE + LAG + strokes + cue.asked.hold

    assert held("stop", 1.5) == pytest.approx(1.5, abs=0.002)
    assert held("wave", 9.0) == pytest.approx(9.0, abs=0.002)


def test_a_hand_points_at_whom_the_eyes_look_at_until_the_end(made: Made) -> None:
    [(sample, cue)] = made(tag("hold#2", "point", "end", to="listener"), formats="bvh").part.cues
    assert isinstance(cue, PointChange)
    assert sample / RATE == pytest.approx(1.1 - POINT_LEAD, abs=0.001)
    assert cue.hold == pytest.approx(SECONDS - 1.1, abs=0.002)
    assert cue.target is not None
    assert (cue.target.x, cue.target.partner) == (0.0, False)
    [(_, there)] = made(tag(0.2, "point", to="Cid"), formats="bvh").part.cues
    [(_, look)] = made(tag(0.2, "gaze", to="Cid"), formats="bvh").part.cues
    assert there.target == look.target
    [(first, early)] = made(tag(0.2, "point", 1.0, yaw=9.0), formats="bvh").part.cues
    assert (first, early.hold) == (0, pytest.approx(1.0 - POINT_LEAD, abs=0.002))


def test_busy_hands_and_a_posture_go_back_at_their_end(made: Made) -> None:
    (first, busy), (second, free) = made(tag(0.2, "hands", 0.8, left=1.0, right=0.0), formats="bvh").part.cues
    assert (first, second) == (4410, 17640)
    assert (busy, free) == (read_cue("hands", {"left": 1.0, "right": 0.0}), read_cue("hands", {"left": 0.0}))
    [(_, still)] = made(tag(0.2, "hands", 0.8, hold=5.0), formats="bvh").part.cues
    assert still == read_cue("hands", {"hold": 0.6})

    sheet = replace(SHEET, body="energy=0.4,sitting")
    values = {"lean": 8.0, "energy": -1.0, "sitting": 0.0, "transition": 0.5}
    (_, there), (_, back) = made(tag(0.2, "body", 0.8, **values), sheet=sheet, formats="bvh").part.cues
    assert there == read_cue("body", values)
    assert back == read_cue("body", {"lean": 0.0, "energy": 0.4, "sitting": 1.0, "transition": 0.5})


def test_a_format_for_bones_gets_the_sheets_body(made: Made) -> None:
    sheet = replace(SHEET, body="torso,arms,handedness=-1")
    body = made(sheet=sheet, formats="bvh").part.pipeline.character.body
    assert (body.parts, body.manner.handedness) == (("torso", "arms"), -1.0)
    assert made(formats="csv,figure").part.pipeline.character.layers.body
    assert not made(formats="csv", sheet=sheet).part.pipeline.character.layers.body
    assert not made(formats="bvh", sheet=replace(SHEET, body="off")).part.pipeline.character.layers.body
    assert made(formats="take", body=True).part.pipeline.character.layers.body
    assert not made(formats="bvh", body=False).part.pipeline.character.layers.body


def test_a_gesture_that_no_file_shows_is_told_of(made: Made) -> None:
    ready = made(tag("bridge", "gesture", refuse=0.5))
    [warned] = ready.warnings
    assert warned.kind == "cue"
    assert "gesture at 0.55 s is not shown: no body is baked, as none of the formats is for one; write " in warned.text
    assert "bvh" in warned.text
    assert [cue.name for cue in ready.cues] == ["gesture"], "the head still shakes"
    [off] = made(tag("bridge", "hands", left=1.0), formats="bvh", sheet=replace(SHEET, body="off")).warnings
    assert "hands at 0.55 s is not shown: the body of Ann is off" in off.text


def test_the_listener_of_a_bake_for_bones_mirrors_postures(
    audio: Path, settings: BakeSettings, tiny_bundle: Bundle
) -> None:
    line = Line("l1", "Ann", audio, TEXT, tags=(tag("the", "body", "bridge", side=6.0),))
    job = Job("l1_listener", line, replace(SHEET, name="Bo"), True, audio, False, {}, "")
    bodiless = cast(job, replace(settings, formats=("csv",)), tiny_bundle.spec, None)
    assert "body" not in {cue.name for cue in bodiless.cues}
    cues = cast(job, replace(settings, formats=("bvh",)), tiny_bundle.spec, None).cues
    sides = [(cue.seconds, cue.values["side"]) for cue in cues if "side" in cue.values]
    assert [side for _, side in sides] == [-3.6]  # of 6 degrees; the end comes after the line's
    assert 1.2 <= sides[0][0] < SECONDS


def test_hands_and_head_of_a_baked_refusal(made: Made, tiny_bundle: Bundle) -> None:
    plain = performed(made(formats="bvh"), tiny_bundle)
    refused = performed(made(tag("hold#2", "gesture", refuse=1.0), formats="bvh"), tiny_bundle)
    moved = np.abs(refused.quaternions - plain.quaternions).max(axis=(0, 2))
    bones = dict(zip(refused.bones, moved, strict=True))
    assert bones["head"] > 0.02
    assert bones["lowerarm_r"] + bones["lowerarm_l"] > 0.3
    np.testing.assert_array_equal(refused.quaternions[:10], plain.quaternions[:10])
