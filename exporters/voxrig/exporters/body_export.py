"""A trained body -> a bundle, compared with the network before it is called done, and what its manifest says of it."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from voxrig.exporters.networks.body import BodyNetwork, BodyStep
from voxrig.exporters.onnx import to_onnx
from voxrig.exporters.parity import LIMIT, ParityError, furthest
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BODY_GOALS, ModelSpec, TensorSpec, Training, TrainingData

Floats = NDArray[np.float32]

PLANNED: Final = Training(
    (
        TrainingData(
            "Voxrig's gesture planner: rules, no recorded motion",
            "Apache-2.0",
            "the Voxrig authors; see exporters/gesturing",
        ),
        TrainingData(
            "Kokoro-82M synthesized English, 21 voices, as the speech gestured to",
            "Apache-2.0",
            "Kokoro-82M by hexgrad",
        ),
        TrainingData(
            "GRID corpus, speaker s1, as speech gestured to",
            "CC BY 4.0",
            "M. Cooke, J. Barker, S. Cunningham, X. Shao (2006), An audio-visual corpus for speech perception and "
            "automatic speech recognition, JASA 120(5)",
        ),
        TrainingData(
            "Berlin Database of Emotional Speech (EmoDB), 8 of its 10 speakers, as speech gestured to",
            "published as freely available; no licence text was seen with the files",
            "F. Burkhardt, A. Paeschke, M. Rolfes, W. Sendlmeier, B. Weiss (2005), A database of German emotional "
            "speech, Interspeech",
        ),
    ),
    "A recurrent network distilled from Voxrig's gesture planner, which is a set of rules: it moves hands and torso to "
    "the loudness, pitch and rhythm of a voice, in a mood and a style that it is told, by luck that it is given. "
    "It was not learned from people.",
    "It hears how something is said and knows nothing of what is meant: which gesture it makes is luck. The planner "
    "saw whole sentences; it hears 83 ms ahead and was taught to be 133 ms behind the planner, so that its strokes are "
    "later and less exactly on the stress.",
)
"""What the manifest of the network that learned from the planner says of its making."""


def recorded(names: Iterable[str]) -> Training:
    """What the manifest of a network that learned from recorded motion says of its making.

    Args:
        names: of the data sets.
    """
    owner = "of whoever owns it: not known to the exporter"
    return Training(
        tuple(TrainingData(name, owner, "named by whoever trained the model") for name in sorted(set(names))),
        "A recurrent network that learned postures from recorded motion and the speech with it. Its luck chooses among "
        "what was seen in the recordings.",
        "It hears how something is said and knows nothing of what is meant. Mood is what the recordings were "
        "labelled with, if they were; style was not told in training: what it makes of it is not known.",
    )


def export_body(
    network: BodyNetwork, rows: Floats, out: Path, *, name: str, version: str, training: Training, licence: str
) -> tuple[ModelSpec, float]:
    """Write the bundle of a trained network.

    Args:
        network: what was trained.
        rows: float32[B, steps, row] to compare the two on.
        out: the bundle's folder, or a file that ends in `.zip`.
        name: the bundle's name.
        version: its version.
        training: how it came to be.
        licence: of the weights.

    Returns:
        The manifest as written, and the largest difference between network and bundle.

    Raises:
        ParityError: the exported graph does not do what the network does.
    """
    spec = ModelSpec.create(
        name=name,
        version=version,
        look_ahead_samples=1,
        mel=LogMel(network.size.bands),
        states=tuple(TensorSpec(*state) for state in network.states()),
        controls=BODY_GOALS,
        training=training,
        licence=licence,
        role="body",
    )
    graph = to_onnx(BodyStep(network).eval(), spec)
    with tempfile.TemporaryDirectory() as folder:  # nothing is left at `out` unless it passes
        trial = Path(folder) / "trial.zip"
        bundle.write(trial, spec, graph)
        most = compare(network, bundle.read(trial), rows)
    out.parent.mkdir(parents=True, exist_ok=True)
    return bundle.write(out, spec, graph), most


@torch.no_grad()
def compare(network: BodyNetwork, exported: Bundle, rows: Floats) -> float:
    """Run a network over whole rows float32[B, steps, row], and its bundle step by step.

    Returns:
        The largest difference of a goal.

    Raises:
        ParityError: it is above `parity.LIMIT`.
    """
    network.eval()
    model, count = OnnxModel(exported), len(rows)
    goals, _ = network(torch.from_numpy(rows), network.start(count))
    states = tuple(np.zeros((count, *state.shape), np.float32) for state in exported.spec.states)
    most = 0.0
    for step in range(rows.shape[1]):
        found, states = model.step(np.ascontiguousarray(rows[:, step]), states)
        most = max(most, furthest(goals[:, step].numpy(), found))
    if most > LIMIT:
        raise ParityError(f"torch and ONNX differ by {most:.2e} over {rows.shape[1]} steps; limit {LIMIT:g}")
    return most
