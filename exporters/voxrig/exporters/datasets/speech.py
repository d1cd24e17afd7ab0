"""Readers for the training speech: clips with phones and, where there was a camera, the captured mouth.

Each reader takes the folder that holds the data sets (`tts`, `grid_s1`, `emodb`, `ljspeech`), yields clips in a fixed
order and never loads audio before it is asked for.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from voxrig.exporters.articulators import from_arkit
from voxrig.exporters.coarticulation import Phone

GRID_TRUSTED: Final = frozenset(
    ("jaw", "together", "lower_down", "upper_up", "pucker", "funnel", "stretch", "smile", "frown", "roll_upper")
)
"""What the camera saw of GRID's speaker, by the data's own account."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording.

    Attributes:
        name: unique within its data set.
        dataset: the data set's folder name.
        speaker: who speaks; blended voices name all their parts.
        audio_path: a file that soundfile reads.
        phones: IPA symbol, start and end in seconds; empty where they are not known.
        captured: float32[steps, articulators] at 60 steps a second from time 0, or None.
        trusted: the articulators that `captured` is worth learning from; the others are not.
        start: where the clip begins in the file, in seconds; the clip's own time 0.
        end: where it ends in the file, or None for the file's end.
    """

    name: str
    dataset: str
    speaker: str
    audio_path: Path
    phones: tuple[Phone, ...]
    captured: NDArray[np.float32] | None = None
    trusted: frozenset[str] = frozenset()
    start: float = 0.0
    end: float | None = None

    def audio(self) -> tuple[NDArray[np.float32], int]:
        """Samples, float32[n] mono, and their rate in Hz."""
        with soundfile.SoundFile(self.audio_path) as file:
            rate = int(file.samplerate)
            first = round(self.start * rate)
            count = -1 if self.end is None else round(self.end * rate) - first
            file.seek(first)
            samples = file.read(count, dtype="float32", always_2d=True)
        return np.ascontiguousarray(samples.mean(axis=1, dtype=np.float32)), rate


class DatasetError(ValueError):
    """A data set folder that is not there or not as its README says."""


def read_tts(root: Path) -> Iterator[Clip]:
    """Synthesized English in many voices."""
    for name, entry in _labels(root / "tts"):
        yield Clip(name, "tts", entry["voice"], root / "tts" / "audio" / f"{name}.opus", _phones(entry))


def read_emodb(root: Path) -> Iterator[Clip]:
    """Berlin EmoDB: acted German, ten speakers (the name's first two digits).

    The files hold the first two seconds only, the labels the whole sentence: what is not heard is left out.
    """
    for name, entry in _labels(root / "emodb"):
        path = root / "emodb" / f"{name}.opus"
        heard = soundfile.info(path).duration
        phones = tuple((p, a, min(b, heard)) for p, a, b in _phones(entry) if a < heard)
        yield Clip(name, "emodb", name[:2], path, phones)


def read_ljspeech(root: Path) -> Iterator[Clip]:
    """LJ Speech: the clips that have phones."""
    for name, entry in _labels(root / "ljspeech"):
        if entry.get("phones"):
            yield Clip(name, "ljspeech", "lj", root / "ljspeech" / f"{name}.opus", _phones(entry))


def read_grid(root: Path) -> Iterator[Clip]:
    """GRID speaker s1 with the mouth fitted to his tracked face; clips without phones are left out."""
    folder = root / "grid_s1"
    labels = dict(_labels(folder))
    with np.load(folder / "arkit_fit_60fps.npz") as fit:
        names = tuple(str(n) for n in fit["names"])
        weights = from_arkit(fit["weights"].astype(np.float32), names)
        ends = np.cumsum(fit["lens"])
        for name, start, end in zip(map(str, fit["ids"]), ends - fit["lens"], ends, strict=True):
            entry = labels.get(name)
            if entry and entry.get("phones"):
                audio = folder / "audio" / f"{name}.opus"
                yield Clip(name, "grid_s1", "grid_s1", audio, _phones(entry), weights[start:end], GRID_TRUSTED)


def _labels(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    path = folder / "labels.json"
    if not path.is_file():
        raise DatasetError(f"{path} is not there; give the folder that holds the data sets with --data")
    return sorted(json.loads(path.read_text(encoding="utf-8")).items())


def _phones(entry: dict[str, Any]) -> tuple[Phone, ...]:
    return tuple((str(p), float(a), float(b)) for p, a, b in entry["phones"])
