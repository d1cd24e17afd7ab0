"""The carrier face's eyes: eyeballs, which their own joints turn, lids and brows, which shapes move."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.carrier_part import Floats, Part, grid, on_face, painted
from voxrig.runtime.core.skeleton import PLACES, SKELETON

_EYEBALL: Final = 0.019
"""Radius in metres; a lid is enough larger that its straight way down stays outside."""
_LID: Final = 0.0217
_WHITE, _IRIS, _PUPIL = (0.85, 0.85, 0.83), (0.05, 0.16, 0.30), (0.005, 0.005, 0.008)
_SKIN, _BROW = (0.60, 0.33, 0.22), (0.05, 0.025, 0.015)

_SPOKES: Final = 10
_AROUND: Final = np.radians(np.linspace(-76.0, 76.0, 7))
_ARCH: Final = 1.0 - (_AROUND / np.radians(84.0)) ** 2
_UPPER_EDGE, _LOWER_EDGE, _SHUT = 28.0, -30.0, -20.0
"""Degrees above the middle of the eye."""


def eyes() -> list[Part]:
    """Return the parts of both eyes."""
    return [
        part
        for side in ("Left", "Right")
        for part in (_eyeball(side), *(_lid(side, up) for up in (1, -1)), _brow(side))
    ]


def _middle(side: str) -> Floats:
    return np.array(SKELETON[PLACES["eye_l" if side == "Left" else "eye_r"]].offset)


def _eyeball(side: str) -> Part:
    """Return rings about the axis of sight, from the pupil out; each colour has its own, for sharp edges."""
    middle, joint = _middle(side), "eye_l" if side == "Left" else "eye_r"
    turns = np.arange(_SPOKES) * 2 * np.pi / _SPOKES
    points: list[Floats] = []
    colours: list[Floats] = []
    faces: list[NDArray[np.int64]] = []
    for colour, angles in ((_PUPIL, (0.0, 12.0)), (_IRIS, (12.0, 28.0)), (_WHITE, (28.0, 58.0, 95.0))):
        faces.append(grid(len(angles), _SPOKES, around=True, first=len(points) * _SPOKES))
        for from_axis in np.radians(angles):
            circle = np.stack((np.cos(turns), np.sin(turns), np.zeros(_SPOKES)), axis=1) * np.sin(from_axis)
            points.append(middle + _EYEBALL * (circle + np.array([0.0, 0.0, np.cos(from_axis)])))
            colours.append(painted(_SPOKES, colour))
    corners = np.maximum(np.concatenate(faces) - (_SPOKES - 1), 0)  # the first ring is one point
    real = (corners[:, 0] != corners[:, 1]) & (corners[:, 1] != corners[:, 2]) & (corners[:, 2] != corners[:, 0])
    kept = slice(_SPOKES - 1, None)
    return Part(np.concatenate(points)[kept], corners[real], np.concatenate(colours)[kept], joint, {})


def _edge(side: str, up: int, degrees: Floats | float, aside: float = 0.0) -> Floats:
    """Return a lid's four rows of points with its edge so many degrees up in the middle, shifted `aside` degrees."""
    corner = np.asarray(degrees) * _ARCH
    back = np.full(len(_AROUND), 84.0 * up)
    rows = []
    for share in (0.0, 0.35, 0.7, 1.0):
        height = np.radians(back + share * (corner - back))
        around = _AROUND + np.radians(aside * share)
        away = np.stack((np.sin(around) * np.cos(height), np.sin(height), np.cos(around) * np.cos(height)), axis=1)
        rows.append(_middle(side) + _LID * away)
    return np.concatenate(rows if up > 0 else rows[::-1])


def _lid(side: str, up: int) -> Part:
    open_at = _UPPER_EDGE if up > 0 else _LOWER_EDGE
    rest = _edge(side, up, open_at)
    outward = 1.0 if side == "Left" else -1.0
    ways = {
        "EyeBlink": (_SHUT, 0.0),
        "EyeLookDown": (14.0 if up > 0 else -34.0, 0.0),
        "EyeLookUp": (38.0 if up > 0 else -26.0, 0.0),
        "EyeLookIn": (open_at, -3.0 * outward),
        "EyeLookOut": (open_at, 3.0 * outward),
        "EyeSquint": (23.0 if up > 0 else -22.0, 0.0),
        "EyeWide": (42.0 if up > 0 else -35.0, 0.0),
    }
    if up < 0:
        ways["CheekSquint"] = (-22.0, 0.0)
    targets = {stem + side: _edge(side, up, at, aside) - rest for stem, (at, aside) in ways.items()}
    return Part(rest, grid(4, len(_AROUND)), painted(len(rest), _SKIN), "head", targets)


def _brow(side: str) -> Part:
    """Return a strip of two rows of five points; the points run to the character's left."""
    along = np.linspace(0.0, 1.0, 5)  # from the nose outwards
    outward = 1.0 if side == "Left" else -1.0
    if side == "Right":
        along = along[::-1]
    x = np.tile(outward * (0.013 + 0.04 * along), 2)
    middle = 0.108 + 0.006 * np.sin(np.pi * along)
    half = 0.0042 - 0.0022 * along
    y = np.concatenate((middle + half, middle - half))
    inner, outer = np.tile(1.0 - along, 2), np.tile(along, 2)
    rest = on_face(x, y, 0.0035)
    ways = {
        f"BrowDown{side}": (-0.002 * outward * inner, -0.004 - 0.004 * inner),
        "BrowInnerUp": (0.0 * x, 0.010 * inner),
        f"BrowOuterUp{side}": (0.0 * x, 0.010 * outer + 0.002),
        f"EyeBlink{side}": (0.0 * x, np.full(len(x), -0.0008)),
    }
    targets = {name: on_face(x + dx, y + dy, 0.0035) - rest for name, (dx, dy) in ways.items()}
    return Part(rest, grid(2, 5), painted(len(x), _BROW), "head", targets)
