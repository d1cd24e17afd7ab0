"""How far a network in half precision is off: on the CPU, where both run, over the same rows of real speech.

ONNX Runtime's CPU computes products of halves in single precision from rounded inputs and weights and rounds the sum,
which is what tensor cores that add up in single precision do. It stands in for a GPU; it is none.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]

LARGEST: Final = 3e-3
"""Of a control, at any step: a three-hundredth of its range, which no eye sees."""
MEAN: Final = 1e-4


class HalfParityError(RuntimeError):
    """Half precision is too far off single precision."""


@dataclass(frozen=True, slots=True)
class HalfParity:
    """Differences over all controls and steps.

    Attributes:
        largest, mean: of a control.
        steps: that were compared.
        control: which was off by the largest.
    """

    largest: float
    mean: float
    steps: int
    control: str

    def __str__(self) -> str:
        return f"at most {self.largest:.1e} ({self.control}), {self.mean:.1e} on average over {self.steps} steps"


def compare_halves(model: bytes, half: bytes, spec: ModelSpec, rows: Floats) -> HalfParity:
    """Run a network in both precisions over float32[steps, row], each with its own states.

    Raises:
        HalfParityError: the differences are above `LARGEST` or `MEAN`.
    """
    off = np.abs(_played(model, spec, rows) - _played(half, spec, rows))
    off = np.nan_to_num(off, nan=np.inf)
    worst = spec.controls[int(off.max(axis=0).argmax())]
    found = HalfParity(float(off.max()), float(off.mean()), len(rows), worst)
    if found.largest > LARGEST or found.mean > MEAN:
        raise HalfParityError(f"half precision of {spec.name} is off by {found}; {LARGEST:g} and {MEAN:g} are let pass")
    return found


def _played(model: bytes, spec: ModelSpec, rows: Floats) -> Floats:
    """Return the controls float32[steps, N] of one character."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    inputs, outputs = ([tensor.name for tensor in tensors] for tensors in (spec.inputs, spec.outputs))
    states = [np.zeros((1, *state.shape), np.float32) for state in spec.states]
    told = np.empty((len(rows), len(spec.controls)), np.float32)
    for step, row in enumerate(rows):
        controls, *states = session.run(outputs, dict(zip(inputs, (row[None], *states), strict=True)))
        told[step] = controls[0]
    return told
