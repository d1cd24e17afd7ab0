"""Train the face network: `python -m voxrig.exporters.training.face --out RUN_DIR`.

Learns from our data sets (`--data`), and from a studio's own captures (`--captures`, `--beat`). Resumes by itself
from the last checkpoint in the run's folder; `--from CHECKPOINT` starts from another run's weights. One run trains a
head for each look-ahead; `--reader WIDTH` freezes the network it starts from and trains a reader behind its first head.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from voxrig.exporters.articulators import ARTICULATORS
from voxrig.exporters.command import run
from voxrig.exporters.datasets.beat import read_beat
from voxrig.exporters.datasets.captures import read_captures
from voxrig.exporters.datasets.speech import Clip, DatasetError
from voxrig.exporters.networks.face import FaceNetwork, FaceSize
from voxrig.exporters.training.batches import Batch, Drawer
from voxrig.exporters.training.corpus import MOUTHS, Example, load, parted, seconds, shared_clips
from voxrig.exporters.training.losses import pose_loss, sound_loss
from voxrig.exporters.training.progress import training_progress
from voxrig.exporters.training.run_folder import RunFolder
from voxrig.exporters.training.start import Start, read_start
from voxrig.runtime.core.features import FRAMES_PER_STEP, LogMel
from voxrig.runtime.core.timing import BLOCK

_CHECKPOINT_EVERY: Final = 200
_SOUNDS: Final = 0.25  # weight of hearing sounds against moving the mouth
_LATER_HEADS: Final = 0.6  # weight of each head behind the first
_ONWARDS: Final = 8e-4  # peak learning rate for weights that know something already
_LIVE, _FAST = 1950, 750  # internal samples


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a training run.

    Attributes:
        look_aheads: internal samples of the future that a pose may need, for each head.
        mouth: whose movements clips without a camera are taught, of `corpus.MOUTHS`.
        updates: optimiser steps.
        rows: sequences in a batch.
        steps: model steps in a sequence.
        rate: peak learning rate of the one-cycle schedule (Smith & Topin 2019).
        half: whether most of the arithmetic is in bfloat16, twice as fast where the processor has it.
    """

    look_aheads: tuple[int, ...] = (_LIVE, _FAST)
    mouth: str = "taught"
    updates: int = 3000
    rows: int = 48
    steps: int = 220
    rate: float = 2e-3
    seed: int = 1
    half: bool = True
    size: FaceSize = field(default_factory=FaceSize)

    @property
    def delays(self) -> tuple[int, ...]:
        """Steps between hearing a block and showing its pose, rounded up, for each head."""
        return tuple(-(-samples // BLOCK) for samples in self.look_aheads)

    @property
    def lead_in(self) -> int:
        """Silent internal samples in front of a clip.

        Raises:
            ValueError: the look-aheads differ by something else than whole blocks.
        """
        lead_ins = {delay * BLOCK - ahead for delay, ahead in zip(self.delays, self.look_aheads, strict=True)}
        if len(lead_ins) > 1:
            raise ValueError(f"look-aheads {self.look_aheads} must differ by whole blocks of {BLOCK} samples")
        return lead_ins.pop()


def loss_of(network: FaceNetwork, batch: Batch, recipe: Recipe) -> Tensor:
    """Loss of a batch: every head's poses, and the sounds."""
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe.half):
        heads, heard = network(batch.features)
    loss = torch.zeros(())
    if not recipe.size.reader:  # its ears hear what they hear
        loss = _SOUNDS * sound_loss(heard.float(), batch.sounds)
    for number, (logits, targets, trusted) in enumerate(zip(heads, batch.targets, batch.trusted, strict=True)):
        loss = loss + (_LATER_HEADS if number else 1.0) * pose_loss(logits.float(), targets, trusted)
    return loss


def statistics(examples: list[Example]) -> tuple[Tensor, Tensor]:
    """Mean and 1 / standard deviation of a feature row over the corpus: [2 * bands] each."""
    sample = np.concatenate([e.mel[::7].astype(np.float32) for e in examples[::5]])
    mean, scale = sample.mean(0), 1 / (sample.std(0) + 1e-3)
    mean, scale = (np.tile(values, FRAMES_PER_STEP) for values in (mean, scale))
    return torch.from_numpy(mean), torch.from_numpy(scale)


def begin(recipe: Recipe, examples: list[Example], start: Start | None) -> tuple[FaceNetwork, set[str]]:
    """Make the network to train: from nothing, or from other weights; and name the data it learns from in all.

    Raises:
        ValueError: the weights are those of a network of another size.
    """
    network = FaceNetwork(recipe.size)
    datasets = {example.dataset for example in examples}
    if start is None:
        network.mean, network.scale = statistics(examples)
        usual = np.mean([e.targets[recipe.mouth].mean(0, dtype=np.float64) for e in examples], axis=0)
        with torch.no_grad():  # start from the mean pose rather than from a mouth half open
            for bias in [value for name, value in network.articulation.named_parameters() if name.endswith("bias")]:
                bias.copy_(torch.logit(torch.from_numpy(usual).float().clamp(0.005, 0.995)))
        return network, datasets
    # A new reader has its own heads, and a bundle no sounds: these begin anew.
    anew: tuple[str, ...] = () if "sounds.weight" in start.weights else ("sounds",)
    if recipe.size.reader and not start.size.reader:
        if anew:
            raise ValueError("a reader needs ears that tell sounds: give --from the checkpoint of a run, not a bundle")
        anew = ("reader",)
    kept = {name: value for name, value in start.weights.items() if not name.startswith(anew or "-")}
    if recipe.size.reader:  # it reads the first head
        kept = {
            name: value for name, value in kept.items() if not name.startswith(("articulation.1", "articulation.2"))
        }
    try:
        missing, _ = network.load_state_dict(kept, strict=not anew)
    except RuntimeError as error:
        raise ValueError(f"cannot begin a {recipe.size} with weights of a {start.size}: {error}") from error
    if any(not name.startswith(anew) for name in missing):
        raise ValueError(f"cannot begin a {recipe.size} with weights of a {start.size}: it lacks {missing[0]}")
    return network, datasets | start.datasets


class _Run:
    """A training run in its folder."""

    def __init__(self, network: FaceNetwork, recipe: Recipe, out: Path) -> None:
        self.network, self.recipe = network, recipe
        if network.reader is not None:
            network.requires_grad_(False)
            network.reader.requires_grad_(True)
        learning = [p for p in network.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(learning, lr=recipe.rate, weight_decay=0.01, betas=(0.9, 0.98))
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, recipe.rate, recipe.updates, pct_start=0.15)
        self.folder = RunFolder(out, asdict(recipe), network, self.optimiser, self.schedule)

    def update(self, batch: Batch) -> float:
        loss = loss_of(self.network, batch, self.recipe)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.folder.done += 1
        return float(loss.detach())


def train(examples: list[Example], held_out: list[Example], out: Path, recipe: Recipe, start: Start | None) -> Path:
    """Train to the end of the recipe; return the checkpoint.

    Args:
        examples: to learn from.
        held_out: to watch the loss on, augmented like the others.
        out: the run's folder; a checkpoint there is gone on from.
        recipe: of the run.
        start: weights to begin with, or None.

    Raises:
        ValueError: the checkpoint there is of another recipe.
    """
    mel = LogMel()
    torch.manual_seed(recipe.seed)
    network, datasets = begin(recipe, examples, start)
    run = _Run(network, recipe, out)
    folder = run.folder
    drawer = Drawer(examples, recipe.mouth, recipe.delays, mel)
    watch = Drawer(held_out or examples, recipe.mouth, recipe.delays, mel).draw(48, 220, np.random.default_rng(0))
    with training_progress() as progress:
        task = progress.add_task("", total=recipe.updates, completed=folder.done)
        recent: list[float] = []
        began = time.monotonic()
        while folder.done < recipe.updates:
            # Each batch has its own seed, so a resumed run draws what the unbroken one would have drawn.
            batch = drawer.draw(recipe.rows, recipe.steps, np.random.default_rng((recipe.seed, folder.done)))
            recent.append(run.update(batch))
            progress.update(task, advance=1, description=f"loss {np.mean(recent[-20:]):.3f}")
            if folder.done % _CHECKPOINT_EVERY == 0 or folder.done == recipe.updates:
                with torch.no_grad():
                    watched = float(loss_of(network, watch, recipe))
                entry = {
                    "update": folder.done,
                    "loss": round(float(np.mean(recent[-100:])), 4),
                    "held_out": round(watched, 4),
                    "seconds": round(time.monotonic() - began),
                }
                progress.print(entry)
                folder.save(entry, datasets=sorted(datasets))
    return folder.checkpoint


def own_clips(captures: list[Path], beat: list[Path]) -> Iterator[Clip]:
    """A studio's own recordings."""
    return chain(*(read_captures(folder) for folder in captures), *(read_beat(folder) for folder in beat))


def _arguments() -> argparse.Namespace:
    usual = Recipe()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--data", type=Path, help="folder of the data sets tts, grid_s1, emodb, facegood")
    parser.add_argument("--without", nargs="*", default=[], help="data sets of --data to leave out")
    parser.add_argument("--captures", type=Path, nargs="*", default=[], help="folders of Live Link Face CSV + sound")
    parser.add_argument("--beat", type=Path, nargs="*", default=[], help="folders of BEAT-style JSON + WAV")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="where prepared clips are kept")
    parser.add_argument("--from", dest="begin", metavar="START", help="checkpoint or bundle to begin with, or its name")
    parser.add_argument("--look-aheads", type=int, nargs="+", help="in samples at 24 kHz; by default those of --from")
    parser.add_argument("--mouth", choices=tuple(MOUTHS), default=usual.mouth)
    for name in ("updates", "rows", "steps", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name))
    parser.add_argument("--rate", type=float, help=f"peak learning rate; {usual.rate:g}, with --from {_ONWARDS:g}")
    parser.add_argument("--full", action="store_true", help="all arithmetic in float32")
    parser.add_argument("--width", type=int, help="of the recurrent layers; by default that of --from")
    parser.add_argument("--reader", type=int, default=0, help="width of a reader behind the network of --from")
    return parser.parse_args()


