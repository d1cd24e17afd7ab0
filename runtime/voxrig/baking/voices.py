"""What is heard of an emotion in the recordings of those lines for which nobody wrote one."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from voxrig.baking.job import digest_of
from voxrig.baking.store import HIDDEN
from voxrig.engine_bridges.readers.sound_file import read_sound
from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.heard_track import heard_track
from voxrig.runtime.models import bundle
from voxrig.runtime.models.listener import LISTENER
from voxrig.runtime.models.onnx import OnnxModel


class Voice(NamedTuple):
    """A recording's emotion.

    Attributes:
        probabilities: of neutral, then of each of `emotion.CATEGORIES`: the mean over its voiced part.
        confidence: 0 to 1, so too.
    """

    probabilities: tuple[float, ...]
    confidence: float


NO_VOICE = Voice((1.0, *(0.0 for _ in CATEGORIES)), 0.0)
"""Nothing heard."""


class VoiceTask(NamedTuple):
    """Recordings to listen to."""

    paths: tuple[Path, ...]
    folder: Path


def listen(task: VoiceTask) -> list[tuple[Path, Voice]]:
    """Listen to recordings, or remember what was heard in the same bytes before, in the bake's folder.

    One that can't be read is heard as nothing: the bake of its line tells what is wrong.
    """
    if LISTENER not in bundle.shipped("emotion"):
        return [(path, NO_VOICE) for path in task.paths]
    loaded = bundle.load(LISTENER, "emotion")
    model = OnnxModel(loaded)
    return [(path, _remembered(path, task.folder, loaded.spec.sha256, model)) for path in task.paths]


def known(paths: Iterable[Path], folder: Path) -> dict[Path, Voice]:
    """Return those recordings that were listened to before, as `listen` would."""
    if LISTENER not in bundle.shipped("emotion"):
        return dict.fromkeys(paths, NO_VOICE)
    checksum = bundle.load(LISTENER, "emotion").spec.sha256
    found = {path: _load(_place(path, folder), checksum) for path in paths if path.is_file()}
    return {path: voice for path, voice in found.items() if voice is not None}


def _place(path: Path, folder: Path) -> Path:
    return folder / HIDDEN / "voices" / f"{digest_of(path)}.json"


def _remembered(path: Path, folder: Path, checksum: str, model: OnnxModel) -> Voice:
    try:
        place = _place(path, folder)
        voice = _load(place, checksum)
        if voice is None:
            voice = _hear(path, model)
            place.parent.mkdir(parents=True, exist_ok=True)
            with whole_text_file(place) as file:
                json.dump({"model": checksum, **voice._asdict()}, file)
        return voice
    except (ValueError, OSError):
        return NO_VOICE


def _load(place: Path, checksum: str) -> Voice | None:
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        if told["model"] != checksum:
            return None
        return Voice(tuple(map(float, told["probabilities"])), float(told["confidence"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _hear(path: Path, model: OnnxModel) -> Voice:
    sound = read_sound(path)
    answers = [heard for _, heard in heard_track(sound.samples, sound.rate, model)]
    # Where nothing is heard yet or any more, neutral is certain: that is no answer.
    told = [heard for heard in answers if heard.confidence > 0.0]
    if not told:
        return NO_VOICE
    mean = np.mean([heard.probabilities for heard in told], axis=0)
    confidence = float(np.mean([heard.confidence for heard in told]))
    return Voice(tuple(round(float(p), 4) for p in mean), round(confidence, 4))
