"""A trained body -> a bundle: `python -m voxrig.exporters.body_export CHECKPOINT BUNDLE [--name body]`.

The bundle is compared with the network before it is called done; its manifest says how the network came to be.
Trainings export what they made by themselves: this is to export it once more.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from voxrig.exporters.command import run
from voxrig.exporters.networks.body import BodyNetwork, BodySize
from voxrig.exporters.networks.body_step import BodyStep
from voxrig.exporters.onnx import to_onnx
from voxrig.exporters.parity import LIMIT, ParityError
from voxrig.exporters.trial import tried
from voxrig.runtime.animation.body.noise import noise_rows
from voxrig.runtime.animation.body.rows import DOING, MOOD, STYLE, network_rows
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.agreement import furthest
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BODY_GOALS, BODY_POSES, BODY_VOICE, ModelSpec, TensorSpec, Training, TrainingData

Floats = NDArray[np.float32]

_LEVEL, _VOICED = (Voice._fields.index(name) for name in ("level", "voiced"))
_TURNS: Final = [Voice._fields.index(name) for name in ("started", "ended")]

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
    return tried(spec, graph, out, lambda made: compare(network, made, rows))


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


def trained(checkpoint: Path) -> BodyNetwork:
    """Read a network from a checkpoint of a training of bodies.

    Raises:
        ValueError: it holds another kind of network.
    """
    kept = torch.load(checkpoint, weights_only=True)
    if not {"neck", "bands"} <= set(kept["recipe"].get("size", ())):
        raise ValueError(f"{checkpoint} holds no body; give a checkpoint.pt of training.body or of `voxrig train body`")
    network = BodyNetwork(BodySize(**kept["recipe"]["size"]))
    network.load_state_dict(kept["network"])
    return network.eval()


def constructed_rows(network: BodyNetwork, count: int = 4, steps: int = 300) -> Floats:
    """Make rows to compare on where there is no corpus: walks through what a network hears, with phrases and pauses.

    Returns:
        float32[count, steps, row].
    """
    random, poses = np.random.default_rng(7), BODY_POSES * steps
    mean, scale = (tensor[: 2 * network.size.bands].numpy() for tensor in (network.mel_mean, network.mel_scale))
    made = []
    for number in range(count):
        walk = np.clip(random.normal(size=(poses, len(mean))).cumsum(0) / 8, -3, 3)
        voices = random.uniform(-1, 1, (poses, BODY_VOICE)).astype(np.float32)
        silent = np.repeat(random.random(poses // 10 + 1) < 0.5, 10)[:poses]
        voices[silent, _LEVEL], voices[silent, _VOICED] = -1.0, 0.0
        voices[:, _TURNS] = random.random((poses, len(_TURNS))) < 0.02
        told = random.uniform(-1, 1, (steps, MOOD + len(STYLE)))
        made.append(
            network_rows(
                voices, (mean + walk / scale).astype(np.float32), told[:, :MOOD], told[:, MOOD:], random.random(steps),
                random.integers(len(DOING), size=steps), noise_rows(key_of(number), 0, steps, BODY_POSES),
            )
        )  # fmt: skip
    return np.array(made)


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--name", default="body")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--recorded", nargs="+", metavar="DATA", help="what it learned from, if not the planner")
    parser.add_argument("--licence", default="Apache-2.0", help="of the weights")
    given = parser.parse_args()
    network = trained(given.checkpoint)
    spec, off = export_body(
        network,
        constructed_rows(network),
        given.bundle,
        name=given.name,
        version=given.version,
        training=recorded(given.recorded) if given.recorded else PLANNED,
        licence=given.licence,
    )
    print(f"{given.bundle}: {spec.name} {spec.version}; parity: network - bundle {off:.1e}")


if __name__ == "__main__":
    run(main)
