"""Clips put onto characters of others."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.engine_bridges.writers.gltf_model import known_shape
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.rotation import angles_to_quaternion

from .reading.comparisons import moments
from .reading.gltf_player import GltfPlayer
from .reading.turns import Floats, turned_apart

HEAD = Path(__file__).resolve().parents[3] / "engine_bridges/voxrig/engine_bridges/viewer/page/stage/head.glb"


@pytest.fixture
def clip(lively_clip: Callable[..., Clip]) -> Clip:
    """With a head and eyes that turn."""
    clip = lively_clip(frames=90)
    values, time = clip.take.values.copy(), np.arange(90) / 60
    angles = np.stack([0.4 * np.sin(3 * time), 0.2 * np.cos(5 * time), 0 * time], axis=1)
    values[:, -8:-4] = values[:, -4:] = angles_to_quaternion(angles.astype(np.float32))
    return replace(clip, take=replace(clip.take, values=values))


def times(left: Floats, right: Floats) -> Floats:
    x, y, z, w = np.moveaxis(left, -1, 0)
    a, b, c, d = np.moveaxis(right, -1, 0)
    rows = (w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a, w * c + x * b - y * a + z * d)
    return np.stack((*rows, w * d - x * a - y * b - z * c), axis=-1)


def world(player: GltfPlayer, node: int, animation: str | None, seconds: Floats) -> Floats:
    """The rotation of a node in the world, [F, 4]: at rest, or while an animation is played."""
    whole = np.tile([0.0, 0.0, 0.0, 1.0], (len(seconds), 1))
    at: int | None = node
    while at is not None:
        rest = np.tile(np.array(player.top["nodes"][at].get("rotation", [0, 0, 0, 1.0])), (len(seconds), 1))
        own = rest if animation is None else player.at(animation, at, "rotation", seconds)
        whole = times(own, whole)
        at = next((place for place, one in enumerate(player.top["nodes"]) if at in one.get("children", [])), None)
    return whole


def turned(player: GltfPlayer, node: int, animation: str, seconds: Floats) -> Floats:
    """How far a node is turned from its rest in the world's axes, [F, 4]."""
    rest = world(player, node, None, seconds) * [-1, -1, -1, 1]
    return times(world(player, node, animation, seconds), rest)


def test_our_own_head(tmp_path: Path, clip: Clip) -> None:
    report = write_glb(clip, tmp_path / "take.glb", model=HEAD)
    assert report.missing_shapes == report.missing_bones == ()
    player, before = GltfPlayer(tmp_path / "take.glb"), GltfPlayer(HEAD)
    for mesh in before.top["meshes"]:
        for primitive in mesh["primitives"]:
            primitive["mode"] = 4  # the default, written out
    assert player.top["meshes"] == before.top["meshes"]
    assert player.data[: len(before.data)] == before.data
    assert player.top["asset"]["copyright"] == before.top["asset"]["copyright"]
    poses = clip.arkit().controls
    for name in ("Face", "NeckSkin", "Brows", "Lashes", "Mouth"):
        node = player.node(name)
        targets = player.top["meshes"][player.top["nodes"][node]["mesh"]]["extras"]["targetNames"]
        shown = player.at("gate_01", node, "weights", moments(clip))
        assert np.abs(shown - poses[:, [ARKIT_SHAPES.index(target) for target in targets]]).max() <= BOUND
    head = clip.take.quaternions[:, 0].astype(np.float64)
    assert turned_apart(turned(player, player.node("Head"), "gate_01", moments(clip)), head).max() <= TURN + 1e-6
    for node, bone in (("LeftEye", 1), ("RightEye", 2)):
        whole = times(head, clip.take.quaternions[:, bone].astype(np.float64))
        assert turned_apart(turned(player, player.node(node), "gate_01", moments(clip)), whole).max() <= 2 * TURN + 1e-6


def test_written_twice_it_has_the_animation_once(tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "one.glb", model=HEAD)
    write_glb(replace(clip, name="other"), tmp_path / "two.glb", model=tmp_path / "one.glb")
    write_glb(clip, tmp_path / "two.glb", model=tmp_path / "two.glb")
    names = [animation["name"] for animation in GltfPlayer(tmp_path / "two.glb").top["animations"]]
    layers = [".speech", ".emotion"]
    assert names == [
        "other",
        *(f"other{layer}" for layer in layers),
        "gate_01",
        *(f"gate_01{layer}" for layer in layers),
    ]


