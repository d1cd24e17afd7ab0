"""What is said and when in a simulated session: clips in a loop, with pauses of natural length between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.cli.liveliness.observed import TALKING
from voxrig.runtime.core.chance import key_of, uniform
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import SAMPLE_RATE

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

FPS: Final = 60
BLOCK: Final = SAMPLE_RATE // FPS
PAUSE: Final = (0.3, 1.5)
"""Seconds between two clips, least and most."""
_PAUSES = 200  # the choice, for `chance`
_BELOW: Final = 30.0  # dB under a clip's loud moments, where its voice counts as silent
_BRIDGED, _LEAST = 15, 3  # blocks: gaps within speech, and what is too short to be speech


@dataclass(frozen=True, slots=True)
class Trial:
    """One session to run.

    Attributes:
        bundle: folder or file of the model.
        clips: float32[n], n > 0, at 24 kHz: said over and over, with pauses between. All seeds hear the same.
        seed: of the character.
        minutes: how long.
        condition: `observed.TALKING`, or `observed.SILENT`: then nothing is said.
    """

    bundle: Path
    clips: tuple[Floats, ...]
    seed: int
    minutes: float
    condition: str


def at_24_khz(samples: Floats, rate: int) -> Floats:
    """Resample a clip, float32[n] at `rate` Hz."""
    resampler = Resampler(rate)
    state, head = resampler.step(resampler.start(), samples)
    _, tail = resampler.step(state, np.zeros(rate // 10, np.float32))
    whole = np.concatenate((head, tail))
    return whole[: -(-len(samples) * SAMPLE_RATE // rate)]


def turns(trial: Trial) -> Iterator[tuple[Floats, int, Flags]]:
    """Give what is said, how many samples of silence follow, and whether the voice is heard at each of their frames.

    Turns last whole frames. There is no end: stop when it is enough.
    """
    if trial.condition != TALKING:
        while True:
            yield np.zeros(10 * SAMPLE_RATE, np.float32), 0, np.zeros(10 * FPS, np.bool_)
    clips = [np.pad(clip, (0, -len(clip) % BLOCK)) for clip in trial.clips]
    heard = [voiced_blocks(clip) for clip in clips]
    turn, key = 0, key_of(0)
    while True:
        clip, flags = clips[turn % len(clips)], heard[turn % len(clips)]
        seconds = PAUSE[0] + (PAUSE[1] - PAUSE[0]) * uniform(key, _PAUSES, turn)
        blocks = round(seconds * FPS)
        yield clip, blocks * BLOCK, np.concatenate((flags, np.zeros(blocks, np.bool_)))
        turn += 1


def voiced_blocks(clip: Floats) -> Flags:
    """Tell for each sixtieth of a second whether somebody speaks: bool[n // 400] of float32[n] at 24 kHz.

    By level against the clip's own; gaps under a quarter of a second belong to speech.
    """
    blocks = clip[: len(clip) // BLOCK * BLOCK].reshape(-1, BLOCK).astype(np.float64)
    level = 10 * np.log10((blocks**2).mean(axis=1) + 1e-12)
    loud: Flags = level > max(float(np.percentile(level, 95)) - _BELOW, -60.0)
    for value, shortest in ((False, _BRIDGED), (True, _LEAST)):
        edges = np.flatnonzero(np.diff(np.concatenate(([not value], loud, [not value])) == value))
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            inside = first > 0 and end < len(loud)
            if end - first < shortest and (inside or value):
                loud[first:end] = not value
    return loud
