"""The native rig: MetaHuman's raw controls and three bones, in one fixed order.

Native means MetaHuman's 251 raw controls (`CTRL_expressions_*`, animation curves, 0 to 1) and the bones head, eye_l and
eye_r as quaternions (x, y, z, w) relative to their rest pose, in the parent's space. The tables of this and of every
other rig are data files beside this module (`rigs/`).
"""

import json
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]


def rig_table(name: str) -> dict[str, Any]:
    """Read the data file of a rig."""
    text = files("voxrig.runtime.core").joinpath("rigs", f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_TABLE: Final = rig_table("metahuman")

NATIVE_CONTROLS: Final[tuple[str, ...]] = tuple(_TABLE["controls"])
"""The 251 MetaHuman raw controls, in the order of every native vector."""
NATIVE_RANGE: Final[tuple[float, float]] = (float(_TABLE["range"][0]), float(_TABLE["range"][1]))
"""Lowest and highest value of each of them."""
BONES: Final[tuple[str, ...]] = tuple(_TABLE["bones"])
"""head, eye_l, eye_r: the order of every bone array."""


def rest_bones() -> Floats:
    """Return the rest pose of the bones: float32[3, 4] of identity quaternions."""
    bones = np.zeros((len(BONES), 4), np.float32)
    bones[:, 3] = 1.0
    return bones


def last_axis(values: ArrayLike, length: int, what: str) -> Floats:
    """Return `values` as float32[..., length].

    Raises:
        ValueError: the last axis has another length; the message calls the values `what`.
    """
    array = np.asarray(values, np.float32)
    if array.ndim == 0 or array.shape[-1] != length:
        raise ValueError(f"expected {length} {what} on the last axis, got an array of shape {array.shape}")
    return array


def control_array(controls: ArrayLike) -> Floats:
    """Return native controls as float32[..., 251].

    Raises:
        ValueError: the last axis is not 251 long.
    """
    return last_axis(controls, len(NATIVE_CONTROLS), "native controls")


def bone_array(bones: ArrayLike) -> Floats:
    """Return bones as float32[..., 3, 4].

    Raises:
        ValueError: the last two axes are not (3, 4).
    """
    array = np.asarray(bones, np.float32)
    if array.ndim < 2 or array.shape[-2:] != (len(BONES), 4):
        raise ValueError(f"expected bones of shape (..., {len(BONES)}, 4), got {array.shape}")
    return array
