"""A face recorded with ARKit, as CSV text -> a take: what Apple's Live Link Face app writes, and its relatives.

One row a frame: a time (`Timecode` as HH:MM:SS:FF.fff, or `Time` or `Seconds` in seconds), then weights under ARKit's
names, in any order and spelling (`MouthSmileLeft`, `mouthSmile_L`, `mouth_smile_left`). What else there is is ignored.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.arkit import ARKIT_RANGE, ARKIT_SHAPES
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timecode import TimecodeError, frame_rate, timecode_seconds
from voxrig.runtime.core.timing import SAMPLE_RATE, FrameRate

Doubles = NDArray[np.float64]

LONGEST_GAP: Final = 1.0
"""Seconds without a face that are bridged by a straight line; a longer gap is an error."""

_PERCENT: Final = 2.0  # weights beyond this are percent or something else
_LATEST: Final = 1e11  # seconds: milliseconds since 1970 are ten times as many
_ON_TIME: Final = 0.05  # frames: a row this near to its frame's time shows that frame
_SECONDS: Final = ("seconds", "time", "timeseconds", "timestamp")


class CaptureError(ValueError):
    """A capture that can't be read; the message names the line and the remedy."""


def parse_capture(text: str, fps: FrameRate | None = None) -> Take:
    """Read a capture.

    The first row is time 0, whatever its timecode (which is the time of day). Dropped and uneven rows are put on a
    constant rate by linear interpolation; rows without weights (no face seen) count as dropped. Names that the file
    lacks are 0 (see `missing_shapes`), and weights are held to 0 to 1.

    Args:
        text: the whole file.
        fps: the rate of the take, else the file's own. Timecode alone can't tell 29.97 from 30 nor 59.94 from 60,
            unless it is drop-frame: give the NTSC rate where it was one. Needed where the file has no times.

    Returns:
        A take in profile `arkit`, with the internal sample rate, as there was no sound.

    Raises:
        CaptureError: no ARKit names, no usable times, a cell that is no number, weights in percent, or a gap.
    """
    rows = [(line, row) for line, row in _rows(text) if any(cell.strip() for cell in row)]
    if not rows:
        raise CaptureError("the capture is empty; export the take from the app again, as CSV")
    header = [cell.strip() for cell in rows[0][1]]
    places = _places(header)
    count = _find(header, ("blendshapecount",))
    face = np.array([_has_face(row, places.values(), count) for _, row in rows[1:]], bool)
    if not face.any():
        raise CaptureError("the capture has no rows with weights; was a face in view when it was recorded?")
    lines = np.array([line for line, _ in rows[1:]])
    seconds = _times([row for _, row in rows[1:]], lines, header, fps)
    _check_times(seconds, lines, face)
    values = _values([row for row, seen in zip(rows[1:], face, strict=True) if seen], places, header)
    keep = np.append(np.diff(seconds[face]) > 0, True)  # of rows with the same time the last counts
    rate = fps or frame_rate(seconds[face][keep])
    frames = (seconds - seconds[0]) * float(rate.fraction)
    named = profile("arkit")
    poses = _constant(frames[face][keep], values[keep], frames[-1])
    return Take(named.name, named.names, (), rate, poses, 0, SAMPLE_RATE)


def missing_shapes(text: str) -> tuple[str, ...]:
    """Those of ARKit's 52 shapes that a capture has no column for, in Live Link order; its take has zeros there."""
    header = next((row for _, row in _rows(text)), [])
    places = _places(header)
    return tuple(name for name in ARKIT_SHAPES if name not in places)


def shape_name(text: str) -> str | None:
    """The name in profile `arkit` that a column or channel name means, or None."""
    return _SPELLINGS.get(re.sub(r"[^a-z0-9]", "", text.lower()))


def _spellings() -> dict[str, str]:
    names = profile("arkit").names
    short = {re.sub(r"(l)eft$|(r)ight$", r"\1\2", name.lower()): name for name in names}
    return short | {name.lower(): name for name in names}


_SPELLINGS: Final = _spellings()


