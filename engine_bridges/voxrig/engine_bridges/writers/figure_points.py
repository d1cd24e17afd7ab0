"""Where the points of a figure are: the joints of the skeleton, the ends of its bones, and some in between.

Axes and units as in `core.skeleton`: metres, X to the character's left, Y up, Z out of the face.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.kinematics import places, world_turns
from voxrig.runtime.core.skeleton import ENDS, PLACES, SKELETON

Floats = NDArray[np.float64]

JOINTS: Final = len(SKELETON)
_BETWEEN: Final = (
    ("shoulder_l", "spine_05", "upperarm_l", 0.70),
    ("shoulder_r", "spine_05", "upperarm_r", 0.70),
    ("waist_l", "spine_02", "thigh_l", 0.45),
    ("waist_r", "spine_02", "thigh_r", 0.45),
    ("hip_l", "pelvis", "thigh_l", 0.80),
    ("hip_r", "pelvis", "thigh_r", 0.80),
)
"""Name, two joints, and how far it is from the one to the other."""
_ON_HEAD: Final = {
    "skull": (0.0, 0.105, -0.008),
    "face": (0.0, 0.060, 0.022),
    "chin": (0.0, -0.002, 0.048),
    "crown": (0.0, 0.122, -0.028),
    "nape": (0.0, 0.060, -0.040),
    "bridge": (0.0, 0.072, 0.088),
    "nose": (0.0, 0.044, 0.106),
    "mouth_l": (0.018, 0.014, 0.079),
    "mouth_r": (-0.018, 0.014, 0.079),
    "sight_l": (0.032, 0.076, 0.084),
    "sight_r": (-0.032, 0.076, 0.084),
    "brow_l": (0.047, 0.096, 0.080),
    "brow_l_in": (0.018, 0.097, 0.090),
    "brow_r": (-0.047, 0.096, 0.080),
    "brow_r_in": (-0.018, 0.097, 0.090),
}
"""Points that turn with the head: x, y, z in metres from its joint."""
_NAMES: Final = (*PLACES, *(f"{name}_end" for name in ENDS), *(between[0] for between in _BETWEEN), *_ON_HEAD)
POINTS: Final = {name: number for number, name in enumerate(_NAMES)}
"""Where each point is in an array of points: the joints as in `SKELETON`, then the rest."""


def points_of(rotations: NDArray[np.floating]) -> Floats:
    """Forward kinematics: where everything is that a figure is drawn from.

    Args:
        rotations: float[F, J, 4] local rotations x, y, z, w of the joints of `SKELETON`.

    Returns:
        float64[F, P, 3] in metres, in the order of `POINTS`.
    """
    turns = world_turns(rotations)
    points = np.zeros((len(turns), len(POINTS), 3))
    points[:, :JOINTS] = places(rotations)
    for name, end in ENDS.items():
        points[:, POINTS[f"{name}_end"]] = points[:, PLACES[name]] + turns[:, PLACES[name]] @ np.array(end)
    return _completed(points)


def points_from_places(joints: NDArray[np.floating]) -> Floats:
    """As `points_of`, from where the joints are: fingertips go on as the fingers bend, feet point as the hips do.

    Args:
        joints: float[F, J, 3] in metres, of the joints of `SKELETON`.

    Returns:
        float64[F, P, 3] in metres, in the order of `POINTS`.

    Raises:
        ValueError: there is another number of joints.
    """
    if joints.ndim != 3 or joints.shape[1:] != (JOINTS, 3):
        raise ValueError(f"places of shape {joints.shape} are no figure; give float[F, {JOINTS}, 3] in metres")
    points = np.zeros((len(joints), len(POINTS), 3))
    points[:, :JOINTS] = joints
    for name, end in ENDS.items():
        joint = SKELETON[PLACES[name]]
        here = points[:, PLACES[name]]
        if name.startswith("foot"):
            left = _unit((joints[:, PLACES["thigh_l"]] - joints[:, PLACES["thigh_r"]]) * (1.0, 0.0, 1.0))
            ahead = np.cross(left, (0.0, 1.0, 0.0))
            beyond = end[2] * ahead + (0.0, end[1], 0.0)
        elif name.startswith("eye"):
            beyond = np.zeros_like(here)
        else:
            middle = points[:, joint.parent]
            into, out = _unit(middle - points[:, SKELETON[joint.parent].parent]), _unit(here - middle)
            beyond = (2 * (into * out).sum(1, keepdims=True) * out - into) * np.linalg.norm(end)
        points[:, POINTS[f"{name}_end"]] = here + beyond
    return _completed(points)


def _completed(points: Floats) -> Floats:
    """Add the points in between and those of the head, whose turn the eyes tell."""
    for name, one, other, share in _BETWEEN:
        points[:, POINTS[name]] = (1 - share) * points[:, PLACES[one]] + share * points[:, PLACES[other]]
    head, eye_l, eye_r = (points[:, PLACES[name]] for name in ("head", "eye_l", "eye_r"))
    _, up, ahead = SKELETON[PLACES["eye_l"]].offset
    x, to_eyes = _unit(eye_l - eye_r), _unit((eye_l + eye_r) / 2 - head)
    aside = np.cross(x, to_eyes)  # from the line to the eyes a quarter turn about x
    reach = np.hypot(up, ahead)
    y = (up * to_eyes - ahead * aside) / reach
    z = (ahead * to_eyes + up * aside) / reach
    for name, (a, b, c) in _ON_HEAD.items():
        points[:, POINTS[name]] = head + a * x + b * y + c * z
    return points


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
