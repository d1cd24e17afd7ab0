"""A Live Link Face CSV, ours or the app's, as a take to play: columns by name, on the recording's own timecode."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from voxrig.runtime.core.capture import CaptureError, parse_capture
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timecode import timecode_seconds
from voxrig.runtime.core.timing import FrameRate


def read_livelink_csv(path: Path, fps: FrameRate | None = None) -> Take:
    """Read a recording.

    Args:
        path: the file.
        fps: frames a second of the recording, else as its timecode tells; that can't tell 29.97 from 30.

    Returns:
        A take in profile `arkit`, on a constant rate, its values float32[F, 61]. `start_index` counts the frames from
        midnight to the first row's timecode; 0 where there is none.

    Raises:
        ValueError: the file cannot be read, or is no such recording; with its path, and the line where there is one.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        take = parse_capture(text, fps)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: this is no CSV text; give a take of `voxrig bake --rig arkit`") from error
    except CaptureError as error:
        raise ValueError(f"{path}: {error}") from error
    codes = _timecodes(text)
    first = timecode_seconds(codes, take.fps)[0] if codes else 0.0
    return replace(take, start_index=round(first * float(take.fps.fraction)))


def _timecodes(text: str) -> list[str]:
    """Of all rows that have one; none where there is no such column."""
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    names = [cell.strip().lower() for cell in header]
    if "timecode" not in names:
        return []
    place = names.index("timecode")
    return [row[place] for row in rows if place < len(row)]
