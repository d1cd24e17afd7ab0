"""Where samples, poses and frames of one session lie on its one timeline, exactly."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import (
    BLOCK,
    SAMPLE_RATE,
    STEP_RATE,
    FrameRate,
    ceil_seconds,
    first_frame,
    frame_sample,
)

BLEND: Final = Fraction(120, 1000)
"""Seconds that going over to the next utterance, or to rest after an interruption, takes."""
HISTORY: Final = Fraction(30)
"""Seconds back from the newest frame that an interruption can reach: a reply sent in one burst is computed at once."""


def session_look_ahead(model: Fraction, rate: int, fps: FrameRate) -> Fraction:
    """Seconds of later audio that a frame needs: a model's look-ahead, and the resampler's and interpolation's on top.

    Raises:
        SampleRateError: the rate is outside 8 to 192 kHz.
    """
    return model + Resampler(rate).look_ahead + SessionClock(rate, fps).interpolation


@dataclass(frozen=True, slots=True)
class SessionClock:
    """Media samples at `rate` Hz from 0, poses at n / 60 s, frames at index / fps s.

    Integers only: the answers are as exact on the tenth day as in the first second.

    Attributes:
        rate: media samples a second.
        fps: frames a second.
        history_frames: frames that an interruption can supersede.
    """

    rate: int
    fps: FrameRate
    history_frames: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "history_frames", ceil_seconds(HISTORY * self.fps.fraction, 1))

    @property
    def blend_samples(self) -> int:
        """Media samples that a blend takes, rounded up."""
        return ceil_seconds(BLEND, self.rate)

    @property
    def interpolation(self) -> Fraction:
        """Longest time in seconds from a frame to the next pose it is interpolated with; 0 if fps divides 60."""
        poses_a_frame = STEP_RATE / self.fps.fraction
        return (1 - Fraction(1, poses_a_frame.denominator)) / STEP_RATE

    def first_frame(self, sample: int) -> int:
        """Index of the first frame at or after a media sample."""
        return first_frame(sample, self.rate, self.fps)

    def frame_sample(self, index: int) -> int:
        """Media sample at or just before a frame."""
        return frame_sample(index, self.rate, self.fps)

    def pose_position(self, index: int) -> tuple[int, float]:
        """Place of a frame among the poses: the pose at or before it, and the share of a step beyond it."""
        pose, rest = divmod(index * STEP_RATE * self.fps.denominator, self.fps.numerator)
        return pose, rest / self.fps.numerator

    def pose_before(self, sample: int) -> int:
        """Return the pose at or before a media sample."""
        return sample * STEP_RATE // self.rate

    def pose_after(self, index: int) -> int:
        """Return the pose at or after a frame: the last one it needs."""
        return -(-index * STEP_RATE * self.fps.denominator // self.fps.numerator)

    def padding(self, sample: int) -> int:
        """Samples at 24 kHz from the pose before a media sample to that sample, rounded up: 0 to 400.

        So many virtual zeros in front put an utterance's poses on the session's grid. Rounding up shows the sound at
        most 1 / 24,000 s late, and never lets a pose hear more than its look-ahead.
        """
        return -(-sample * SAMPLE_RATE // self.rate) - self.pose_before(sample) * BLOCK

    def blend_progress(self, index: int, start: int) -> float:
        """Share that is over, at a frame, of the blend that began at media sample `start`: 0 there, 1 at its end."""
        since = index * self.fps.denominator * self.rate - start * self.fps.numerator
        return since * BLEND.denominator / (self.fps.numerator * self.rate * BLEND.numerator)
