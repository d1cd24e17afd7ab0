"""The add-on in a real Blender (PyPI's bpy), where there is one."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from blender.voxrig_addon.take import read_take
from voxrig.cli.app import app
from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.playout import PlayoutBuffer
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.v1 import performance_pb2 as pb

from .conftest import BLENDER, ENVIRONMENT, ROOT

SCRIPT = Path(__file__).with_name("in_blender.py")
SOUND = ROOT / "samples" / "warning.wav"
CURVES = ("JawOpen", "MouthClose", "EyeBlinkLeft", "MouthSmileRight")
START = 10


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    """A baked take in both formats."""
    folder = tmp_path_factory.mktemp("takes")
    paths = {rig: folder / f"{rig}.csv" for rig in ("arkit", "metahuman")}
    for rig, path in paths.items():
        with pytest.raises(SystemExit) as ended:
            app(["bake", str(SOUND), "-o", str(path), "--rig", rig, "--seed", "7"])
        assert not ended.value.code
    return paths


def told(text):
    return json.loads(text.strip().splitlines()[-1])


def axes(angles):
    """Where the head's left and its face point in Blender's axes, for yaw, pitch and roll."""
    x, y, z, w = angles_to_quaternion(np.array(angles, np.float32)).astype(float)
    left = (1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w))
    face = (2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y))
    return [np.array([v[0], -v[2], v[1]]) for v in (left, face)]


@pytest.mark.parametrize("fps", [24, 60])
def test_a_take_is_on_the_scene(blender, takes, fps):
    got = told(blender(SCRIPT, BLENDER, "take", takes["arkit"], SOUND, fps, int(fps == 24)))
    take = read_take(takes["arkit"])
    assert got["done"] == ["FINISHED"]
    assert got["sounds"] == [["warning", START]]
    count = int(take.times[-1] * fps + 1e-6) + 1
    assert got["range"] == [START, START + count - 1]
    assert set(got["keys"]) == {count}
    assert len(got["keys"]) == len(CURVES), "only shapes that the take has get curves"
    for frame, picture in enumerate(got["pictures"]):
        values = take.at(frame / fps)
        wanted = [values[take.curves.index(name)] for name in CURVES]
        assert picture["values"] == pytest.approx([*wanted, 0.0], abs=1e-5)
        yaw = take.curves.index("HeadYaw")
        left, face = axes(values[yaw : yaw + 3])
        assert picture["left"] == pytest.approx(left, abs=2e-4)
        assert picture["face"] == pytest.approx(face, abs=2e-4)


def test_what_is_missing_is_told(blender, takes):
    got = told(blender(SCRIPT, BLENDER, "refusals", takes["arkit"]))
    texts = list(got.values())
    assert "a take begins with Timecode" in texts[0]
    assert "select a mesh with shape keys first" in texts[1]
    assert "start one with `voxrig serve`" in texts[2]
    assert got["registered"] == "False"


def test_a_live_preview_shows_the_frames_of_the_audible_sample(blender, serving):
    got = told(blender(SCRIPT, BLENDER, "live", serving.link_port, SOUND))
    samples, rate = soundfile.read(SOUND, dtype="int16")
    with connect(serving.target) as connection:
        session = connection.open("arkit", rate, seed=7, encoding=pb.AudioFormat.S16LE)
        session.send(samples)
        session.end_utterance(rate // 4)
        session.close()
        names, buffer = list(session.controls), PlayoutBuffer(61, 0, rate)
        buffer.push(session)
    assert len(got["pictures"]) >= 60 * len(samples) // rate
    for picture in got["pictures"]:
        values = buffer.sample(picture["media"])
        wanted = [values[names.index(name)] for name in CURVES]
        assert picture["values"] == pytest.approx([*wanted, 0.0], abs=1e-5)
        _, face = axes(values[names.index("HeadYaw") : names.index("HeadYaw") + 3])
        assert picture["face"] == pytest.approx(face, abs=2e-4)


def test_blender_takes_the_add_on_for_an_extension(blender, tmp_path):
    (checker,) = ENVIRONMENT.rglob("blender_ext.py")
    source = str(BLENDER / "voxrig_addon")
    blender(checker, "validate", source)
    assert "created" in blender(checker, "build", "--source-dir", source, "--output-dir", tmp_path)
