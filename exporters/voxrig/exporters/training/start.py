"""Weights to begin a training run with: a checkpoint of another run, or a bundle, shipped ones too."""

from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from voxrig.exporters.networks.face import FaceSize, size_of, weights_of
from voxrig.exporters.provenance import datasets_of
from voxrig.runtime.models import bundle


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with.

    Attributes:
        weights: of a `FaceNetwork`; a bundle without a reader has none for hearing sounds.
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
    datasets = frozenset(datasets_of(loaded.spec.training))
    return Start(weights_of(named), size_of(named), (loaded.spec.look_ahead_samples,), datasets)
