"""Batches of performances, walked through from beginning to end so that the network's memory grows as it will live."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from voxrig.exporters.training.body_rows import BodyExample
from voxrig.runtime.core.body.posture import LEARNED
from voxrig.runtime.models.spec import BODY_POSES


@dataclass(frozen=True, slots=True)
class BodyBatch:
    """A stretch of some performances.

    Attributes:
        begins: whether it is their first: then nothing is remembered.
        rows: [batch, steps, row].
        taught: [batch, 2 * steps, goals], learned numbers of the postures.
        counted: [batch, 2 * steps], 1 where there is something taught, 0 behind an end.
    """

    begins: bool
    rows: Tensor
    taught: Tensor
    counted: Tensor


def batches(
    examples: Sequence[BodyExample], rows: int, steps: int, random: np.random.Generator | None
) -> Iterator[BodyBatch]:
    """Walk once through all performances, `rows` of them side by side, `steps` at a time.

    Args:
        examples: at least one.
        rows: performances in a batch; the last has fewer.
        steps: of a batch, at most.
        random: shuffles them; None keeps their order.
    """
    order = np.arange(len(examples)) if random is None else random.permutation(len(examples))
    for first in range(0, len(order), rows):
        group = [examples[n] for n in order[first : first + rows]]
        longest = max(example.steps for example in group)
        for at in range(0, longest, steps):
            yield _batch(group, at, min(steps, longest - at))


def count(examples: Sequence[BodyExample], rows: int, steps: int) -> int:
    """How many batches `batches` yields at most: exactly so many where all performances are equally long."""
    longest = max(example.steps for example in examples)
    return -(-len(examples) // rows) * -(-longest // steps)


def _batch(group: Sequence[BodyExample], at: int, steps: int) -> BodyBatch:
    poses = np.arange(at * BODY_POSES, (at + steps) * BODY_POSES)
    taught = np.stack([example.postures[np.minimum(poses, len(example.postures) - 1)] for example in group])
    counted = np.stack([poses < example.steps * BODY_POSES for example in group])
    return BodyBatch(
        at == 0,
        torch.from_numpy(np.stack([example.rows(at, steps) for example in group])),
        torch.from_numpy(taught[:, :, list(LEARNED)]),
        torch.from_numpy(counted.astype(np.float32)),
    )
