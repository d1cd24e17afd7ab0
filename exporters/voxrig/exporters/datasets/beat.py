"""BEAT (Liu et al., ECCV 2022): speech, ARKit weights as JSON at 60 fps, and aligned phones.

For each clip NAME.wav and NAME.json with `{"names": [...], "frames": [{"weights": [...], "time": seconds}, ...]}`, and
NAME.TextGrid with ARPABET phones if it is there, in one folder or in one each (`wave16k`, `facial52`, …).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.coarticulation import Phone
from voxrig.exporters.datasets.recording import SOUNDS, Recording, check_lengths, check_phones, mouth_steps, moving
from voxrig.exporters.datasets.speech import Clip, DatasetError
from voxrig.exporters.datasets.textgrid import TextGridError, parse_textgrid
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES
from voxrig.runtime.core.capture import LONGEST_GAP, shape_name

_NUMBERED: Final = re.compile(r"(\d+_[a-zA-Z]+)_.*")  # 1_wayne_0_103_103: speaker 1, Wayne


def read_beat(folder: Path) -> Iterator[Clip]:
    """Clips of 3 to 8 s of every recording in a folder and those below it.

    The speaker is the number and name that the file's name begins with, else the first folder below `folder`. The
    articulators that move in a recording are trusted, but for the tongue's. Phones in another phone set than ARPABET
    or IPA (BEAT's Chinese, Japanese and Spanish) count as unknown.

    Raises:
        DatasetError: nothing there, a recording that can't be read, without sound, or of another length than its sound.
    """
    for recording in recordings(folder):
        yield from recording.clips()


def recordings(folder: Path) -> Iterator[Recording]:
    """The recordings of a folder, whole; see `read_beat`."""
    sounds = {path.stem: path for ending in reversed(SOUNDS) for path in sorted(folder.rglob(f"*{ending}"))}
    grids = {path.stem: path for path in sorted(folder.rglob("*.TextGrid"))}
    faces = sorted(folder.rglob("*.json"))
    if not faces:
        raise DatasetError(f"{folder} holds no BEAT recordings; NAME.json and NAME.wav should be there")
    for path in faces:
        if path.stem not in sounds:
            raise DatasetError(f"{path} has no sound; put {path.stem}.wav beside it")
        seconds, weights = _face(path)
        check_lengths(path, float(seconds[-1]), sounds[path.stem], "get both files again")
        first, mouth = mouth_steps(seconds, weights, ARKIT_LOCATIONS)
        phones = _phones(grids[path.stem]) if path.stem in grids else ()
        numbered = _NUMBERED.fullmatch(path.stem)
        parts = path.relative_to(folder).parts
        speaker = numbered[1] if numbered else parts[0] if len(parts) > 1 else path.stem
        yield Recording(path.stem, "beat", speaker, sounds[path.stem], phones, first, mouth, moving(mouth))


def _face(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Row times in seconds and weights, float32[rows, 52] in Live Link order; names that the file lacks are 0."""
    try:
        read: Any = json.loads(path.read_text("utf-8"))
        names = [shape_name(name) for name in read["names"]]
        seconds = np.array([float(frame["time"]) for frame in read["frames"]])
        given = np.array([frame["weights"] for frame in read["frames"]], np.float32)
    except (ValueError, TypeError, KeyError) as error:
        problem = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise DatasetError(f'{path} {problem}; it must have "names" and "frames" with "weights" and "time"') from error
    if given.ndim != 2 or given.shape[1] != len(names) or not np.isfinite(given).all():
        raise DatasetError(f"{path}: weights of shape {given.shape} do not fit {len(names)} names, or are no numbers")
    steps = np.diff(seconds)
    wrong = np.flatnonzero(~((steps > 0) & (steps <= LONGEST_GAP)))
    if len(wrong):
        raise DatasetError(
            f"{path}: frame {wrong[0] + 1} comes {steps[wrong[0]]:.3f} s after the one before; cut there"
        )
    weights = np.zeros((len(given), len(ARKIT_SHAPES)), np.float32)
    for column, name in enumerate(names):
        if name in ARKIT_SHAPES:
            weights[:, ARKIT_SHAPES.index(name)] = np.clip(given[:, column], 0, 1)
    return seconds, weights


def _phones(path: Path) -> tuple[Phone, ...]:
    try:
        return check_phones(path, parse_textgrid(path.read_text("utf-8")))
    except TextGridError:
        return ()
