"""The carrier face: a small schematic face with ARKit's 52 shapes, for files that need a mesh to carry their curves.

Whoever opens such a file sees something talk. It hangs on the head and eyes of `core.skeleton`, in its rest pose, and
is made here, by code: nothing is loaded.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.carrier_eyes import eyes
from voxrig.engine_bridges.writers.carrier_mouth import HEIGHT, JAW_DROP, mouth
from voxrig.engine_bridges.writers.carrier_part import CENTRE, RADII, Part, bump, grid, on_face, painted
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES
from voxrig.runtime.core.skeleton import PLACES, rest_places

_SKIN, _HAIR = (0.62, 0.35, 0.24), (0.06, 0.035, 0.02)
_HEIGHTS: Final = (0.200, 0.178, 0.148, 0.118, 0.092, 0.066, 0.040, HEIGHT, -0.004, -0.017)
_COLUMNS: Final = 14


class CarrierFace(NamedTuple):
    """A mesh at rest, in metres from the ground between the feet.

    Attributes:
        points: float32[N, 3].
        normals: float32[N, 3], of unit length.
        colours: float32[N, 3], linear red, green, blue, 0 to 1.
        triangles: int32[M, 3], counter-clockwise from outside.
        joints: int32[N], the place in `SKELETON` of the one joint that carries each point.
        targets: displacements float32[N, 3] at full weight, by `ARKIT_LOCATIONS` and in their order.
    """

    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    colours: NDArray[np.float32]
    triangles: NDArray[np.int32]
    joints: NDArray[np.int32]
    targets: Mapping[str, NDArray[np.float32]]


@lru_cache(maxsize=1)
def carrier_face() -> CarrierFace:
    """Return the face: the same arrays every time, which nobody may change."""
    parts = [_head(), _nose(), *mouth(), *eyes()]
    firsts = np.cumsum([0, *(len(part.points) for part in parts)])
    points = np.concatenate([part.points for part in parts])
    triangles = np.concatenate([part.triangles + first for part, first in zip(parts, firsts, strict=False)])
    targets = {}
    for name, shape in zip(ARKIT_LOCATIONS, ARKIT_SHAPES, strict=True):
        moved = np.zeros_like(points)
        for part, first in zip(parts, firsts, strict=False):
            if shape in part.targets:
                moved[first : first + len(part.points)] = part.targets[shape]
        targets[name] = _kept(np.round(moved, 5) + 0.0)
    return CarrierFace(
        _kept(np.round(points + rest_places()[PLACES["head"]], 6)),
        _kept(np.round(_normals(points, triangles), 3) + 0.0),
        _kept(np.concatenate([part.colours for part in parts])),
        triangles.astype(np.int32),
        np.repeat(np.array([PLACES[part.joint] for part in parts], np.int32), [len(part.points) for part in parts]),
        MappingProxyType(targets),
    )


def _kept(values: NDArray[np.float64]) -> NDArray[np.float32]:
    single = values.astype(np.float32)
    single.setflags(write=False)
    return single


def _normals(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Area-weighted; a point whose triangles have no area at rest looks ahead."""
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    total = np.zeros_like(points)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], np.cross(b - a, c - a))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    flat = length < 1e-9
    return np.where(flat, [0.0, 0.0, 1.0], total / np.where(flat, 1.0, length))


def _head() -> Part:
    """Return the egg, with chin and cheeks that move."""
    around = np.arange(_COLUMNS) * 2 * np.pi / _COLUMNS  # from ahead to the character's left
    y = np.repeat(_HEIGHTS, _COLUMNS)
    wide = np.sqrt(1.0 - ((y - CENTRE) / RADII[1]) ** 2)
    x = RADII[0] * wide * np.tile(np.sin(around), len(_HEIGHTS))
    z = RADII[2] * wide * np.tile(np.cos(around), len(_HEIGHTS))
    rings = np.stack((x, y, z), axis=1)
    points = np.concatenate((rings, [[0.0, CENTRE + RADII[1], 0.0], [0.0, CENTRE - RADII[1], 0.0]]))
    one, other = np.arange(_COLUMNS), (np.arange(_COLUMNS) + 1) % _COLUMNS
    last, top = len(rings) - _COLUMNS, len(rings)
    caps = (np.stack((one * 0 + top, one, other), 1), np.stack((one * 0 + top + 1, last + other, last + one), 1))
    faces = np.concatenate((grid(len(_HEIGHTS), _COLUMNS, around=True), *caps))
    hair = (points[:, 1] > 0.16) | ((points[:, 2] < 0.0) & (points[:, 1] > 0.04))
    colours = np.where(hair[:, None], _HAIR, _SKIN)
    return Part(points, faces, colours, "head", _head_targets(points))


def _head_targets(points: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    x, y, z = points.T
    chin = np.clip((HEIGHT - y) / 0.014, 0.0, 1.0) * np.clip(0.5 + z / 0.06, 0.0, 1.0)
    targets = {
        "JawOpen": np.outer(chin, JAW_DROP),
        "JawForward": np.outer(chin, (0.0, 0.0, 0.008)),
        "JawLeft": np.outer(chin, (0.008, 0.0, 0.0)),
        "JawRight": np.outer(chin, (-0.008, 0.0, 0.0)),
        "CheekPuff": points * 0.0,
    }
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        cheek = bump(sign * x - 0.05, 0.035) * bump(y - 0.025, 0.045) * (z > 0.0)
        targets["CheekPuff"] += np.outer(cheek, (sign * 0.011, 0.0, 0.009))
        raised = bump(sign * x - 0.04, 0.035) * bump(y - 0.045, 0.03) * (z > 0.0)
        targets[f"CheekSquint{side}"] = np.outer(raised, (0.0, 0.004, 0.004))
    return targets


def _nose() -> Part:
    """Return a pyramid: its root, tip, wings and base."""
    x, y = np.array([0.0, 0.0, -0.013, 0.013, 0.0]), np.array([0.078, 0.038, 0.030, 0.030, 0.027])
    points = on_face(x, y, np.array([0.001, 0.020, 0.002, 0.002, 0.003]))
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 4], [1, 4, 3]])
    targets = {}
    for side, wing in (("Right", 2), ("Left", 3)):
        targets[f"NoseSneer{side}"] = np.zeros((5, 3))
        targets[f"NoseSneer{side}"][[wing, 1]] = [[0.0, 0.006, 0.001], [0.0, 0.002, 0.0]]
    return Part(points, faces, painted(5, (0.58, 0.31, 0.21)), "head", targets)
