"""How well emotion is heard in voices that were never learned from: leave one speaker out, over all of them."""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track

from voxrig.exporters.emotions import CLASSES
from voxrig.exporters.networks.emotion import Ears, Judge
from voxrig.exporters.training.judging import Recipe, judged_by, learn, logits
from voxrig.exporters.training.sessions import Session, Told, listen, shuffled
from voxrig.exporters.training.voices import Take

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

SHUFFLES: Final = 5
"""Sessions of each speaker, all clips in another order each."""
_REPEATED: Final = 10  # clips of a session with one emotion only
_EARLY: Final = {"0.5 s": 5, "1 s": 10}  # steps from a clip's beginning


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Decisions on clips: the class played [N], the logits [N, 7], the speaker [N]."""

    emotion: Integers
    logits: Floats
    speaker: NDArray[np.str_]

    @property
    def decided(self) -> Integers:
        """The class decided for."""
        return np.asarray(self.logits.argmax(axis=1), np.int64)

    @property
    def uar(self) -> float:
        """Unweighted average recall, 0 to 1: the mean over the classes of the share that was heard right."""
        return float(np.mean([(self.decided[self.emotion == c] == c).mean() for c in np.unique(self.emotion)]))

    @property
    def by_speaker(self) -> dict[str, float]:
        """The same for each speaker alone."""
        return {str(s): self._of(self.speaker == s).uar for s in np.unique(self.speaker)}

    @property
    def confusion(self) -> Floats:
        """Share of each class played (rows) that was heard as each (columns): float32[7, 7]."""
        rows = [np.bincount(self.decided[self.emotion == c], minlength=len(CLASSES)) for c in range(len(CLASSES))]
        counts = np.array(rows, np.float32)
        return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), np.float32)

    def _of(self, chosen: NDArray[np.bool_]) -> "Verdicts":
        return Verdicts(self.emotion[chosen], self.logits[chosen], self.speaker[chosen])


def evaluate(acted: list[Take], calm: list[Take], recipe: Recipe) -> dict[str, Verdicts]:
    """Train without each speaker in turn, and let that one be heard.

    Returns:
        `session`: at the end of each clip, 2 s, of sessions in which the speaker's clips, as recorded, follow each
        other in random order with 0.8 s of silence between; `session 0.5 s` and `session 1 s`: so long after a clip
        began; `late`: from the 21st clip of a session on; `alone` and so on: each clip is the first that is heard of
        the speaker; `one emotion`: the 10th clip of a session of one emotion only.
    """
    parts: dict[str, list[Verdicts]] = {}
    speakers = sorted({take.speaker for take in acted})
    for speaker in track(speakers, description="leaving one speaker out", transient=True):
        ears, judges = learn([take for take in acted if take.speaker != speaker], calm, recipe)
        own = [take for take in acted if take.speaker == speaker and take.variant == 0]
        for name, verdicts in _heard(speaker, ears, judges, own).items():
            parts.setdefault(name, []).append(verdicts)
    return {
        name: Verdicts(
            np.concatenate([v.emotion for v in found]),
            np.concatenate([v.logits for v in found]),
            np.concatenate([v.speaker for v in found]),
        )
        for name, found in parts.items()
    }


def _heard(speaker: str, ears: Ears, judges: list[Judge], own: list[Take]) -> dict[str, Verdicts]:
    random = np.random.default_rng(zlib.crc32(speaker.encode()))
    judged = judged_by(judges)
    mixed = listen(ears, [shuffled(own, random) for _ in range(SHUFFLES)], judged)
    alone = listen(ears, [[take] for take in own], judged)
    same = listen(ears, _same(own, random), judged)
    out = {
        "session": _at(mixed, mixed.last, judges, speaker),
        "late": _at(mixed, mixed.last & (mixed.clip >= 20), judges, speaker),
        "alone": _at(alone, alone.last, judges, speaker),
        "one emotion": _at(same, same.last & (same.clip == _REPEATED - 1), judges, speaker),
    }
    for name, steps in _EARLY.items():
        out[f"session {name}"] = _at(mixed, _after(mixed, steps), judges, speaker)
        out[f"alone {name}"] = _at(alone, _after(alone, steps), judges, speaker)
    return out


def _same(own: list[Take], random: np.random.Generator) -> list[Session]:
    """Sessions of one emotion: the speaker's clips of it in random order, again and again until there are enough."""
    sessions = []
    for emotion in range(len(CLASSES)):
        takes = [take for take in own if take.emotion == emotion]
        for _ in range(SHUFFLES if takes else 0):
            session: Session = []
            while len(session) < _REPEATED:
                session += shuffled(takes, random)
            sessions.append(session[:_REPEATED])
    return sessions


def _after(told: Told, steps: int) -> NDArray[np.bool_]:
    """The steps that lie so many after the beginning of a clip, or at its end if it is shorter."""
    out = np.zeros_like(told.last)
    for b, t in np.argwhere(told.last):
        first = t
        while first > 0 and told.clip[b, first - 1] == told.clip[b, t]:
            first -= 1
        out[b, min(first + steps - 1, t)] = True
    return out


def _at(told: Told, chosen: NDArray[np.bool_], judges: list[Judge], speaker: str) -> Verdicts:
    scores = logits(judges, told.compared[torch.from_numpy(chosen)])
    emotion = told.emotion[chosen]
    return Verdicts(emotion, scores.numpy(), np.full(len(emotion), speaker))
