"""A clip as a VRM animation (VRMC_vrm_animation 1.0), which moves any VRM avatar: humanoid bones, expressions, gaze.

NAME shows the presets of VRM 1.0, which every avatar has; NAME.arkit the 52 custom expressions of "perfect sync"
avatars instead, since an avatar that has both would move its mouth twice. Players take the first animation of a file;
`shapes` chooses which it is. Then come the layers. Eyes are no humanoid bones here but a gaze, and so the presets
lookUp, lookDown, lookLeft and lookRight are left out, as the specification has it. The turns of joints that VRM lacks,
of a spine of five and a neck of two, are carried over to those that it has (`fewer_bones`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pygltflib
from numpy.typing import NDArray

from voxrig.engine_bridges.fewer_bones import FewerBones
from voxrig.engine_bridges.vrm_expressions import VRM, vrm_expressions
from voxrig.engine_bridges.writers.gltf_animation import Bounds, Tracks, told
from voxrig.engine_bridges.writers.gltf_carrier import joint_nodes
from voxrig.engine_bridges.writers.gltf_file import GltfFile
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.skeleton import PLACES, SKELETON, VRM_NAMES, rotations

EXTENSION: Final = "VRMC_vrm_animation"
SHAPES: Final = ("vrm", "arkit")
"""The expressions of the first animation: VRM's presets, or ARKit's 52."""

_HEAD, _EYES = PLACES["head"], (PLACES["eye_l"], PLACES["eye_r"])
_PRESETS: Final = tuple(name for name in VRM if not name.startswith("look"))
_BONES: Final = {joint: name for joint, name in VRM_NAMES.items() if joint not in ("eye_l", "eye_r")}
_HUMANOID: Final = FewerBones(VRM_NAMES)
_BETWEEN_EYES: Final = [0.0, *SKELETON[_EYES[0]].offset[1:]]
_GAZE: Final = len(SKELETON)
"""The gaze's node; after it come the node of all expressions, and theirs."""
_FIRST: Final = {"vrm": _GAZE + 2, "arkit": _GAZE + 2 + len(_PRESETS)}
_NAMES: Final = {"vrm": _PRESETS, "arkit": ARKIT_SHAPES}


def write_vrma(clip: Clip, path: Path, *, bound: float = BOUND, turn: float = TURN, shapes: str = "vrm") -> None:
    """Write `clip` to `path`, whole or not at all.

    Args:
        clip: with a frame at least.
        path: the file, which is replaced if it is there.
        bound: the most that an expression may be off at any frame, of 0 to 1; 0 for a key on every frame.
        turn: the same of a bone and the gaze, in radians; of a body's bones less, see `turn_bounds`.
        shapes: one of `SHAPES`.

    Raises:
        ValueError: a clip without frames, or `shapes` is none of SHAPES.
        OSError: the file cannot be written.
    """
    if shapes not in SHAPES:
        raise ValueError(f"there are no expressions {shapes!r} for VRM animations; use one of: {', '.join(SHAPES)}")
    if not len(clip.take):
        raise ValueError(f"the clip {clip.name!r} has no frames; a VRM animation needs one at least")
    bounds = Bounds(bound, turn)
    file = _avatar(told(clip, bounds))
    _animate(file, clip, clip.name, shapes, bounds)
    if shapes == "vrm":
        _animate(file, clip, f"{clip.name}.arkit", "arkit", bounds)
    for name in clip.layers:
        layer = clip.layer(name)
        _animate(file, layer, layer.name, shapes, bounds)
    file.write(path)


def _avatar(said: dict[str, Any]) -> GltfFile:
    """Return a new file with the bones in VRM's T-pose, the gaze, and a node for each expression."""
    document = pygltflib.GLTF2(asset=pygltflib.Asset(generator="Voxrig", version="2.0", extras={"voxrig": said}))
    names = [*_PRESETS, *ARKIT_SHAPES]
    nodes = joint_nodes()
    nodes[_HEAD].children.append(_GAZE)
    nodes.append(pygltflib.Node(name="LookAt", translation=list(_BETWEEN_EYES)))
    nodes.append(pygltflib.Node(name="Expressions", children=list(range(_FIRST["vrm"], _FIRST["vrm"] + len(names)))))
    nodes += [pygltflib.Node(name=name) for name in names]
    document.nodes = nodes
    document.scenes, document.scene = [pygltflib.Scene(name="Voxrig", nodes=[0, _GAZE + 1])], 0
    presets, custom = (
        {name: {"node": _FIRST[kind] + place} for place, name in enumerate(_NAMES[kind])} for kind in SHAPES
    )
    document.extensionsUsed = [EXTENSION]
    document.extensions[EXTENSION] = {
        "specVersion": "1.0",
        "humanoid": {"humanBones": {name: {"node": PLACES[joint]} for joint, name in _BONES.items()}},
        "expressions": {"preset": presets, "custom": custom},
        "lookAt": {"node": _GAZE, "offsetFromHeadBone": list(_BETWEEN_EYES)},
    }
    return GltfFile(document)


def _animate(file: GltfFile, clip: Clip, name: str, shapes: str, bounds: Bounds) -> None:
    tracks = Tracks(file, clip.take, name, bounds, told(clip, bounds))
    turned = _HUMANOID.carried(rotations(clip.take))
    for joint in _BONES:
        place = PLACES[joint]
        turns = turned[:, place]
        if place == _HEAD or turns[:, :3].any():  # the head's keys tell how long the animation is
            tracks.turn(place, tracks.kept(joint, turns), turns, whole=place == _HEAD)
    gaze = turned[:, _EYES[0]] + turned[:, _EYES[1]]  # both on the same side, as they are near to rest
    if gaze[:, :3].any():
        gaze /= np.linalg.norm(gaze, axis=1, keepdims=True)
        tracks.turn(_GAZE, tracks.kept("eye_l", gaze), gaze)
    for place, curve in enumerate(_curves(clip, shapes).values()):
        if curve.any():
            tracks.number(_FIRST[shapes] + place, curve)
    tracks.done()


def _curves(clip: Clip, shapes: str) -> Mapping[str, NDArray[np.float32]]:
    """Return float32[F] by the names of `shapes`, in their order."""
    poses = clip.arkit().controls
    if shapes == "arkit":
        return {name: poses[:, place] for place, name in enumerate(ARKIT_SHAPES)}
    shown = np.zeros((len(poses), len(VRM)), np.float32)
    for pose, out in zip(poses, shown, strict=True):
        vrm_expressions(pose, out)
    return {name: shown[:, VRM.index(name)] for name in _PRESETS}
