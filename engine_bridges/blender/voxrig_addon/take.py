"""Takes as files: the CSV that Live Link Face records and `voxrig bake` writes, and Voxrig's MetaHuman CSV."""

import csv
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

_RATES = (24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0, 90.0, 100.0, 120.0, 240.0)
_USUAL = 60.0


class TakeError(ValueError):
    """A file that is no take; the text says why."""


@dataclass(frozen=True)
class Take:
    """A finished performance.

    Attributes:
        curves: names of the controls.
        bones: names of the bones; a bone is a quaternion x, y, z, w relative to rest.
        times: of the frames in seconds from the first, rising.
        frames: one array("f") each: the controls, then the bones.
        rate: frames a second, as far as the file says.
    """

    curves: tuple[str, ...]
    bones: tuple[str, ...]
    times: "array[float]"
    frames: "list[array[float]]"
    rate: float

    def at(self, time: float) -> "array[float]":
        """Return the values at `time`: between two frames in a straight line, outside the take its ends."""
        after = bisect_right(self.times, time)
        if after == 0 or after == len(self.times):
            return self.frames[after and -1]
        first, second = self.times[after - 1], self.times[after]
        weight = (time - first) / (second - first)
        pair = zip(self.frames[after - 1], self.frames[after], strict=True)
        return array("f", [a + weight * (b - a) for a, b in pair])

    def resampled(self, rate: float) -> "Take":
        """Return the take with a frame at every 1 / `rate` seconds; none where the take ends before."""
        count = int(self.times[-1] * rate + 1e-6) + 1
        times = array("d", [place / rate for place in range(count)])
        return Take(self.curves, self.bones, times, [self.at(time) for time in times], rate)


def read_take(path: Path, rate: float = 0.0) -> Take:
    """Read a take; `rate` in frames a second where the file doesn't say it or says it wrong, 0 where it does.

    Raises:
        TakeError: it is no take, or a broken one.
        OSError: it cannot be read.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            header, *rows = (row for row in csv.reader(file) if row)
        except (ValueError, csv.Error, UnicodeDecodeError) as error:
            raise TakeError(f"{path.name} is no take: it is empty, or no CSV ({error})") from error
    if not rows:
        raise TakeError(f"{path.name} has a header and no frames")
    if header[0] != "Timecode" and header[:2] != ["Frame", "Time"]:
        raise TakeError(
            f"{path.name} begins with the column {header[0]!r}: a take begins with Timecode (Live Link Face) or Frame "
            "and Time (MetaHuman, from `voxrig bake --rig metahuman`)"
        )
    names = header[2:]
    bones = tuple(name[:-2] for name in names if name.endswith(".x"))
    curves = tuple(names[: len(names) - 4 * len(bones)])
    frames = []
    for number, row in enumerate(rows, 2):
        try:
            frames.append(array("f", map(float, row[2:])))
        except ValueError as error:
            raise TakeError(f"line {number} of {path.name} is broken: {error}") from error
        if len(row) != len(header):
            raise TakeError(f"line {number} of {path.name} has {len(row)} cells, the header has {len(header)}")
    if header[0] == "Timecode":
        times, rate = _timecode_times([row[0] for row in rows], rate)
    else:
        times, rate = _clock_times([row[1] for row in rows], rate)
    return Take(curves, bones, array("d", times), frames, rate)


def _clock_times(cells: list[str], rate: float) -> tuple[list[float], float]:
    """Times that the file has in microseconds; the frames are as many a second as the nearest usual rate."""
    times = [float(cell) for cell in cells]
    measured = (len(times) - 1) / (times[-1] - times[0]) if times[-1] > times[0] else _USUAL
    nearest = min(_RATES, key=lambda usual: abs(usual - measured))
    rate = rate or (nearest if abs(nearest - measured) < 0.001 * nearest else measured)
    return [place / rate for place in range(len(times))], rate


def _timecode_times(cells: list[str], rate: float) -> tuple[list[float], float]:
    """Times of timecodes HH:MM:SS:FF.mmm without drop frames; where they don't rise, one frame after another."""
    codes = []
    for cell in cells:
        hours, minutes, seconds, frames = (float(part) for part in cell.replace(";", ":").split(":"))
        codes.append((3600 * hours + 60 * minutes + seconds, frames))
    if not rate:
        highest = max(frames for _, frames in codes) + 1
        whole = codes[-1][0] > codes[0][0]  # a second has gone by, so the highest number was reached
        rate = min((usual for usual in _RATES if usual >= int(highest) and whole), default=_USUAL)
    nominal = -(-rate // 1)
    counts = [nominal * seconds + frames for seconds, frames in codes]
    times = [(count - counts[0]) / rate for count in counts]
    if any(later <= earlier for earlier, later in pairwise(times)):
        times = [place / rate for place in range(len(times))]
    return times, rate
