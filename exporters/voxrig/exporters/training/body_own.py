"""A studio's own motion as performances to learn from."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.body_hearing import does, ears, hear
from voxrig.exporters.training.body_luck import told_luck
from voxrig.exporters.training.body_manners import Mannered
from voxrig.exporters.training.body_rows import BodyExample, heard_rows, told_rows
from voxrig.exporters.training.corpus import HELD_OUT_EVERY
from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.body.rows import STYLE
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
        name: of the recording, unique.
        owner: whose it is: data set and speaker.
        emotion: a word; empty where it is not known.
        mood: valence, arousal and dominance, -1 to 1; 0 where they are not known.
        postures: float32[T, 34], 60 a second from the sound's beginning on.
        samples: float32[n].
        rate: of them, in Hz.
    """

    name: str
    owner: str
    emotion: str
    mood: tuple[float, float, float]
    postures: Floats
    samples: Floats
    rate: int


class OwnPiece(NamedTuple):
    """A minute of a recording, or less.

    Attributes:
        recording: its name.
        emotion: as of `Recorded`.
        values: float32[T, 11], the voice at each pose, as of `animation.voice.Voices`.
        example: what the network learns from.
    """

    recording: str
    emotion: str
    values: Floats
    example: BodyExample


class _Heard(NamedTuple):
    """A recording without its samples, which are large."""

    name: str
    owner: str
    emotion: str
    mood: tuple[float, float, float]
    values: Floats
    heard: NDArray[np.float16]
    postures: Floats


def own_pieces(recordings: Iterable[Recorded]) -> list[OwnPiece]:
    """Make performances of recordings; what is shorter than 2 s is left out."""
    kept = [heard for recording in recordings if len((heard := _heard(recording)).postures) >= _SHORTEST]
    lucks = told_luck([own.postures for own in kept], 0) if kept else []
    return [piece for own, luck in zip(kept, lucks, strict=True) for piece in _pieces(own, luck)]


def _heard(own: Recorded) -> _Heard:
    sounds = hear(own.samples, own.rate, ears())
    poses = min(len(sounds.values), len(own.postures)) // BODY_POSES * BODY_POSES
    values = sounds.values[:poses].astype(np.float32)
    return _Heard(own.name, own.owner, own.emotion, own.mood, values, heard_rows(sounds)[:poses], own.postures[:poses])


def _pieces(own: _Heard, luck: NDArray[np.float64]) -> Iterable[OwnPiece]:
    poses = len(own.postures)
    sitting = bool(own.postures[:, SIT].mean() > 0.5)
    manner = Mannered(np.zeros(len(STYLE)), np.tile(np.array(own.mood), (poses, 1)), sitting, 0)
    doing = does(own.values.astype(np.float64), ((0, Activity.AUTO),))
    told = told_rows(manner, doing, luck)
    for first in range(0, poses, PIECE):
        end = min(first + PIECE, poses)
        if end - first >= _SHORTEST:
            steps = slice(first // BODY_POSES, end // BODY_POSES)
            name = f"{own.name} from {first // STEP_RATE} s"
            example = BodyExample(name, own.owner, own.heard[first:end], told[steps], own.postures[first:end])
            yield OwnPiece(own.name, own.emotion, own.values[first:end], example)


def parted(pieces: Sequence[OwnPiece]) -> tuple[list[OwnPiece], list[OwnPiece]]:
    """Part pieces into those to learn from and those of every twelfth recording, which is kept to check on.

    No recording is in both. Of fewer than twelve one is kept, and one alone is learned from.
    """
    order = sorted({piece.recording for piece in pieces}, key=lambda name: (zlib.crc32(name.encode()), name))
    kept = set(order[::HELD_OUT_EVERY]) if len(order) > 1 else set()
    learn = [piece for piece in pieces if piece.recording not in kept]
    return learn, [piece for piece in pieces if piece.recording in kept]
