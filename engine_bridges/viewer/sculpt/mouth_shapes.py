"""The shapes of lips and cheeks about the mouth; those of the left side, from which the right ones are mirrored."""

import numpy as np

from viewer.sculpt import lips
from viewer.sculpt.curves import bell, step
from viewer.sculpt.jaw import near_lips, opened, share_of_jaw
from viewer.sculpt.mesh import Floats
from viewer.sculpt.skin import Skin
from viewer.sculpt.slide import side, slid, spot

X, Y, Z = np.eye(3)


def left_mouth_shapes(skin: Skin) -> dict[str, Floats]:
    """MouthSmileLeft and its like, MouthLeft."""
    p = skin.mesh.positions
    corner = _lips_too(skin, spot(skin, lips.CORNER, lips.LINE, 0.0175, 0.0190))
    cheek = spot(skin, 0.041, -0.041, 0.0175, 0.0150)
    fold = spot(skin, 0.0330, -0.0560, 0.0060, 0.0110)
    half = side(p[:, 0], 0.014)
    middle = near_lips(skin)
    reach = _reach(skin, 2.6)
    upper, lower = _of_lip(skin, 1), _of_lip(skin, -1)
    smile = slid(skin, 0.0080 * corner, 0.0085 * corner) - corner[:, None] * 0.0012 * Z
    smile += cheek[:, None] * (0.0035 * Y + 0.0045 * Z + 0.0012 * X) - fold[:, None] * 0.0012 * Z
    smile += 0.0010 * (upper * half * reach)[:, None] * Y
    dimple = slid(skin, 0.0060 * corner, 0.0012 * corner)
    dimple -= (0.0022 * corner + 0.0026 * fold)[:, None] * Z
    stretch = slid(skin, 0.0085 * corner, -0.0040 * corner)
    aside = slid(skin, 0.0100 * middle, 0.0010 * middle * (half - 0.5))
    frown = (
        slid(skin, 0.0005 * corner, -0.0080 * corner) + (0.0016 * spot(skin, 0.014, -0.084, 0.012, 0.008))[:, None] * Z
    )
    drop = lower * half * reach
    lower_down = slid(skin, 0.0010 * drop, -0.0100 * drop) + (0.0010 * drop)[:, None] * Z
    lift = upper * half * reach
    wing = spot(skin, 0.0140, -0.0400, 0.0090, 0.0090)
    upper_up = slid(skin, 0.0005 * lift, 0.0068 * lift + 0.0012 * wing) + (0.0008 * lift + 0.0012 * cheek)[:, None] * Z
    press = _pressed(skin, half)
    return {
        "MouthSmileLeft": smile,
        "MouthDimpleLeft": dimple,
        "MouthStretchLeft": stretch,
        "MouthLeft": aside,
        "MouthFrownLeft": frown,
        "MouthLowerDownLeft": lower_down,
        "MouthUpperUpLeft": upper_up,
        "MouthPressLeft": press,
    }


def middle_mouth_shapes(skin: Skin) -> dict[str, Floats]:
    """MouthPucker, MouthFunnel, MouthRollLower, ...: those of both sides."""
    p = skin.mesh.positions
    u = np.clip(p[:, 0] / lips.CORNER, -1.6, 1.6)
    near = near_lips(skin)
    upper, lower = _of_lip(skin, 1), _of_lip(skin, -1)
    round_ = np.sqrt(_reach(skin, 2.0))
    flare = bell(skin.lip_row, 1.75, 0.45) * (skin.lip_row >= 0)
    out = near * (0.35 + 0.65 * bell(u, 0.0, 0.75))
    narrow = near * (1 - 0.35 * step(np.abs(u), 0.6, 1.6))
    pucker = slid(skin, -0.42 * lips.CORNER * u * narrow, 0.0006 * (upper - lower) * round_)
    pucker += (0.0085 * out + 0.0012 * flare * round_)[:, None] * Z
    funnel = slid(skin, -0.30 * lips.CORNER * u * narrow, (0.0048 * upper - 0.0058 * lower) * round_)
    funnel += (0.0058 * out + 0.0030 * flare * round_)[:, None] * Z
    return {
        "MouthPucker": pucker,
        "MouthFunnel": funnel,
        "MouthRollLower": _rolled(skin, -1),
        "MouthRollUpper": _rolled(skin, 1),
        "MouthShrugLower": _shrugged_lower(skin),
        "MouthShrugUpper": _shrugged_upper(skin),
    }


