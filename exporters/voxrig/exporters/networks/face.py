"""The streaming face network: mel frames -> gated recurrent layers -> articulators -> native rig controls.

Gated recurrent units (Cho et al. 2014) with the reset gate after the product, so that all gates of a layer are two
matrix products: in ONNX Runtime on a CPU, batched, that was the fastest of the recurrent, attention and convolution
stacks that were tried.
"""

import copy
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from voxrig.exporters.articulators import ARTICULATORS, expansion_matrix, index
from voxrig.exporters.phonetics import CLASSES

# Chosen by looking at the held-out clips of tests/benchmarks/test_lips.py: vowels told apart by their opening, and a
# wide enough mouth that the gap of the head at rest is small beside it; u and w as round as they were taught.
_SHOWN: Final = {"jaw": 1.3, "lower_down": 0.7, "upper_up": 0.7, "pucker": 1.2}


@dataclass(frozen=True, slots=True)
class FaceSize:
    """How large a face network is.

    Attributes:
        inputs: width of a feature row.
        width: of the recurrent layers.
        layers: how many of them.
        heads: how many poses it gives a step, one for each look-ahead it was trained for.
        reader: width of one more recurrent layer behind the others; 0 for none. It is for long look-aheads: what the
            others made of the sound, read again once more of it is known.

    Raises:
        ValueError: the reader is as wide as the others; a bundle could not tell them apart.
    """

    inputs: int = 128
    width: int = 320
    layers: int = 2
    heads: int = 2
    reader: int = 0

    def __post_init__(self) -> None:
        if self.reader == self.width:
            raise ValueError(f"a reader as wide as the other layers ({self.width}) cannot be; choose another width")


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
        self.reader = nn.GRU(size.width, size.reader, batch_first=True) if size.reader else None
        last = size.reader or size.width
        self.articulation = nn.ModuleList(nn.Linear(last, len(ARTICULATORS)) for _ in range(size.heads))
        self.sounds = nn.Linear(last, len(CLASSES))

    def hidden(self, features: Tensor) -> Tensor:
        """Features [batch, steps, inputs] -> what the heads read [batch, steps, width]."""
        x = nn.functional.silu(self.entry((features - self.mean) * self.scale))
        heard: Tensor = self.recurrent(x)[0]
        if self.reader is not None:
            # The ears are those of another run, and stay as they are.
            read: Tensor = self.reader(heard.detach())[0]
            return read
        return heard

    def forward(self, features: Tensor) -> tuple[list[Tensor], Tensor]:
        """Train: features [batch, steps, inputs] -> logits of articulators, a head each, and of the first's sounds."""
        hidden = self.hidden(features)
        return [head(hidden) for head in self.articulation], self.sounds(hidden)

    def states(self) -> tuple[int, ...]:
        """Widths of the states that a step carries on."""
        return (self.size.width,) * self.size.layers + ((self.size.reader,) if self.size.reader else ())


def show(logits: Tensor) -> Tensor:
    """Logits [..., articulators] as the network was trained -> articulators in 0 to 1 as they are shown.

    Whoever learns by squared error hedges, and opens the mouth less than taught: the jaw, which tells vowels apart, is
    given that back and a little more, the lips' own opening, which does so less, is held back.
    """
    value = torch.sigmoid(logits)
    scale = torch.ones(len(ARTICULATORS))
    for name, factor in _SHOWN.items():
        scale[index(name)] = factor
    return torch.clamp(value * scale, 0.0, 1.0)


