"""Give a bundle its 8-bit twin: `python -m voxrig.exporters.int8_export BUNDLE SOUND [SOUND ...] [--data DATA]`.

The bundle keeps its graph in single precision, for trainings to begin with and for GPUs; on a CPU the twin runs. The
sounds, some minutes of speech, tell what the network's inner numbers are like; nothing is learned.
"""

import argparse
import dataclasses
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from voxrig.exporters.command import run
from voxrig.exporters.datasets.speech import read_grid, read_tts
from voxrig.exporters.int8 import quantised, watched
from voxrig.exporters.int8_observing import observed
from voxrig.exporters.parity import ParityError
from voxrig.exporters.training.body_hearing import does, ears, hear
from voxrig.exporters.training.body_manners import manner
from voxrig.exporters.training.body_rows import BodyExample, heard_rows, told_rows
from voxrig.exporters.training.corpus import is_held_out
from voxrig.runtime.animation.hearing import Hearing
from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import BODY_POSES, ModelSpec

Floats = NDArray[np.float32]
Sound = tuple[Floats, int]
"""Samples float32[n] and their rate in Hz."""
LIMIT: Final = 0.004
"""Of the mean difference of a control or a goal: ours differ by less than a quarter of it."""
_EVERY: Final = 20  # of so many clips of a data set one is heard


def twin(exported: Bundle, sounds: Sequence[Sound]) -> tuple[bytes, float]:
    """Quantise a bundle's graph and compare the two on the sounds that the ranges are taken from.

    Args:
        exported: of a face or a body.
        sounds: speech.

    Returns:
        The 8-bit graph, and the mean difference of its controls.

    Raises:
        ValueError: the graph has nothing to quantise, or there are no sounds.
        ParityError: they differ by more than `LIMIT`.
    """
    if not sounds:
        raise ValueError("there is no speech to take ranges from; give sound files or --data")
    spec, model = exported.spec, exported.model
    if spec.role == "body":
        rows = [body_rows(*sound, seed) for seed, sound in enumerate(sounds)]
    else:
        rows = [face_rows(*sound, spec) for sound in sounds]
    made = quantised(model, observed(model, spec, rows, watched(model)))
    one, other = (observed(graph, spec, rows, [spec.outputs[0].name])[spec.outputs[0].name] for graph in (model, made))
    off = float(np.nan_to_num(np.abs(one - other), nan=np.inf).mean())
    if off > LIMIT:
        raise ParityError(f"{exported.path} in 8 bits is {off:.4f} off on the mean, limit {LIMIT:g}: keep it as it is")
    return made, off


def face_rows(samples: Floats, rate: int, spec: ModelSpec) -> Floats:
    """Return what a face's network hears of a sound, float32[steps, 2 * bands]."""
    hearing = Hearing(spec, rate)
    _, rows = hearing.step(hearing.start(0), samples)
    return rows.features


def body_rows(samples: Floats, rate: int, seed: int) -> Floats:
    """Return what a body's network is told of a sound, in a manner drawn by the seed, float32[steps, row]."""
    sounds = hear(samples, rate, ears())
    poses = len(sounds.values) // BODY_POSES * BODY_POSES
    told = told_rows(manner(poses, np.random.default_rng(seed)), does(sounds.values[:poses], ()))
    example = BodyExample("", "", heard_rows(sounds)[:poses], told, np.zeros((poses, 0), np.float32))
    return example.rows(0, example.steps)


def some_speech(data: Path) -> Iterator[Sound]:
    """Some clips of the synthesized voices and of GRID's speaker, none of those kept for checking."""
    for read in (read_tts, read_grid):
        known = (clip for number, clip in enumerate(read(data)) if not is_held_out(clip, number))
        yield from (clip.audio() for clip in islice(known, 0, None, _EVERY))


def _read(path: Path) -> Sound:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.mean(axis=1)), int(rate)


def main() -> None:
    """Read the command line and write the bundle anew, in its place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("sounds", type=Path, nargs="*", metavar="SOUND", help="speech: WAV, FLAC, OGG, Opus")
    parser.add_argument("--data", type=Path, help="the folder of the data sets `tts` and `grid_s1`")
    parser.add_argument("--version", help="of the bundle from now on; else it stays")
    given = parser.parse_args()
    exported = bundle.read(given.bundle)
    sounds = [_read(path) for path in given.sounds] + (list(some_speech(given.data)) if given.data else [])
    made, off = twin(exported, sounds)
    spec = dataclasses.replace(exported.spec, version=given.version or exported.spec.version)
    bundle.write(given.bundle, spec, exported.model, made)
    sizes = " beside ".join(f"{len(graph) >> 10} KiB" for graph in (made, exported.model))
    print(f"{given.bundle}: {sizes} in single precision; they differ by {off:.5f} on the mean")


if __name__ == "__main__":
    run(main)
