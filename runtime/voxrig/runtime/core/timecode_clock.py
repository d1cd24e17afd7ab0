"""A moment of the day as SMPTE timecode counts it: whole frames since midnight, with or without drop-frame.

`HH:MM:SS:FF` counts FF from 0 to the nominal rate (30 at 29.97), so without drop-frame an NTSC timecode runs 0.1 % slow
against the clock. With drop-frame, written `HH:MM:SS;FF`, two frame numbers (four at 59.94, eight at 119.88) are left
out in each minute but every tenth, which keeps it within 87 ms a day (SMPTE ST 12-1, ST 12-3). No frame is left out.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from voxrig.runtime.core.timing import FrameRate

_TEXT: Final = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})([:;,])(\d{1,3})", re.ASCII)
_DAY: Final = 86_400  # seconds of timecode
_MINUTES: Final = 1440
_DROPPED: Final = {FrameRate(30_000, 1001): 2, FrameRate(60_000, 1001): 4, FrameRate(120_000, 1001): 8}
"""The rates that have drop-frame, and the frame numbers they leave out in a minute."""


class TimecodeTextError(ValueError):
    """A timecode that there is not; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Timecode:
    """A frame of the day.

    Attributes:
        frames: since midnight; any number is taken modulo the day.
        fps: frames a second.
        drop: whether its text is drop-frame.

    Raises:
        TimecodeTextError: drop-frame at a rate that has none.
    """

    frames: int
    fps: FrameRate
    drop: bool = False

    def __post_init__(self) -> None:
        if self.drop and self.fps not in _DROPPED:
            raise TimecodeTextError(
                f"there is no drop-frame timecode at {self.fps} frames a second, only at 29.97, 59.94 and 119.88; "
                "write a colon before the frames, as in 01:00:00:00"
            )
        object.__setattr__(self, "frames", self.frames % self.day)

    @classmethod
    def parse(cls, text: str, fps: FrameRate) -> "Timecode":
        """Read `HH:MM:SS:FF`; with `;` or `,` before FF it is drop-frame.

        Raises:
            TimecodeTextError: the text is no timecode, or none at this rate.
        """
        found = _TEXT.fullmatch(text.strip())
        if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3]) > 59:
            raise TimecodeTextError(f"{text!r} is no timecode; write hours, minutes, seconds, frames as in 10:23:05:11")
        hours, minutes, seconds, frame = int(found[1]), int(found[2]), int(found[3]), int(found[5])
        start = cls(0, fps, found[4] != ":")
        nominal, left_out = start.nominal, start.left_out
        if frame >= nominal:
            raise TimecodeTextError(
                f"timecode {text!r}: at {fps} frames a second FF runs from 00 to {nominal - 1}; check the frame rate"
            )
        if seconds == 0 and minutes % 10 and frame < left_out:
            raise TimecodeTextError(
                f"timecode {text!r}: drop-frame leaves out frames 00 to {left_out - 1:02d} of this minute; "
                f"write {hours:02d}:{minutes:02d}:00;{left_out:02d}, or a colon for non-drop"
            )
        whole = hours * 60 + minutes
        number = (whole * 60 + seconds) * nominal + frame
        return start + (number - left_out * (whole - whole // 10))

    @property
    def nominal(self) -> int:
        """Frames that a second of timecode counts: 30 at 29.97."""
        return -(-self.fps.numerator // self.fps.denominator)

    @property
    def left_out(self) -> int:
        """Frame numbers left out in nine of ten minutes; 0 without drop-frame."""
        return _DROPPED[self.fps] if self.drop else 0

    @property
    def day(self) -> int:
        """Frames from midnight to midnight of timecode."""
        return _DAY * self.nominal - self.left_out * (_MINUTES - _MINUTES // 10)

    @property
    def seconds(self) -> Fraction:
        """Exact seconds of the clock since midnight of timecode."""
        return self.frames / self.fps.fraction

    def __add__(self, frames: int) -> "Timecode":
        """Return the timecode so many frames on; it wraps at midnight."""
        return Timecode(self.frames + frames, self.fps, self.drop)

    def __str__(self) -> str:
        number, left_out = self.frames, self.left_out
        if left_out:
            minute = 60 * self.nominal - left_out  # frames of nine of ten minutes; the tenth has all its numbers
            tens, rest = divmod(number, 10 * minute + left_out)
            number += left_out * (9 * tens + max(0, rest - left_out) // minute)
        seconds, frame = divmod(number, self.nominal)
        mark = ";" if self.drop else ":"
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{frame:02d}"
