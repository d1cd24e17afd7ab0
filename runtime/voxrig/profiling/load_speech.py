"""The speech of a load: cut into chunks and utterances, and when each frame of it can come.

Characters say the same clip from a few different places on, so that they don't pause together and what is sent can be
made beforehand, once for many.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.profiling.load import Load

VARIANTS: Final = 8
"""Places from which characters begin; character n has variant n % VARIANTS."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is sent at once: int16 samples, little-endian, from media sample `first` on."""

    number: int
    first: int
    samples: bytes
    begins: bool
    """It is the first of an utterance."""
    ends: bool
    """It is the last of one."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """Of each frame n of a character's speech, in the order in which they come.

    Attributes:
        times: float64 [n], the media time that it shows, in seconds.
        chunks: int64 [n], the number of the last chunk that it needs.
        first: bool [n], whether it is the first of an utterance.
        filling: float64 [n], seconds from the last sample it needs to the end of that chunk: the wait to be sent.
    """

    times: NDArray[np.float64]
    chunks: NDArray[np.int64]
    first: NDArray[np.bool_]
    filling: NDArray[np.float64]


class LoadSpeech:
    """A clip as a load sends it.

    Args:
        samples: float32 [n] at `rate` Hz, full scale at 1.
        load: how it is sent.
    """

    def __init__(self, samples: NDArray[np.float32], rate: int, load: Load) -> None:
        self.rate = rate
        self.load = load
        self.chunk_samples = max(1, rate * load.chunk_ms // 1000)
        self._clip = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2")
        self._kept: dict[int, list[int]] = {}
        self._timetables: dict[tuple[int, Fraction], Timetable] = {}

    @property
    def chunk_seconds(self) -> float:
        """Seconds of one chunk, exactly as many samples as it has."""
        return self.chunk_samples / self.rate

    def chunks(self, variant: int) -> Iterator[Chunk]:
        """Yield everything that a character says."""
        size, count = self.chunk_samples, self.load.chunks
        offset = variant * len(self._clip) // VARIANTS
        begins = True
        for number in range(count):
            first = number * size
            places = np.arange(offset + first, offset + first + size) % len(self._clip)
            ends = self._ends(variant, number)
            yield Chunk(number, first, self._clip[places].tobytes(), begins, ends)
            begins = ends

    def timetable(self, variant: int, look_ahead: Fraction) -> Timetable:
        """Say when the frames of a variant can come, for a session with this look-ahead, in seconds."""
        if (variant, look_ahead) in self._timetables:
            return self._timetables[variant, look_ahead]
        size = self.chunk_samples
        rows: list[tuple[Fraction, int, bool, float]] = []
        for start, end in self._utterances(variant):
            for number, time in enumerate(self._frame_times(start, end)):
                needed = min(max(1, ceil((time + look_ahead) * self.rate)), end)
                last = (needed - 1) // size
                rows.append((time, last, number == 0, ((last + 1) * size - needed) / self.rate))
        times, chunks, first, filling = zip(*rows, strict=True)
        table = Timetable(
            np.array([float(time) for time in times]), np.array(chunks), np.array(first), np.array(filling)
        )
        self._timetables[variant, look_ahead] = table
        return table

    def frames(self, variant: int) -> int:
        """Return how many frames come of everything that a variant says."""
        return self._counts(variant)[-1]

    def frames_before(self, variant: int, utterance: int) -> int:
        """Return how many frames come of the utterances before this one."""
        return self._counts(variant)[utterance]

    def _counts(self, variant: int) -> list[int]:
        if variant not in self._kept:
            counts = (len(self._frame_times(start, end)) for start, end in self._utterances(variant))
            self._kept[variant] = [0, *accumulate(counts)]
        return self._kept[variant]

    def _frame_times(self, start: int, end: int) -> list[Fraction]:
        """Return the media times of the frames of an utterance from one media sample to another.

        A session has one timeline for all its utterances; an Audio2Face clip begins its own.
        """
        fps = self.load.frame_rate
        if self.load.transport == "a2f":
            return [Fraction(start, self.rate) + n / fps for n in range(ceil(Fraction(end - start, self.rate) * fps))]
        return [n / fps for n in range(ceil(Fraction(start, self.rate) * fps), ceil(Fraction(end, self.rate) * fps))]

    def _utterances(self, variant: int) -> list[tuple[int, int]]:
        ends = [n + 1 for n in range(self.load.chunks) if self._ends(variant, n)]
        return [(a * self.chunk_samples, b * self.chunk_samples) for a, b in zip([0, *ends], ends, strict=False)]

    def _ends(self, variant: int, number: int) -> bool:
        """Whether chunk `number` ends an utterance: every variant at a time of its own, all with the last chunk."""
        period = self.load.utterance_chunks
        return (number + 1 + variant * period // VARIANTS) % period == 0 or number + 1 == self.load.chunks
