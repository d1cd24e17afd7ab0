"""Apple ARKit's 52 face shapes in Live Link order with nine angles, from and to the native rig.

The poses are those of Epic's ARKit pose asset (`rigs/arkit.json`); axes and signs of the angles: `rotation`. A frame's
values are the same to the bit whether it is converted alone or among others: everything runs frame by frame.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from voxrig.runtime.core.native import (
    BONES,
    NATIVE_CONTROLS,
    Floats,
    bone_array,
    control_array,
    last_axis,
    rig_table,
)
from voxrig.runtime.core.rotation import angles_to_quaternion, quaternion_to_angles, write_angles

_TABLE: Final = rig_table("arkit")

ARKIT_SHAPES: Final[tuple[str, ...]] = tuple(shape["name"] for shape in _TABLE["shapes"])
"""ARKit's 52 face shapes in Live Link order."""
ARKIT_LOCATIONS: Final = tuple(name[0].lower() + name[1:] for name in ARKIT_SHAPES)
"""The same as ARKit itself and avatars spell them: jawOpen."""
ARKIT_RANGE: Final[tuple[float, float]] = (float(_TABLE["range"][0]), float(_TABLE["range"][1]))
"""Lowest and highest value of each of them."""
ARKIT_ANGLES: Final[dict[str, float]] = _TABLE["angles"]
"""HeadYaw, HeadPitch, HeadRoll, then the same for LeftEye and RightEye, with the most each can be, in degrees."""

_STRIDE: Final = len(ARKIT_SHAPES) + len(ARKIT_ANGLES)
_TINY: Final = np.float32(1e-12)


class _Drives(NamedTuple):
    """ARKit to native: every native control is a weighted sum of at most two shapes."""

    source: NDArray[np.intp]  # [2, 251], an index into the shapes
    weight: Floats  # [2, 251]


class _Reads(NamedTuple):
    """Native to ARKit: every shape is the mean of up to four controls, less what two other shapes put there."""

    place: NDArray[np.int64]  # [52, 6]: four controls (fewer than four are repeated), then two shapes
    weight: Floats  # [52, 3]: gain of the mean, then how much of each of the two shapes to take off


def _controls_of(shape: str, key: str) -> list[int]:
    entry = _TABLE["shapes"][ARKIT_SHAPES.index(shape)]
    return [NATIVE_CONTROLS.index(_TABLE["prefix"] + control) for control in entry[key]]


@lru_cache(maxsize=1)
def _drives() -> _Drives:
    source = np.zeros((2, len(NATIVE_CONTROLS)), np.intp)
    weight = np.zeros((2, len(NATIVE_CONTROLS)), np.float32)
    used = [0] * len(NATIVE_CONTROLS)
    for index, shape in enumerate(_TABLE["shapes"]):
        for control, amount in shape["drives"].items():
            native = NATIVE_CONTROLS.index(_TABLE["prefix"] + control)
            source[used[native], native], weight[used[native], native] = index, amount
            used[native] += 1
    return _Drives(source, weight)


def _make_reads() -> _Reads:
    shapes = _TABLE["shapes"]
    reads = _Reads(np.zeros((len(shapes), 6), np.int64), np.zeros((len(shapes), 3), np.float32))
    for index, shape in enumerate(shapes):
        controls = shape["read"]
        indices = _controls_of(shape["name"], "read")
        reads.place[index, :4] = [indices[k % len(indices)] for k in range(4)]
        own = shape["drives"].get(controls[0], 1.0)  # MouthClose drives nothing by a weight
        reads.weight[index, 0] = 1.0 / own
        others = [
            (other, sum(rival["drives"].get(control, 0.0) for control in controls) / len(controls) / own)
            for other, rival in enumerate(shapes)
            if other != index and any(control in rival["drives"] for control in controls)
        ]
        for slot, (other, amount) in enumerate(others):
            reads.place[index, 4 + slot], reads.weight[index, 1 + slot] = other, amount
    return reads


_JAW_OPEN: Final = ARKIT_SHAPES.index("JawOpen")
_MOUTH_CLOSE: Final = ARKIT_SHAPES.index("MouthClose")
_TOGETHER: Final = _controls_of("MouthClose", "read")
_READS: Final = _make_reads()
_SPECIAL: Final = np.array(
    [_JAW_OPEN, _MOUTH_CLOSE, ARKIT_SHAPES.index("BrowInnerUp"), *_controls_of("BrowInnerUp", "drives")], np.int64
)
"""The shapes JawOpen, MouthClose, BrowInnerUp, and the controls browLateralL, -R, browRaiseInL, -R."""


def arkit_to_native(values: ArrayLike) -> Floats:
    """Turn ARKit shapes into native controls, as the MetaHuman ARKit pose asset does.

    Shapes outside 0 to 1 are clamped first, sums over 1 after. MouthClose has no pose: MetaHuman's animation blueprint
    sets the four mouthLipsTogether controls to clamp(MouthClose / JawOpen, 0, 1), and so does this.

    Args:
        values: float32[..., 52] in Live Link order (`ARKIT_SHAPES`).

    Returns:
        float32[..., 251].

    Raises:
        ValueError: the last axis is not 52 long.
    """
    shapes = np.clip(last_axis(values, len(ARKIT_SHAPES), "ARKit shapes"), 0.0, 1.0)
    drives = _drives()
    native = shapes[..., drives.source[0]]
    native *= drives.weight[0]
    second = shapes[..., drives.source[1]]
    second *= drives.weight[1]
    native += second
    np.minimum(native, 1.0, out=native)
    share = shapes[..., _MOUTH_CLOSE] / np.maximum(shapes[..., _JAW_OPEN], _TINY)
    native[..., _TOGETHER] = np.minimum(share, np.float32(1.0))[..., None]
    return native


