"""The YAML that Unity writes: numbers as float32, its own tags, flow mappings for vectors."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.keys import SmoothKeys

HEAD: Final = ("%YAML 1.1", "%TAG !u! tag:unity3d.com,2011:")
NOTHING: Final = "{fileID: 0}"
"""A reference to no object."""

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*", re.ASCII)
_WORDS: Final = {"y", "n", "yes", "no", "true", "false", "on", "off", "null"}
_THIRD: Final = "0.33333334"  # weight of a tangent that is not weighted
_FREE: Final = 0  # tangent modes: one tangent as it is written,
_BROKEN: Final = 1  # or two of them


def number(value: float) -> str:
    """Write a number as the shortest text that is the same float32, and never as -0."""
    return np.format_float_positional(np.float32(value) + np.float32(0.0), unique=True, trim="-")


def text(value: str) -> str:
    """Write a text: plain where YAML reads it as text, else between quotes with everything but ASCII escaped."""
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    # YAML escapes what is beyond 16 bits as one letter, JSON as two.
    letters = (f"\\U{ord(letter):08x}" if ord(letter) > 0xFFFF else json.dumps(letter)[1:-1] for letter in value)
    return '"' + "".join(letters) + '"'


def scalar_curve(keys: SmoothKeys, times: Sequence[str], rate: float, scale: float) -> Iterator[str]:
    """Lines of an AnimationCurve of numbers.

    Args:
        keys: slopes are per frame.
        times: texts of the frames' times in seconds, one a frame of the clip.
        rate: frames a second.
        scale: factor of values and slopes.
    """
    values, before, after = (map(number, scale * row) for row in (keys.values, rate * keys.before, rate * keys.after))
    corners = (keys.before != keys.after).tolist()
    starts = [times[frame] for frame in keys.frames.tolist()]
    yield from _curve(map(_key, starts, values, before, after, corners, repeat(_THIRD)))


def turn_curve(keys: SmoothKeys, times: Sequence[str], rate: float) -> Iterator[str]:
    """Lines of a curve of quaternions; arguments as in `scalar_curve`, of `smooth_rotation_keys`."""
    weight = _vector((_THIRD,) * 4)
    values, before, after = (map(_quaternion, rows) for rows in (keys.values, rate * keys.before, rate * keys.after))
    corners = (keys.before != keys.after).any(axis=1).tolist()
    starts = [times[frame] for frame in keys.frames.tolist()]
    yield from _curve(map(_key, starts, values, before, after, corners, repeat(weight)))


def _curve(keys: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "      serializedVersion: 2"
    yield "      m_Curve:"
    for key in keys:
        yield from key
    yield "      m_PreInfinity: 2"  # hold
    yield "      m_PostInfinity: 2"
    yield "      m_RotationOrder: 4"  # none


def _key(time: str, value: str, before: str, after: str, broken: bool, weight: str) -> Sequence[str]:
    return (
        "      - serializedVersion: 3",
        f"        time: {time}",
        f"        value: {value}",
        f"        inSlope: {before}",
        f"        outSlope: {after}",
        f"        tangentMode: {_BROKEN if broken else _FREE}",
        "        weightedMode: 0",
        f"        inWeight: {weight}",
        f"        outWeight: {weight}",
    )


def _quaternion(values: NDArray[np.float32]) -> str:
    return _vector([number(value) for value in values.tolist()])


def _vector(cells: Sequence[str]) -> str:
    return "{" + ", ".join(f"{axis}: {cell}" for axis, cell in zip("xyzw", cells, strict=True)) + "}"
