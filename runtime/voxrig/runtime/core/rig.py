"""The native rig, and the profiles that show it under the names an engine knows.

Native means MetaHuman's 251 raw controls (`CTRL_expressions_*`, animation curves, 0 to 1) and the bones head, eye_l and
eye_r as quaternions (x, y, z, w) relative to their rest pose, in the parent's space. The other profile is Apple ARKit's
52 face shapes in Live Link order with nine angles (axes and signs: `rotation`). The tables are data files beside this
module (`rigs/`); the poses are those of Epic's ARKit pose asset.

Everything here is elementwise: a frame's values are the same to the bit whether it is converted alone or among others.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voxrig.runtime.core.rotation import angles_to_quaternion, quaternion_to_angles

Floats = NDArray[np.float32]


class UnknownProfileError(ValueError):
    """A rig profile that does not exist; the message names those that do."""


def _load(name: str) -> dict[str, Any]:
    text = files("voxrig.runtime.core").joinpath("rigs", f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_METAHUMAN: Final = _load("metahuman")
_ARKIT: Final = _load("arkit")

NATIVE_CONTROLS: Final[tuple[str, ...]] = tuple(_METAHUMAN["controls"])
"""The 251 MetaHuman raw controls, in the order of every native vector."""
BONES: Final[tuple[str, ...]] = tuple(_METAHUMAN["bones"])
"""head, eye_l, eye_r: the order of every bone array."""
ARKIT_SHAPES: Final[tuple[str, ...]] = tuple(shape["name"] for shape in _ARKIT["shapes"])
"""ARKit's 52 face shapes in Live Link order."""
ARKIT_ANGLES: Final[tuple[str, ...]] = tuple(_ARKIT["angles"])
"""HeadYaw, HeadPitch, HeadRoll, then the same for LeftEye and RightEye."""

_TINY: Final = np.float32(1e-12)


class _Drives(NamedTuple):
    """ARKit to native: every native control is a weighted sum of at most two shapes."""

    source: NDArray[np.intp]  # [2, 251], an index into the shapes
    weight: Floats  # [2, 251]


class _Reads(NamedTuple):
    """Native to ARKit: every shape is the mean of up to four controls, less what two other shapes put there."""

    control: NDArray[np.intp]  # [4, 52], an index into the native controls; fewer than four are repeated
    gain: Floats  # [52]
    less_shape: NDArray[np.intp]  # [2, 52], an index into the shapes
    less_weight: Floats  # [2, 52]


def _controls_of(shape: str, key: str) -> list[int]:
    entry = _ARKIT["shapes"][ARKIT_SHAPES.index(shape)]
    return [NATIVE_CONTROLS.index(_ARKIT["prefix"] + control) for control in entry[key]]


@lru_cache(maxsize=1)
def _drives() -> _Drives:
    source = np.zeros((2, len(NATIVE_CONTROLS)), np.intp)
    weight = np.zeros((2, len(NATIVE_CONTROLS)), np.float32)
    used = [0] * len(NATIVE_CONTROLS)
    for index, shape in enumerate(_ARKIT["shapes"]):
        for control, amount in shape["drives"].items():
            native = NATIVE_CONTROLS.index(_ARKIT["prefix"] + control)
            source[used[native], native], weight[used[native], native] = index, amount
            used[native] += 1
    return _Drives(source, weight)


@lru_cache(maxsize=1)
def _reads() -> _Reads:
    shapes = _ARKIT["shapes"]
    count = len(shapes)
    reads = _Reads(
        np.zeros((4, count), np.intp),
        np.ones(count, np.float32),
        np.zeros((2, count), np.intp),
        np.zeros((2, count), np.float32),
    )
    for index, shape in enumerate(shapes):
        controls = shape["read"]
        indices = _controls_of(shape["name"], "read")
        reads.control[:, index] = [indices[k % len(indices)] for k in range(4)]
        own = shape["drives"].get(controls[0], 1.0)  # MouthClose drives nothing by a weight
        reads.gain[index] = 1.0 / own
        others = [
            (other, sum(rival["drives"].get(control, 0.0) for control in controls) / len(controls) / own)
            for other, rival in enumerate(shapes)
            if other != index and any(control in rival["drives"] for control in controls)
        ]
        for slot, (other, amount) in enumerate(others):
            reads.less_shape[slot, index], reads.less_weight[slot, index] = other, amount
    return reads


_JAW_OPEN: Final = ARKIT_SHAPES.index("JawOpen")
_MOUTH_CLOSE: Final = ARKIT_SHAPES.index("MouthClose")
_BROW_INNER: Final = ARKIT_SHAPES.index("BrowInnerUp")
_TOGETHER: Final = _controls_of("MouthClose", "read")
_LATERAL_L, _LATERAL_R, _RAISE_L, _RAISE_R = _controls_of("BrowInnerUp", "drives")
_HALF: Final = np.float32(0.5)
_QUARTER: Final = np.float32(0.25)


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
    shapes = np.clip(_last_axis(values, len(ARKIT_SHAPES), "ARKit shapes"), 0.0, 1.0)
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
    native = _last_axis(controls, len(NATIVE_CONTROLS), "native controls")
    reads = _reads()
    mean = native[..., reads.control[0]]
    mean += native[..., reads.control[1]]
    mean += native[..., reads.control[2]] + native[..., reads.control[3]]
    mean *= _QUARTER
    mean *= reads.gain
    less = mean[..., reads.less_shape[0]]
    less *= reads.less_weight[0]
    second = mean[..., reads.less_shape[1]]
    second *= reads.less_weight[1]
    less += second
    shapes = mean - less
    # browRaiseIn may be full; browLateral then still tells BrowInnerUp. Lateral alone is a frown, not a raise.
    lateral = (native[..., _LATERAL_L] + native[..., _LATERAL_R]) * _HALF
    raised = (native[..., _RAISE_L] + native[..., _RAISE_R]) * _HALF
    shapes[..., _BROW_INNER] = np.maximum(shapes[..., _BROW_INNER], np.minimum(lateral, raised))
    shapes[..., _MOUTH_CLOSE] *= shapes[..., _JAW_OPEN]
    return np.clip(shapes, 0.0, 1.0, out=shapes)


