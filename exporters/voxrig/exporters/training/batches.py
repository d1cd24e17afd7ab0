"""Sequences for the face network: clips one after the other, with pauses, in all the ways they could have sounded."""

from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from voxrig.exporters.articulators import ARTICULATORS
from voxrig.exporters.training.augment import GAIN_DB, Power, background, hiss, to_log, to_power, voice
from voxrig.exporters.training.corpus import Example
from voxrig.runtime.core.features import LogMel

_PAUSES: Final = 0.3  # chance of a pause behind a clip
_CUT_IN: Final = 0.3  # chance that a sequence begins in the middle of a clip


class Batch(NamedTuple):
    """Sequences to learn from.

    Attributes:
        features: float32[rows, steps, 2 * bands].
        targets: float32[rows, steps, articulators] a look-ahead.
        trusted: bool[rows, steps, articulators] a look-ahead: what there is to learn from.
        sounds: int64[rows, steps] for the first look-ahead; negative where they are not known.
    """

    features: Tensor
    targets: list[Tensor]
    trusted: list[Tensor]
    sounds: Tensor


class Drawer:
    """Draws batches from examples; a batch depends on the random generator alone."""

    def __init__(self, examples: list[Example], mouth: str, delays: tuple[int, ...], mel: LogMel) -> None:
        self._examples = examples
        self._mouth = mouth
        self._delays = delays
        self._mel = mel

    def draw(self, rows: int, steps: int, random: np.random.Generator) -> Batch:
        """Draw `rows` sequences of `steps` steps."""
        sequences = [self._sequence(steps, random) for _ in range(rows)]
        features, pose, sounds, trusted = (np.stack(column) for column in zip(*sequences, strict=True))
        targets, masks = [], []
        for delay in self._delays:
            # Having heard step s, the network shows pose s + 1 - delay.
            targets.append(torch.from_numpy(_later(pose, delay - 1, 0)))
            masks.append(torch.from_numpy(_later(trusted, delay - 1, False)))
        labels = torch.from_numpy(_later(sounds, self._delays[0] - 1, -1))
        return Batch(torch.from_numpy(features), targets, masks, labels)

    def _sequence(
        self, steps: int, random: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64], NDArray[np.bool_]]:
        """One row: features, and pose, sounds and trust at the time of the sound."""
        bands = self._mel.bands
        power = np.zeros((2 * steps, bands), np.float32)
        pose = np.zeros((steps, len(ARTICULATORS)), np.float32)
        sounds = np.zeros(steps, np.int64)
        trusted = np.ones((steps, len(ARTICULATORS)), np.bool_)
        at, paused = 0, False
        while at < steps:
            if not paused and random.random() < _PAUSES:
                count = min(int(random.integers(5, 90)), steps - at)
                power[2 * at : 2 * (at + count)] = hiss(2 * count, self._mel, random)
                at, paused = at + count, True
                continue
            example = self._examples[int(random.integers(len(self._examples)))]
            start = int(random.integers(len(example.sounds) // 2)) if not at and random.random() < _CUT_IN else 0
            count = min(len(example.sounds) - start, steps - at)
            clip = to_power(example.mel[2 * start : 2 * (start + count)], self._mel)
            power[2 * at : 2 * (at + count)] = voice(clip, self._mel, random)
            pose[at : at + count] = example.targets[self._mouth][start : start + count]
            sounds[at : at + count] = example.sounds[start : start + count]
            trusted[at : at + count] = example.trusted
            at, paused = at + count, False
        power += background(power, self._mel, lambda count: self._talking(count, random), random)
        power *= np.float32(10 ** (random.uniform(-GAIN_DB, GAIN_DB) / 10))
        return to_log(power, self._mel).reshape(steps, 2 * bands), pose, sounds, trusted

    def _talking(self, count: int, random: np.random.Generator) -> Power:
        """So many frames of somebody talking, by himself."""
        pieces, have = [], 0
        while have < count:
            example = self._examples[int(random.integers(len(self._examples)))]
            pieces.append(to_power(example.mel, self._mel))
            have += len(example.mel)
        begin = int(random.integers(have - count + 1))
        talk = np.concatenate(pieces)[begin : begin + count]
        return np.asarray(talk / (talk.mean() + 1e-9), np.float32)


def _later(rows: NDArray[np.generic], steps: int, before: float) -> NDArray[np.generic]:
    """Rows [batch, steps, ...] that much later; what was before the first is `before`."""
    out = np.full_like(rows, before)
    out[:, steps:] = rows[:, : rows.shape[1] - steps]
    return out
