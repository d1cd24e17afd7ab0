"""GLB files, played by a reader of our own."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.runtime.core.skeleton import SKELETON, rest_places, rotations
from voxrig.runtime.core.timing import FrameRate

from .gltf_player import Floats, GltfPlayer, turned_apart


@pytest.fixture
def clip(lively_clip: Callable[..., Clip]) -> Clip:
    return gazing(lively_clip(frames=150))


def gazing(clip: Clip) -> Clip:
    """The clip with eyes that move too."""
    values = clip.take.values.copy()
    time = np.arange(len(values)) / 60
    angles = np.stack([0.4 * np.sin(3 * time), 0.2 * np.cos(5 * time), 0 * time], axis=1)
    values[:, -8:-4] = angles_to_quaternion(angles.astype(np.float32))
    values[:, -4:] = angles_to_quaternion((0.9 * angles).astype(np.float32))
    return replace(clip, take=replace(clip.take, values=values))


def moments(clip: Clip) -> Floats:
    return np.array([float(clip.take.time(row)) for row in range(len(clip.take))])


def worst(player: GltfPlayer, clip: Clip) -> tuple[float, float]:
    """How far the file is off at any frame of the clip: of any shape, and of any joint in radians."""
    shown = player.at(clip.name, player.node("Face"), "weights", moments(clip))
    off = np.abs(shown - clip.arkit().controls[:, :52]).max()
    turned = rotations(clip.take)
    apart = 0.0
    for place, joint in enumerate(SKELETON):
        turn = player.at(clip.name, player.node(joint.name), "rotation", moments(clip))
        apart = max(apart, float(turned_apart(turn, turned[:, place].astype(np.float64)).max()))
    return float(off), apart


@pytest.mark.parametrize("fps", ["24", "25", "29.97", "60"])
def test_every_frame_is_within_the_bounds(tmp_path: Path, lively_clip: Callable[..., Clip], fps: str) -> None:
    clip = gazing(lively_clip(fps=FrameRate.parse(fps), frames=100))
    write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    for one in (clip, clip.layer("speech"), clip.layer("emotion")):
        off, apart = worst(player, one)
        assert off <= BOUND
        assert apart <= TURN + 1e-6
    names = [animation["name"] for animation in player.top["animations"]]
    assert names == ["gate_01", "gate_01.speech", "gate_01.emotion"]


def test_few_keys_and_yet_the_whole_length(tmp_path: Path, clip: Clip) -> None:
    report = write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    found = player.keys("gate_01", player.node("Face"), "weights")
    assert found is not None
    times, values = found
    assert len(times) < 0.75 * len(clip.take)
    assert (times[0], times[-1]) == (0.0, np.float32(float(clip.take.time(149))))
    turns = [player.keys("gate_01", player.node(joint), "rotation") for joint in ("head", "eye_l", "eye_r")]
    assert report.keys == values.size + sum(len(turn[0]) for turn in turns if turn is not None)


def test_bound_0_keeps_every_frame_to_the_bit(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb", bound=0.0, turn=0.0)
    player = GltfPlayer(tmp_path / "take.glb")
    found = player.keys("gate_01", player.node("Face"), "weights")
    assert found is not None
    assert np.array_equal(found[1], clip.arkit().controls[:, :52])
    assert np.array_equal(found[0], moments(clip).astype(np.float32))
    head = player.keys("gate_01", player.node("head"), "rotation")
    assert head is not None
    assert len(head[0]) == len(clip.take)


def test_joints_at_rest_are_left_to_others(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    assert player.keys("gate_01", player.node("hand_l"), "rotation") is None
    assert player.keys("gate_01.emotion", player.node("head"), "rotation") is None


def test_the_face_is_bound_to_the_skeleton_at_rest(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    (skin,) = player.top["skins"]
    assert [player.top["nodes"][joint]["name"] for joint in skin["joints"]] == [joint.name for joint in SKELETON]
    matrices = player.accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4)
    np.testing.assert_allclose(matrices[:, 3, :3], -rest_places(), atol=1e-6)
    (primitive,) = player.top["meshes"][0]["primitives"]
    joints = player.accessor(primitive["attributes"]["JOINTS_0"])[:, 0]
    assert {SKELETON[joint].name for joint in joints} == {"head", "eye_l", "eye_r"}


def test_the_file_tells_what_is_said(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb")
    top = GltfPlayer(tmp_path / "take.glb").top
    assert top["asset"]["generator"] == "Voxrig"
    for told in (top["asset"]["extras"]["voxrig"], top["animations"][0]["extras"]):
        assert told["text"] == "Stop, who goes there?"
        assert (told["sound"], told["timecode"], told["fps"]) == ("gate_01.wav", "01:00:00:00", "60")
        assert (told["emotion"], told["seed"], told["character"]) == ("joy=0.6", 7, "Guard")
    names = top["meshes"][0]["extras"]["targetNames"]
    assert [name[0].upper() + name[1:] for name in names] == list(ARKIT_SHAPES)
    assert "jawOpen" in names


AGAIN = """
import pickle, sys
from pathlib import Path
from voxrig.engine_bridges.writers.glb import write_glb
write_glb(pickle.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
"""


def test_the_same_bytes_in_every_process(tmp_path: Path, clip: Clip) -> None:
    clip = replace(clip, layers=dict(clip.layers))
    write_glb(clip, tmp_path / "one.glb")
    write_glb(clip, tmp_path / "two.glb")
    (tmp_path / "clip").write_bytes(pickle.dumps(clip))
    command = [sys.executable, "-c", AGAIN, str(tmp_path / "clip"), str(tmp_path / "three.glb")]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "5"})
    one = (tmp_path / "one.glb").read_bytes()
    assert one == (tmp_path / "two.glb").read_bytes() == (tmp_path / "three.glb").read_bytes()


@pytest.mark.parametrize("frames", [1, 2])
def test_short_clips(tmp_path: Path, clip: Clip, frames: int) -> None:
    short = replace(clip, take=replace(clip.take, values=clip.take.values[:frames]), layers={})
    write_glb(short, tmp_path / "take.glb")
    assert worst(GltfPlayer(tmp_path / "take.glb"), short)[0] <= BOUND


def test_a_clip_without_frames_is_refused(tmp_path: Path, clip: Clip) -> None:
    empty = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={})
    with pytest.raises(ValueError, match="'gate_01' has no frames"):
        write_glb(empty, tmp_path / "take.glb")
    assert list(tmp_path.iterdir()) == []
