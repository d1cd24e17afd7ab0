"""A bundle's graph with its large matrix products in 8-bit integers: a third of the time, and the same motion.

Recurrent layers are found by their weights' names, and whatever else has many weights. Inputs of the products are
rounded to unsigned bytes by a scale that is fixed, so that a character's numbers do not depend on who shares its batch;
integer sums are exact in any order (Jacob et al. 2018, "Quantization and training of neural networks for efficient
integer-arithmetic-only inference", CVPR). The states are carried on, and all else is computed, in single precision.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.graph_surgery import OURS, Surgery
from voxrig.exporters.int8_rounding import Range, range_of, round_weights

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
LARGE: Final = 100_000
"""A matrix of so many weights is worth it; smaller ones stay as they are."""
STATE: Final = Range(-128 / 127, 1.0)
"""Of what a gated recurrent layer holds: from -1 to 1 in any sound, in steps of 1 / 127."""
_LAYER: Final = re.compile(r"^(?:layers\.(?P<of_body>\d+)\.)?weight_ih(?:_(?P<of_face>\d+))?$")


class Layer(NamedTuple):
    """A gated recurrent layer of a graph: the tensor it takes, the name of its state, its weights and biases."""

    taken: str
    state: str
    w_in: Floats
    w_state: Floats
    b_in: Floats
    b_state: Floats


class Dense(NamedTuple):
    """A fully connected layer of a graph: what it takes and gives, weights [inputs, outputs], biases."""

    taken: str
    given: str
    weight: Floats
    bias: Floats


def watched(model: bytes) -> list[str]:
    """Names of the tensors that `quantised` must know from speech."""
    surgery = Surgery(model)
    layers, dense = _layers(surgery), _dense(surgery)
    return [name for layer in layers for name in (layer.taken, layer.state)] + [layer.taken for layer in dense]


def quantised(model: bytes, heard: Mapping[str, Floats]) -> bytes:
    """Turn an exported graph into its 8-bit twin, with the same inputs and outputs.

    Args:
        model: of a face or a body, as `onnx.export_face` and `body_export` write it.
        heard: what each of the tensors that `watched` names held in speech, float32[n, width].

    Raises:
        ValueError: it has no matrix that is large enough.
    """
    surgery = Surgery(model)
    layers, dense = _layers(surgery), _dense(surgery)
    if not layers and not dense:
        raise ValueError(f"the graph has no matrix of {LARGE} weights or more: there is nothing to quantise")
    for layer in layers:
        _recur(surgery, layer, heard)
    for one in dense:
        values = heard[one.taken]
        _product(surgery, [_Input(surgery, one.taken, values, range_of(values))], one.weight, one.bias, out=one.given)
    return surgery.closed()


class _Input:
    """A tensor as bytes.

    Attributes:
        within: what they stand for.
        heard, as_bytes: float64[n, width], what it held in speech, and what is left of that.
        name: of the tensor of bytes.
    """

    def __init__(self, surgery: Surgery, tensor: str, heard: Floats, within: Range) -> None:
        self.within, self.heard, self.as_bytes = within, heard.astype(np.float64), within.rounded(heard)
        zero = surgery.constant(within.zero, np.uint8)
        self.name = surgery.node("QuantizeLinear", tensor, surgery.constant(within.scale), zero)


def _layers(surgery: Surgery) -> list[Layer]:
    found = []
    for name, weight in surgery.weights.items():
        match = _LAYER.match(name)
        node = surgery.user(name) if match and weight.size >= LARGE else None
        if match is not None and node is not None:
            rest = [surgery.weights[name.replace("weight_ih", kind)] for kind in ("weight_hh", "bias_ih", "bias_hh")]
            found.append(Layer(node.input[0], f"state_{match['of_body'] or match['of_face']}", weight, *rest))
    return found


def _dense(surgery: Surgery) -> list[Dense]:
    found = []
    for name, weight in surgery.weights.items():
        large = weight.ndim == 2 and weight.size >= LARGE and not re.search(r"weight_[ih]h", name)
        node = surgery.user(name) if large else None
        if node is not None and node.op_type == "Gemm":
            found.append(Dense(node.input[0], node.output[0], weight.T, surgery.weights[node.input[2]]))
    return found


def _recur(surgery: Surgery, layer: Layer, heard: Mapping[str, Floats]) -> None:
    """Put a layer in its place: reset and update gates are one product over input and state side by side."""
    width, both = len(layer.w_state), 2 * len(layer.w_state)
    values = heard[layer.taken]
    x = _Input(surgery, layer.taken, values, STATE if layer.taken.startswith("next_state_") else range_of(values))
    h = _Input(surgery, layer.state, heard[layer.state], STATE)
    gates, sums = np.concatenate((layer.w_in, layer.w_state))[:, :both], (layer.b_in + layer.b_state)[:both]
    reset, update = surgery.split(surgery.node("Sigmoid", _product(surgery, [x, h], gates, sums)), (width, width))
    n_in = _product(surgery, [x], layer.w_in[:, both:], layer.b_in[both:])
    n_state = _product(surgery, [h], layer.w_state[:, both:], layer.b_state[both:])
    candidate = surgery.node("Tanh", surgery.node("Add", n_in, surgery.node("Mul", reset, n_state)))
    back = surgery.node("Mul", update, surgery.node("Sub", layer.state, candidate))
    surgery.node("Add", candidate, back, out=f"next_{layer.state}")


def _product(surgery: Surgery, inputs: list[_Input], weight: Floats, bias: Floats, out: str = "") -> str:
    """Multiply bytes, side by side where there are several inputs, with weights [inputs, outputs]; add a bias.

    The product knows one scale and one zero, those of the last input: the scale of another goes into its weights, and
    its zero into the bias.
    """
    unit = inputs[-1].within
    ratio = np.concatenate([np.full(one.heard.shape[1], one.within.scale / unit.scale) for one in inputs])
    shift = np.concatenate([np.full(one.heard.shape[1], one.within.zero - unit.zero) for one in inputs])
    heard, as_bytes = (np.concatenate([getattr(one, kind) for one in inputs], 1) for kind in ("heard", "as_bytes"))
    made = round_weights(weight * ratio[:, None], bias.astype(np.float64), heard / ratio, as_bytes / ratio)
    offset = unit.scale * made.scale * (shift @ made.steps.astype(np.float64))
    name = inputs[0].name if len(inputs) == 1 else surgery.node("Concat", *(one.name for one in inputs), axis=-1)
    constants = (
        surgery.constant(made.steps, np.int8), surgery.constant(unit.scale), surgery.constant(made.scale),
        surgery.constant(unit.zero, np.uint8), "", surgery.constant(made.bias - offset),
    )  # fmt: skip
    return surgery.node("MatMulIntegerToFloat", name, *constants, domain=OURS, out=out)
