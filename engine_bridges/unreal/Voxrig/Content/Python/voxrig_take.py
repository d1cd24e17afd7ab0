"""A take that `voxrig bake` wrote, as curves: no Unreal is needed to read it.

Two kinds of CSV are taken: MetaHuman's (Frame, Time, 251 `CTRL_expressions_*`, then bones as x, y, z, w) and that of
Apple's Live Link Face app (Timecode, BlendshapeCount, 61 values).
"""

import csv
import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

RATES = tuple(Fraction(*rate) for rate in (
    (24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1),
    (90, 1), (100, 1), (120000, 1001), (120, 1), (240, 1)))  # fmt: skip
"""Frame rates that are looked for, in frames a second."""

BONE_ANGLES = {"head": "Head", "eye_l": "LeftEye", "eye_r": "RightEye"}
"""Bones of MetaHuman takes, and what their angles are called, as in the other kind of take."""


class TakeError(ValueError):
    """A file that is no take; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class TakeCurves:
    """Curves of equal length.

    Attributes:
        rate: frames a second.
        names: of the curves.
        values: for each curve, one value a frame.
    """

    rate: Fraction
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]

    @property
    def frame_count(self) -> int:
        """Frames in it."""
        return len(self.values[0])

    def times(self) -> list[float]:
        """Seconds of each frame from the first one on."""
        return [float(index / self.rate) for index in range(self.frame_count)]


def read_take(path: str, rate: Fraction | None = None) -> TakeCurves:
    """Read a take.

    Args:
        path: the CSV.
        rate: frames a second. None: read off the file. A Live Link CSV says no more than its whole number, so give
            29.97 or 59.94 (`Fraction(30000, 1001)`) where it was baked at that; a take of less than a second of the
            Live Link kind is taken for 60.

    Raises:
        TakeError: the file is no take of these kinds.
        OSError: it cannot be read.
    """
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if len(rows) < 2:
        raise TakeError(f"{path} has no frames: bake it again with `voxrig bake`")
    header = rows[0]
    width = len(header)
    broken = next((number for number, row in enumerate(rows, 1) if len(row) != width), None)
    if broken is not None:
        raise TakeError(
            f"{path}, row {broken}: {len(rows[broken - 1])} cells in place of {width}: is the file cut off?"
        )
    if header[:2] == ["Frame", "Time"]:
        found, columns = _rate_of_times([row[1] for row in rows[1:]]), header[2:]
    elif header[:2] == ["Timecode", "BlendshapeCount"]:
        found, columns = _rate_of_timecodes([row[0] for row in rows[1:]]), header[2:]
    else:
        raise TakeError(f"{path} begins with {header[0]!r}: give a CSV of `voxrig bake`, for MetaHuman or Live Link")
    try:
        table = [[float(cell) for cell in row[2:]] for row in rows[1:]]
    except ValueError as error:
        raise TakeError(f"{path}: {error}: bake it again") from error
    names, values = _curves(columns, table)
    return TakeCurves(rate or found, names, values)


def _curves(columns: list[str], table: list[list[float]]) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    names: list[str] = []
    values: list[tuple[float, ...]] = []
    bones: dict[str, int] = {}
    for place, column in enumerate(columns):
        bone, dot, axis = column.rpartition(".")
        if not dot:
            names.append(column)
            values.append(tuple(row[place] for row in table))
        elif axis == "x":
            bones[bone] = place
    for bone, place in bones.items():
        angles = [quaternion_to_angles(*row[place : place + 4]) for row in table]
        names += [BONE_ANGLES.get(bone, bone) + kind for kind in ("Yaw", "Pitch", "Roll")]
        values += [tuple(angle[k] for angle in angles) for k in range(3)]
    return tuple(names), tuple(values)


def quaternion_to_angles(x: float, y: float, z: float, w: float) -> tuple[float, float, float]:
    """Yaw to the character's left, pitch down and roll to its right shoulder, in radians, of a turn from rest."""
    square = x * x + y * y + z * z + w * w
    if square == 0.0:
        return 0.0, 0.0, 0.0
    yaw = math.atan2(2 * (x * z + w * y), square - 2 * (x * x + y * y))
    pitch = math.asin(min(1.0, max(-1.0, 2 * (w * x - y * z) / square)))
    roll = math.atan2(2 * (x * y + w * z), square - 2 * (x * x + z * z))
    return yaw, pitch, roll


def _rate_of_times(times: list[str]) -> Fraction:
    seconds = [Fraction(time) for time in times]
    if len(seconds) < 2 or seconds[-1] <= seconds[0]:
        return Fraction(60)
    measured = (len(seconds) - 1) / (seconds[-1] - seconds[0])
    nearest = min(RATES, key=lambda rate: abs(rate - measured))
    # Times are rounded to the microsecond: that much the measured rate may be off.
    slack = measured * measured / (len(seconds) - 1) * Fraction(2, 1_000_000)
    return nearest if abs(nearest - measured) <= slack else measured.limit_denominator(1001)


def _rate_of_timecodes(timecodes: list[str]) -> Fraction:
    try:
        frames = [int(Fraction(code.split(":")[3])) for code in timecodes]
    except (IndexError, ValueError) as error:
        raise TakeError(f"timecode {timecodes[0]!r} is not HH:MM:SS:FF.mmm: bake the take again") from error
    turns = [before + 1 for before, after in pairwise(frames) if after < before]
    return Fraction(max(turns)) if turns else Fraction(60)
