"""What a manifest says of a model's making: the data it learned from, their licences, and what it can't do."""

from collections.abc import Iterable
from typing import Final

from voxrig.runtime.models.spec import Training, TrainingData

_OURS: Final = {
    "tts": TrainingData(
        "Kokoro-82M synthesized English, 21 voices and blends of them",
        "Apache-2.0",
        "Kokoro-82M by hexgrad; lips by an articulation model on its phone times",
    ),
    "grid_s1": TrainingData(
        "GRID corpus, speaker s1: speech and lips tracked on video",
        "CC BY 4.0",
        "M. Cooke, J. Barker, S. Cunningham, X. Shao (2006), An audio-visual corpus for speech perception and "
        "automatic speech recognition, JASA 120(5)",
    ),
    "emodb": TrainingData(
        "Berlin Database of Emotional Speech (EmoDB), 8 of its 10 speakers",
        "published as freely available; no licence text was seen with the files",
        "F. Burkhardt, A. Paeschke, M. Rolfes, W. Sendlmeier, B. Weiss (2005), A database of German emotional speech; "
        "lips by an articulation model on its hand-labelled phones",
    ),
    "facegood": TrainingData(
        "FACEGOOD Audio2Face: Mandarin with an animator's jaw, rounding and closures",
        "MIT; an earlier state of its repository has the Apache License 2.0",
        "Copyright 2021 The FACEGOOD Authors",
    ),
}
_SUMMARY: Final = (
    "A recurrent network that hears log-mel and moves jaw, lips and tongue. Where a camera or an animator saw the "
    "mouth, it learned from that; elsewhere from an articulation model on phones: phonetic targets with coarticulation"
)
_FITTED: Final = ", jaw and lip opening fitted in part to GRID's captured speaker"
_RULES: Final = " distilled into the network. Tongue and teeth were never measured."
_LIMITS: Final = (
    "Mouth only: no brows, blinks, gaze, head or emotion. Left and right move alike. Singing, shouting, whispering, "
    "laughter and several voices as loud as each other are outside what it learned."
)


def training(datasets: Iterable[str], mouth: str) -> Training:
    """Describe a run.

    Args:
        datasets: names of the data sets it and the runs before it learned from.
        mouth: whose movements clips with phones but no camera were taught, of `corpus.MOUTHS`.
    """
    names = set(datasets)
    fitted = mouth != "by_rule" and bool(names & {"tts", "emodb"})
    if fitted:
        names.add("grid_s1")
    data = [_OURS[name] for name in _OURS if name in names]
    data += [
        TrainingData(name, "of whoever owns it: not known to the exporter", "named by whoever trained the model")
        for name in sorted(names - set(_OURS))
    ]
    return Training(tuple(data), _SUMMARY + (_FITTED if fitted else "") + _RULES, _LIMITS)


def licence(datasets: Iterable[str]) -> str:
    """Licence of the weights: ours where all the data is, else for the owner of the data to say."""
    return "Apache-2.0" if set(datasets) <= set(_OURS) else "not stated: set by whoever owns the training data"


def datasets_of(made: Training) -> list[str]:
    """Read a manifest's data back into the names of data sets; strangers keep the name that stands there."""
    ours = {entry.name: name for name, entry in _OURS.items()}
    return [ours.get(entry.name, entry.name) for entry in made.data]
