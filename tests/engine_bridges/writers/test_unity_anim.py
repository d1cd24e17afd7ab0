"""Unity animation clips, read back by PyYAML and drawn by Unity's formula. No Unity has run here."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import yaml

from voxrig.engine_bridges.writers.unity_anim import write_unity_anim
from voxrig.engine_bridges.writers.unity_yaml import number, text
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip, TimedCue
from voxrig.runtime.core.rotation import quaternion_to_angles
from voxrig.runtime.core.timing import FrameRate

from .reading.comparisons import moments, unity_anim
from .reading.unity_clip import drawn, read_clip

Clips = Callable[..., Clip]

UNITY = Path(__file__).resolve().parents[3] / "engine_bridges" / "unity" / "com.voxrig.bridge"
NTSC = FrameRate(30_000, 1001)
NAMES = [name[0].lower() + name[1:] for name in ARKIT_SHAPES]
PATHS = {"head": "Rig/Head", "eye_l": "Head/LeftEye", "eye_r": "Head/RightEye"}
SCALAR_KEY = {
    *("serializedVersion", "time", "value", "inSlope", "outSlope", "tangentMode", "weightedMode"),
    *("inWeight", "outWeight"),
}


@pytest.mark.parametrize("fps", [FrameRate(24), NTSC, FrameRate(60)])
@pytest.mark.parametrize("bound", [0.0, 0.002, 0.01, 0.05])
def test_every_frame_comes_back_within_the_bound(
    lively_clip: Clips, tmp_path: Path, bound: float, fps: FrameRate
) -> None:
    clip, turn = lively_clip(fps), bound / 2
    write_unity_anim(clip, tmp_path / "gate_01.anim", bound=bound, turn=turn)
    found = unity_anim(tmp_path / "gate_01.anim", clip)
    assert found.curve <= bound + 1e-6 * (bound == 0)
    assert found.turn <= turn + 1e-6 * (turn == 0)
    assert found.keys == found.of if bound == 0 else found.keys < 0.4 * found.of


def test_the_curves_are_bound_as_unity_does_it(lively_clip: Clips, tmp_path: Path) -> None:
    write_unity_anim(lively_clip(), tmp_path / "gate_01.anim", face_path="Body/Face", bone_paths=PATHS)
    node = read_clip(tmp_path / "gate_01.anim")
    shapes = node["m_FloatCurves"]
    assert [curve["attribute"] for curve in shapes] == [f"blendShape.{name}" for name in NAMES]
    assert {(curve["path"], curve["classID"], curve["script"]["fileID"]) for curve in shapes} == {("Body/Face", 137, 0)}
    turns = node["m_RotationCurves"]
    assert [curve["path"] for curve in turns] == ["Rig/Head", "Head/LeftEye", "Head/RightEye"]
    for curve in (*shapes, *turns):
        assert set(curve["curve"]) == {
            "serializedVersion",
            "m_Curve",
            "m_PreInfinity",
            "m_PostInfinity",
            "m_RotationOrder",
        }
        for key in curve["curve"]["m_Curve"]:
            assert set(key) == SCALAR_KEY
            assert key["tangentMode"] == (key["inSlope"] != key["outSlope"])
    bindings = node["m_ClipBindingConstant"]["genericBindings"]
    assert [(b["path"], b["attribute"], b["typeID"], b["customType"]) for b in bindings] == [
        *((zlib.crc32(path.encode()), 2, 4, 0) for path in ("Rig/Head", "Head/LeftEye", "Head/RightEye")),
        *((zlib.crc32(b"Body/Face"), zlib.crc32(name.encode()), 137, 20) for name in NAMES),
    ]


def test_the_names_are_those_of_the_unity_package() -> None:
    told = (UNITY / "Runtime" / "Core" / "ArkitNames.cs").read_text(encoding="utf-8").lower()
    assert [name for name in NAMES if name.lower() not in told] == []
    assert '"blendShape." +' in (UNITY / "Editor" / "TakeClip.cs").read_text(encoding="utf-8")


def test_the_head_turns_to_the_side_it_turned_to(lively_clip: Clips, tmp_path: Path) -> None:
    """In Unity X is the character's right, so a yaw to its left is a negative turn about Y; pitch down stays."""
    clip = lively_clip()
    write_unity_anim(clip, tmp_path / "gate_01.anim", turn=0)
    head = drawn(read_clip(tmp_path / "gate_01.anim")["m_RotationCurves"][0]["curve"], moments(clip))
    ours = quaternion_to_angles(clip.take.quaternions[:, 0])
    theirs = quaternion_to_angles(head.astype(np.float32))
    np.testing.assert_allclose(theirs, ours * [-1, 1, -1], atol=1e-5)
    assert ours[60, 0] > 0.2


def test_bones_may_be_left_out(lively_clip: Clips, tmp_path: Path) -> None:
    path = tmp_path / "gate_01.anim"
    write_unity_anim(lively_clip(), path, bone_paths={})
    assert read_clip(path)["m_RotationCurves"] == []
    assert "  m_RotationCurves: []\n" in path.read_text()
    write_unity_anim(lively_clip(), path, face_path="", bone_paths={"head": "Head"})
    node = read_clip(path)
    assert [curve["path"] for curve in node["m_RotationCurves"]] == ["Head"]
    assert {curve["path"] or "" for curve in node["m_FloatCurves"]} == {""}


