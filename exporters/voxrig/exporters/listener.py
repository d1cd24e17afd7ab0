"""The trained network that hears emotion -> a bundle, compared with the network before it is called done."""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from voxrig.exporters.networks.emotion import STATES, Ears, EmotionStep, Judge
from voxrig.exporters.onnx import to_onnx
from voxrig.exporters.parity import LIMIT, ParityError
from voxrig.exporters.trial import tried
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.agreement import furthest
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import HEARD, ModelSpec, TensorSpec, Training, TrainingData

TRAINING: Final = Training(
    (
        TrainingData(
            "Berlin Database of Emotional Speech (EmoDB), all 10 speakers, the first 2 s of each clip",
            "published as freely available; no licence text was seen with the files",
            "F. Burkhardt, A. Paeschke, M. Rolfes, W. Sendlmeier, B. Weiss (2005), A database of German emotional "
            "speech, Interspeech",
        ),
        TrainingData(
            "Kokoro-82M synthesized English, 21 voices, as speech without emotion",
            "Apache-2.0",
            "Kokoro-82M by hexgrad",
        ),
        TrainingData(
            "GRID corpus, speaker s1: the speech, as speech without emotion",
            "CC BY 4.0",
            "M. Cooke, J. Barker, S. Cunningham, X. Shao (2006), An audio-visual corpus for speech perception and "
            "automatic speech recognition, JASA 120(5)",
        ),
        TrainingData("LJ Speech, 8 clips, as speech without emotion", "public domain", "Keith Ito, LJ Speech (2017)"),
    ),
    "Perceptrons on leaky moments of cepstrum, level, pitch and voicing, each compared with its own running mean and "
    "spread in the session. Classes are those of EmoDB; valence, arousal and dominance are not measured but the "
    "classes' points in the table of Russell & Mehrabian (1977), as heavy as the classes are probable.",
    "Acted German, ten speakers: real feelings are weaker and other languages differ. Surprise and contempt are never "
    "heard; boredom is told as a calm that is a little sad. Anger and joy are the most often confused. A voice heard "
    "in one emotion alone becomes its own measure, and neutral with time.",
)
"""What the manifest says of its making."""
_NAMES: Final = ("recent", "sums", "session")


def export_listener(
    ears: Ears,
    judges: list[Judge],
    temperature: float,
    rows: NDArray[np.float32],
    out: Path,
    *,
    name: str,
    version: str,
) -> tuple[ModelSpec, float]:
    """Write the bundle of a trained network.

    Args:
        ears, judges, temperature: what was trained.
        rows: float32[B, 6 * steps, 2 * bands + 3], speech to compare the two on.
        out: the bundle's folder, or a file that ends in `.zip`.
        name: the bundle's name.
        version: its version.

    Returns:
        The manifest as written, and the largest difference between network and bundle.

    Raises:
        ParityError: the exported graph does not do what the network does.
    """
    step = EmotionStep(ears, judges, temperature).eval()
    spec = ModelSpec.create(
        name=name,
        version=version,
        look_ahead_samples=1,
        mel=LogMel(),
        states=tuple(TensorSpec(state, shape) for state, shape in zip(_NAMES, STATES, strict=True)),
        controls=HEARD,
        training=TRAINING,
        licence="Apache-2.0",
        role="emotion",
    )
    return tried(spec, to_onnx(step, spec), out, lambda made: compare(step, made, rows))


@torch.no_grad()
def compare(step: EmotionStep, exported: Bundle, rows: NDArray[np.float32]) -> float:
    """Run a network and its bundle over float32[B, 6 * steps, width] of speech, each with its own states.

    Returns:
        The largest difference of what they tell.

    Raises:
        ParityError: it is above `parity.LIMIT`.
    """
    model, count = OnnxModel(exported), len(rows)
    features = rows.reshape(count, -1, exported.spec.inputs[0].shape[0])
    ours = tuple(torch.zeros(count, *shape) for shape in STATES)
    theirs = tuple(np.zeros((count, *shape), np.float32) for shape in STATES)
    most = 0.0
    for n in range(features.shape[1]):
        row = np.ascontiguousarray(features[:, n])
        told, *following = step(torch.from_numpy(row), *ours)
        ours = tuple(following)
        found, theirs = model.step(row, theirs)
        most = max(most, furthest(told.numpy(), found))
    if most > LIMIT:
        raise ParityError(f"torch and ONNX differ by {most:.2e} over {features.shape[1]} steps; limit {LIMIT:g}")
    return most