TILT = [0.1825742, 0.3651484, 0.5477226, 0.7302967]


def model(path: Path, targets: dict[str, float], nodes: list[dict[str, Any]], **more: Any) -> Path:
    """A GLB of one triangle whose targets move so many of its three corners, beside some nodes."""
    rows = [np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)]
    rows += [
        np.array([[0, 0, 0.1 * (corner < moved)] for corner in range(3)], np.float32) for moved in targets.values()
    ]
    data = b"".join(row.tobytes() for row in rows) + np.array([0, 1, 2, 0], np.uint16).tobytes()
    views: list[dict[str, Any]] = [{"buffer": 0, "byteOffset": 36 * k, "byteLength": 36} for k in range(len(rows))]
    views.append({"buffer": 0, "byteOffset": 36 * len(rows), "byteLength": 6})
    kind = {"componentType": 5126, "count": 3, "type": "VEC3"}
    accessors: list[dict[str, Any]] = [
        {"bufferView": k, "min": row.min(0).tolist(), "max": row.max(0).tolist(), **kind} for k, row in enumerate(rows)
    ]
    accessors.append({"bufferView": len(rows), "componentType": 5123, "count": 3, "type": "SCALAR"})
    shapes = [{"POSITION": 1 + k} for k in range(len(targets))]
    primitive: dict[str, Any] = {"attributes": {"POSITION": 0}, "indices": len(rows), "targets": shapes}
    mesh = {"primitives": [primitive], "weights": [0.25] * len(targets), "extras": {"targetNames": list(targets)}}
    inner = {child for node in nodes for child in node.get("children", [])}
    top = {"asset": {"version": "2.0"}, "buffers": [{"byteLength": len(data)}], "bufferViews": views,
           "accessors": accessors, "meshes": [mesh], "nodes": [*nodes, {"name": "Skin", "mesh": 0}],
           "scenes": [{"nodes": sorted({*range(len(nodes) + 1)} - inner)}], "scene": 0, **more}  # fmt: skip
    text = json.dumps(top).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    head = struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(data)) + struct.pack("<I4s", len(text), b"JSON")
    path.write_bytes(head + text + struct.pack("<I4s", len(data), b"BIN\0") + data)
    return path


def test_names_in_other_spellings_and_bones_that_lie_askew(tmp_path: Path, clip: Clip) -> None:
    bones = [
        {"name": "Armature", "rotation": TILT, "children": [1]},
        {"name": "mixamorig:Neck", "rotation": [0.5, 0.5, 0.5, 0.5], "children": [2]},
        {"name": "mixamorig:Head", "rotation": [0.0, 0.6, 0.0, 0.8]},
    ]
    shapes = {"Face.jaw_open": 1, "blendShape1.eyeBlink_L": 1, "MouthSmileRight": 1, "viseme_aa": 1}
    report = write_glb(clip, tmp_path / "take.glb", model=model(tmp_path / "model.glb", shapes, bones))
    assert report.missing_bones == ("eye_l", "eye_r")
    assert set(report.missing_shapes) == {*ARKIT_SHAPES} - {"JawOpen", "EyeBlinkLeft", "MouthSmileRight"}
    player = GltfPlayer(tmp_path / "take.glb")
    shown = player.at("gate_01", player.node("Skin"), "weights", moments(clip))
    poses = clip.arkit().controls
    columns = [ARKIT_SHAPES.index(name) for name in ("JawOpen", "EyeBlinkLeft", "MouthSmileRight")]
    assert np.abs(shown[:, :3] - poses[:, columns]).max() <= BOUND
    assert (shown[:, 3] == 0.25).all()  # what is nobody's stays at the model's own weight
    head = clip.take.quaternions[:, 0].astype(np.float64)
    apart = turned_apart(turned(player, player.node("mixamorig:Head"), "gate_01", moments(clip)), head)
    assert apart.max() <= TURN + 1e-6


