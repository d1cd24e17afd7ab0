"""Train the network that hears emotion, and say how well it does: `python -m voxrig.exporters.training.emotion`.

Leaves one speaker of EmoDB out at a time, ten networks in all, and prints how well each hears the one it never heard;
finds the temperature of the probabilities there; then trains on all and writes the bundle. `--evaluate` ends before
that. Two minutes on one core, and some four more, once, for preparing the clips.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from voxrig.exporters.command import run
from voxrig.exporters.listener import export_listener
from voxrig.exporters.training import voices
from voxrig.exporters.training.emotion_report import calibration, false_emotion, report
from voxrig.exporters.training.folds import evaluate
from voxrig.exporters.training.judging import Recipe, learn, temperature
from voxrig.exporters.training.voices import Take
from voxrig.runtime.models.spec import LISTENER_STEPS

_COMPARED = 100  # steps of speech that network and bundle are compared on


def main() -> None:
    """Read the command line, evaluate and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of emodb, tts, grid_s1 and ljspeech")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="where prepared clips are kept")
    parser.add_argument("--out", type=Path, help="the bundle to write")
    parser.add_argument("--name", default="listener")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--evaluate", action="store_true", help="only say how well it does")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    given = parser.parse_args()
    if given.out is None and not given.evaluate:
        raise ValueError("give the bundle to write with --out, or --evaluate")
    torch.set_num_threads(1)  # the layers are small: a second thread costs more than it gives
    recipe = Recipe(seed=given.seed)
    acted = voices.acted(given.data, given.cache)
    calm = voices.neutral(given.data, given.cache, held_out=False)
    verdicts = evaluate(acted, calm, recipe)
    divisor = temperature(torch.from_numpy(verdicts["session"].logits), torch.from_numpy(verdicts["session"].emotion))
    print(report(verdicts))
    print(calibration(verdicts, divisor))
    ears, judges = learn(acted, calm, recipe)
    print(false_emotion(ears, judges, divisor, voices.neutral(given.data, given.cache, held_out=True)))
    if not given.evaluate:
        spec, off = export_listener(
            ears, judges, divisor, _speech(acted), given.out, name=given.name, version=given.version
        )
        print(f"{given.out}: {spec.name} {spec.version}; parity: network - bundle {off:.1e} over {_COMPARED} steps")


def _speech(takes: list[Take]) -> np.ndarray[tuple[int, int, int], np.dtype[np.float32]]:
    """Four streams of clips one after the other, float32[4, 6 * steps, width]."""
    rows = _COMPARED * LISTENER_STEPS
    joined = [np.concatenate([take.rows for take in takes[first::97]])[:rows] for first in range(4)]
    return np.stack(joined).astype(np.float32)


if __name__ == "__main__":
    run(main)
