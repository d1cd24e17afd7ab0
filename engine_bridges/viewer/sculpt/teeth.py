"""Teeth with their gums, and the tongue."""

from typing import Final

import numpy as np

from viewer.sculpt import lips
from viewer.sculpt.curves import step
from viewer.sculpt.mesh import Floats, Mesh, grid_triangles
from viewer.sculpt.paint import srgb

_TEETH: Final = 12
_COLUMNS: Final = 6  # of a tooth
_FRONT: Final = 0.0192
_ENAMEL, _GUM, _TONGUE = srgb("f4efe4"), srgb("c4686a"), srgb("d9797a")
# Rows from the gum over the edge to the back: metres from the edge towards the gum, metres to the back, gum or not.
_ROWS: Final = (
    *(
        (0.0150, 0.0042, 1.0),
        (0.0112, 0.0012, 1.0),
        (0.0090, 0.0002, 1.0),
        (0.0080, 0.0006, 0.0),
        (0.0055, 0.0000, 0.0),
    ),
    *(
        (0.0025, 0.0002, 0.0),
        (0.0006, 0.0009, 0.0),
        (0.0000, 0.0018, 0.0),
        (0.0012, 0.0034, 0.0),
        (0.0080, 0.0060, 1.0),
    ),
)


def make_teeth(*, upper: bool) -> Mesh:
    """One row of teeth: the upper, or the lower, which closes a little behind it."""
    columns = _TEETH * _COLUMNS + 1
    place = np.linspace(-1.0, 1.0, columns)
    turn = place * 1.32
    within = np.abs(((place + 1) / 2 * _TEETH) % 1.0 - 0.5) * 2  # 0 in the middle of a tooth, 1 between two
    gap = within**4
    points, colours = [], []
    size = 1.0 if upper else 0.93
    for along, behind, gum in _ROWS:
        lean = 0.0 if upper else 0.0022 + 0.16 * along
        out = _FRONT - lean - behind - (1 - gum) * 0.0011 * gap
        x = 0.0235 * size * np.sin(turn) * (1 - behind / 0.03)
        z = out - 0.034 * size * (1 - np.cos(turn))
        side = 0.0012 * step(np.abs(place), 0.15, 0.5) * (along < 0.006) * upper
        scallop = np.where(gum > 0, -0.0012 * (1 - within**2) * (0.0085 < along < 0.0095), 0.0)
        rounding = 0.0007 * within**4 * (along < 0.001)
        low = 0.0 if upper else 0.0028 * step(np.abs(place), 0.25, 0.85) * (along < 0.007)
        up = along + side + rounding + low - scallop
        y = lips.LINE - 0.0042 + up if upper else lips.LINE - 0.0050 - up * 0.95
        points.append(np.stack([x, y, z], -1))
        shade = (1.0 - 0.30 * gap * (1 - gum)) * (1.0 - 0.62 * np.abs(place) ** 1.8)
        colours.append((_GUM if gum else _ENAMEL)[None] * shade[:, None])
    index = np.arange(len(_ROWS) * columns).reshape(len(_ROWS), columns)
    triangles = grid_triangles(index if upper else index[:, ::-1])
    name = "UpperTeeth" if upper else "LowerTeeth"
    return Mesh(name, np.concatenate(points), triangles, np.concatenate(colours))


def make_tongue() -> Mesh:
    """The tongue at rest, behind the lower teeth; rows run from its root to its tip."""
    rows, columns = 17, 20
    points, colours = [], []
    turn = 2 * np.pi * np.arange(columns) / columns
    for s in 1.0 - np.linspace(1.0, 0.0, rows) ** 1.5:
        end = np.sqrt(max(1.0 - max(0.0, (s - 0.55) / 0.45) ** 2.1, 0.0))
        width = (0.0165 - 0.003 * s) * end
        thick = (0.0065 - 0.0025 * s) * max(end, 0.05)
        z = -0.026 + 0.0405 * s
        y = lips.LINE - 0.0085 - 0.009 * (1 - s) ** 2 + 0.0008 * s
        groove = 0.0012 * np.exp(-((np.cos(turn) / 0.25) ** 2)) * (np.sin(turn) > 0) * end
        points.append(np.stack([width * np.cos(turn), y + thick * np.sin(turn) - groove, np.full(columns, z)], -1))
        colours.append(np.tile(_TONGUE * (0.30 + 0.70 * s), (columns, 1)))
    index = np.arange(rows * columns).reshape(rows, columns)
    return Mesh("Tongue", np.concatenate(points), grid_triangles(index[::-1], around=True), np.concatenate(colours))


def along_tongue(tongue: Mesh) -> Floats:
    """Of each vertex of the tongue, 0 at the root to 1 at the tip."""
    return np.clip((tongue.positions[:, 2] + 0.026) / 0.0405, 0.0, 1.0)
