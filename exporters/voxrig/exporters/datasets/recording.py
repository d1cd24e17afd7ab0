"""A recorded face with its sound, made into clips: what the readers of captures have in common."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from voxrig.exporters.articulators import ARTICULATORS, from_arkit
from voxrig.exporters.coarticulation import Phone
from voxrig.exporters.datasets.cuts import quiet_cuts
from voxrig.exporters.datasets.speech import Clip, DatasetError
from voxrig.exporters.phonetics import UnknownSoundError, parts
from voxrig.runtime.core.timing import STEP_RATE

SOUNDS: Final = (".wav", ".flac", ".ogg", ".opus")
"""How the name of a sound file can end, in order of preference."""
TOLERANCE: Final = 0.5
"""Seconds by which a face and its sound may differ in length."""

_STILL: Final = 0.02  # an articulator that never gets beyond this was not captured
_UNSEEN: Final = frozenset(("tongue_tip", "tongue_back", "tongue_out"))  # ARKit sees a tongue only far out of the mouth
_CELL: Final = STEP_RATE // 10  # cuts lie a whole number of tenths of a second apart


@dataclass(frozen=True, slots=True)
class Recording:
    """A face and its sound, of any length.

    Attributes:
        name: unique within its data set.
        dataset: the data set's name.
        speaker: who speaks.
        audio_path: the sound.
        phones: IPA symbol, start and end in seconds of the sound; empty where they are not known.
        first: the step of the sound (1/60 s) that the first row of `mouth` shows.
        mouth: float32[steps, articulators], 60 a second.
        trusted: the articulators that `mouth` is worth learning from.
    """

    name: str
    dataset: str
    speaker: str
    audio_path: Path
    phones: tuple[Phone, ...]
    first: int
    mouth: NDArray[np.float32]
    trusted: frozenset[str]

    def clips(self) -> Iterator[Clip]:
        """Clips of 3 to 8 s where face and sound overlap, cut where it is quiet."""
        samples, rate = soundfile.read(self.audio_path, dtype="float32", always_2d=True)
        begin = -(-self.first // _CELL) * _CELL  # step
        until = self.first + len(self.mouth)
        audio = samples.mean(axis=1)[begin * rate // STEP_RATE : until * rate // STEP_RATE]
        for a, b in quiet_cuts(audio, rate):
            start, end = round(begin / STEP_RATE + a, 1), round(begin / STEP_RATE + b, 1)
            rows = self.mouth[round(start * STEP_RATE) - self.first : round(end * STEP_RATE) - self.first]
            phones = _between(self.phones, start, end)
            name = f"{self.name}@{start:.1f}"
            yield Clip(name, self.dataset, self.speaker, self.audio_path, phones, rows, self.trusted, start, end)


def mouth_steps(
    seconds: NDArray[np.float64], weights: NDArray[np.float32], names: tuple[str, ...]
) -> tuple[int, NDArray[np.float32]]:
    """Put ARKit weights on the steps of their sound.

    Args:
        seconds: float64[rows], rising; when in the sound each row is. Rows before the sound are left out.
        weights: float32[rows, len(names)].
        names: all of ARKit's mouth shapes in camel case.

    Returns:
        The first step and float32[steps, articulators], 60 a second.
    """
    mouth = from_arkit(weights, names)
    first = max(0, math.ceil(seconds[0] * STEP_RATE - 1e-6))
    steps = np.arange(first, math.floor(seconds[-1] * STEP_RATE + 1e-6) + 1)
    columns = [np.interp(steps / STEP_RATE, seconds, column) for column in mouth.T]
    return first, np.stack(columns, axis=1).astype(np.float32)


def moving(mouth: NDArray[np.float32]) -> frozenset[str]:
    """Articulators that ARKit captured: those that move in float32[steps, articulators], never the tongue's."""
    most = mouth.max(axis=0, initial=0.0)
    return frozenset(name for name, value in zip(ARTICULATORS, most, strict=True) if value > _STILL) - _UNSEEN


def check_lengths(face: Path, seconds: float, sound: Path, remedy: str) -> None:
    """Refuse a face and a sound that can't have begun and ended together.

    Raises:
        DatasetError: they differ by more than `TOLERANCE`.
    """
    heard = soundfile.info(sound).duration
    if abs(seconds - heard) > TOLERANCE:
        raise DatasetError(f"{face} lasts {seconds:.2f} s but {sound.name} {heard:.2f} s; {remedy}")


def check_phones(path: Path, phones: Sequence[Phone]) -> tuple[Phone, ...]:
    """Refuse phones out of order, of no length, or in symbols that aren't known.

    Raises:
        DatasetError: names the file and the phone.
    """
    before = 0.0
    for symbol, start, end in phones:
        try:
            parts(symbol)
        except UnknownSoundError as error:
            raise DatasetError(f"{path}: {error}, or write it in IPA") from error
        if not before - 1e-3 <= start < end:
            raise DatasetError(f"{path}: phone {symbol!r} at {start:g}-{end:g} s is out of order; sort them by time")
        before = end
    return tuple(phones)


def _between(phones: Sequence[Phone], start: float, end: float) -> tuple[Phone, ...]:
    """The phones of a part of the sound, with times from its start."""
    inside = ((p, max(a, start), min(b, end)) for p, a, b in phones if a < end and b > start)
    return tuple((p, a - start, b - start) for p, a, b in inside)
