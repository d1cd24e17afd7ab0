"""Weights to begin a training run with: a checkpoint of another run, or a bundle, shipped ones too."""

from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from voxrig.exporters.networks.face import FaceSize, weights_of
from voxrig.exporters.provenance import datasets_of
from voxrig.runtime.models import bundle


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with.

    Attributes:
        weights: of a `FaceNetwork`; a bundle has none for hearing sounds, which the runtime has no use for.
        size: of that network.
        look_aheads: internal samples, for each of its heads.
        datasets: names of what it has learned from.
    """

    weights: dict[str, Tensor]
    size: FaceSize
    look_aheads: tuple[int, ...]
    datasets: frozenset[str]


def read_start(given: str) -> Start:
    """Read a checkpoint (`*.pt`) or a bundle, by its path or, if it is a shipped one, by its name.

    Raises:
        BundleError: there is no such bundle.
        OSError: there is no such checkpoint.
    """
    if given.endswith(".pt"):
        kept = torch.load(Path(given), weights_only=True)
        recipe = kept["recipe"]
        return Start(
            kept["network"], FaceSize(**recipe["size"]), tuple(recipe["look_aheads"]), frozenset(kept["datasets"])
        )
    loaded = bundle.load(given)
    graph = onnx.load_from_string(loaded.model).graph
    named = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    widths = [state.shape[0] for state in loaded.spec.states]
    # A reader is told by its width: the layers before it are alike.
    reader = widths[-1] if widths[-1] != widths[0] else 0
    layers = len(widths) - bool(reader)
    size = FaceSize(inputs=len(named["mean"]), width=widths[0], layers=layers, heads=1, reader=reader)
    datasets = datasets_of(loaded.spec.training)
    return Start(weights_of(named, layers), size, (loaded.spec.look_ahead_samples,), frozenset(datasets))
