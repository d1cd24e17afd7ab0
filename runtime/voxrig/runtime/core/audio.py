"""What a client's audio bytes mean, and their way to mono float32 samples."""

import sys
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.resample import MAX_RATE, MIN_RATE

LOUDEST: Final = 8.0
"""Largest float sample taken, +18 dBFS: room for a hot mix, but integers passed off as floats are refused."""

_BYTES: Final = {"s16le": 2, "f32le": 4}
_S16_SCALE: Final = np.float32(1.0 / 32_768.0)


class AudioError(ValueError):
    """Audio that cannot be used; the message names the value and the remedy."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """How a client sends its samples: interleaved PCM.

    Attributes:
        encoding: `s16le` or `f32le` (-1..1), little-endian.
        sample_rate: Hz, 8,000 to 192,000.
        channels: 1, or 2 (mixed down to their mean).

    Raises:
        AudioError: a value outside these.
    """

    encoding: str
    sample_rate: int
    channels: int = 1

    def __post_init__(self) -> None:
        if self.encoding not in _BYTES:
            raise AudioError(f"audio encoding {self.encoding!r} is unknown; send one of {', '.join(_BYTES)}")
        if not _is_int(self.sample_rate) or not MIN_RATE <= self.sample_rate <= MAX_RATE:
            raise AudioError(
                f"sample rate {self.sample_rate!r} Hz is outside {MIN_RATE} to {MAX_RATE} Hz; resample the audio first"
            )
        if not _is_int(self.channels) or self.channels not in (1, 2):
            raise AudioError(f"{self.channels!r} channels cannot be used; send mono, or stereo to be mixed down")

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample of all channels."""
        return _BYTES[self.encoding] * self.channels

    def decode(self, data: bytes) -> NDArray[np.float32]:
        """Turn PCM bytes into mono samples.

        Args:
            data: whole samples of all channels, interleaved; may be empty.

        Returns:
            float32[n], full scale at -1..1; s16le is divided by 32,768.

        Raises:
            AudioError: the bytes are no whole number of samples, or a float sample is NaN, infinite or beyond
                `LOUDEST`.
        """
        if len(data) % self.frame_bytes:
            raise AudioError(
                f"{len(data)} bytes are no whole number of samples: {self.encoding} with {self.channels} channel(s) "
                f"takes {self.frame_bytes} bytes each; cut chunks between samples"
            )
        samples = self._floats(data)
        if self.channels == 2:
            pairs = samples.reshape(-1, 2)
            samples = (pairs[:, 0] + pairs[:, 1]) * np.float32(0.5)
        return samples

    def _floats(self, data: bytes) -> NDArray[np.float32]:
        """Return the interleaved samples as checked native float32."""
        if self.encoding == "s16le":
            return np.frombuffer(data, "<i2").astype(np.float32) * _S16_SCALE
        samples = np.frombuffer(data, "<f4")
        if sys.byteorder == "big":
            samples = samples.astype(np.float32)
        check_samples(samples, self.channels)
        return samples


def check_samples(samples: NDArray[np.float32], channels: int = 1) -> None:
    """Refuse float samples that are NaN, infinite or far beyond full scale.

    Args:
        samples: float32[n * channels], interleaved.
        channels: only used to say where a bad sample is.

    Raises:
        AudioError: with the first bad value and its place.
    """
    # One pass in the good case: NaN makes the comparison false as well.
    if len(samples) == 0 or max(samples.max(), -samples.min()) <= LOUDEST:
        return
    at = int(np.argmin(np.abs(samples) <= LOUDEST))
    value = float(samples[at])
    place = f"sample {at // channels} of the chunk"
    if not np.isfinite(value):
        raise AudioError(f"{place} is {value}; send finite floats in -1..1")
    raise AudioError(f"{place} is {value:g}; float audio is -1..1 (at most {LOUDEST:g}): divide integers by 32768")


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
