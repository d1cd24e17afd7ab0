"""Train the face network: `python -m voxrig.exporters.training.face --data DIR --out RUN_DIR`.

Resumes by itself from the last checkpoint in the run's folder; `--from CHECKPOINT` starts from another run's weights,
which is how the variant with the short look-ahead is made.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from voxrig.exporters.articulators import ARTICULATORS
from voxrig.exporters.networks.face import FaceNetwork, FaceSize
from voxrig.exporters.training.augment import augment, pause
from voxrig.exporters.training.corpus import Example, clips, load, prepare, seconds
from voxrig.exporters.training.losses import face_loss
from voxrig.runtime.core.features import FRAMES_PER_STEP, LogMel
from voxrig.runtime.core.timing import BLOCK

_CHECKPOINT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a training run.

    Attributes:
        look_ahead: internal samples of the future that a pose may need.
        updates: optimiser steps.
        rows: sequences in a batch.
        steps: model steps in a sequence.
        rate: peak learning rate of the one-cycle schedule (Smith & Topin 2019).
    """

    look_ahead: int = 1950
    updates: int = 1400
    rows: int = 32
    steps: int = 300
    rate: float = 2e-3
    seed: int = 1
    size: FaceSize = field(default_factory=FaceSize)

    @property
    def delay(self) -> int:
        """Steps between hearing a block and showing its pose, rounded up."""
        return -(-self.look_ahead // BLOCK)

    @property
    def lead_in(self) -> int:
        """Silent internal samples in front of a clip."""
        return self.delay * BLOCK - self.look_ahead


def batch(
    examples: list[Example], recipe: Recipe, mel: LogMel, random: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Draw features [rows, steps, 2 * bands], targets, sounds and the mask of known steps."""
    features = np.empty((recipe.rows, recipe.steps, mel.width), np.float32)
    targets = np.empty((recipe.rows, recipe.steps, len(ARTICULATORS)), np.float32)
    sounds = np.empty((recipe.rows, recipe.steps), np.int64)
    known = np.zeros((recipe.rows, recipe.steps), bool)
    for row in range(recipe.rows):
        at, paused = 0, False
        while at < recipe.steps:
            example = examples[int(random.integers(len(examples)))]
            start = int(random.integers(len(example.sounds) // 2)) if at == 0 and random.random() < 0.3 else 0
            if not paused and random.random() < 0.3:
                paused = True
                count = min(int(random.integers(5, 90)), recipe.steps - at)
                features[row, at : at + count] = pause(2 * count, mel, random).reshape(count, mel.width)
                targets[row, at : at + count] = 0
                sounds[row, at : at + count] = 0
                known[row, at + (recipe.delay if at else 0) : at + count] = True
                at += count
                continue
            count = min(len(example.sounds) - start, recipe.steps - at)
            frames = augment(example.mel[2 * start : 2 * (start + count)].astype(np.float32), mel, random)
            into = slice(at, at + count)
            features[row, into] = frames.reshape(count, mel.width)
            # Having heard step s, the network shows pose s + 1 - delay.
            shift = recipe.delay - 1
            targets[row, into] = _delayed(example.targets, start, count, shift)
            sounds[row, into] = _delayed(example.sounds, start, count, shift)
            known[row, at + (shift if start == 0 else 0) : at + count] = True
            at += count
            paused = False
    return torch.from_numpy(features), torch.from_numpy(targets), torch.from_numpy(sounds), torch.from_numpy(known)


def _delayed(rows: NDArray[Any], start: int, count: int, shift: int) -> NDArray[Any]:
    """Rows start - shift to start - shift + count, the first row standing in for those before it."""
    return rows[np.clip(np.arange(start - shift, start - shift + count), 0, len(rows) - 1)]


def statistics(examples: list[Example]) -> tuple[Tensor, Tensor]:
    """Mean and 1 / standard deviation of a feature row over the corpus: [2 * bands] each."""
    sample = np.concatenate([e.mel[::7].astype(np.float32) for e in examples[::5]])
    mean, scale = sample.mean(0), 1 / (sample.std(0) + 1e-3)
    mean, scale = (np.tile(values, FRAMES_PER_STEP) for values in (mean, scale))
    return torch.from_numpy(mean), torch.from_numpy(scale)


@torch.no_grad()
def validate(network: FaceNetwork, held_out: list[Example], recipe: Recipe) -> float:
    """Mean loss over clips that were never trained on."""
    network.eval()
    losses = []
    for example in held_out:
        count = len(example.sounds)
        features = torch.from_numpy(example.mel.astype(np.float32).reshape(1, count, -1))
        shift = recipe.delay - 1
        known = torch.ones(1, count, dtype=torch.bool)
        known[:, :shift] = False
        targets = torch.from_numpy(_delayed(example.targets, 0, count, shift).astype(np.float32))[None]
        sounds = torch.from_numpy(_delayed(example.sounds, 0, count, shift).astype(np.int64))[None]
        logits, heard = network(features)
        losses.append(float(face_loss(logits, heard, targets, sounds, known)))
    network.train()
    return float(np.mean(losses))


def train(data: Path, cache: Path, out: Path, recipe: Recipe, begin: Path | None) -> Path:
    """Train to the end of the recipe; return the checkpoint."""
    mel = LogMel()
    examples = load(data, cache, recipe.lead_in, mel)
    held_out = [prepare(c, recipe.lead_in, mel) for i, c in enumerate(clips(data, held_out=True)) if i % 12 == 0]
    print(f"{len(examples)} examples, {seconds(examples) / 60:.0f} min; {len(held_out)} clips held out for validation")
    torch.manual_seed(recipe.seed)
    network = FaceNetwork(recipe.size)
    network.mean, network.scale = statistics(examples)
    with torch.no_grad():  # start from the mean pose rather than from a mouth half open
        usual = torch.from_numpy(np.mean([e.targets.mean(0, dtype=np.float64) for e in examples], axis=0)).float()
        network.articulation.bias.copy_(torch.logit(usual.clamp(0.005, 0.995)))
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, recipe.updates, pct_start=0.15)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint, log = out / "checkpoint.pt", out / "log.jsonl"
    done = 0
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(kept["network"])
        optimiser.load_state_dict(kept["optimiser"])
        schedule.load_state_dict(kept["schedule"])
        done = kept["done"]
    elif begin is not None:
        network.load_state_dict(torch.load(begin, weights_only=True)["network"])
    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("", total=recipe.updates, completed=done)
        recent: list[float] = []
        began = time.monotonic()
        while done < recipe.updates:
            # Each batch has its own seed, so a resumed run draws what the unbroken one would have drawn.
            drawn = batch(examples, recipe, mel, np.random.default_rng((recipe.seed, done)))
            features, targets, sounds, known = drawn
            logits, heard = network(features)
            loss = face_loss(logits, heard, targets, sounds, known)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            recent.append(float(loss.detach()))
            progress.update(task, advance=1, description=f"loss {np.mean(recent[-20:]):.3f}")
            if done % _CHECKPOINT_EVERY == 0 or done == recipe.updates:
                entry = {
                    "update": done,
                    "loss": float(np.mean(recent[-100:])),
                    "held_out": validate(network, held_out, recipe),
                    "seconds": round(time.monotonic() - began),
                }
                with log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(entry) + "\n")
                progress.print(entry)
                _save(checkpoint, network, optimiser, schedule, done, recipe)
    return checkpoint


def _save(
    path: Path,
    network: FaceNetwork,
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    done: int,
    recipe: Recipe,
) -> None:
    partial = path.with_suffix(".partial")
    state = {
        "network": network.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
        "done": done,
        "recipe": asdict(recipe),
    }
    torch.save(state, partial)
    partial.replace(path)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="where prepared clips are kept")
    parser.add_argument("--from", dest="begin", type=Path, help="checkpoint whose weights to start from")
    for name in ("look_ahead", "updates", "rows", "steps", "seed"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Recipe(), name))
    parser.add_argument("--rate", type=float, default=Recipe().rate)
    parser.add_argument("--width", type=int, default=FaceSize().width)
    arguments = parser.parse_args()
    recipe = Recipe(
        arguments.look_ahead,
        arguments.updates,
        arguments.rows,
        arguments.steps,
        arguments.rate,
        arguments.seed,
        FaceSize(width=arguments.width),
    )
    print(train(arguments.data, arguments.cache, arguments.out, recipe, arguments.begin))


if __name__ == "__main__":
    main()
