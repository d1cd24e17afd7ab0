"""Does a network on a GPU say what it says on the CPU? Asked before the GPU's answers are used."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.models.batching import StepModel

Floats = NDArray[np.float32]

BOUNDS: Final = {"fp32": 1e-3, "fp16": 1e-2}
"""How far a control may be off after `STEPS` steps of its own states: several times what rounding does, and far from
what a wrong kernel does."""
STEPS: Final = 48
ROWS: Final = (1, 3, 40)
"""Characters in a call, one size after the other: each takes other kernels."""


class DisagreementError(RuntimeError):
    """A network's answers are not those of the CPU; the message says by how much."""


def verify_agreement(model: StepModel, reference: StepModel, bound: float, sizes: Sequence[int] = ROWS) -> float:
    """Run two of the same network side by side over seeded rows, each with its own states.

    Args:
        model: the one in question.
        reference: the one that is right.
        bound: largest difference of a control that is let pass.
        sizes: characters in a call, one size after the other.

    Returns:
        The largest difference.

    Raises:
        DisagreementError: it is above the bound, or a value is no number.
    """
    most = 0.0
    for rows in sizes:
        ours, theirs = (tuple(np.stack([state] * rows) for state in one.start()) for one in (model, reference))
        for row in walk(reference.spec.inputs[0].shape[0], STEPS, rows):
            controls, ours = model.step(row, ours)
            expected, theirs = reference.step(row, theirs)
            most = max(most, furthest(controls, expected))
    if not most <= bound:
        raise DisagreementError(f"its answers are up to {most:.2g} off the CPU's, and {bound:g} is let pass")
    return most


def walk(width: int, steps: int, rows: int) -> Iterator[Floats]:
    """Walk at random through what log-mel rows can be, from silence to loud, the same walk every time.

    Yields:
        float32[rows, width], `steps` times.
    """
    random = np.random.default_rng(11)
    level = random.uniform(-9.0, 0.0, (rows, width))
    for _ in range(steps):
        level = np.clip(level + random.normal(0.0, 0.7, level.shape), -11.0, 2.0)
        yield level.astype(np.float32)


def furthest(one: Floats, other: Floats) -> float:
    """Return the largest difference; infinity where either is no number."""
    return float(np.nan_to_num(np.abs(one - other), nan=np.inf).max(initial=0.0))
