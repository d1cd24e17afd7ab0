"""Unity animation clips, read back by PyYAML and drawn by Unity's formula. No Unity has run here."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.unity_anim import write_unity_anim
from voxrig.engine_bridges.writers.unity_yaml import number, text
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip, TimedCue
from voxrig.runtime.core.rotation import quaternion_to_angles
from voxrig.runtime.core.timing import FrameRate

Clips = Callable[..., Clip]
Node = Mapping[str, Any]

UNITY = Path(__file__).resolve().parents[3] / "engine_bridges" / "unity" / "com.voxrig.bridge"
NTSC = FrameRate(30_000, 1001)
NAMES = [name[0].lower() + name[1:] for name in ARKIT_SHAPES]
HEAD = "%YAML 1.1\n%TAG !u! tag:unity3d.com,2011:\n--- !u!74 &7400000\nAnimationClip:\n"
SCALAR_KEY = {
    *("serializedVersion", "time", "value", "inSlope", "outSlope", "tangentMode", "weightedMode"),
    *("inWeight", "outWeight"),
}


def read(path: Path) -> Node:
    """The clip as PyYAML reads it, once Unity's tag is gone, which it takes for a second document's."""
    told = path.read_text(encoding="utf-8")
    assert told.startswith(HEAD)
    (name, node), *others = yaml.safe_load(told.replace("--- !u!74 &7400000", "---")).items()
    assert name == "AnimationClip"
    assert others == []
    return dict(node)


def components(value: float | Node) -> list[float]:
    return [value[axis] for axis in "xyzw"] if isinstance(value, Mapping) else [value]


def drawn(curve: Node, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """AnimationCurve.Evaluate as Unity documents it: cubic Hermite, tangents as slopes per second; [times, parts]."""
    keys = curve["m_Curve"]
    times = np.array([key["time"] for key in keys], np.float32).astype(np.float64)
    fields = ("value", "inSlope", "outSlope")
    values, arriving, leaving = (np.array([components(key[field]) for key in keys], np.float32) for field in fields)
    out = np.empty((len(seconds), values.shape[1]))
    for row, now in enumerate(seconds):
        after = int(np.searchsorted(times, now, side="right"))
        if after == 0 or after == len(times):
            out[row] = values[min(after, len(times) - 1)]
            continue
        width = times[after] - times[after - 1]
        t = (now - times[after - 1]) / width
        squared, cubed = t * t, t * t * t
        out[row] = (
            (2 * cubed - 3 * squared + 1) * values[after - 1]
            + (cubed - 2 * squared + t) * width * leaving[after - 1]
            + (cubed - squared) * width * arriving[after]
            + (-2 * cubed + 3 * squared) * values[after]
        )
    return out


def times_of(clip: Clip) -> NDArray[np.float64]:
    return np.array([float(clip.take.time(row)) for row in range(len(clip.take))])


def mirrored(quaternions: NDArray[np.float32]) -> NDArray[np.float64]:
    """FaceAxes.FromQuaternion of the Unity package."""
    x, y, z, w = quaternions.T.astype(np.float64)
    return np.stack([x, -y, -z, w], axis=1) / np.linalg.norm(quaternions, axis=1, keepdims=True)


def angles(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    a = a / np.linalg.norm(a, axis=1, keepdims=True)
    return 4 * np.arcsin(np.minimum(np.linalg.norm(a - b, axis=1), np.linalg.norm(a + b, axis=1)) / 2)


@pytest.mark.parametrize("fps", [FrameRate(24), NTSC, FrameRate(60)])
@pytest.mark.parametrize("bound", [0.0, 0.002, 0.01, 0.05])
def test_every_frame_comes_back_within_the_bound(
    lively_clip: Clips, tmp_path: Path, bound: float, fps: FrameRate
) -> None:
    clip, turn = lively_clip(fps), bound / 2
    write_unity_anim(clip, tmp_path / "gate_01.anim", bound=bound, turn=turn)
    node, seconds = read(tmp_path / "gate_01.anim"), times_of(clip)
    wanted = clip.arkit()
    keys = 0
    for curve in node["m_FloatCurves"]:
        column = NAMES.index(curve["attribute"].removeprefix("blendShape."))
        found = drawn(curve["curve"], seconds)[:, 0] / 100
        assert np.abs(found - wanted.values[:, column]).max() <= bound + 1e-6 * (bound == 0)
        keys += len(curve["curve"]["m_Curve"])
    for bone, curve in enumerate(node["m_RotationCurves"]):
        found = drawn(curve["curve"], seconds)
        assert angles(found, mirrored(clip.take.quaternions[:, bone])).max() <= turn + 1e-6
    moving = int((np.ptp(wanted.values[:, :52], axis=0) > 0).sum())
    assert keys == moving * len(clip.take) + 52 - moving if bound == 0 else keys < 0.4 * moving * len(clip.take)


def test_the_curves_are_bound_as_unity_does_it(lively_clip: Clips, tmp_path: Path) -> None:
    write_unity_anim(lively_clip(), tmp_path / "gate_01.anim", face_path="Body/Face", head_path="Rig/Head")
    node = read(tmp_path / "gate_01.anim")
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
    head = drawn(read(tmp_path / "gate_01.anim")["m_RotationCurves"][0]["curve"], times_of(clip))
    ours = quaternion_to_angles(clip.take.quaternions[:, 0])
    theirs = quaternion_to_angles(head.astype(np.float32))
    np.testing.assert_allclose(theirs, ours * [-1, 1, -1], atol=1e-5)
    assert ours[60, 0] > 0.2


def test_bones_may_be_left_out(lively_clip: Clips, tmp_path: Path) -> None:
    path = tmp_path / "gate_01.anim"
    write_unity_anim(lively_clip(), path, head_path=None, left_eye_path=None, right_eye_path=None)
    assert read(path)["m_RotationCurves"] == []
    assert "  m_RotationCurves: []\n" in path.read_text()
    write_unity_anim(lively_clip(), path, face_path="", left_eye_path=None, right_eye_path=None)
    node = read(path)
    assert [curve["path"] for curve in node["m_RotationCurves"]] == ["Head"]
    assert {curve["path"] or "" for curve in node["m_FloatCurves"]} == {""}


@pytest.mark.parametrize(("fps", "rate"), [(FrameRate(25), "25"), (NTSC, "29.97003"), (FrameRate(60), "60")])
def test_times_and_rate(lively_clip: Clips, tmp_path: Path, fps: FrameRate, rate: str) -> None:
    clip = lively_clip(fps, 100)
    write_unity_anim(clip, tmp_path / "gate_01.anim", bound=0)
    node = read(tmp_path / "gate_01.anim")
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
    events = read(tmp_path / "gate_01.anim")["m_Events"]
    assert [(event["time"], event["functionName"], event["data"]) for event in events] == [
        (0, "OnVoxrigLine", said),
        (0.5, "OnVoxrigCue", "gaze at=Mira yaw=0.25"),
        (1.25, "OnVoxrigCue", "blink"),
    ]
    assert {event["messageOptions"] for event in events} == {1}
    write_unity_anim(replace(lively_clip(), text="", cues=()), tmp_path / "gate_01.anim")
    assert read(tmp_path / "gate_01.anim")["m_Events"] == []


@pytest.mark.parametrize("name", ["gate_01", "01", "yes", "null", "a: b", "Tür 😀", "1e5", "gate.speech", "-", "'"])
def test_the_asset_is_called_as_its_file(lively_clip: Clips, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name.replace(':', '_')}.anim"
    write_unity_anim(lively_clip(frames=3), path)
    assert read(path)["m_Name"] == path.stem


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
    node = read(tmp_path / "gate_01.speech.anim")
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
        assert len(read(tmp_path / "gate_01.anim")["m_FloatCurves"]) == 52
    clip = lively_clip()
    none = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={}, seconds=Fraction(0))
    write_unity_anim(none, tmp_path / "gate_01.anim")
    node = read(tmp_path / "gate_01.anim")
    assert node["m_FloatCurves"] == node["m_RotationCurves"] == []