def test_a_rest_given_as_a_matrix(tmp_path: Path, clip: Clip) -> None:
    x, y, z, w = 0.0, 0.6, 0.0, 0.8
    axes = [[1 - 2 * y * y, 0, -2 * y * w], [0, 1, 0], [2 * y * w, 0, 1 - 2 * y * y]]
    columns = [*(2.0 * value for value in axes[0]), 0, *(2.0 * value for value in axes[1]), 0,
               *(2.0 * value for value in axes[2]), 0, 0.1, 1.5, 0.2, 1]  # fmt: skip
    bones = [{"name": "head", "matrix": columns}]
    write_glb(clip, tmp_path / "take.glb", model=model(tmp_path / "model.glb", {"jawOpen": 1}, bones))
    node = GltfPlayer(tmp_path / "take.glb").top["nodes"][0]
    np.testing.assert_allclose(node["translation"], [0.1, 1.5, 0.2])
    np.testing.assert_allclose(node["scale"], [2.0, 2.0, 2.0])
    np.testing.assert_allclose(node["rotation"], [x, y, z, w], atol=1e-6)


def test_a_vrm_0_looks_the_other_way(tmp_path: Path, clip: Clip) -> None:
    said = {"VRM": {"humanoid": {"humanBones": [{"bone": "head", "node": 1}]}}}
    bones = [{"name": "head"}, {"name": "J_Bip_C_Head", "rotation": TILT}]
    given = model(tmp_path / "model.vrm", {"Fcl_MTH_A": 1}, bones, extensions=said, extensionsUsed=["VRM"])
    write_glb(clip, tmp_path / "take.glb", model=given)
    player = GltfPlayer(tmp_path / "take.glb")
    assert player.keys("gate_01", 0, "rotation") is None
    as_seen = clip.take.quaternions[:, 0].astype(np.float64) * [-1, 1, -1, 1]
    assert turned_apart(turned(player, 1, "gate_01", moments(clip)), as_seen).max() <= TURN + 1e-6
    found = player.keys("gate_01", 1, "rotation")
    assert found is not None
    assert found[0][-1] == np.float32(float(clip.take.time(len(clip.take) - 1)))


def test_an_eyeball_with_a_bone_is_not_turned_twice(tmp_path: Path, clip: Clip) -> None:
    bones = [{"name": "LeftEye"}, {"name": "RightEye"}, {"name": "Head"}]
    shapes = {"eyeLookOutLeft": 3, "eyeLookInLeft": 1}
    given = model(tmp_path / "model.glb", shapes, bones)
    write_glb(clip, tmp_path / "take.glb", model=given)
    player = GltfPlayer(tmp_path / "take.glb")
    shown = player.at("gate_01", player.node("Skin"), "weights", moments(clip))
    assert (shown[:, 0] == 0.25).all()  # moves the whole mesh
    assert np.abs(shown[:, 1] - clip.arkit().controls[:, ARKIT_SHAPES.index("EyeLookInLeft")]).max() <= BOUND


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("jawOpen", "JawOpen"),
        ("jaw_open", "JawOpen"),
        ("eyeBlink_L", "EyeBlinkLeft"),
        ("eyeBlink.R", "EyeBlinkRight"),
        ("Face.mouthSmileRight", "MouthSmileRight"),
        ("head_geo:browInnerUp", "BrowInnerUp"),
        ("HeadYaw", ""),
        ("viseme_aa", ""),
        ("", ""),
    ],
)
def test_spellings(name: str, shape: str) -> None:
    assert known_shape(name) == shape


def test_models_that_cannot_be_animated(tmp_path: Path, clip: Clip) -> None:
    def refused(path: Path) -> str:
        with pytest.raises(ValueError, match=r"model .*") as told:
            write_glb(clip, tmp_path / "take.glb", model=path)
        assert "\n" not in str(told.value)
        return str(told.value)

    text = tmp_path / "model.gltf"
    text.write_text('{"asset": {"version": "2.0"}}')
    assert "no binary glTF file" in refused(text) or "binary glTF file (.glb)" in refused(text)
    text.write_bytes(b"")
    assert ".glb" in refused(text)
    bare = model(tmp_path / "bare.glb", {"smile": 1}, [{"name": "Armature"}])
    assert "no target named as ARKit's shapes" in refused(bare)
    packed = model(tmp_path / "packed.glb", {"jawOpen": 1}, [], extensionsUsed=["EXT_meshopt_compression"])
    assert "compressed with EXT_meshopt_compression" in refused(packed)
    cut = tmp_path / "cut.glb"
    cut.write_bytes(bare.read_bytes()[:60])
    assert "no binary glTF file" in refused(cut)
    with pytest.raises(FileNotFoundError):
        write_glb(clip, tmp_path / "take.glb", model=tmp_path / "none.glb")
    assert not (tmp_path / "take.glb").exists()
