"""The folder of a training run: the log of its figures, and the checkpoint that it is gone on from."""

import json
from pathlib import Path
from typing import Any

import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


class RunFolder:
    """What a run learns with, kept in a folder.

    Args:
        out: the folder; made where it is not there.
        recipe: everything that decides the run, as `dataclasses.asdict` gives it.
        network, optimiser, schedule: as they are at the beginning; a checkpoint in the folder is put into them.

    Attributes:
        checkpoint: the checkpoint's file.
        done: how much of the recipe is done, in the run's own unit.

    Raises:
        ValueError: the checkpoint there is of another recipe.
    """

    def __init__(
        self, out: Path, recipe: dict[str, Any], network: torch.nn.Module, optimiser: Optimizer, schedule: LRScheduler
    ) -> None:
        self.checkpoint, self._log = out / "checkpoint.pt", out / "log.jsonl"
        self.done = 0
        self._recipe = recipe
        self._parts: dict[str, torch.nn.Module | Optimizer | LRScheduler] = {
            "network": network,
            "optimiser": optimiser,
            "schedule": schedule,
        }
        out.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.is_file():
            self._resume()

    def save(self, entry: dict[str, Any], **more: Any) -> None:
        """Log figures, and keep the run as it stands, with `more` beside it; a cut leaves the checkpoint before it."""
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        state = {name: part.state_dict() for name, part in self._parts.items()}
        partial = self.checkpoint.with_suffix(".partial")
        torch.save({**state, "done": self.done, "recipe": self._recipe, **more}, partial)
        partial.replace(self.checkpoint)

    def _resume(self) -> None:
        kept = torch.load(self.checkpoint, weights_only=True)
        if kept["recipe"] != self._recipe:
            raise ValueError(f"{self.checkpoint} was made with another recipe; remove it or choose another folder")
        for name, part in self._parts.items():
            part.load_state_dict(kept[name])
        self.done = kept["done"]
