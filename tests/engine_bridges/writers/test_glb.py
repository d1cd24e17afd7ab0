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

from voxrig.engine_bridges.writers.carrier_face import carrier_face
from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.engine_bridges.writers.gltf_carrier import MESHES
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.runtime.core.skeleton import SKELETON, rest_places
from voxrig.runtime.core.timing import FrameRate

from .reading.comparisons import glb, moments
from .reading.gltf_player import GltfPlayer


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


@pytest.mark.parametrize("fps", ["24", "25", "29.97", "60"])
def test_every_frame_is_within_the_bounds(tmp_path: Path, lively_clip: Callable[..., Clip], fps: str) -> None:
    clip = gazing(lively_clip(fps=FrameRate.parse(fps), frames=100))
    write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    for one in (clip, clip.layer("speech"), clip.layer("emotion")):
        found = glb(tmp_path / "take.glb", one)
        assert found.curve <= BOUND
        assert found.turn <= TURN
    names = [animation["name"] for animation in player.top["animations"]]
    assert names == ["gate_01", "gate_01.speech", "gate_01.emotion"]


def test_few_keys_and_yet_the_whole_length(tmp_path: Path, clip: Clip) -> None:
    report = write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    for mesh in ("Face", "Eyes", "Brows"):
        found = player.keys("gate_01", player.node(mesh), "weights")
        assert found is not None
        assert len(found[0]) < 0.7 * len(clip.take)
        assert (found[0][0], found[0][-1]) == (0.0, np.float32(float(clip.take.time(149))))
    counts = player.key_counts("gate_01")
    assert counts.keys() == {*ARKIT_LOCATIONS, "head", "eye_l", "eye_r"}
    assert report.keys == sum(counts.values())
    lips = player.key_counts("gate_01.speech")
    assert (lips["browInnerUp"], lips["jawOpen"] > 10) == (2, True)  # each mesh has keys of its own


def test_bound_0_keeps_every_frame_to_the_bit(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb", bound=0.0, turn=0.0)
    player = GltfPlayer(tmp_path / "take.glb")
    poses = clip.arkit().controls
    for mesh in MESHES:
        found = player.keys("gate_01", mesh.node, "weights")
        assert found is not None
        assert np.array_equal(found[1], poses[:, [ARKIT_SHAPES.index(shape) for shape in mesh.shapes]])
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
    carried = {}
    for mesh in player.top["meshes"]:
        (primitive,) = mesh["primitives"]
        joints = player.accessor(primitive["attributes"]["JOINTS_0"])[:, 0]
        carried[mesh["name"]] = {SKELETON[joint].name for joint in joints}
    assert carried == {"Face": {"head"}, "Eyes": {"head", "eye_l", "eye_r"}, "Brows": {"head"}}
    assert {node["skin"] for node in player.top["nodes"] if "mesh" in node} == {0}


def test_the_meshes_are_the_whole_carrier_face(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb")
    player, face = GltfPlayer(tmp_path / "take.glb"), carrier_face()
    corners, named = [], []
    for mesh in player.top["meshes"]:
        (primitive,) = mesh["primitives"]
        points = player.accessor(primitive["attributes"]["POSITION"])
        corners.append(points[player.accessor(primitive["indices"])[:, 0]].reshape(-1, 9))
        for name, target in zip(mesh["extras"]["targetNames"], primitive["targets"], strict=True):
            assert player.accessor(target["POSITION"]).any(), name
            named.append(name)
    assert sorted(named) == sorted(ARKIT_LOCATIONS)  # each in one mesh
    ours = face.points[face.triangles.reshape(-1)].reshape(-1, 9)
    assert sorted(map(tuple, np.concatenate(corners).tolist())) == sorted(map(tuple, ours.tolist()))


def test_the_file_tells_what_is_said(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb")
    top = GltfPlayer(tmp_path / "take.glb").top
    assert top["asset"]["generator"] == "Voxrig"
    for told in (top["asset"]["extras"]["voxrig"], top["animations"][0]["extras"]):
        assert told["text"] == "Stop, who goes there?"
        assert (told["sound"], told["timecode"], told["fps"]) == ("gate_01.wav", "01:00:00:00", "60")
        assert (told["emotion"], told["seed"], told["character"]) == ("joy=0.6", 7, "Guard")
    assert "jawOpen" in top["meshes"][0]["extras"]["targetNames"]


AGAIN = """
import pickle, sys
from pathlib import Path
from voxrig.engine_bridges.writers.carrier_face import carrier_face
from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.engine_bridges.writers.gltf_carrier import MESHES
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
    assert glb(tmp_path / "take.glb", short).curve <= BOUND


def test_a_clip_without_frames_is_refused(tmp_path: Path, clip: Clip) -> None:
    empty = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={})
    with pytest.raises(ValueError, match="'gate_01' has no frames"):
        write_glb(empty, tmp_path / "take.glb")
    assert list(tmp_path.iterdir()) == []
