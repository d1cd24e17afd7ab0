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


_PAST: Final = 6  # steps behind the shown pose that a reader sees too
_TOLD: Final = len(ARTICULATORS) + len(CLASSES)  # what the ears tell a reader of a step
_TOLD_SCALE: Final = 0.25  # their logits are several units wide


@dataclass(frozen=True, slots=True)
class FaceSize:
    """How large a face network is.

    Attributes:
        inputs: width of a feature row.
        width: of the recurrent layers.
        layers: how many of them.
        heads: how many poses it gives a step, one for each look-ahead it was trained for.
        reader: width of a perceptron behind them that corrects a pose once more has been heard; 0 for none.
        ahead: steps that the reader waits beyond what the ears wait.
    """

    inputs: int = 128
    width: int = 320
    layers: int = 2
    heads: int = 2
    reader: int = 0
    ahead: int = 0


class FaceNetwork(nn.Module):
    """Causal network over steps; what it knows of the future is what its caller makes it wait for.

    With a reader, the recurrent layers and their first head are ears that stay as they are. For each step the reader
    sees what they made of the steps around it, poses and sounds, and adds a correction.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, size: FaceSize) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("mean", torch.zeros(size.inputs))
        self.register_buffer("scale", torch.ones(size.inputs))
        self.entry = nn.Linear(size.inputs, size.width)
        self.recurrent = nn.GRU(size.width, size.width, size.layers, batch_first=True)
        self.articulation = nn.ModuleList(nn.Linear(size.width, len(ARTICULATORS)) for _ in range(size.heads))
        self.sounds = nn.Linear(size.width, len(CLASSES))
        self.reader = _reader(size) if size.reader else None

    def hidden(self, features: Tensor) -> Tensor:
        """Features [batch, steps, inputs] -> what the heads read [batch, steps, width]."""
        x = nn.functional.silu(self.entry((features - self.mean) * self.scale))
        heard: Tensor = self.recurrent(x)[0]
        return heard

    def forward(self, features: Tensor) -> tuple[list[Tensor], Tensor]:
        """Train: features [batch, steps, inputs] -> logits of articulators, a head each, and of the first's sounds."""
        hidden = self.hidden(features)
        poses, sounds = [head(hidden) for head in self.articulation], self.sounds(hidden)
        if self.reader is None:
            return poses, sounds
        told = torch.cat((poses[0], sounds), -1)
        around = _PAST + self.size.ahead
        told = nn.functional.pad(told, (0, 0, around, 0))
        window = told.unfold(1, around + 1, 1).transpose(2, 3)  # [batch, steps, around + 1, told]
        return [_read(self.reader, window)], sounds

    def states(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of the states that a step carries on."""
        layers: tuple[tuple[int, ...], ...] = ((self.size.width,),) * self.size.layers
        return (*layers, (_PAST + self.size.ahead, _TOLD)) if self.size.reader else layers


def _reader(size: FaceSize) -> nn.Sequential:
    """A perceptron that corrects nothing yet."""
    last = nn.Linear(size.reader, len(ARTICULATORS))
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(nn.Linear((_PAST + size.ahead + 1) * _TOLD, size.reader), nn.SiLU(), last)


def _read(reader: nn.Module, window: Tensor) -> Tensor:
    """What was told of steps, the oldest first [..., steps, told] -> logits of the pose after the first `_PAST`."""
    correction: Tensor = reader(window.flatten(-2) * _TOLD_SCALE)
    return window[..., _PAST, : len(ARTICULATORS)] + correction


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
        self.layers = network.size.layers
        for layer in range(self.layers):
            for name in _GRU_WEIGHTS:
                value = getattr(network.recurrent, f"{name}_l{layer}").detach()
                self.register_buffer(f"{name}_{layer}", (value.t() if value.dim() == 2 else value).contiguous())
        self.articulation = copy.deepcopy(network.articulation[head])
        self.reader = copy.deepcopy(network.reader)
        self.sounds = copy.deepcopy(network.sounds) if network.reader is not None else None
        self.register_buffer("expansion", torch.from_numpy(expansion_matrix()))

    def forward(self, features: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        """features [batch, inputs] and the states [batch, ...] -> controls [batch, N] and the next states."""
        x = nn.functional.silu(self.entry((features - self.mean) * self.scale))
        following = []
        for layer, state in enumerate(states[: self.layers]):
            x = self._gates(layer, x, state)
            following.append(x)
        pose = self.articulation(x)
        if self.reader is not None and self.sounds is not None:
            told = torch.cat((pose, self.sounds(x)), -1)
            window = torch.cat((states[self.layers], told.unsqueeze(1)), 1)
            pose = _read(self.reader, window)
            following.append(window[:, 1:])
        return (torch.clamp(show(pose) @ self.expansion, 0.0, 1.0), *following)

    def _gates(self, layer: int, x: Tensor, state: Tensor) -> Tensor:
        w_in, w_state, b_in, b_state = (getattr(self, f"{name}_{layer}") for name in _GRU_WEIGHTS)
        r_in, z_in, n_in = (x @ w_in + b_in).chunk(3, dim=-1)
        r_state, z_state, n_state = (state @ w_state + b_state).chunk(3, dim=-1)
        update = torch.sigmoid(z_in + z_state)
        candidate = torch.tanh(n_in + torch.sigmoid(r_in + r_state) * n_state)
        return (1 - update) * candidate + update * state


_GRU_WEIGHTS: Final = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def size_of(exported: dict[str, Tensor]) -> FaceSize:
    """Size of the `FaceNetwork` that an exported `FaceStep` was made of, with the one head that it has."""
    width, inputs = exported["entry.weight"].shape
    layers = sum(name.startswith("weight_ih_") for name in exported)
    if "reader.0.weight" not in exported:
        return FaceSize(inputs, width, layers, 1)
    reader, told = exported["reader.0.weight"].shape
    return FaceSize(inputs, width, layers, 1, reader, told // _TOLD - 1 - _PAST)


def weights_of(exported: dict[str, Tensor]) -> dict[str, Tensor]:
    """Turn the named weights of an exported `FaceStep` back into those of a `FaceNetwork`.

    Without a reader there are none for hearing sounds, which the exported step has no use for.
    """
    out = {}
    for name, value in exported.items():
        kind, _, layer = name.rpartition("_")
        if kind in _GRU_WEIGHTS:
            out[f"recurrent.{kind}_l{layer}"] = value.t() if value.dim() == 2 else value
        elif name.startswith("articulation."):
            out[name.replace("articulation.", "articulation.0.")] = value
        elif name in ("mean", "scale") or name.startswith(("entry.", "reader.", "sounds.")):
            out[name] = value
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