def _rows(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise CaptureError(f"line {reader.line_num}: {error}; this is no CSV file") from error


def _places(header: list[str]) -> dict[str, int]:
    """Where each known name stands."""
    places: dict[str, int] = {}
    for column, cell in enumerate(header):
        name = shape_name(cell)
        if name in places:
            raise CaptureError(f"line 1: columns {places[name] + 1} and {column + 1} are both {name}; delete one")
        if name is not None:
            places[name] = column
    if not places.keys() & set(ARKIT_SHAPES):
        hint = "save it with commas between the columns" if ";" in "".join(header) else "export ARKit blend shapes"
        raise CaptureError(f"line 1: none of ARKit's 52 names (EyeBlinkLeft, JawOpen, ...) is in the header; {hint}")
    return places


def _has_face(row: list[str], columns: Iterable[int], count: int | None) -> bool:
    if count is not None and count < len(row) and row[count].strip() == "0":
        return False
    return any(row[column].strip() for column in columns if column < len(row))


def _values(rows: list[tuple[int, list[str]]], places: dict[str, int], header: list[str]) -> Doubles:
    """Weights in the order of the profile: float64[rows, 61]."""
    names = profile("arkit").names
    out = np.zeros((len(rows), len(names)))
    targets = [names.index(name) for name in places]
    columns = list(places.values())
    for into, (line, row) in zip(out, rows, strict=True):
        if len(row) <= max(columns):
            raise CaptureError(f"line {line} has {len(row)} of {len(header)} cells; it is cut short, delete it")
        try:
            into[targets] = [float(row[column]) for column in columns]
        except ValueError:
            column = next(c for c in columns if not _is_number(row[c]))
            raise CaptureError(f"line {line}: {header[column]} is {row[column]!r}, not a number; correct it") from None
    shapes = out[:, : len(ARKIT_SHAPES)]
    limits = np.full(len(names), np.inf)
    limits[: len(ARKIT_SHAPES)] = _PERCENT
    wrong = np.argwhere(~(np.abs(out) <= limits) | np.isinf(out))
    if len(wrong):
        row, column = wrong[0]
        raise CaptureError(
            f"line {rows[row][0]}: {names[column]} is {out[row, column]:g}; "
            "weights run from 0 to 1, divide percent by 100"
        )
    np.clip(shapes, *ARKIT_RANGE, out=shapes)
    return out


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _find(header: list[str], names: Iterable[str]) -> int | None:
    """The first column that has one of these names, whatever its case and signs."""
    plain = [re.sub(r"[^a-z0-9]", "", cell.lower()) for cell in header]
    return next((plain.index(name) for name in names if name in plain), None)


def _times(rows: list[list[str]], lines: NDArray[np.int64], header: list[str], fps: FrameRate | None) -> Doubles:
    """Seconds of the rows, float64[rows], as written."""
    timecode, clock = _find(header, ("timecode",)), _find(header, _SECONDS)
    if timecode is not None:
        try:
            return timecode_seconds([row[timecode] if timecode < len(row) else "" for row in rows], fps)
        except TimecodeError as error:
            raise CaptureError(f"line {lines[error.row]}: {error}") from error
    if clock is not None:
        cells = [row[clock] if clock < len(row) else "" for row in rows]
        wrong = next(
            (i for i, cell in enumerate(cells) if not _is_number(cell) or not abs(float(cell)) < _LATEST), None
        )
        if wrong is not None:
            raise CaptureError(f"line {lines[wrong]}: {header[clock]} is {cells[wrong]!r}; it must be seconds")
        return np.array([float(cell) for cell in cells])
    if fps is None:
        raise CaptureError("line 1: there is no column Timecode or Time; give the frame rate")
    return np.arange(len(rows)) / float(fps.fraction)


def _check_times(seconds: Doubles, lines: NDArray[np.int64], face: NDArray[np.bool_]) -> None:
    """Refuse times that go back, and stretches without a face that a straight line should not bridge."""
    back = np.flatnonzero(~(np.diff(seconds) >= 0))
    if len(back):
        line, before = lines[back[0] + 1], lines[back[0]]
        raise CaptureError(f"line {line}: its time is before that of line {before}; sort or cut the file")
    seen = np.concatenate(([0], np.flatnonzero(face), [len(seconds) - 1]))
    gaps = np.diff(seconds[seen])
    if gaps.max() > LONGEST_GAP:
        at = int(gaps.argmax())
        raise CaptureError(
            f"line {lines[seen[at + 1]]}: {gaps[at]:.2f} s without a face end here; cut that out of the recording"
        )


def _constant(frames: Doubles, values: Doubles, end: float) -> NDArray[np.float32]:
    """Rows at uneven times, in frames -> one row for each frame from 0 to `end`: float32[frames, columns]."""
    whole = np.round(frames)
    if np.abs(frames - whole).max() < _ON_TIME and (np.diff(whole) > 0).all():
        frames = whole
    wanted = np.arange(int(end + _ON_TIME) + 1)
    return np.stack([np.interp(wanted, frames, column) for column in values.T], axis=1).astype(np.float32)
