"""Puts the head's mesh into a pose: blend shapes added up, bones turned, as the viewer's page does it."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.head_file import Floats
from voxrig.baking.report.head_mesh import JOINTS, HeadMesh, Whole
from voxrig.runtime.core.arkit import ARKIT_ANGLES, ARKIT_SHAPES
from voxrig.runtime.core.rotation import angles_to_quaternion

POSE: Final = len(ARKIT_SHAPES) + len(ARKIT_ANGLES)
"""Values of a pose in profile `arkit`."""

# How much of the head's turn chest, neck and head have in all, by the viewer's avatar.js.
_SHARES: Final = np.array([[0.07], [0.42], [1.0]], np.float32)
_PARENTS: Final = (-1, 0, 1, 2, 2)
_AROUND_EYES: Final = ("EyeBlink", "EyeLookDown", "EyeSquint", "EyeWide", "CheekSquint")
_LIDS: Final = [[ARKIT_SHAPES.index(f"{name}{side}") for name in _AROUND_EYES] for side in ("Left", "Right")]
_JAW_OPEN: Final = ARKIT_SHAPES.index("JawOpen")
_MOUTH_CLOSE: Final = ARKIT_SHAPES.index("MouthClose")


def posed(mesh: HeadMesh, pose: Floats) -> tuple[Floats, Floats]:
    """Return where the vertices are, float32[v, 3] metres, and their normals, float32[v, 3] of any length.

    Args:
        mesh: the head.
        pose: float32[61] in profile `arkit`: shapes, then angles in radians.
    """
    values = bounded(pose)
    positions, normals = mesh.positions.copy(), mesh.normals.copy()
    _add_shapes(values, mesh.begins, mesh.moved, mesh.moves, mesh.turns, positions, normals)
    turns, shifts = _bones(mesh.pivots, values[len(ARKIT_SHAPES) :])
    _turn(mesh.joints, mesh.weights, turns, shifts, positions, normals)
    return positions, normals


def bounded(pose: Floats) -> Floats:
    """Return a pose as the built-in head can take it on.

    Lids that are closed already don't close further, and lips are not brought closer than the jaw has parted them.
    """
    values = np.array(pose, np.float32)
    shapes = values[: len(ARKIT_SHAPES)]
    np.clip(shapes, 0.0, 1.0, out=shapes)
    for blink, *others, cheek in _LIDS:
        opened = 1 - shapes[blink]
        shapes[others] *= opened
        shapes[cheek] *= np.float32(0.5) + np.float32(0.5) * opened
    shapes[_MOUTH_CLOSE] = min(shapes[_MOUTH_CLOSE], shapes[_JAW_OPEN])
    return values


def _bones(pivots: Floats, angles: Floats) -> tuple[Floats, Floats]:
    """The rotations float32[5, 3, 3] of JOINTS about the origin, and the shifts after them, float32[5, 3] metres."""
    head, eyes = angles[:3], angles[3:].reshape(2, 3)
    own = _matrices(angles_to_quaternion(np.concatenate((head * _SHARES, eyes))))
    turns = own.copy()
    turns[3:] = own[2] @ own[3:]
    places = pivots.copy()
    for joint, parent in enumerate(_PARENTS):
        if parent >= 0:
            places[joint] = places[parent] + turns[parent] @ (pivots[joint] - pivots[parent])
    return turns, places - np.einsum("jkl,jl->jk", turns, pivots)


def _matrices(quaternions: Floats) -> Floats:
    """Rotation matrices float32[n, 3, 3] of unit quaternions float32[n, 4], x, y, z, w."""
    x, y, z, w = quaternions.astype(np.float64).T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return np.array(rows).transpose(2, 0, 1).astype(np.float32)


@numba.njit(cache=True)
def _add_shapes(
    values: Floats, begins: Whole, moved: Whole, moves: Floats, turns: Floats, positions: Floats, normals: Floats
) -> None:
    for shape in range(len(begins) - 1):
        weight = values[shape]
        if weight == 0.0:
            continue
        for row in range(begins[shape], begins[shape + 1]):
            vertex = moved[row]
            for k in range(3):
                positions[vertex, k] += weight * moves[row, k]
                normals[vertex, k] += weight * turns[row, k]


@numba.njit(cache=True)
def _turn(joints: Whole, weights: Floats, turns: Floats, shifts: Floats, positions: Floats, normals: Floats) -> None:
    """Move what hangs from joints: by turns [5, 3, 3] about the origin, then shifts [5, 3] metres."""
    for vertex in range(len(positions)):
        x, y, z = positions[vertex, 0], positions[vertex, 1], positions[vertex, 2]
        u, v, w = normals[vertex, 0], normals[vertex, 1], normals[vertex, 2]
        slots = 1 if weights[vertex, 0] == 1.0 else joints.shape[1]
        for k in range(3):
            point = direction = np.float32(0.0)
            for slot in range(slots):
                joint, weight = joints[vertex, slot], weights[vertex, slot]
                a, b, c = turns[joint, k, 0], turns[joint, k, 1], turns[joint, k, 2]
                point += weight * (shifts[joint, k] + (a * x + b * y + c * z))
                direction += weight * (a * u + b * v + c * w)
            positions[vertex, k] = point
            normals[vertex, k] = direction


def check_pose(pose: NDArray[np.float32]) -> Floats:
    """Return the pose as float32[61].

    Raises:
        ValueError: another shape, or a value that is not finite.
    """
    values = np.asarray(pose, np.float32)
    if values.shape != (POSE,):
        raise ValueError(f"a face is drawn from {POSE} values of profile 'arkit', not from shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("a face cannot be drawn from a pose with NaN or infinity; bake the line again")
    return values


assert len(JOINTS) == len(_PARENTS)
