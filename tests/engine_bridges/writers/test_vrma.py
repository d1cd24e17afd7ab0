"""VRM animations, played by a reader of our own and held against the specification."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.vrm_expressions import VRM
from voxrig.engine_bridges.writers.vrma import write_vrma
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.rotation import angles_to_quaternion

from .reading.comparisons import moments, vrma
from .reading.gltf_player import GltfPlayer

REQUIRED = (
    *("hips", "spine", "head", "leftUpperArm", "leftLowerArm", "leftHand", "rightUpperArm", "rightLowerArm"),
    *("rightHand", "leftUpperLeg", "leftLowerLeg", "leftFoot", "rightUpperLeg", "rightLowerLeg", "rightFoot"),
)
PARENTS = {"chest": "spine", "upperChest": "chest", "neck": "upperChest", "head": "neck", "leftHand": "leftLowerArm"}


@pytest.fixture
def clip(lively_clip: Callable[..., Clip]) -> Clip:
    """With eyes that move too, each a little otherwise."""
    clip = lively_clip(frames=120)
    values, time = clip.take.values.copy(), np.arange(120) / 60
    angles = np.stack([0.4 * np.sin(3 * time), 0.2 * np.cos(5 * time), 0 * time], axis=1).astype(np.float32)
    values[:, -8:-4] = angles_to_quaternion(angles)
    values[:, -4:] = angles_to_quaternion(angles + np.array([0.05, 0.0, 0.0], np.float32))
    return replace(clip, take=replace(clip.take, values=values))


def test_the_bones_are_a_humanoid_in_a_t_pose(tmp_path: Path, clip: Clip) -> None:
    write_vrma(clip, tmp_path / "take.vrma")
    top = GltfPlayer(tmp_path / "take.vrma").top
    told = top["extensions"]["VRMC_vrm_animation"]
    assert top["extensionsUsed"] == ["VRMC_vrm_animation"]
    assert told["specVersion"] == "1.0"
    bones = {name: bone["node"] for name, bone in told["humanoid"]["humanBones"].items()}
    assert set(REQUIRED) <= bones.keys()
    assert not {"leftEye", "rightEye"} & bones.keys()
    above = {child: place for place, node in enumerate(top["nodes"]) for child in node.get("children", [])}
    places = []
    for number, node in enumerate(top["nodes"]):
        assert not {"rotation", "scale", "matrix"} & node.keys()
        whole, at = np.zeros(3), number
        while True:
            whole = whole + np.array(top["nodes"][at].get("translation", [0, 0, 0]))
            if at not in above:
                break
            at = above[at]
        places.append(whole)
    for side, sign in (("left", 1), ("right", -1)):
        arm = [places[bones[f"{side}{part}"]] for part in ("UpperArm", "LowerArm", "Hand")]
        assert np.ptp([place[1:] for place in arm], axis=0).max() == 0  # straight out to the side
        assert all(np.diff([sign * place[0] for place in arm]) > 0)
    ancestors = {bones[name]: bones[parent] for name, parent in PARENTS.items()}
    for child, parent in ancestors.items():
        at = above[child]
        while at not in bones.values():
            at = above[at]
        assert at == parent


def test_what_the_specification_forbids_is_not_there(tmp_path: Path, clip: Clip) -> None:
    write_vrma(clip, tmp_path / "take.vrma")
    top = GltfPlayer(tmp_path / "take.vrma").top
    told = top["extensions"]["VRMC_vrm_animation"]
    expressions = told["expressions"]
    assert set(expressions["preset"]) == {name for name in VRM if not name.startswith("look")}
    assert tuple(expressions["custom"]) == ARKIT_SHAPES
    moved = {entry["node"] for kind in ("preset", "custom") for entry in expressions[kind].values()}
    for animation in top["animations"]:
        for channel in animation["channels"]:
            node, path = channel["target"]["node"], channel["target"]["path"]
            assert path == ("translation" if node in moved else "rotation")


def test_every_frame_is_within_the_bounds(tmp_path: Path, clip: Clip) -> None:
    write_vrma(clip, tmp_path / "take.vrma")
    for one in (clip, clip.layer("speech"), clip.layer("emotion")):
        found = vrma(tmp_path / "take.vrma", one)
        assert found.curve <= BOUND
        assert found.turn <= TURN
        assert (found.of == 0) == one.name.endswith("emotion")  # its brows are none of VRM's presets
        assert found.keys <= 0.3 * found.of


def test_perfect_sync_beside_the_presets_or_first(tmp_path: Path, clip: Clip) -> None:
    write_vrma(clip, tmp_path / "one.vrma")
    write_vrma(clip, tmp_path / "two.vrma", shapes="arkit")
    poses = clip.arkit().controls
    for path, name in (("one.vrma", "gate_01.arkit"), ("two.vrma", "gate_01")):
        player = GltfPlayer(tmp_path / path)
        custom = player.top["extensions"]["VRMC_vrm_animation"]["expressions"]["custom"]
        for place, shape in enumerate(ARKIT_SHAPES):
            values = player.at(name, custom[shape]["node"], "translation", moments(clip))[:, 0]
            assert np.abs(values - poses[:, place]).max() <= BOUND
    names = [animation["name"] for animation in GltfPlayer(tmp_path / "one.vrma").top["animations"]]
    assert names == ["gate_01", "gate_01.arkit", "gate_01.speech", "gate_01.emotion"]


def test_the_head_tells_the_length_and_where_the_eyes_are(tmp_path: Path, clip: Clip) -> None:
    write_vrma(clip, tmp_path / "take.vrma")
    player = GltfPlayer(tmp_path / "take.vrma")
    for name in ("gate_01", "gate_01.emotion"):  # the head does not move in the second
        found = player.keys(name, player.node("head"), "rotation")
        assert found is not None
        assert (found[0][0], found[0][-1]) == (0.0, np.float32(119 / 60))
    told = player.top["extensions"]["VRMC_vrm_animation"]["lookAt"]
    assert told["offsetFromHeadBone"] == player.top["nodes"][told["node"]]["translation"]
    assert told["offsetFromHeadBone"][0] == 0.0


def test_the_same_bytes_again(tmp_path: Path, clip: Clip) -> None:
    for name in ("one.vrma", "two.vrma"):
        write_vrma(clip, tmp_path / name)
    assert (tmp_path / "one.vrma").read_bytes() == (tmp_path / "two.vrma").read_bytes()


def test_what_is_refused(tmp_path: Path, clip: Clip) -> None:
    with pytest.raises(ValueError, match="'both' for VRM animations; use one of: vrm, arkit"):
        write_vrma(clip, tmp_path / "take.vrma", shapes="both")
    empty = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={})
    with pytest.raises(ValueError, match="no frames"):
        write_vrma(empty, tmp_path / "take.vrma")
