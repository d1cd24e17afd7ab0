"""The viewer's built-in head as flat arrays that a compiled loop can go through."""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.head_file import Floats, Head, Part, read_head
from voxrig.engine_bridges.viewer import page
from voxrig.runtime.core.arkit import ARKIT_SHAPES

Whole = NDArray[np.uint32]

JOINTS: Final = ("Chest", "Neck", "Head", "LeftEye", "RightEye")
"""Parents before their children."""
MATERIALS: Final = ("Skin", "Eye", "Mouth", "Hair", "Cloth")
LOWEST: Final = -0.30
"""Metres from between the eyes; what lies wholly below is never in a picture."""


class HeadMesh(NamedTuple):
    """All parts as one mesh of v vertices and t triangles; metres from between the eyes, X to the character's left.

    Attributes:
        positions: [v, 3] at rest.
        normals: [v, 3] at rest.
        colours: [v, 3] linear.
        materials: uint32[v], a place in MATERIALS.
        joints: uint32[v, 3], places in JOINTS.
        weights: [v, 3] of those joints; the first is 1 for all but the neck.
        triangles: uint32[t, 3].
        pivots: [5, 3] of JOINTS at rest.
        begins: uint32[53]; shape k of ARKIT_SHAPES has the rows begins[k] to begins[k + 1] of what follows.
        moved: uint32[n] vertices.
        moves: [n, 3] metres.
        turns: [n, 3] changes of normals.
    """

    positions: Floats
    normals: Floats
    colours: Floats
    materials: Whole
    joints: Whole
    weights: Floats
    triangles: Whole
    pivots: Floats
    begins: Whole
    moved: Whole
    moves: Floats
    turns: Floats


@lru_cache(maxsize=1)
def head_mesh() -> HeadMesh:
    """Return the head that comes with the viewer; read once a process."""
    return flattened(read_head((page() / "stage" / "head.glb").read_bytes()))


def flattened(head: Head) -> HeadMesh:
    """Join the parts of a head."""
    parts = head.parts
    first = np.cumsum([0, *(len(part.positions) for part in parts)])
    origins = [head.places[part.parent] if part.parent else np.zeros(3, np.float32) for part in parts]
    positions = np.concatenate([part.positions + at for part, at in zip(parts, origins, strict=True)])
    triangles = np.concatenate([part.triangles + at for part, at in zip(parts, first, strict=False)])
    triangles = triangles[(positions[triangles, 1] > LOWEST).any(1)]
    bound = [_bound(part) for part in parts]
    return HeadMesh(
        positions,
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.colours for part in parts]),
        np.concatenate([np.full(len(p.positions), MATERIALS.index(p.material), np.uint32) for p in parts]),
        np.concatenate([joints for joints, _ in bound]),
        np.concatenate([weights for _, weights in bound]),
        triangles.astype(np.uint32),
        np.stack([head.places[name] for name in JOINTS]),
        *_targets(parts, first),
    )


def _bound(part: Part) -> tuple[Whole, Floats]:
    """Joints [v, 3] and weights [v, 3] of a part."""
    count = len(part.positions)
    if part.joints:
        joints = np.array([JOINTS.index(name) for name in part.joints], np.uint32)
        return np.tile(joints, (count, 1)), part.weights
    joints = np.full((count, 3), JOINTS.index(part.parent), np.uint32)
    return joints, np.tile(np.array([1, 0, 0], np.float32), (count, 1))


def _targets(parts: list[Part], first: NDArray[np.int64]) -> tuple[Whole, Whole, Floats, Floats]:
    begins, moved, moves, turns = [0], [], [], []
    for name in ARKIT_SHAPES:
        for part, at in zip(parts, first, strict=False):
            if name in part.targets:
                target = part.targets[name]
                moved.append(target.vertices + at)
                moves.append(target.moves)
                turns.append(target.turns)
        begins.append(sum(map(len, moved)))
    return (
        np.array(begins, np.uint32),
        np.concatenate(moved).astype(np.uint32),
        np.concatenate(moves),
        np.concatenate(turns),
    )
