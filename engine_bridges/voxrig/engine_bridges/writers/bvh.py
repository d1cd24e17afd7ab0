"""A clip's skeleton as BVH, which animation tools have read since Biovision: bones alone, no face.

The whole of `core.skeleton` under the names of motion capture, in centimetres, Y up, facing Z, in a T-pose where
nothing is turned. Every joint has the channels Zrotation Xrotation Yrotation in degrees: rotation = Z * X * Y, Y is
applied first. The root has its position before them. There is a line for every frame. Joints that a take doesn't have
(the body's, where only the face was made) stay as they are; fingers are left out where it has none.
"""

from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.body.bones import PARTS
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.skeleton import BVH_NAMES, ENDS, PLACES, SKELETON, rotations

_CENTIMETRES: Final = 100.0
_POLE: Final = 1e-6
"""Cosine of X below which Z and Y turn about one axis, and float32 doesn't tell them apart."""
_FINGERS: Final = frozenset(PARTS["fingers"])
_MIDDLE: Final = {f"hand_{side}": SKELETON[PLACES[f"middle_01_{side}"]].offset for side in "lr"}
"""Where hands without fingers end."""
_TURNS: Final = "Zrotation Xrotation Yrotation"
_PLACE: Final = "Xposition Yposition Zposition"


def write_bvh(clip: Clip, path: Path) -> None:
    """Write the bones of `clip` to `path`, whole or not at all.

    Args:
        clip: with a frame at least.
        path: the file, which is replaced if it is there.

    Raises:
        ValueError: the clip has no frames.
        OSError: the file cannot be written.
    """
    if not len(clip.take):
        raise ValueError(f"the clip {clip.name!r} has no frames; a BVH file needs one at least")
    order, hierarchy = _hierarchy(with_fingers=not _FINGERS.isdisjoint(clip.take.bones))
    degrees = euler_degrees(rotations(clip.take))[:, order].reshape(len(clip.take), -1)
    with whole_text_file(path) as file:
        file.write("HIERARCHY\n" + "".join(hierarchy))
        file.write(f"MOTION\nFrames: {len(clip.take)}\nFrame Time: {_seconds(1 / clip.take.fps.fraction)}\n")
        moving = np.flatnonzero(degrees.any(axis=0))
        cells = ["0"] * (3 + degrees.shape[1])  # the root stays where it is
        for row in degrees[:, moving].tolist():
            for column, value in zip(moving, row, strict=True):
                cells[3 + column] = f"{value:.6f}"
            file.write(" ".join(cells) + "\n")


def euler_degrees(quaternions: NDArray[np.float32]) -> NDArray[np.float64]:
    """Turn unit quaternions into the angles of the channels.

    Args:
        quaternions: float32[F, J, 4], x, y, z, w.

    Returns:
        float64[F, J, 3] degrees about Z, X and Y, rounded to a millionth, without jumps from frame to frame. In the
        first frame X is within a quarter turn; later it may go beyond, as a forearm's does that is turned over.
    """
    unit = quaternions.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=-1, keepdims=True)  # else X is only good to a fiftieth of a degree near 90
    x, y, z, w = np.moveaxis(unit, -1, 0)
    across = np.hypot(2 * (x * y - w * z), 1 - 2 * (x * x + z * z))
    about_x = np.arctan2(2 * (y * z + w * x), across)
    about_y = _held(np.arctan2(2 * (w * y - x * z), 1 - 2 * (x * x + y * y)), across < _POLE)
    about_both = np.arctan2(2 * (x * y + w * z), 1 - 2 * (y * y + z * z)) - np.sign(about_x) * about_y
    about_z = np.where(across < _POLE, about_both, np.arctan2(2 * (w * z - x * y), 1 - 2 * (x * x + z * z)))
    angles = np.stack((about_z, about_x, about_y), axis=-1)
    # The same turn otherwise: where that is nearer to the frame before, X has passed a quarter turn.
    others = np.stack((about_z + np.pi, np.pi - about_x, about_y + np.pi), axis=-1)
    passes = _distance(others[1:], angles[:-1]) < _distance(angles[1:], angles[:-1])
    beyond = np.zeros(angles.shape[:2], bool)
    beyond[1:] = np.logical_xor.accumulate(passes, axis=0)
    radians = np.unwrap(np.where(beyond[..., None], others, angles), axis=0)
    return np.asarray(np.round(np.degrees(radians), 6) + 0.0)


def _held(values: NDArray[np.float64], unknown: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return [F, J] with what is unknown as in the frame before; 0 where that is none."""
    last = np.maximum.accumulate(np.where(unknown, -1, np.arange(len(values))[:, None]), axis=0)
    return np.where(last < 0, 0.0, np.take_along_axis(values, np.maximum(last, 0), axis=0))


def _distance(angles: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far angles [F, J, 3] are apart, whole turns aside: [F, J]."""
    return np.asarray(np.abs(np.remainder(angles - before + np.pi, 2 * np.pi) - np.pi).sum(axis=-1))


def _hierarchy(*, with_fingers: bool) -> tuple[list[int], list[str]]:
    """Return the joints in the order of the file, which is depth first, and its text."""
    order: list[int] = []
    lines: list[str] = []

    def put(place: int, deep: int) -> None:
        joint, indent = SKELETON[place], "\t" * deep
        order.append(place)
        root = joint.parent < 0
        channels = f"6 {_PLACE} {_TURNS}" if root else f"3 {_TURNS}"
        lines.append(f"{indent}{'ROOT' if root else 'JOINT'} {BVH_NAMES[joint.name]}\n{indent}{{\n")
        lines.append(f"{indent}\tOFFSET {_offset(joint.offset)}\n{indent}\tCHANNELS {channels}\n")
        children = [child for child, other in enumerate(SKELETON) if other.parent == place]
        shown = [child for child in children if with_fingers or SKELETON[child].name not in _FINGERS]
        for child in shown:
            put(child, deep + 1)
        if not shown:
            end = f"OFFSET {_offset(_MIDDLE.get(joint.name) or ENDS[joint.name])}"
            lines.append(f"{indent}\tEnd Site\n{indent}\t{{\n{indent}\t\t{end}\n{indent}\t}}\n")
        lines.append(f"{indent}}}\n")

    put(0, 0)
    return order, lines


def _offset(metres: tuple[float, float, float]) -> str:
    return " ".join(f"{_CENTIMETRES * value + 0.0:.4f}" for value in metres)


def _seconds(fraction: Fraction) -> str:
    """A fraction as decimals, right to 10^-12: after a day the last frame is still where it belongs."""
    return f"{round(fraction * 10**12) / 10**12:.12f}"
