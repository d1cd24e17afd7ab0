"""Bodies on somebody's own model: bones with axes of their own, in an A-pose, with fewer bones or other names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.runtime.core.body.kinematics import places
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.skeleton import BVH_NAMES, PLACES, SKELETON, UNITY_NAMES, VRM_NAMES, rotations

from .reading.comparisons import moments
from .reading.gltf_player import GltfPlayer
from .reading.turns import Floats, matrices, quaternion
from .test_glb_model import model

LOWERED = np.array([0.0, 0, -np.sin(np.radians(20)), np.cos(np.radians(20))])
"""Arms 40 degrees below the T-pose."""
LACKING = ("root", "spine_04", "spine_05", "neck_02")
MIXAMO = {joint: f"mixamorig:{name}" for joint, name in BVH_NAMES.items() if joint not in LACKING}
"""Mixamo's: three bones in the spine, one in the neck."""


@pytest.fixture(scope="module")
def clip(lively_body: Callable[..., Clip]) -> Clip:
    return lively_body(frames=60)


def skeleton(names: dict[str, str], lowered: bool, around: bool = False) -> list[dict[str, Any]]:
    """Nodes of our proportions under other names, each with axes of its own; `around`: it looks along -Z."""
    turns = np.tile(np.array([0.0, 0, 0, 1]), (1, len(SKELETON), 1))
    if lowered:
        turns[:, PLACES["upperarm_l"]], turns[:, PLACES["upperarm_r"]] = LOWERED, LOWERED * [1, 1, -1, 1]
    rng, world, nodes, numbers = np.random.default_rng(2), {"": np.eye(4)}, [], {}
    about = np.diag([-1.0, 1, -1]) if around else np.eye(3)
    for place, joint in enumerate(SKELETON):
        if joint.name not in names:
            continue
        at = joint.parent
        while at >= 0 and SKELETON[at].name not in names:
            at = SKELETON[at].parent
        parent = SKELETON[at].name if at >= 0 else ""
        whole = np.eye(4)
        whole[:3, :3], whole[:3, 3] = matrices(rng.normal(size=(1, 4)))[0], about @ places(turns)[0, place]
        own = np.linalg.inv(world[parent]) @ whole
        world[joint.name], numbers[joint.name] = whole, len(nodes)
        nodes.append({"name": names[joint.name], "translation": own[:3, 3].tolist(),
                      "rotation": quaternion(own[:3, :3]), "children": []})  # fmt: skip
        if parent:
            nodes[numbers[parent]]["children"].append(numbers[joint.name])
    return [{key: value for key, value in node.items() if value != []} for node in nodes]


def shown(path: Path, clip: Clip, names: dict[str, str]) -> dict[str, Floats]:
    """Where the bones of a file are while it is played, [F, 3] each."""
    player = GltfPlayer(path)
    above = {child: place for place, node in enumerate(player.top["nodes"]) for child in node.get("children", [])}
    known: dict[int, Floats] = {}

    def whole(node: int) -> Floats:
        if node not in known:
            own = np.tile(np.eye(4), (len(clip.take), 1, 1))
            own[:, :3, :3] = matrices(player.at(clip.name, node, "rotation", moments(clip)))
            own[:, :3, 3] = player.top["nodes"][node]["translation"]
            known[node] = whole(above[node]) @ own if node in above else own
        return known[node]

    return {joint: whole(player.node(name))[:, :3, 3] for joint, name in names.items()}


@pytest.mark.parametrize("lowered", [False, True])
@pytest.mark.parametrize(("names", "metres"), [({name: name for name in PLACES}, 1e-5), (MIXAMO, 0.01)])
def test_it_stands_as_the_take_has_it(
    tmp_path: Path, clip: Clip, names: dict[str, str], metres: float, lowered: bool
) -> None:
    given = model(tmp_path / "model.glb", {"jawOpen": 1}, skeleton(names, lowered))
    report = write_glb(clip, tmp_path / "take.glb", bound=0.0, turn=0.0, model=given)
    assert report.missing_bones == ()
    wanted = places(rotations(clip.take))
    for joint, place in shown(tmp_path / "take.glb", clip, names).items():
        assert np.linalg.norm(place - wanted[:, PLACES[joint]], axis=1).max() < metres, joint


@pytest.mark.parametrize("version", ["0.x", "1.0"])
def test_a_vrm_whose_bones_are_called_as_they_like(tmp_path: Path, clip: Clip, version: str) -> None:
    joints = {joint: f"J_{place}" for place, joint in enumerate(VRM_NAMES)}
    nodes = skeleton(joints, lowered=False, around=version == "0.x")
    numbers = {node["name"]: place for place, node in enumerate(nodes)}
    if version == "0.x":  # which calls a thumb's bones as Unity does
        told = [{"bone": UNITY_NAMES[joint][0].lower() + UNITY_NAMES[joint][1:], "node": numbers[name]}
                for joint, name in joints.items()]  # fmt: skip
        said: dict[str, Any] = {"VRM": {"humanoid": {"humanBones": told}}}
    else:
        bones = {VRM_NAMES[joint]: {"node": numbers[name]} for joint, name in joints.items()}
        said = {"VRMC_vrm": {"humanoid": {"humanBones": bones}}}
    given = model(tmp_path / "model.vrm", {"Fcl_MTH_A": 1}, nodes, extensions=said, extensionsUsed=list(said))
    write_glb(clip, tmp_path / "take.glb", bound=0.0, turn=0.0, model=given)
    wanted = places(rotations(clip.take)) * ([-1, 1, -1] if version == "0.x" else 1)
    for joint, place in shown(tmp_path / "take.glb", clip, joints).items():
        assert np.linalg.norm(place - wanted[:, PLACES[joint]], axis=1).max() < 0.0025, joint


@pytest.mark.parametrize("names", [UNITY_NAMES, VRM_NAMES])
def test_thumbs_by_either_habit(tmp_path: Path, clip: Clip, names: dict[str, str]) -> None:
    """LeftThumbProximal is the first bone to Unity and the second to VRM 1.0."""
    given = model(tmp_path / "model.glb", {"jawOpen": 1}, skeleton(names, lowered=False))
    write_glb(clip, tmp_path / "take.glb", bound=0.0, turn=0.0, model=given)
    wanted = places(rotations(clip.take))
    for joint, place in shown(tmp_path / "take.glb", clip, names).items():
        assert np.linalg.norm(place - wanted[:, PLACES[joint]], axis=1).max() < 0.0025, joint


def test_a_head_alone_says_what_it_lacks(tmp_path: Path, clip: Clip) -> None:
    given = model(tmp_path / "model.glb", {"jawOpen": 1}, [{"name": "head"}])
    report = write_glb(clip, tmp_path / "take.glb", model=given)
    assert {"hand_l", "thigh_r", "index_01_l"} <= {*report.missing_bones}
    assert "neck_01" not in report.missing_bones  # the head does what the neck and spine would
