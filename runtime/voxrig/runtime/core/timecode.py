"""The times of recorded rows: SMPTE timecodes or seconds, and the constant frame rate behind them.

A timecode is `HH:MM:SS:FF` or `HH:MM:SS:FF.fff`, FF counting whole frames from 0 in every second (SMPTE ST 12-1). With
`;` before FF it is drop-frame: two frame numbers (four at 60) are left out in each minute but every tenth.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import MAX_FPS, MIN_FPS, FrameRate

_TIMECODE: Final = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})([:;])(\d{1,3}(?:\.\d+)?)", re.ASCII)
_NOMINAL: Final = (24, 25, 30, 48, 50, 60, 100, 120)  # frames that a second of timecode can count
_RATES: Final = tuple(FrameRate(n * 1000, d) for n in _NOMINAL for d in (1000, 1001) if d == 1000 or n not in (25, 50))
_USUAL: Final = 60
_DAY: Final = 86_400
_SAME: Final = 0.01  # a measured rate this near to a usual one is that one
_FAR_TOO_FAST: Final = 0.01  # of the shortest step that a frame rate can have
_DRIFT: Final = 0.5  # frames that 60 and 59.94 must have drifted apart before the two are told apart


class TimecodeError(ValueError):
    """A text that is no timecode, with the remedy; `row` is its place."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row = row


def timecode_seconds(codes: Sequence[str], fps: FrameRate | None = None) -> NDArray[np.float64]:
    """Seconds since midnight of timecodes in recorded order; past midnight they go on beyond the day.

    How many frames a second of timecode counts is read off where the second changes; a recording too short for that
    counts at `fps`, else at 60 as Live Link Face does.

    Args:
        codes: `HH:MM:SS:FF.fff`, one a row.
        fps: the frame rate if it is known. An NTSC rate means that the timecode runs 0.1 % slow against the clock,
            which without drop frames it doesn't show.

    Returns:
        float64[len(codes)].

    Raises:
        TimecodeError: a text is no timecode.
    """
    fields = np.empty((len(codes), 2))  # whole seconds, frames
    minutes = np.empty(len(codes))
    dropping = False
    for row, code in enumerate(codes):
        found = _TIMECODE.fullmatch(code.strip())
        if not found or int(found[2]) > 59 or int(found[3]) > 59:
            raise TimecodeError(row, f"{code!r} is no timecode; it must look like 10:23:05:41 or 10:23:05:41.250")
        minutes[row] = int(found[1]) * 60 + int(found[2])
        fields[row] = minutes[row] * 60 + int(found[3]), float(found[5])
        dropping |= found[4] == ";"
    told = -(-fps.numerator // fps.denominator) if fps else _USUAL
    nominal = _frames_in_a_second(fields, told) or told
    frames = fields[:, 0] * nominal + fields[:, 1]
    day = _DAY * nominal
    slow = Fraction(1)
    if dropping:
        left_out = 2 * max(1, nominal // 30)
        frames -= left_out * (minutes - minutes // 10)
        day -= left_out * (_DAY // 60 - _DAY // 600)
        slow = Fraction(1001, 1000)
    elif fps is not None:
        slow = told / fps.fraction
    # A recording over midnight: the clock goes back once by a day, which an NTSC timecode counts longer or shorter.
    frames += day * np.cumsum(np.diff(frames, prepend=frames[:1]) < -day / 2)
    return np.asarray(frames / nominal * float(slow))


def _frames_in_a_second(fields: NDArray[np.float64], told: int) -> int:
    """Frames that the timecode counts in a second, a usual number or that told; 0 if no second changes in it."""
    seconds, frames = fields.T
    changes = np.flatnonzero(np.diff(seconds) == 1)
    if len(changes) == 0:
        return 0
    within = np.diff(frames)[np.diff(seconds) == 0]
    step = float(np.median(within[within > 0])) if (within > 0).any() else 1.0
    counted = float(np.median(frames[changes] + step - frames[changes + 1]))
    least = int(frames.max()) + 1
    fitting = [n for n in (*_NOMINAL, told) if n >= least] or [least]
    return min(fitting, key=lambda n: abs(n - counted))


def frame_rate(seconds: NDArray[np.float64]) -> FrameRate:
    """The constant rate behind rows at rising times, some of which may be missing.

    Args:
        seconds: float64[rows], rising.

    Returns:
        A usual rate (24 to 120 and the NTSC ones) within 1 %, else the nearest whole one. 60 and 59.94 are only told
        apart where they differ by half a frame over the recording (500 frames); below that it is the whole rate.
    """
    steps = np.diff(seconds)
    if len(steps) == 0:
        return FrameRate(_USUAL)
    typical = float(np.median(steps))
    if typical * MAX_FPS < _FAR_TOO_FAST:  # dividing by it may give infinity
        return FrameRate(MAX_FPS)
    frames = np.round(steps / typical)  # 0 and 2 for uneven rows balance each other
    measured = float(frames.sum() / (seconds[-1] - seconds[0]))
    long_enough = frames.sum() * 0.001 >= _DRIFT
    usual = [rate for rate in _RATES if long_enough or rate.denominator == 1]
    nearest = min(usual, key=lambda rate: abs(measured / float(rate.fraction) - 1))
    if abs(measured / float(nearest.fraction) - 1) <= _SAME:
        return nearest
    return FrameRate(min(MAX_FPS, max(MIN_FPS, round(measured))))
