"""What the tensors of a graph hold while it hears speech."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from voxrig.exporters.graph_surgery import Surgery
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]
_STEPS: Final = 20_000
"""Steps of one stream that are kept: enough to choose by."""


def observed(model: bytes, spec: ModelSpec, rows: Sequence[Floats], tensors: Sequence[str]) -> dict[str, Floats]:
    """Run a graph over rows float32[T, row], each from the start, side by side.

    Args:
        model: the graph.
        spec: its manifest.
        rows: of one or more sounds.
        tensors: names of its inputs, outputs or what is between, each [batch, width].

    Returns:
        What each held, float32[n, width], n the same steps for all.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    given = {tensor.name for tensor in spec.inputs}
    asked = [tensor for tensor in tensors if tensor not in given]
    session = ort.InferenceSession(Surgery(model).told(asked), options, providers=["CPUExecutionProvider"])
    order = sorted(rows, key=lambda sound: -len(sound))  # so that those still sounding stay in front
    names, following = [state.name for state in spec.states], [tensor.name for tensor in spec.outputs[1:]]
    states = [np.zeros((len(order), *state.shape), np.float32) for state in spec.states]
    found: dict[str, list[Floats]] = {tensor: [] for tensor in tensors}
    every = 1 + sum(map(len, rows)) // _STEPS
    for step in range(len(order[0])):
        left = sum(len(sound) > step for sound in order)
        feed = {"features": np.array([sound[step] for sound in order[:left]])}
        feed |= {name: state[:left] for name, state in zip(names, states, strict=True)}
        told = session.run([*following, *asked], feed)
        states = told[: len(following)]
        held = feed | dict(zip(asked, told[len(following) :], strict=True))
        for tensor in tensors:
            found[tensor].append(held[tensor][step % every :: every])
    return {tensor: np.concatenate(values) for tensor, values in found.items()}
