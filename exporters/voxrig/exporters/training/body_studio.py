"""A body's network from a studio's own motion: what `voxrig train body` does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from voxrig.exporters.body_export import export_body, recorded
from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.reporting import report
from voxrig.exporters.body_report.session import Session
from voxrig.exporters.datasets.motion import MotionRecording
from voxrig.exporters.datasets.motion_folder import read_motion
from voxrig.exporters.gesturing.accents import accents
from voxrig.exporters.gesturing.listened import Listened
from voxrig.exporters.networks.body import BodyNetwork
from voxrig.exporters.retargeting.retarget import postures
from voxrig.exporters.training.body_figures import Figures, performed
from voxrig.exporters.training.body_learning import BodyRecipe, learned
from voxrig.exporters.training.body_own import OwnPiece, Recorded, own_pieces, parted
from voxrig.exporters.training.body_rows import some_rows
from voxrig.runtime.animation.body.noise import NOISE, noise_rows
from voxrig.runtime.animation.emotion import EmotionError
from voxrig.runtime.animation.emotion_names import named
from voxrig.runtime.animation.vad import to_vad
from voxrig.runtime.core.body.posture import LEARNED
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.models.spec import BODY_POSES, ModelSpec

Tell = Callable[[str], None]

_LICENCE: Final = "not stated: set by whoever owns the training data"
_ABOUT: Final = (
    "A network that learned from recorded motion, beside the recordings. It hears 83 ms ahead and knows nothing of "
    "meaning; luck chooses among what was recorded, so that it is not meant to repeat a recording."
)
_KEPT: Final = "It never learned from the recordings shown here."
_LEARNED: Final = "It learned from the recordings shown here, as there were too few to keep one apart."
_REPORTED: Final = 12  # pieces, at most
_SEEDS: Final = 2


@dataclass(frozen=True, slots=True)
class Studio:
    """What a studio gave, and what it wants.

    Attributes:
        data: folder of BVH or SMPL-X files with sound.
        out: the bundle to write.
        run: folder of the run, for its checkpoints.
        report: the page to write, or None.
        names: what the skeleton's joints are called, as of `joint_names.known_joints`; None where tables know.
        name: of the bundle.
        recipe: of the run.
    """

    data: Path
    out: Path
    run: Path
    report: Path | None
    names: Mapping[str, str] | None
    name: str
    recipe: BodyRecipe


def train_body(wanted: Studio, tell: Tell) -> tuple[ModelSpec, Figures]:
    """Read, train, export and report; `tell` is given a line for each recording.

    Returns:
        The manifest, and figures on recordings that were kept from training.

    Raises:
        ValueError: there is nothing to learn from, or a recording cannot be used.
        ParityError: the bundle does not do what the network does.
    """
    pieces = own_pieces(_read(wanted.data, wanted.names, tell))
    learn, kept = parted(pieces)
    network, found = learned([p.example for p in learn], [p.example for p in kept], wanted.recipe, wanted.run)
    spec, _ = export_body(
        network,
        some_rows([piece.example for piece in pieces], steps=100),
        wanted.out,
        name=wanted.name,
        version="1",
        training=recorded(piece.example.voice for piece in pieces),
        licence=_LICENCE,
    )
    if wanted.report is not None:
        shown = sessions(network, (kept or learn)[:_REPORTED])
        title = f"{wanted.name}: a body's network and the recordings"
        report(shown, wanted.report, title=title, about=_ABOUT, notes=[_KEPT if kept else _LEARNED])
    return spec, found


def _read(folder: Path, names: Mapping[str, str] | None, tell: Tell) -> Iterator[Recorded]:
    """Read recordings, and tell of each what is lost on our skeleton."""
    for recording in read_motion(folder, names):
        found = postures(recording.motion)
        samples, rate = soundfile.read(recording.sound, dtype="float32", always_2d=True)
        tell(f"{recording.name}: {recording.speaker}, {recording.motion.seconds:.1f} s; {found.residual}")
        yield Recorded(
            recording.name,
            f"{recording.dataset}: {recording.speaker}",
            recording.emotion,
            _mood(recording),
            found.postures.astype(np.float32),
            np.asarray(samples.mean(axis=1), np.float32),
            int(rate),
        )


def _mood(recording: MotionRecording) -> tuple[float, float, float]:
    """Valence, arousal and dominance of what a recording is said to express; 0 where that is not known."""
    try:
        return to_vad(named(recording.emotion)) if recording.emotion else (0.0, 0.0, 0.0)
    except EmotionError:
        return 0.0, 0.0, 0.0


def sessions(network: BodyNetwork, pieces: Sequence[OwnPiece]) -> list[Session]:
    """Perform recordings' sound with luck of its own, beside the recordings, for a report."""
    seeds: list[list[Motion]] = []
    for seed in range(_SEEDS):
        lucky = [_with_luck(piece, seed * len(pieces) + number) for number, piece in enumerate(pieces)]
        shown = performed(network, [piece.example for piece in lucky])
        seeds.append([_motion(piece, own) for piece, own in zip(pieces, shown, strict=True)])
    found = []
    for number, piece in enumerate(pieces):
        values = piece.values.astype(np.float64)
        stressed = np.array([accent.at for accent in accents(Listened(values))], np.float64)
        motions = {
            "recorded": [Motion.of(piece.example.postures.astype(np.float64))],
            "student": [performances[number] for performances in seeds],
        }
        example = piece.example
        found.append(Session(example.name, example.voice, piece.emotion or "unknown", "", values, stressed, motions))
    return found


def _with_luck(piece: OwnPiece, seed: int) -> OwnPiece:
    told = piece.example.told.copy()
    told[:, -NOISE:] = noise_rows(key_of(seed), 0, len(told), BODY_POSES)
    return piece._replace(example=replace(piece.example, told=told))


def _motion(piece: OwnPiece, learned_numbers: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Motion:
    whole = piece.example.postures.astype(np.float64)
    whole[:, LEARNED] = learned_numbers
    return Motion.of(whole)
