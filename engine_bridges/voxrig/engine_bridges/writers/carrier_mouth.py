"""The carrier face's mouth: lips, what is dark behind them, upper teeth and a tongue.

The lips are three rings of sixteen points, from the left corner over the middle of the upper lip (4) to the right
corner (8) and back below. What lies behind the lips is flat at rest and opens with them.
"""

from typing import Final

import numpy as np

from voxrig.engine_bridges.writers.carrier_part import Floats, Part, grid, on_face, painted

HEIGHT: Final = 0.012
"""Of the closed mouth's line, in metres above the head's joint."""
JAW_DROP: Final = (0.0, -0.024, -0.005)
"""Where the chin goes when the jaw opens."""

_COUNT: Final = 16
_TURNS: Final[Floats] = np.linspace(0.0, 2 * np.pi, _COUNT, endpoint=False)
_COSINE: Final = np.cos(_TURNS).round(12)
_SINE: Final = np.sin(_TURNS).round(12)
_UPPER: Final = np.maximum(_SINE, 0.0)
_LOWER: Final = np.maximum(-_SINE, 0.0)
_CORNER: Final = {"Left": np.maximum(_COSINE, 0.0) ** 2, "Right": np.maximum(-_COSINE, 0.0) ** 2}
_HALF: Final = {"Left": np.clip(0.5 + 0.8 * _COSINE, 0, 1), "Right": np.clip(0.5 - 0.8 * _COSINE, 0, 1)}
_LIP, _DARK = (0.50, 0.09, 0.10), (0.03, 0.004, 0.006)
_TOOTH, _TONGUE = (0.80, 0.78, 0.72), (0.60, 0.16, 0.17)


def mouth() -> list[Part]:
    """Return the parts."""
    lips, inner = _lips()
    return [lips, _behind(inner), _teeth(inner), _tongue()]


def _lips() -> tuple[Part, Part]:
    """Return the lips, and their innermost ring alone."""
    rings = [_ring(*ring) for ring in ((1.0, 0.0075, 0.0095, 0.0012), (0.97, 0.004, 0.005, 0.0045), (0.9, 0, 0, 0.003))]
    points = np.concatenate([part.points for part in rings])
    targets = {name: np.concatenate([part.targets[name] for part in rings]) for name in rings[0].targets}
    faces = grid(3, _COUNT, around=True)[:, ::-1]
    return Part(points, faces, painted(len(points), _LIP), "head", targets), rings[2]


def _ring(wide: float, upper: float, lower: float, above: float) -> Part:
    """Return a ring without triangles: its share of the mouth's width, and how high and low it reaches at rest."""
    x, y = 0.026 * wide * _COSINE, HEIGHT + upper * _UPPER - lower * _LOWER
    rest = on_face(x, y, above)
    thick = min(1.0, upper / 0.004)  # 0 where lips touch
    targets = {}
    for name, (dx, dy, dz) in _shapes(x, thick).items():
        moved = on_face(x + dx, y + dy, above) - rest
        targets[name] = moved + np.stack((0 * x, 0 * x, dz + 0 * x), axis=1)
    targets["JawOpen"] = np.outer(_LOWER + 0.25 * (1 - np.abs(_SINE)), JAW_DROP)
    targets["MouthClose"] = np.outer(0.83 * _LOWER + 0.25 * (1 - np.abs(_SINE)), JAW_DROP) * -1.0
    targets["MouthClose"] += np.outer(0.17 * _UPPER, JAW_DROP)
    return Part(rest, np.zeros((0, 3), np.int64), painted(_COUNT, _LIP), "head", targets)


