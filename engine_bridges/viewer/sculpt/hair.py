"""The hair: a cap over the skull, and locks over it that are combed from a parting."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from viewer.sculpt.curves import bell, spline, step
from viewer.sculpt.features import sculpted
from viewer.sculpt.loft import HEIGHTS, surface
from viewer.sculpt.mesh import Floats, Mesh, grid_triangles, merged
from viewer.sculpt.paint import srgb

_COLUMNS: Final = 84
_ROWS: Final = 16
_PARTING: Final = -0.42
"""Where the hair parts in front: radians from the middle of the face."""
_ROOT, _SHEEN, _TIP = srgb("4a2c1d"), srgb("b07a52"), srgb("6b4229")
# Where the hair ends, from the middle of the face around to the back: radians, height and thickness in metres.
_EDGE: Final = np.array(
    [
        (0.00, 0.0620, 0.0105),
        (0.30, 0.0600, 0.0105),
        (0.60, 0.0520, 0.0095),
        (0.95, 0.0320, 0.0070),
        (1.22, 0.0080, 0.0050),
        (1.45, 0.0130, 0.0065),
        (1.70, 0.0080, 0.0090),
        (2.05, -0.0280, 0.0100),
        (2.45, -0.0600, 0.0105),
        (3.1416, -0.0700, 0.0105),
    ]
)


@dataclass(frozen=True)
class _Layer:
    """Locks side by side: how many, from where to where between crown and edge, how high over the cap, how wide."""

    count: int
    start: float
    end: float
    lift: float
    width: float
    shift: float


_LAYERS: Final = (
    _Layer(24, 0.34, 1.10, 0.0004, 0.205, 0.0),
    _Layer(19, 0.08, 0.86, 0.0030, 0.215, 0.5),
)


def make_hair() -> Mesh:
    """The hair, thick over the crown, swept aside from the parting in front."""
    locks = [_lock(layer, k) for layer in _LAYERS for k in range(layer.count)]
    return merged("Hair", [_cap(), *locks])


def _on_hair(turn: Floats, share: Floats, lift: Floats) -> Floats:
    """Points [n, 3]: `share` of the way from the crown (0) to the edge (1), `lift` metres over the cap."""
    edge = spline(np.abs((turn + np.pi) % (2 * np.pi) - np.pi), _EDGE[:, 0], _EDGE[:, 1:])
    places = _heights(turn, edge[:, 0])
    rest = sculpted(surface(turn, places * np.maximum(share, 0.0)))
    volume = 0.0150 * np.maximum(1 - share**2, 0.0) + edge[:, 1] * np.minimum(share, 1.0)
    around = (turn + np.pi) % (2 * np.pi) - np.pi
    volume += 0.0060 * bell(around, 0.25, 0.75) * bell(share, 0.70, 0.35)  # the sweep in front stands up
    volume -= 0.0040 * bell(around, _PARTING, 0.10) * bell(share, 0.45, 0.30)
    return rest + _outward(rest) * (volume + lift)[:, None]


def _cap() -> Mesh:
    turn = 2 * np.pi * np.arange(_COLUMNS) / _COLUMNS - np.pi
    points, colours = [], []
    for row in range(_ROWS):
        inner = max(0, row - (_ROWS - 3))
        share = np.full_like(turn, min(row / (_ROWS - 3), 1.0)) * (0.95 - 0.09 * step(np.abs(turn), 1.0, 0.6))
        lift = (-0.0012, -0.0052, -0.0140)[inner]
        crown = 1 - step(share, 0.10, 0.36)  # no lock covers it there
        points.append(_on_hair(turn, share, lift + 0.0040 * crown))
        shade = _ROOT * (0.75, 0.4, 0.25)[inner]
        whorl = 0.85 + 0.15 * np.cos(22 * turn + 14 * share)
        colours.append(shade + (_TIP * whorl[:, None] - shade) * 0.85 * crown[:, None])
    index = np.arange(_ROWS * _COLUMNS).reshape(_ROWS, _COLUMNS)
    index[0] = index[0, 0]
    return Mesh("Hair", np.concatenate(points), grid_triangles(index, around=True), np.concatenate(colours))


def _lock(layer: _Layer, number: int) -> Mesh:
    rows, columns = 11, 7
    chance = [np.sin(12.9898 * (number + 7 * layer.count) + 78.233 * k) * 43758.5453 % 1.0 for k in range(4)]
    start = 2 * np.pi * (number + layer.shift + 0.25 * (chance[0] - 0.5)) / layer.count - np.pi
    s = np.linspace(0.0, 1.0, rows)
    front = float(step(np.array(np.abs(start)), 1.25, 0.75))
    away = (start - _PARTING) / 0.30
    sweep = front * 0.42 * away / np.sqrt(1 + away**2) + (1 - front) * 0.10 * np.sign(start) + 0.10 * (chance[1] - 0.5)
    end = layer.end * (1.0 - 0.10 * float(step(np.array(np.abs(start)), 1.5, 2.2)))
    middle = start + sweep * s**1.4
    share = layer.start + (end + 0.06 * (chance[2] - 0.5) - layer.start) * s
    wide = layer.width * (0.45 + 0.75 * np.sin(np.pi * np.minimum(0.18 + 0.62 * s, 1.0)) ** 1.2)
    wide = wide * (1 - step(s, 0.55, 1.03) ** 1.3) * (0.9 + 0.3 * chance[3])
    points, colours = [], []
    for across in np.linspace(-1.0, 1.0, columns):
        arch = np.sqrt(max(1 - across**2, 0.0))
        lift = layer.lift * np.sqrt(s) + (0.0042 * arch - 0.0012) * (1 - 0.55 * s) * np.minimum(4 * s + 0.3, 1.0)
        lift = lift - 0.0035 * (1 - s) ** 3 - 0.0015 * s**4
        points.append(_on_hair(middle + across * wide, share, lift))
        sheen = bell(share, 0.50, 0.20)[:, None] * (0.35 + 0.65 * arch)
        base = _ROOT + (_TIP - _ROOT) * s[:, None] * 0.8
        colours.append((base + (_SHEEN - base) * 0.75 * sheen) * (0.55 + 0.45 * arch))
    index = np.arange(rows * columns).reshape(columns, rows).T
    return Mesh("Lock", np.concatenate(points), grid_triangles(index), np.concatenate(colours))


def _heights(turn: Floats, low: Floats) -> Floats:
    """Place along the loft where it is at height `low`, per turn."""
    places = np.linspace(0.02, HEIGHTS[-1] * 0.8, 300)
    points = surface(np.repeat(turn, 300), np.tile(places, len(turn)))[:, 1].reshape(-1, 300)
    return np.array([np.interp(-y, -height, places) for y, height in zip(low, points, strict=True)])


def _outward(points: Floats) -> Floats:
    centre = np.array([0.0, 0.02, -0.066])
    out = (points - centre) / np.array([0.078, 0.105, 0.090]) ** 2
    unit: Floats = out / np.linalg.norm(out, axis=1, keepdims=True)
    return unit
