"""A studio's own motion as performances to learn from."""

import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.body_hearing import does, ears, hear
from voxrig.exporters.training.body_luck import told_luck
from voxrig.exporters.training.body_manners import Mannered
from voxrig.exporters.training.body_rows import BodyExample, heard_rows, told_rows
from voxrig.exporters.training.corpus import HELD_OUT_EVERY
from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.body.rows import MOOD, STYLE
from voxrig.runtime.core.body.posture import SIT
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.spec import BODY_POSES

Floats = NDArray[np.float32]

PIECE: Final = 60 * STEP_RATE
"""Poses of a performance, at most: longer recordings are cut."""
_SHORTEST: Final = 2 * STEP_RATE  # poses that are worth learning from


class Recorded(NamedTuple):
    """Motion with its sound.

    Attributes:
        name: of the recording.
        dataset: of the data set.
        speaker: who moves.
        postures: float32[T, 34], 60 a second from the sound's beginning on.
        samples: float32[n].
        rate: of them, in Hz.
        mood: valence, arousal and dominance, -1 to 1, where known.
    """

    name: str
    dataset: str
    speaker: str
    postures: Floats
    samples: Floats
    rate: int
    mood: tuple[float, float, float] = (0.0, 0.0, 0.0)


def own_examples(recordings: Sequence[Recorded]) -> list[BodyExample]:
    """Make performances of recordings, in pieces of a minute at most; what is shorter than 2 s is left out."""
    heard, whole = [], []
    for own in recordings:
        sounds = hear(own.samples, own.rate, ears())
        poses = min(len(sounds.values), len(own.postures)) // BODY_POSES * BODY_POSES
        if poses >= _SHORTEST:
            heard.append((own, sounds, poses))
            whole.append(own.postures[:poses])
    found: list[BodyExample] = []
    for (own, sounds, poses), postures, luck in zip(heard, whole, told_luck(whole, 0) if whole else [], strict=True):
        mood = np.tile(np.array(own.mood), (poses, 1))
        sitting = bool(postures[:, SIT].mean() > 0.5)
        manner = Mannered(np.zeros(len(STYLE)), mood.reshape(poses, MOOD), sitting, 0)
        rows, told = heard_rows(sounds), told_rows(manner, does(sounds.values[:poses], ((0, Activity.AUTO),)), luck)
        for first in range(0, poses, PIECE):
            end = min(first + PIECE, poses)
            if end - first >= _SHORTEST:
                steps = slice(first // BODY_POSES, end // BODY_POSES)
                found.append(
                    BodyExample(f"{own.name}@{first}", own.speaker, rows[first:end], told[steps], postures[first:end])
                )
    return found


def parted(examples: Sequence[BodyExample]) -> tuple[list[BodyExample], list[BodyExample]]:
    """Part performances into those to learn from and every twelfth recording, which is kept to check on.

    A recording is never in both; where there are less than twelve, the last one is kept, and one alone is learned from.
    """
    names = list(dict.fromkeys(example.name.rpartition("@")[0] for example in examples))
    if len(names) < 2:
        return list(examples), []
    order = sorted(names, key=lambda name: (zlib.crc32(name.encode()), name))
    kept = set(order[:: HELD_OUT_EVERY] if len(order) >= HELD_OUT_EVERY else order[-1:])
    learn = [example for example in examples if example.name.rpartition("@")[0] not in kept]
    return learn, [example for example in examples if example.name.rpartition("@")[0] in kept]