def _shapes(x: Floats, thick: float) -> dict[str, tuple[Floats | float, Floats | float, Floats | float]]:
    """Return how far each shape moves a ring: x and y along the face, z out of it."""
    made: dict[str, tuple[Floats | float, Floats | float, Floats | float]] = {
        "JawForward": (0.0, 0.0, 0.008 * _LOWER),
        "JawLeft": (0.008 * _LOWER, 0.0, 0.0),
        "JawRight": (-0.008 * _LOWER, 0.0, 0.0),
        "MouthFunnel": (-0.3 * x, 0.005 * _UPPER - 0.006 * _LOWER, 0.006),
        "MouthPucker": (-0.45 * x, 0.0, 0.009),
        "MouthLeft": (0.008, 0.0, 0.0),
        "MouthRight": (-0.008, 0.0, 0.0),
        "MouthRollLower": (0.0, 0.003 * thick * _LOWER, -0.004 * _LOWER),
        "MouthRollUpper": (0.0, -0.003 * thick * _UPPER, -0.004 * _UPPER),
        "MouthShrugLower": (0.0, 0.0035 * _LOWER + 0.002 * _UPPER, 0.002 * _LOWER),
        "MouthShrugUpper": (0.0, 0.004 * _UPPER + 0.001 * _LOWER, 0.001 * _UPPER),
    }
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        corner, half = _CORNER[side], _HALF[side]
        made[f"MouthSmile{side}"] = (sign * 0.008 * corner, 0.009 * corner, 0.0)
        made[f"MouthFrown{side}"] = (sign * 0.001 * corner, -0.008 * corner, 0.0)
        made[f"MouthDimple{side}"] = (sign * 0.005 * corner, 0.001 * corner, -0.003 * corner)
        made[f"MouthStretch{side}"] = (sign * 0.008 * corner, -0.003 * corner, 0.0)
        made[f"MouthPress{side}"] = (0.0, 0.003 * thick * half * (_LOWER - _UPPER), -0.001 * half)
        made[f"MouthLowerDown{side}"] = (0.0, -0.009 * half * _LOWER, 0.0)
        made[f"MouthUpperUp{side}"] = (0.0, 0.008 * half * _UPPER, 0.0)
        made[f"NoseSneer{side}"] = (0.0, 0.004 * half * _UPPER, 0.0)
    return made


_OVER: Final = np.arange(0, _COUNT // 2 + 1)
_UNDER: Final = np.concatenate(([0], np.arange(_COUNT - 1, _COUNT // 2 - 1, -1)))


def _behind(inner: Part) -> Part:
    """Return the dark between the lips: the upper and the lower half of the inner ring, from left to right."""
    order = np.concatenate((_OVER[::-1], _UNDER[::-1]))
    sunk = inner.points[order] - [0.0, 0.0, 0.0022]
    targets = {name: moved[order] for name, moved in inner.targets.items()}
    return Part(sunk, grid(2, len(_OVER)), painted(len(order), _DARK), "head", targets)


def _teeth(inner: Part) -> Part:
    """Return the upper teeth, seen as far as the lower lip leaves them free, a third of the way."""
    over, under = _OVER[1:-1][::-1], _UNDER[1:-1][::-1]
    points = np.concatenate((inner.points[over], inner.points[over])) - [0.0, 0.0, 0.0014]
    targets = {}
    for name, moved in inner.targets.items():
        targets[name] = np.concatenate((moved[over], 0.7 * moved[over] + 0.3 * moved[under]))
    return Part(points, grid(2, len(over)), painted(len(points), _TOOTH), "head", targets)


def _tongue() -> Part:
    """Return the tongue, which lies hidden in the head until it is put out."""
    x, y = (line.reshape(-1) for line in np.meshgrid([-0.009, 0.0, 0.009], [0.0, 1.0, 2.0]))
    rest = on_face(x, np.full(len(x), HEIGHT), -0.02)
    out = on_face(x * (1.0 - 0.25 * (y == 2.0)), HEIGHT - 0.002 - 0.009 * y, 0.0) - rest
    out[:, 2] += np.array([0.001, 0.012, 0.014])[y.astype(int)] + 0.002 * (x == 0.0)
    with_jaw = {"JawOpen": np.tile(np.array(JAW_DROP) * 0.7, (len(x), 1))}
    return Part(rest, grid(3, 3), painted(len(x), _TONGUE), "head", {"TongueOut": out} | with_jaw)