def native_to_arkit(controls: ArrayLike) -> Floats:
    """Read ARKit shapes off native controls; undoes `arkit_to_native` exactly where that loses nothing.

    That is for shapes in 0 to 1 with MouthClose <= JawOpen, MouthFunnel + 0.752 MouthPucker <= 1 and
    0.499 MouthRollLower + 0.998 MouthRollUpper <= 1: beyond, a shared control is saturated. BrowInnerUp survives the
    saturation of browRaiseIn, since browLateral carries it too. Exactly means to float32 rounding (1e-6).

    Args:
        controls: float32[..., 251], any pose, also those that ARKit cannot make.

    Returns:
        float32[..., 52], each 0 to 1.

    Raises:
        ValueError: the last axis is not 251 long.
    """
    native = control_array(controls)
    shapes = np.empty((*native.shape[:-1], len(ARKIT_SHAPES)), np.float32)
    _read_shapes(_rows(native, len(NATIVE_CONTROLS)), *_READS, _SPECIAL, shapes.reshape(-1, len(ARKIT_SHAPES)))
    return shapes


def bones_to_angles(bones: ArrayLike) -> Floats:
    """Turn bone quaternions into ARKit's nine angles.

    Args:
        bones: float32[..., 3, 4], head, eye_l, eye_r as x, y, z, w; any length but 0 (a zero quaternion reads as rest).

    Returns:
        float32[..., 9] radians: yaw, pitch, roll of each bone. Pitch stays within a quarter turn.

    Raises:
        ValueError: the last two axes are not (3, 4).
    """
    quaternions = bone_array(bones)
    return quaternion_to_angles(quaternions).reshape(*quaternions.shape[:-2], len(ARKIT_ANGLES))


def angles_to_bones(angles: ArrayLike) -> Floats:
    """Turn ARKit's nine angles (radians) into unit bone quaternions; `bones_to_angles` undoes it below a quarter turn.

    Args:
        angles: float32[..., 9].

    Returns:
        float32[..., 3, 4], x, y, z, w.

    Raises:
        ValueError: the last axis is not 9 long.
    """
    given = last_axis(angles, len(ARKIT_ANGLES), "angles")
    return angles_to_quaternion(given.reshape(*given.shape[:-1], len(BONES), 3))


def arkit_frames(native: Floats, bones: Floats) -> Floats:
    """Turn native poses, float32[..., 251] and float32[..., 3, 4], into float32[..., 61]: shapes, then angles."""
    frames = np.empty((*native.shape[:-1], _STRIDE), np.float32)
    rows = frames.reshape(-1, _STRIDE)
    _read_shapes(_rows(native, len(NATIVE_CONTROLS)), *_READS, _SPECIAL, rows)
    write_angles(_rows(bones, 4 * len(BONES)), rows, len(ARKIT_SHAPES))
    return frames


def _rows(values: Floats, width: int) -> Floats:
    return np.ascontiguousarray(values).reshape(-1, width)


_QUARTER: Final = np.float32(0.25)
_HALF: Final = np.float32(0.5)
_ZERO: Final = np.float32(0.0)
_ONE: Final = np.float32(1.0)


# Compiled, since this is one of the largest costs of a server's tick. It keeps the interpreter's lock: giving that up
# for two microseconds would cost more, as another thread may keep it for milliseconds.
@numba.njit(cache=True)
def _read_shapes(
    native: Floats, place: NDArray[np.int64], weight: Floats, special: NDArray[np.int64], out: Floats
) -> None:
    """Write the shapes of native [n, 251] to the first columns of `out` [n, 52 or more]."""
    jaw_open, mouth_close, brow_inner = special[0], special[1], special[2]
    mean = np.empty(len(place), np.float32)
    for row in range(len(native)):
        pose, shapes = native[row], out[row]
        for k in range(len(place)):
            four = (pose[place[k, 0]] + pose[place[k, 1]]) + (pose[place[k, 2]] + pose[place[k, 3]])
            mean[k] = four * _QUARTER * weight[k, 0]
        for k in range(len(place)):
            shapes[k] = mean[k] - (mean[place[k, 4]] * weight[k, 1] + mean[place[k, 5]] * weight[k, 2])
        # browRaiseIn may be full; browLateral then still tells BrowInnerUp. Lateral alone is a frown, not a raise.
        lateral = (pose[special[3]] + pose[special[4]]) * _HALF
        raised = (pose[special[5]] + pose[special[6]]) * _HALF
        shapes[brow_inner] = max(shapes[brow_inner], min(lateral, raised))
        shapes[mouth_close] *= shapes[jaw_open]
        for k in range(len(place)):
            shapes[k] = _ZERO if shapes[k] <= _ZERO else _ONE if shapes[k] > _ONE else shapes[k]  # NaN stays NaN
