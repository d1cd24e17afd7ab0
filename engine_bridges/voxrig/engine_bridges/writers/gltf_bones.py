"""The bones of a character in a glTF file that are known, and how a turn of ours is theirs.

A turn of a take is one from the T-pose, in the parent's space and the character's axes. Bones of a file have axes of
their own, and arms that may hang lower at rest (an A-pose): with the rest rotations P of what a bone hangs from and H
of its own, both in the world, and the turns A and A' that bring its arm and that of the bone above into the T-pose,

    local = P^-1 * A'^-1 * turn * A * H
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import pygltflib
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.gltf_rest import (
    UNTURNED,
    Doubles,
    has_turned_round,
    inverse,
    product,
    rest_places,
    rest_turns,
    shortest_turn,
    turned,
)
from voxrig.runtime.core.body.bones import FINGERS
from voxrig.runtime.core.skeleton import BVH_NAMES, SKELETON, UNITY_NAMES, VRM_NAMES
from voxrig.runtime.core.skeleton import rest_places as skeleton_places

_ALIASES: Final = {
    "head": ("jbipchead", "headbone", "bip01head", "ccbasehead", "facialcheadjoint"),
    "neck_01": ("jbipcneck", "bip01neck", "ccbasenecktwist01"),
    "eye_l": ("jadjlfaceeye", "eyeleft", "eyel", "ccbaseleye", "facialleye", "lefteyebone"),
    "eye_r": ("jadjrfaceeye", "eyeright", "eyer", "ccbasereye", "facialreye", "righteyebone"),
}
_ARM: Final = (("upperarm", "lowerarm"), ("lowerarm", "hand"), ("hand", "middle_01"))
_FINGERS: Final = tuple((f"{finger}_0{n}", f"{finger}_0{n + 1}") for finger in FINGERS[1:] for n in (1, 2))
_AIMS: Final = {f"{bone}_{side}": f"{end}_{side}" for bone, end in _ARM + _FINGERS for side in "lr"}
"""Bones that lie out to the side in the T-pose, and the bone that each leads to."""


class BoneNode(NamedTuple):
    """A bone: its node, and what leads from a turn in the character's axes to its local rotation, before and after."""

    node: int
    before: Doubles
    after: Doubles

    def local(self, turns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return local rotations float32[F, 4] of turns float32[F, 4] from rest, x, y, z, w."""
        whole = product(product(self.before, turns.astype(np.float64)), self.after)
        whole /= np.linalg.norm(whole, axis=1, keepdims=True)
        return whole.astype(np.float32)


def find_bones(document: pygltflib.GLTF2) -> dict[str, BoneNode]:
    """Return the skeleton's joints that the file has, by the file's own word where it is a VRM, else by their names."""
    nodes = _humanoid(document) or _named(document)
    above, rest = rest_turns(document)
    facing = np.array([0.0, 1.0, 0.0, 0.0]) if has_turned_round(document) else UNTURNED
    places = turned(inverse(facing), rest_places(document))
    aligned = _into_t_pose({name: places[node] for name, node in nodes.items()})
    found = {}
    for joint in SKELETON:
        if joint.name not in nodes:
            continue
        node = nodes[joint.name]
        parent = aligned[SKELETON[joint.parent].name] if joint.parent >= 0 else UNTURNED
        before = product(product(inverse(above[node]), facing), inverse(parent))
        after = product(product(aligned[joint.name], inverse(facing)), product(above[node], rest[node]))
        found[joint.name] = BoneNode(node, before, after)
    return found


def _into_t_pose(places: Mapping[str, Doubles]) -> dict[str, Doubles]:
    """Return for every joint of the skeleton the turn x, y, z, w from its rest into the T-pose.

    It is in the character's axes. What is no arm, or isn't there, goes with the bone above.

    Args:
        places: x, y, z of the bones that are there, with X to the character's left.
    """
    aligned: dict[str, Doubles] = {}
    ours = {joint.name: at for joint, at in zip(SKELETON, skeleton_places(), strict=True)}
    for joint in SKELETON:
        turn = aligned[SKELETON[joint.parent].name] if joint.parent >= 0 else UNTURNED
        aim = _AIMS.get(joint.name)
        if aim and joint.name in places and aim in places:
            outward = ours[aim] - ours[joint.name]
            turn = product(shortest_turn(turned(turn, places[aim] - places[joint.name]), outward), turn)
            ends = f"index_01{joint.name[-2:]}", f"pinky_01{joint.name[-2:]}"
            if joint.name.startswith("hand") and places.keys() >= {*ends}:
                # and the palm down: the knuckles are seen along the hand
                theirs = _across(turned(turn, places[ends[1]] - places[ends[0]]), outward)
                turn = product(shortest_turn(theirs, _across(ours[ends[1]] - ours[ends[0]], outward)), turn)
        aligned[joint.name] = turn
    return aligned


def _across(line: Doubles, along: Doubles) -> Doubles:
    """Return what of a vector float64[3] is at a right angle to another."""
    return np.asarray(line - (line @ along) / (along @ along) * along)


def _named(document: pygltflib.GLTF2) -> dict[str, int]:
    """Nodes by the names of the joints that they are called after."""
    by_name: dict[str, int] = {}
    for place, node in enumerate(document.nodes):
        if node.mesh is None and node.name:
            by_name.setdefault(_plain(node.name), place)
    # Unity calls a thumb's bones proximal, intermediate, distal; VRM 1.0 metacarpal, proximal, distal
    tables = (UNITY_NAMES, VRM_NAMES, BVH_NAMES) if "leftthumbmetacarpal" not in by_name else (VRM_NAMES, BVH_NAMES)
    found: dict[str, int] = {}
    for joint in SKELETON:
        names = [_plain(table[joint.name]) for table in tables if joint.name in table]
        candidates = (
            _plain(joint.name),
            *names,
            *(f"mixamorig{name}" for name in names),
            *_ALIASES.get(joint.name, ()),
        )
        node = next((by_name[name] for name in candidates if name in by_name), None)
        if node is not None and node not in found.values():
            found[joint.name] = node
    return found


def _humanoid(document: pygltflib.GLTF2) -> dict[str, int]:
    """Nodes by the names of the joints that a VRM says they are; empty where the file is none."""
    said = document.extensions or {}
    if "VRMC_vrm" in said:
        bones = said["VRMC_vrm"].get("humanoid", {}).get("humanBones", {})
        told = {name: int(bone["node"]) for name, bone in bones.items()}
        return {joint: told[name] for joint, name in VRM_NAMES.items() if name in told}
    entries = said.get("VRM", {}).get("humanoid", {}).get("humanBones", [])
    told = {entry["bone"].lower(): int(entry["node"]) for entry in entries}  # Unity's names, as leftThumbIntermediate
    return {joint: told[name.lower()] for joint, name in UNITY_NAMES.items() if name.lower() in told}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
