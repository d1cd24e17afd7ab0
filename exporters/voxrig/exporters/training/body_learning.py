"""Learning: a body's network from performances, resumable at every epoch."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor

from voxrig.exporters.networks.body import BodyNetwork, BodySize
from voxrig.exporters.training.body_batches import BodyBatch, batches, count
from voxrig.exporters.training.body_figures import Figures, figures
from voxrig.exporters.training.body_following import Following
from voxrig.exporters.training.body_losses import BodyLoss, Terms
from voxrig.exporters.training.body_rows import BodyExample
from voxrig.exporters.training.progress import training_progress
from voxrig.exporters.training.run_folder import RunFolder
from voxrig.runtime.core.body.posture import LEARNED
from voxrig.runtime.models.spec import BODY_VOICE

_FLOOR: Final = 1e-3  # of a goal's spread: one that is never taught to move is left alone


@dataclass(frozen=True, slots=True)
class BodyRecipe:
    """Everything that decides a training run.

    Attributes:
        epochs: walks through all performances.
        rows: performances in a batch.
        steps: of the network in an update.
        rate: peak learning rate of the one-cycle schedule (Smith & Topin 2019).
        half: whether most of the arithmetic is in bfloat16.
    """

    epochs: int = 20
    rows: int = 32
    steps: int = 150
    rate: float = 2e-3
    seed: int = 1
    half: bool = True
    size: BodySize = field(default_factory=BodySize)


class _Run:
    """A training run in its folder."""

    def __init__(
        self, examples: Sequence[BodyExample], recipe: BodyRecipe, out: Path, begin: Path | None = None
    ) -> None:
        self.recipe = recipe
        self.network = begun(examples, recipe)
        if begin is not None:
            self.network.load_state_dict(torch.load(begin, weights_only=True)["network"])
        self.loss, self.following = BodyLoss(self.network.spread), Following()
        self.optimiser = torch.optim.AdamW(self.network.parameters(), recipe.rate, (0.9, 0.98), weight_decay=0.01)
        updates = recipe.epochs * count(examples, recipe.rows, recipe.steps)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimiser, recipe.rate, updates + 1, pct_start=0.1)
        self.memory, self.place = self.network.start(1), torch.zeros(0)
        self.folder = RunFolder(out, asdict(recipe), self.network, self.optimiser, self.schedule)

    def update(self, batch: BodyBatch) -> Terms:
        """Learn from a batch; what is remembered goes on into the next."""
        if batch.begins:
            self.memory = self.network.start(len(batch.rows))
            self.place = self.following.resting(batch.taught[:, 0])
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.half):
            goals, memory = self.network(batch.rows, self.memory)
        place, shown = self.following.followed(self.place, goals.float())
        terms = self.loss.terms(shown, batch.taught, batch.counted)
        self.optimiser.zero_grad()
        terms.total().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.memory, self.place = memory.detached(), place.detach()
        return Terms(*(term.detach() for term in terms))


def begun(examples: Sequence[BodyExample], recipe: BodyRecipe) -> BodyNetwork:
    """Make the network to train: it knows what is usual, of what is heard and of postures."""
    torch.manual_seed(recipe.seed)
    network = BodyNetwork(recipe.size)
    some = examples[:: max(len(examples) // 200, 1)]
    mel = np.concatenate([example.heard[::7, BODY_VOICE:].astype(np.float32) for example in some])
    postures = np.concatenate([example.postures[::7, list(LEARNED)] for example in some])
    network.mel_mean = torch.from_numpy(np.tile(mel.mean(0), 2))
    network.mel_scale = torch.from_numpy(np.tile(1 / (mel.std(0) + 1e-3), 2))
    network.usual = torch.from_numpy(postures.mean(0))
    network.spread = torch.from_numpy(np.maximum(postures.std(0), _FLOOR))
    return network


def learned(
    examples: Sequence[BodyExample],
    held_out: Sequence[BodyExample],
    recipe: BodyRecipe,
    out: Path,
    begin: Path | None = None,
) -> tuple[BodyNetwork, Figures]:
    """Train to the end of the recipe.

    Args:
        examples: to learn from.
        held_out: to measure on after each epoch; may be empty, then some of `examples` are.
        recipe: of the run.
        out: the run's folder; a checkpoint there is gone on from.
        begin: a checkpoint of another run, of a network as large, that this one begins with.

    Returns:
        The network, and its figures.

    Raises:
        ValueError: there is nothing to learn from, or the checkpoint there is of another recipe.
    """
    if not examples:
        raise ValueError("there is nothing to learn from; give a folder with motion and sound")
    torch.set_num_threads(1)  # the layers are small: a second thread costs more than it gives
    run, judged = _Run(examples, recipe, out, begin), held_out or examples[:8]
    folder = run.folder
    found = None
    with training_progress() as progress:
        each = count(examples, recipe.rows, recipe.steps)
        task = progress.add_task("", total=recipe.epochs * each, completed=folder.done * each)
        while folder.done < recipe.epochs:
            began, terms = time.monotonic(), []
            # Each epoch has its own seed: a resumed run goes on as the unbroken one would have.
            torch.manual_seed(recipe.seed * 1000 + folder.done)
            order = np.random.default_rng((recipe.seed, folder.done))
            run.network.train()
            for batch in batches(examples, recipe.rows, recipe.steps, order):
                terms.append(torch.stack(list(run.update(batch))))
                progress.update(task, advance=1, description=f"loss {_mean(terms[-20:])[0]:.3f}")
            folder.done += 1
            found = figures(run.network, judged)
            entry = {
                "epoch": folder.done,
                "loss": dict(zip(Terms._fields, [round(value, 4) for value in _mean(terms)], strict=True)),
                "held_out": found._asdict(),
                "seconds": round(time.monotonic() - began),
            }
            progress.print(f"epoch {folder.done}: loss {_mean(terms)[0]:.3f}; {found}")
            folder.save(entry)
    return run.network.eval(), found or figures(run.network, judged)


def _mean(terms: list[Tensor]) -> list[float]:
    found: list[float] = torch.stack(terms).mean(0).tolist()
    return found
