"""Where the joints of a file are at each frame, by its own places at rest; files that tell none get the skeleton's."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.runtime.core.skeleton import BVH_NAMES, SKELETON, UNITY_NAMES, VRM_NAMES
from voxrig.runtime.core.take import Take

from .bvh_file import bvh_turns, read_bvh
from .frame_tables import read_csv
from .gltf_player import GltfPlayer
from .turns import Floats, matrices, slerped
from .unity_clip import drawn, mirrored, read_clip

PARENTS = {joint.name: SKELETON[joint.parent].name if joint.parent >= 0 else "" for joint in SKELETON}
OFFSETS = {joint.name: np.array(joint.offset) for joint in SKELETON}


class Figure(NamedTuple):
    """A skeleton that moves.

    Attributes:
        parents: of each joint, "" for none.
        offsets: [3] in metres of each joint from its parent.
        turns: [frames, 3, 3] of each joint against its parent; one that isn't there stays unturned.
    """

    parents: dict[str, str]
    offsets: dict[str, Floats]
    turns: dict[str, Floats]

    def world(self, joint: str) -> tuple[Floats, Floats]:
        """How a joint is turned, [F, 3, 3], and where it is, [F, 3]."""
        frames = len(next(iter(self.turns.values())))
        own = self.turns.get(joint, np.tile(np.eye(3), (frames, 1, 1)))
        if not self.parents[joint]:
            return own, np.tile(self.offsets[joint], (frames, 1))
        turn, place = self.world(self.parents[joint])
        return turn @ own, place + turn @ self.offsets[joint]


def of_bvh(path: Path, _: Take) -> Figure:
    bones, _, rows = read_bvh(path)
    ours = {name: joint for joint, name in BVH_NAMES.items()}
    return Figure(
        {ours[bone.name]: ours[bone.parent] if bone.parent else "" for bone in bones},
        {ours[bone.name]: np.array(bone.offset) / 100 for bone in bones},
        {ours[name]: turn for name, turn in bvh_turns(bones, rows).items()},
    )


def of_glb(path: Path, take: Take) -> Figure:
    """Of all nodes that the first animation turns, and those above them."""
    return _gltf(GltfPlayer(path), take, {})


def of_vrma(path: Path, take: Take) -> Figure:
    """Of the humanoid's bones alone, as players take them: what is between them stays at rest."""
    player = GltfPlayer(path)
    bones = player.top["extensions"]["VRMC_vrm_animation"]["humanoid"]["humanBones"]
    ours = {name: joint for joint, name in VRM_NAMES.items()}
    figure = _gltf(player, take, {told["node"]: ours[name] for name, told in bones.items()})
    humanoid = {ours[name] for name in bones}
    return figure._replace(turns={name: turn for name, turn in figure.turns.items() if name in humanoid})


def of_unity(path: Path, take: Take) -> Figure:
    """Of its curves, in our axes; a body's paths must lead from Hips down."""
    node, found = read_clip(path), {}
    ours = {name: joint for joint, name in UNITY_NAMES.items()}
    for told in node["m_RotationCurves"]:
        *above, name = told["path"].split("/")
        assert above == (_humanoids_above(ours[name]) if len(take.bones) > 3 else ["Head"] * ("Eye" in name))
        found[ours[name]] = matrices(mirrored(drawn(told["curve"], _moments(take))))
    return Figure(PARENTS, OFFSETS, found)


def of_unreal(path: Path, take: Take) -> Figure:
    data, found = json.loads(path.read_text("utf-8")), {}
    for bone, keys in data["bones"].items():
        rows = np.array(keys, np.float64)
        turns = rows[:, 1:] / np.linalg.norm(rows[:, 1:], axis=1, keepdims=True)
        found[bone] = matrices([slerped(rows[:, 0], turns, frame) for frame in range(len(take))])
    return Figure(PARENTS, OFFSETS, found)


def of_metahuman_csv(path: Path, _: Take) -> Figure:
    header, rows = read_csv(path)
    numbers = np.array([row[2:] for row in rows], np.float64)
    firsts = {name[:-2]: place - 2 for place, name in enumerate(header) if name.endswith(".x")}
    return Figure(PARENTS, OFFSETS, {bone: matrices(numbers[:, at : at + 4]) for bone, at in firsts.items()})


def of_take(path: Path, _: Take) -> Figure:
    take = read_take(path).take
    turns = {bone: matrices(take.quaternions[:, place]) for place, bone in enumerate(take.bones)}
    return Figure(PARENTS, OFFSETS, turns)


def of_usd(path: Path, take: Take) -> Figure:
    """By UsdSkel's own queries."""
    from pxr import Usd

    from .usd_stage import skeleton_queries

    stage = Usd.Stage.Open(str(path))
    query, _ = skeleton_queries(stage)
    joints = [str(joint).split("/") for joint in query.GetJointOrder()]
    local = np.array(
        [[np.array(matrix).T for matrix in query.ComputeJointLocalTransforms(k)] for k in range(len(take))]
    )
    return Figure(
        {joint[-1]: joint[-2] if len(joint) > 1 else "" for joint in joints},
        {joint[-1]: local[0, place, :3, 3] for place, joint in enumerate(joints)},
        {joint[-1]: local[:, place, :3, :3] for place, joint in enumerate(joints)},
    )


def _gltf(player: GltfPlayer, take: Take, names: dict[int, str]) -> Figure:
    nodes: list[dict[str, Any]] = player.top["nodes"]
    called = {place: names.get(place, node["name"]) for place, node in enumerate(nodes)}
    above = {child: place for place, node in enumerate(nodes) for child in node.get("children", [])}
    animation = player.top["animations"][0]["name"]
    turned = {
        channel["target"]["node"]
        for channel in player.animation(animation)["channels"]
        if channel["target"]["path"] == "rotation"
    }
    return Figure(
        {called[place]: called[above[place]] if place in above else "" for place in called},
        {called[place]: np.array(node.get("translation", [0.0, 0.0, 0.0])) for place, node in enumerate(nodes)},
        {called[place]: matrices(player.at(animation, place, "rotation", _moments(take))) for place in turned},
    )


def _humanoids_above(joint: str) -> list[str]:
    above, at = [], PARENTS[joint]
    while at:
        if at in UNITY_NAMES:
            above.insert(0, UNITY_NAMES[at])
        at = PARENTS[at]
    return above


def _moments(take: Take) -> Floats:
    return np.array([float(take.time(row)) for row in range(len(take))])