def _recipe(given: argparse.Namespace) -> tuple[Recipe, Start | None]:
    """What to train, and from where; what is not given is as in the weights to begin with, or as usual."""
    start = None if given.begin is None else read_start(given.begin)
    size, look_aheads = (start.size, start.look_aheads) if start else (FaceSize(), Recipe().look_aheads)
    if given.reader:
        if start is None:
            raise ValueError("--reader reads what another network hears: give that one with --from")
        ahead = (given.look_aheads or look_aheads)[0] - look_aheads[0]
        size = replace(size, reader=given.reader, ahead=ahead // BLOCK)
    look_aheads = tuple(given.look_aheads or look_aheads)
    size = replace(size, width=given.width or size.width, heads=len(look_aheads))
    rate = given.rate or (_ONWARDS if start and not given.reader else Recipe().rate)
    recipe = Recipe(
        look_aheads, given.mouth, given.updates, given.rows, given.steps, rate, given.seed, not given.full, size
    )
    return recipe, start


def main() -> None:
    """Read the command line and train."""
    given = _arguments()
    recipe, start = _recipe(given)
    own = list(own_clips(given.captures, given.beat))
    clips = {kept: list(parted(own, held_out=kept)) for kept in (False, True)}
    if given.data is not None:
        for kept, listed in clips.items():
            listed += shared_clips(given.data, held_out=kept, without=given.without)
    if not clips[False]:
        raise DatasetError("there is nothing to learn from; give --data, --captures or --beat")
    mel = LogMel()
    examples = load(clips[False], given.cache, recipe.lead_in, mel)
    held_out = load(clips[True][::6], given.cache, recipe.lead_in, mel)
    print(f"{len(examples)} examples, {seconds(examples) / 60:.0f} min, of {len(ARTICULATORS)} articulators")
    print(train(examples, held_out, given.out, recipe, start))


if __name__ == "__main__":
    run(main)