class FaceStep(nn.Module):
    """One step of a trained `FaceNetwork` with one of its heads, as exported: state in and out, native controls.

    The recurrent weights are held as the graph multiplies them, under names that `weights_of` finds in a bundle again.
    """

    mean: Tensor
    scale: Tensor
    expansion: Tensor

    def __init__(self, network: FaceNetwork, head: int = 0) -> None:
        super().__init__()
        for name in ("mean", "scale"):
            self.register_buffer(name, getattr(network, name).clone())
        self.entry = copy.deepcopy(network.entry)
        self.layers = len(network.states())
        for layer, gru in enumerate(_layers(network)):
            for name in _GRU_WEIGHTS:
                value = getattr(gru[0], f"{name}_l{gru[1]}").detach()
                self.register_buffer(f"{name}_{layer}", (value.t() if value.dim() == 2 else value).contiguous())
        self.articulation = copy.deepcopy(network.articulation[head])
        self.register_buffer("expansion", torch.from_numpy(expansion_matrix()))

    def forward(self, features: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        """features [batch, inputs] and a state [batch, width] a layer -> controls [batch, N] and the next states."""
        x = nn.functional.silu(self.entry((features - self.mean) * self.scale))
        following = []
        for layer, state in enumerate(states):
            x = self._gates(layer, x, state)
            following.append(x)
        return (torch.clamp(show(self.articulation(x)) @ self.expansion, 0.0, 1.0), *following)

    def _gates(self, layer: int, x: Tensor, state: Tensor) -> Tensor:
        w_in, w_state, b_in, b_state = (getattr(self, f"{name}_{layer}") for name in _GRU_WEIGHTS)
        r_in, z_in, n_in = (x @ w_in + b_in).chunk(3, dim=-1)
        r_state, z_state, n_state = (state @ w_state + b_state).chunk(3, dim=-1)
        update = torch.sigmoid(z_in + z_state)
        candidate = torch.tanh(n_in + torch.sigmoid(r_in + r_state) * n_state)
        return (1 - update) * candidate + update * state


_GRU_WEIGHTS: Final = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _layers(network: FaceNetwork) -> list[tuple[nn.GRU, int]]:
    """The recurrent layers in order, each with its number in its module."""
    layers = [(network.recurrent, layer) for layer in range(network.size.layers)]
    return layers if network.reader is None else [*layers, (network.reader, 0)]


def weights_of(exported: dict[str, Tensor], layers: int) -> dict[str, Tensor]:
    """Turn the named weights of an exported `FaceStep` back into those of a `FaceNetwork` with one head, no sounds.

    Args:
        exported: the bundle's initialisers by name.
        layers: how many recurrent layers stand before a reader, if there is one.
    """
    out = {name: exported[name] for name in ("mean", "scale", "entry.weight", "entry.bias")}
    for end in ("weight", "bias"):
        out[f"articulation.0.{end}"] = exported[f"articulation.{end}"]
    number = 0
    while f"weight_ih_{number}" in exported:
        target = f"recurrent.{{}}_l{number}" if number < layers else "reader.{}_l0"
        for name in _GRU_WEIGHTS:
            value = exported[f"{name}_{number}"]
            out[target.format(name)] = value.t() if value.dim() == 2 else value
        number += 1
    return out


def lip_gap(articulators: Tensor) -> Tensor:
    """Gap between the lips in centimetres, [...]: how far each articulator parts them on a neutral head.

    The slopes are those of the ICT-FaceKit head (measured there by moving one blend shape at a time).
    """
    slopes = {
        "jaw": 2.9, "lower_down": 0.58, "upper_up": 0.70, "funnel": 1.08, "pucker": -0.13, "roll_lower": -0.22,
        "press": -0.22,
    }  # fmt: skip
    gap = sum(slope * articulators[..., index(name)] for name, slope in slopes.items())
    return torch.as_tensor(gap - 2.9 * articulators[..., index("jaw")] * articulators[..., index("together")])


def mouth_width(articulators: Tensor) -> Tensor:
    """Distance of the mouth's corners from rest in centimetres, [...]; slopes as in `lip_gap`."""
    slopes = {"jaw": -0.57, "pucker": -0.93, "funnel": -0.68, "stretch": 1.32, "smile": 1.41, "frown": 0.38}
    return torch.as_tensor(sum(slope * articulators[..., index(name)] for name, slope in slopes.items()))


def lip_to_teeth(articulators: Tensor) -> Tensor:
    """Distance from the lower lip to the upper incisors against rest, in centimetres, [...], for f and v."""
    slopes = {"jaw": 1.1, "lower_down": -0.11, "pucker": 0.90, "funnel": 0.70, "roll_lower": -1.07, "press": 0.18}
    return torch.as_tensor(sum(slope * articulators[..., index(name)] for name, slope in slopes.items()))
