"""A trained checkpoint -> a bundle: `python -m voxrig.exporters.onnx CHECKPOINT BUNDLE --name live`.

The graph is one step with its state as inputs and outputs; normalisation, expansion to the rig and clamping are inside.
The bundle is compared with the network before it is called done.
"""

import argparse
import logging
import tempfile
import warnings
from pathlib import Path
from typing import Final

import torch

from voxrig.exporters.articulators import CONTROLS
from voxrig.exporters.networks.face import FaceNetwork, FaceSize, FaceStep
from voxrig.exporters.parity import compare
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models import bundle
from voxrig.runtime.models.spec import ModelSpec, TensorSpec, Training, TrainingData

DATA: Final = (
    TrainingData(
        "Kokoro-82M synthesized English, 21 voices and blends of them",
        "Apache-2.0",
        "Kokoro-82M by hexgrad; lips from phonetic rules on its phone times",
    ),
    TrainingData(
        "GRID corpus, speaker s1: speech and lips tracked on video",
        "CC BY 4.0",
        "M. Cooke, J. Barker, S. Cunningham, X. Shao (2006), An audio-visual corpus for speech perception and "
        "automatic speech recognition, JASA 120(5)",
    ),
    TrainingData(
        "Berlin Database of Emotional Speech (EmoDB), 8 of its 10 speakers",
        "published as freely available; no licence text was seen with the files",
        "F. Burkhardt, A. Paeschke, M. Rolfes, W. Sendlmeier, B. Weiss (2005), A database of German emotional speech; "
        "lips from phonetic rules on its hand-labelled phones",
    ),
)
SUMMARY: Final = (
    "A causal recurrent network that hears log-mel and moves jaw, lips and tongue. On most of its training speech "
    "the targets are rules distilled into the network: phonetic targets with coarticulation, from exact phone times. "
    "On GRID the lips are a real speaker's, captured on video; sideways mouth, tongue and teeth are never measured."
)
LIMITS: Final = (
    "Mouth only: no brows, blinks, gaze, head or emotion. Left and right move alike. Trained on English and German "
    "read or acted speech; singing, shouting, whispering, laughter, several voices at once and music are outside what "
    "it learned."
)


def export_face(checkpoint: Path, out: Path, name: str, version: str) -> ModelSpec:
    """Export a checkpoint of `training.face` as a bundle, and check it.

    Args:
        checkpoint: what the training wrote.
        out: the bundle's folder, or a file that ends in `.zip`.
        name: the bundle's name.
        version: its version.

    Returns:
        The manifest as written.

    Raises:
        ParityError: the exported graph does not do what the network does.
    """
    kept = torch.load(checkpoint, weights_only=True)
    size = FaceSize(**kept["recipe"]["size"])
    network = FaceNetwork(size)
    network.load_state_dict(kept["network"])
    mel = LogMel()
    states = tuple(TensorSpec(f"state_{layer}", (size.width,)) for layer in range(size.layers))
    spec = ModelSpec.create(
        name=name,
        version=version,
        look_ahead_samples=int(kept["recipe"]["look_ahead"]),
        mel=mel,
        states=states,
        controls=CONTROLS,
        training=Training(DATA, SUMMARY, LIMITS),
        licence="Apache-2.0",
    )
    step = FaceStep(network).eval()
    graph = to_onnx(step, spec)
    with tempfile.TemporaryDirectory() as folder:  # nothing is left at `out` unless it passes
        trial = Path(folder) / "trial.zip"
        bundle.write(trial, spec, graph)
        print(compare(network, step, bundle.read(trial)))
    out.parent.mkdir(parents=True, exist_ok=True)
    return bundle.write(out, spec, graph)


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
    arguments = parser.parse_args()
    spec = export_face(arguments.checkpoint, arguments.bundle, arguments.name, arguments.version)
    print(f"{arguments.bundle}: {spec.name} {spec.version}, look-ahead {float(spec.look_ahead) * 1000:g} ms")


if __name__ == "__main__":
    main()
