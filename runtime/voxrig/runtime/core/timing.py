"""Exact time: sample counts, model steps and frame rates, in integers and fractions only.

Time is never accumulated in floats. The internal clock runs at 24,000 samples and 60 model steps a second, so a step
is exactly 400 samples, and 24, 25, 30, 48, 50 and 60 fps all divide the clock.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

SAMPLE_RATE: Final = 24_000
"""Samples a second inside the engine."""
STEP_RATE: Final = 60
"""Model steps (poses) a second."""
BLOCK: Final = SAMPLE_RATE // STEP_RATE
"""Samples of one model step: 400."""

MIN_FPS: Final = 1
MAX_FPS: Final = 240

# What people write for the NTSC rates, and what they mean (SMPTE ST 12: 24, 30, 60, 120 over 1.001).
_NTSC: Final = {
    "23.976": Fraction(24_000, 1001),
    "23.98": Fraction(24_000, 1001),
    "29.97": Fraction(30_000, 1001),
    "47.952": Fraction(48_000, 1001),
    "47.95": Fraction(48_000, 1001),
    "59.94": Fraction(60_000, 1001),
    "119.88": Fraction(120_000, 1001),
}
_RATE_TEXT: Final = re.compile(r"\d{1,18}(\.\d{1,18}|/0*[1-9]\d{0,17})?", re.ASCII)


class FrameRateError(ValueError):
    """A frame rate that cannot be served; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames a second as a fraction in lowest terms, 1 to 240.

    Raises:
        FrameRateError: the numerator or denominator is not positive, or the rate is outside 1 to 240.
    """

    numerator: int
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.numerator <= 0 or self.denominator <= 0:
            raise FrameRateError(
                f"frame rate {self.numerator}/{self.denominator} is not positive; give for example 60/1 or 30000/1001"
            )
        rate = Fraction(self.numerator, self.denominator)
        if not MIN_FPS <= rate <= MAX_FPS:
            raise FrameRateError(f"frame rate {rate} is outside {MIN_FPS} to {MAX_FPS} frames a second")
        object.__setattr__(self, "numerator", rate.numerator)
        object.__setattr__(self, "denominator", rate.denominator)

    @classmethod
    def parse(cls, text: str) -> "FrameRate":
        """Read `60`, `30000/1001` or `29.97` (the NTSC rates mean their exact fraction).

        Raises:
            FrameRateError: the text is no rate.
        """
        text = text.strip()
        if text in _NTSC:
            return cls(_NTSC[text].numerator, _NTSC[text].denominator)
        if not _RATE_TEXT.fullmatch(text):
            raise FrameRateError(f"frame rate {text!r:.60} is no number; give for example 60, 29.97 or 30000/1001")
        rate = Fraction(text)
        return cls(rate.numerator, rate.denominator)

    @property
    def fraction(self) -> Fraction:
        """Frames a second."""
        return Fraction(self.numerator, self.denominator)

    def __str__(self) -> str:
        return str(self.numerator) if self.denominator == 1 else f"{self.numerator}/{self.denominator}"


def frame_count(samples: int, rate: int, fps: FrameRate) -> int:
    """Frames of a clip of `samples` samples at `rate` Hz: ceil(duration * fps), those with time < duration."""
    return -(-samples * fps.numerator // (rate * fps.denominator))


def first_frame(sample: int, rate: int, fps: FrameRate) -> int:
    """Index of the first frame whose time is at or after media sample `sample` at `rate` Hz."""
    return frame_count(sample, rate, fps)


def frame_sample(index: int, rate: int, fps: FrameRate) -> int:
    """Media sample of frame `index`: the last sample at or before its exact time `index / fps`."""
    return index * fps.denominator * rate // fps.numerator


def ceil_seconds(seconds: Fraction, rate: int) -> int:
    """Samples at `rate` Hz that cover `seconds`, rounded up."""
    return math.ceil(seconds * rate)