def bones_to_angles(bones: ArrayLike) -> Floats:
    """Turn bone quaternions into ARKit's nine angles.

    Args:
        bones: float32[..., 3, 4], head, eye_l, eye_r as x, y, z, w; any length but 0 (a zero quaternion reads as rest).

    Returns:
        float32[..., 9] radians: yaw, pitch, roll of each bone. Pitch stays within a quarter turn.

    Raises:
        ValueError: the last two axes are not (3, 4).
    """
    quaternions = _bone_array(bones)
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
    given = _last_axis(angles, len(ARKIT_ANGLES), "angles")
    return angles_to_quaternion(given.reshape(*given.shape[:-1], len(BONES), 3))


def rest_bones() -> Floats:
    """Return the rest pose of the bones: float32[3, 4] of identity quaternions."""
    bones = np.zeros((len(BONES), 4), np.float32)
    bones[:, 3] = 1.0
    return bones


@dataclass(frozen=True, slots=True)
class Profile:
    """A rig as an engine names it.

    A frame in this profile is float32[stride]: one value for each of `names`, then x, y, z, w for each of `bones`.
    """

    name: str
    names: tuple[str, ...]
    ranges: tuple[tuple[float, float], ...]
    """Lowest and highest value of each name, in the order of `names`."""
    bones: tuple[str, ...]
    _convert: Callable[[Floats, Floats], Floats] = field(repr=False, compare=False)

    @property
    def stride(self) -> int:
        """Values of one frame."""
        return len(self.names) + 4 * len(self.bones)

    def from_native(self, controls: ArrayLike, bones: ArrayLike) -> Floats:
        """Turn native poses into frames of this profile.

        Args:
            controls: float32[..., 251].
            bones: float32[..., 3, 4], quaternions x, y, z, w relative to rest, with the same leading axes.

        Returns:
            float32[..., stride], a new array.

        Raises:
            ValueError: shapes that do not fit.
        """
        native, quaternions = _last_axis(controls, len(NATIVE_CONTROLS), "native controls"), _bone_array(bones)
        if native.shape[:-1] != quaternions.shape[:-2]:
            raise ValueError(f"controls {native.shape} and bones {quaternions.shape} are not the same number of frames")
        return self._convert(native, quaternions)


def profiles() -> tuple[str, ...]:
    """Names of all profiles."""
    return tuple(_BUILDERS)


@lru_cache(maxsize=8)
def profile(name: str) -> Profile:
    """Look a profile up by its exact name.

    Raises:
        UnknownProfileError: there is none of that name.
    """
    try:
        return _BUILDERS[name]()
    except KeyError:
        raise UnknownProfileError(f"rig profile {name!r} is unknown; use one of: {', '.join(profiles())}") from None


def _build_metahuman() -> Profile:
    low, high = _METAHUMAN["range"]

    def convert(native: Floats, bones: Floats) -> Floats:
        return np.concatenate((native, bones.reshape(*native.shape[:-1], 4 * len(BONES))), axis=-1)

    return Profile("metahuman", NATIVE_CONTROLS, ((float(low), float(high)),) * len(NATIVE_CONTROLS), BONES, convert)


def _build_arkit() -> Profile:
    low, high = _ARKIT["range"]
    ranges = ((float(low), float(high)),) * len(ARKIT_SHAPES)
    ranges += tuple((-math.radians(degrees), math.radians(degrees)) for degrees in _ARKIT["angles"].values())

    def convert(native: Floats, bones: Floats) -> Floats:
        return np.concatenate((native_to_arkit(native), bones_to_angles(bones)), axis=-1)

    return Profile("arkit", ARKIT_SHAPES + ARKIT_ANGLES, ranges, (), convert)


_BUILDERS: Final[dict[str, Callable[[], Profile]]] = {"metahuman": _build_metahuman, "arkit": _build_arkit}


def _last_axis(values: ArrayLike, length: int, what: str) -> Floats:
    array = np.asarray(values, np.float32)
    if array.ndim == 0 or array.shape[-1] != length:
        raise ValueError(f"expected {length} {what} on the last axis, got an array of shape {array.shape}")
    return array


def _bone_array(bones: ArrayLike) -> Floats:
    array = np.asarray(bones, np.float32)
    if array.ndim < 2 or array.shape[-2:] != (len(BONES), 4):
        raise ValueError(f"expected bones of shape (..., {len(BONES)}, 4), got {array.shape}")
    return array
