"""Does an exported bundle do what the trained network does? A sequence in torch against steps in ONNX."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from voxrig.exporters.networks.face import FaceNetwork, FaceStep, show
from voxrig.runtime.models.agreement import furthest
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

LIMIT: Final = 1e-4


class ParityError(RuntimeError):
    """The exported graph differs from the network by more than `LIMIT`."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Largest differences over controls, which lie in 0 to 1."""

    step: float
    sequence: float

    def __str__(self) -> str:
        return (
            f"parity: one step torch - ONNX {self.step:.1e}, whole sequence torch - streamed ONNX {self.sequence:.1e}"
        )


@torch.no_grad()
def compare(
    network: FaceNetwork, step: FaceStep, bundle: Bundle, head: int = 0, steps: int = 300, rows: int = 4
) -> Parity:
    """Compare the head of a network, the step made of it, and the bundle, on random walks through the features' range.

    Raises:
        ParityError: a difference is above `LIMIT`.
    """
    network.eval()
    random = torch.Generator().manual_seed(7)
    walk = torch.randn(rows, steps, network.size.inputs, generator=random).cumsum(1) / 8
    features = network.mean + torch.clamp(walk, -3, 3) / network.scale
    offline = torch.clamp(show(network(features)[0][head]) @ step.expansion, 0, 1).numpy()

    model = OnnxModel(bundle)
    states = tuple(np.zeros((rows, *s.shape), np.float32) for s in bundle.spec.states)
    by_step = by_sequence = 0.0
    for n in range(steps):
        row = features[:, n]
        torch_controls, *_ = step(row, *(torch.from_numpy(s) for s in states))
        controls, states = model.step(np.ascontiguousarray(row.numpy()), states)
        by_step = max(by_step, furthest(torch_controls.numpy(), controls))
        by_sequence = max(by_sequence, furthest(offline[:, n], controls))
    if max(by_step, by_sequence) > LIMIT:
        raise ParityError(f"torch and ONNX differ by {by_step:.2e} a step, {by_sequence:.2e} streamed; limit {LIMIT:g}")
    return Parity(by_step, by_sequence)
