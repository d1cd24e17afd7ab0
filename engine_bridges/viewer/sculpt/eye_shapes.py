"""The shapes of lids, brows, cheekbones and nose on the left side."""

from typing import Final

import numpy as np

from viewer.sculpt import lids
from viewer.sculpt.curves import step
from viewer.sculpt.eye_rings import INSIDE, fold
from viewer.sculpt.features import EYE, face, lidded
from viewer.sculpt.mesh import Floats
from viewer.sculpt.skin import Skin
from viewer.sculpt.slide import side, slid, spot

X, Y, Z = np.eye(3)
# Upward metres of the middle of the upper and the lower lid's edge.
_LIDS: Final = {
    "EyeWideLeft": (0.0034, -0.0016),
    "EyeLookUpLeft": (0.0022, 0.0012),
    "EyeLookDownLeft": (-0.0064, -0.0018),
    "EyeSquintLeft": (-0.0022, 0.0052),
}


def lid_shapes(skin: Skin) -> dict[str, Floats]:
    """EyeBlinkLeft, EyeWideLeft, EyeSquintLeft and the lids' part of EyeLook...Left."""
    u = skin.lid_u
    span = np.maximum(1 - np.abs(u) ** 2.2, 0.0)
    upper, lower = lids.upper_edge(u), lids.lower_edge(u)
    closed = lids.closed_edge(u)
    shapes = {"EyeBlinkLeft": _lids_moved(skin, closed - upper, closed - lower)}
    for name, (up, low) in _LIDS.items():
        shapes[name] = _lids_moved(skin, up * span, low * span)
    cheek = spot(skin, 0.0400, -0.0260, 0.0180, 0.0100) * (skin.lid_row < 0.9)
    shapes["EyeSquintLeft"] += (cheek * step(-skin.lid_row, -0.9, -0.3))[:, None] * (0.0022 * Y + 0.0016 * Z)
    around = step(skin.lid_row, 0.3, 0.9) * (skin.lid_row <= 1) * (skin.mesh.positions[:, 0] > 0)
    shift = 0.0009 * (around * span)[:, None] * X
    return shapes | {"EyeLookInLeft": -shift, "EyeLookOutLeft": shift}


def _lids_moved(skin: Skin, upper: Floats, lower: Floats) -> Floats:
    """Displace the left eye's lids: their edges by `upper` and `lower` metres [n] upward, the rest in proportion."""
    rest = skin.mesh.positions
    at = np.nonzero((skin.lid_row >= 0) & (rest[:, 0] > 0))[0]
    row = np.minimum(skin.lid_row[at], 1.0)
    upper_share = np.clip((row - 0.50) / 0.50, 0.0, 1.0) ** 1.15
    lower_share = np.clip((row - 0.30) / 0.70, 0.0, 1.0) ** 1.3
    up = np.where(skin.lid[at] > 0, upper[at] * upper_share, np.where(skin.lid[at] < 0, lower[at] * lower_share, 0.0))
    moved = np.zeros_like(rest)
    here = skin.base[at]
    onto = lidded(face(here[:, 0], here[:, 1] + up)) - lidded(face(here[:, 0], here[:, 1]))
    _carry_inside(skin.lid_row[at], rest[at], onto)
    smooth = fold(row, skin.lid_u[at]) * (skin.lid[at] > 0) * (skin.lid_row[at] <= 1)
    onto[:, 2] += 0.0011 * smooth * np.clip(-up / 0.010, 0.0, 1.0)  # the fold over the lid goes as the lid comes down
    moved[at] = onto
    return moved


def _carry_inside(row: Floats, rest: Floats, moved: Floats) -> None:
    """Let the rings inside the lids turn about the eyeball with the lids' edge: sets their rows of `moved` [n, 3]."""
    edge = np.nonzero(row == 1.0)[0]
    before, after = rest[edge] - np.array(EYE), rest[edge] + moved[edge] - np.array(EYE)
    turned = _unit(after) - _unit(before)
    for ring, radius in enumerate(INSIDE):
        first = edge[-1] + 1 + ring * len(edge)
        moved[first : first + len(edge)] = turned * radius


def _unit(arms: Floats) -> Floats:
    unit: Floats = arms / np.linalg.norm(arms, axis=1, keepdims=True)
    return unit


def brow_shapes(skin: Skin) -> dict[str, Floats]:
    """BrowDownLeft and BrowOuterUpLeft; and BrowInnerUp of both sides."""
    open_skin = 1.0 - step(skin.lid_row, 0.10, 0.72)
    inner = spot(skin, 0.0150, 0.0290, 0.0140, 0.0160) * open_skin
    middle = spot(skin, 0.0330, 0.0310, 0.0150, 0.0150) * open_skin
    outer = spot(skin, 0.0500, 0.0290, 0.0150, 0.0160) * open_skin
    between = spot(skin, 0.0, 0.0200, 0.0090, 0.0110)
    half = side(skin.mesh.positions[:, 0], 0.010)
    down = slid(skin, -0.0030 * inner * half, -(0.0050 * inner + 0.0034 * middle + 0.0008 * outer) * half)
    down += (0.0012 * inner * half + 0.0005 * between)[:, None] * Z
    outer_up = slid(skin, 0.0 * outer, 0.0078 * outer + 0.0038 * middle)
    rise = 0.0092 * inner + 0.0020 * middle
    rise = rise + rise[skin.mirror]
    pull = -0.0012 * inner + 0.0012 * inner[skin.mirror]
    return {
        "BrowDownLeft": down,
        "BrowOuterUpLeft": outer_up,
        "BrowInnerUp": slid(skin, pull, np.minimum(rise, 0.0098)),
    }


def cheek_and_nose_shapes(skin: Skin) -> dict[str, Floats]:
    """CheekSquintLeft and NoseSneerLeft."""
    skin_only = 1.0 - step(skin.lid_row, 0.4, 1.0)
    cheek = spot(skin, 0.0400, -0.0300, 0.0180, 0.0130) * skin_only
    span = np.maximum(1 - np.abs(skin.lid_u) ** 2.2, 0.0)
    squint = cheek[:, None] * (0.0048 * Y + 0.0036 * Z) + _lids_moved(skin, 0.0 * span, 0.0020 * span)
    wing = spot(skin, 0.0125, -0.0370, 0.0085, 0.0095)
    side_of_nose = spot(skin, 0.0110, -0.0120, 0.0085, 0.0110) * skin_only
    lip = spot(skin, 0.0120, -0.0560, 0.0095, 0.0060) * (skin.lip_row < 1.5)
    sneer = slid(skin, 0.0006 * wing, 0.0030 * wing + 0.0016 * side_of_nose + 0.0022 * lip)
    sneer += (0.0012 * side_of_nose + 0.0008 * wing)[:, None] * Z
    return {"CheekSquintLeft": squint, "NoseSneerLeft": sneer}