@pytest.mark.parametrize(("fps", "rate"), [(FrameRate(25), "25"), (NTSC, "29.97003"), (FrameRate(60), "60")])
def test_times_and_rate(lively_clip: Clips, tmp_path: Path, fps: FrameRate, rate: str) -> None:
    clip = lively_clip(fps, 100)
    write_unity_anim(clip, tmp_path / "gate_01.anim", bound=0)
    node = read_clip(tmp_path / "gate_01.anim")
    assert f"  m_SampleRate: {rate}\n" in (tmp_path / "gate_01.anim").read_text()
    assert np.float32(node["m_SampleRate"]) == np.float32(float(fps.fraction))
    longest = max((curve["curve"]["m_Curve"] for curve in node["m_FloatCurves"]), key=len)
    wanted = [np.float32(float(frame / fps.fraction)) for frame in range(100)]
    assert [np.float32(key["time"]) for key in longest] == wanted
    assert np.float32(node["m_AnimationClipSettings"]["m_StopTime"]) == wanted[-1]
    assert node["m_AnimationClipSettings"]["m_LoopTime"] == 0


def test_what_is_said_and_cued_are_events(lively_clip: Clips, tmp_path: Path) -> None:
    said = 'Stop: "who\'s" there?\n– 日本 😀 #1'
    cues = (TimedCue(0.5, "gaze", {"yaw": 0.25, "at": "Mira"}), TimedCue(1.25, "blink", {}))
    write_unity_anim(replace(lively_clip(), text=said, cues=cues), tmp_path / "gate_01.anim")
    assert (tmp_path / "gate_01.anim").read_bytes().isascii()
    events = read_clip(tmp_path / "gate_01.anim")["m_Events"]
    assert [(event["time"], event["functionName"], event["data"]) for event in events] == [
        (0, "OnVoxrigLine", said),
        (0.5, "OnVoxrigCue", "gaze at=Mira yaw=0.25"),
        (1.25, "OnVoxrigCue", "blink"),
    ]
    assert {event["messageOptions"] for event in events} == {1}
    write_unity_anim(replace(lively_clip(), text="", cues=()), tmp_path / "gate_01.anim")
    assert read_clip(tmp_path / "gate_01.anim")["m_Events"] == []


@pytest.mark.parametrize("name", ["gate_01", "01", "yes", "null", "a: b", "Tür 😀", "1e5", "gate.speech", "-", "'"])
def test_the_asset_is_called_as_its_file(lively_clip: Clips, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name.replace(':', '_')}.anim"
    write_unity_anim(lively_clip(frames=3), path)
    assert read_clip(path)["m_Name"] == path.stem


@pytest.mark.parametrize("value", ["", "yes", "012", "a b", "a\\b", "tab\t", "\x85", "\ud7ff\ue000", "😀a", "{x}", "~"])
def test_any_text_comes_back(value: str) -> None:
    assert yaml.safe_load(f"a: {text(value)}") == {"a": value}


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, 100.0, 0.1, 1 / 3, -29.97003, 1e-7, 1.5e-12, 123456.7, 2.0**31])
def test_numbers_are_the_same_float32(value: float) -> None:
    told = number(value)
    assert np.float32(told) == np.float32(value)
    assert "e" not in told
    assert told != "-0"
    assert isinstance(yaml.safe_load(told), int | float)


def test_layers_are_files_of_their_own(lively_clip: Clips, tmp_path: Path) -> None:
    clip = lively_clip()
    write_unity_anim(clip.layer("speech"), tmp_path / "gate_01.speech.anim")
    node = read_clip(tmp_path / "gate_01.speech.anim")
    assert node["m_Name"] == "gate_01.speech"
    blink = node["m_FloatCurves"][NAMES.index("eyeBlinkLeft")]["curve"]["m_Curve"]
    assert [(key["time"], key["value"]) for key in blink] == [(0, 0)]


def test_the_same_bytes_again(lively_clip: Clips, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_unity_anim(lively_clip(NTSC), tmp_path / folder / "gate_01.anim")
    told = [(tmp_path / folder / "gate_01.anim").read_bytes() for folder in ("one", "two")]
    assert told[0] == told[1]
    assert b"\r" not in told[0]
    assert b"-0," not in told[0]
    assert b": -0\n" not in told[0]


def test_short_takes(lively_clip: Clips, tmp_path: Path) -> None:
    for frames in (1, 2):
        write_unity_anim(lively_clip(frames=frames), tmp_path / "gate_01.anim")
        assert len(read_clip(tmp_path / "gate_01.anim")["m_FloatCurves"]) == 52
    clip = lively_clip()
    none = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={}, seconds=Fraction(0))
    write_unity_anim(none, tmp_path / "gate_01.anim")
    node = read_clip(tmp_path / "gate_01.anim")
    assert node["m_FloatCurves"] == node["m_RotationCurves"] == []
