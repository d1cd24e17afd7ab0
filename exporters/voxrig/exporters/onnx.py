"""A trained checkpoint -> a bundle: `python -m voxrig.exporters.onnx CHECKPOINT BUNDLE --name live [--head 0]`.

The graph is one step with its state as inputs and outputs; normalisation, expansion to the rig and clamping are inside.
The bundle is compared with the network before it is called done.
"""

import argparse
import logging
import warnings
from pathlib import Path

import torch

from voxrig.exporters.articulators import CONTROLS
from voxrig.exporters.command import run
from voxrig.exporters.networks.face import FaceNetwork, FaceSize, FaceStep
from voxrig.exporters.parity import compare
from voxrig.exporters.provenance import licence, training
from voxrig.exporters.trial import tried
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.spec import ModelSpec, TensorSpec


def export_face(checkpoint: Path, out: Path, name: str, version: str, head: int = 0) -> ModelSpec:
    """Export a checkpoint of `training.face` as a bundle, and check it.

    Args:
        checkpoint: what the training wrote.
        out: the bundle's folder, or a file that ends in `.zip`.
        name: the bundle's name.
        version: its version.
        head: which of the look-aheads that it was trained for, by number.

    Returns:
        The manifest as written.

    Raises:
        ValueError: the checkpoint has no such head.
        ParityError: the exported graph does not do what the network does.
    """
    kept = torch.load(checkpoint, weights_only=True)
    size = FaceSize(**kept["recipe"]["size"])
    network = FaceNetwork(size)
    network.load_state_dict(kept["network"])
    look_aheads = kept["recipe"]["look_aheads"]
    if not 0 <= head < len(look_aheads):
        raise ValueError(f"{checkpoint} has no head {head}; its look-aheads are {look_aheads}, numbered from 0")
    mel = LogMel()
    states = tuple(TensorSpec(f"state_{number}", shape) for number, shape in enumerate(network.states()))
    spec = ModelSpec.create(
        name=name,
        version=version,
        look_ahead_samples=int(look_aheads[head]),
        mel=mel,
        states=states,
        controls=CONTROLS,
        training=training(kept["datasets"], kept["recipe"]["mouth"]),
        licence=licence(kept["datasets"]),
    )
    step = FaceStep(network, head).eval()
    written, parity = tried(spec, to_onnx(step, spec), out, lambda made: compare(network, step, made, head))
    print(parity)
    return written


def to_onnx(step: torch.nn.Module, spec: ModelSpec) -> bytes:
    """Export one step: inputs and outputs named and shaped as in the manifest, batch axis free."""
    batch = torch.export.Dim("batch", min=1, max=4096)
    examples = tuple(torch.zeros(3, *tensor.shape) for tensor in spec.inputs)
    axes = ({0: batch}, tuple({0: batch} for _ in spec.states))
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it lists packages that it could do without
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own deprecations, out of our reach
        program = torch.onnx.export(
            step,
            examples,
            dynamo=True,
            dynamic_shapes=axes,
            input_names=[tensor.name for tensor in spec.inputs],
            output_names=[tensor.name for tensor in spec.outputs],
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned no program")
    return program.model_proto.SerializeToString()


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--head", type=int, default=0, help="number of the look-ahead, of those trained for")
    arguments = parser.parse_args()
    spec = export_face(arguments.checkpoint, arguments.bundle, arguments.name, arguments.version, arguments.head)
    print(f"{arguments.bundle}: {spec.name} {spec.version}, look-ahead {float(spec.look_ahead) * 1000:g} ms")


if __name__ == "__main__":
    run(main)