def cheek_and_tongue_shapes(skin: Skin) -> dict[str, Floats]:
    """CheekPuff of both sides and TongueOut, which parts the lips for the tongue."""
    p = skin.mesh.positions
    cheek = spot(skin, 0.0440, -0.0590, 0.0190, 0.0200)
    cheek = cheek + cheek[skin.mirror]
    sign = np.sign(p[:, 0])
    lip = near_lips(skin) * (skin.lip_row < 2.05)
    puff = cheek[:, None] * (0.0085 * sign[:, None] * X + 0.0070 * Z) + (0.0018 * lip)[:, None] * Z
    part = 0.26 * share_of_jaw(skin)[:, None] * opened(p)
    return {"CheekPuff": puff, "TongueOut": part}


def _lips_too(skin: Skin, amount: Floats) -> Floats:
    """Let the inside of the lips go with their outside: `spot` leaves the mouth out."""
    p = skin.mesh.positions
    inside = (skin.lip_row >= 2.05) & (skin.lip_row < 2.9)
    there = np.exp(-(((p[:, 0] - lips.CORNER) / 0.0175) ** 2) - (((p[:, 1] - lips.LINE) / 0.0190) ** 2))
    return np.where(inside, there, amount)


def _of_lip(skin: Skin, which: int) -> Floats:
    """1 on the upper (1) or lower (-1) lip and fading away from it outside, 0 on the other lip."""
    p = skin.mesh.positions
    near = near_lips(skin)
    own = np.where(skin.lip == which, 1.0, np.where(skin.lip == -which, 0.0, 0.5))
    beyond = step(which * (p[:, 1] - lips.LINE), -0.004, 0.004)
    return near**1.5 * np.where(skin.lip_row >= 0, own, beyond)


def _reach(skin: Skin, power: float) -> Floats:
    """1 over the middle of the lips, falling to 0 at the corners, and further out on the skin around them."""
    x = np.abs(skin.mesh.positions[:, 0]) / lips.CORNER
    out = np.where(skin.lip_row >= 1.0, 0.0, 1.0 - near_lips(skin))
    return np.maximum(1 - (x / (1.02 + 0.7 * out)) ** power, 0.0)


def _border_distance(skin: Skin) -> Floats:
    """Metres [n] that a vertex of a lip is away from the line between the lips, upward."""
    x = np.clip(skin.mesh.positions[:, 0], -lips.CORNER, lips.CORNER)
    return skin.mesh.positions[:, 1] - lips.line(x)


def _rolled(skin: Skin, which: int) -> Floats:
    """The lip goes in over the teeth: its border comes to the line, and the skin after it."""
    row = skin.lip_row
    near = near_lips(skin)
    own = _of_lip(skin, which) ** 0.7 * np.sqrt(_reach(skin, 4.0))
    away = np.clip(_border_distance(skin), -0.010, 0.010)
    on_lip = np.where(row >= 1.0, 1.0 - step(row, 1.98, 2.4), near**3)
    up = -0.70 * away * own * on_lip - which * 0.0006 * own
    depth = -(0.0014 * own * near + 0.0030 * own * bell(row, 1.55, 0.50) * (row >= 0.5))
    return slid(skin, np.zeros_like(up), up) + depth[:, None] * Z


def _pressed(skin: Skin, half: Floats) -> Floats:
    """Lips thin against each other, the corner a little in."""
    row = skin.lip_row
    reach = half * np.sqrt(_reach(skin, 4.0)) * (row < 2.05)
    own = reach * np.where(row >= 1.0, 1.0, near_lips(skin) ** 4)
    up = -0.40 * np.clip(_border_distance(skin), -0.010, 0.010) * own
    depth = -0.0020 * own * bell(row, 1.6, 0.55) * (row >= 0)
    corner = spot(skin, lips.CORNER, lips.LINE, 0.008, 0.008)
    return np.stack([0.0010 * corner, up, depth - 0.0012 * corner], -1)


def _shrugged_lower(skin: Skin) -> Floats:
    """The chin pushes the lower lip up and out; the upper lip yields."""
    lower, upper = _of_lip(skin, -1), _of_lip(skin, 1)
    round_ = _reach(skin, 3.0)
    yielding = upper * np.where(skin.lip_row >= 1, 0.4 + 0.6 * step(skin.lip_row, 1.0, 2.0), 0.4)
    chin = spot(skin, 0.0, -0.088, 0.018, 0.013)
    up = 0.0052 * (lower + yielding) * round_ + 0.0040 * chin * (1 - lower)
    return slid(skin, np.zeros_like(up), up) + (0.0024 * lower * round_ + 0.0012 * chin)[:, None] * Z


def _shrugged_upper(skin: Skin) -> Floats:
    """The upper lip goes up and out; where the lips touch it stays."""
    upper = _of_lip(skin, 1) * _reach(skin, 3.0)
    up = 0.0042 * upper * (1 - step(skin.lip_row, 1.3, 2.0))
    return slid(skin, np.zeros_like(up), up) + (0.0030 * upper * (1 - step(skin.lip_row, 1.9, 2.4)))[:, None] * Z
