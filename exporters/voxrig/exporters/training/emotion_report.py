"""What is said of a network that hears emotion: recalls, confusions, calibration, and emotion where there is none."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from voxrig.exporters.emotions import CLASSES
from voxrig.exporters.networks.emotion import Ears, EmotionStep, Judge
from voxrig.exporters.training.folds import Verdicts
from voxrig.exporters.training.sessions import by_speaker, listen
from voxrig.exporters.training.voices import Take
from voxrig.runtime.models.spec import HEARD

_SHOWN: Final = 0.5
"""A category with such a probability is one that is seen."""
_EMOTIONS: Final = slice(1, HEARD.index("valence"))
_BINS: Final = 10


def report(verdicts: Mapping[str, Verdicts]) -> str:
    """Recalls in each kind of session, by speaker, and the confusions of the first kind."""
    lines = ["unweighted average recall of 7 classes, each speaker heard by a network that never heard him or her:"]
    lines += [f"  {name:14} {found.uar:.3f}  ({len(found.emotion)} decisions)" for name, found in verdicts.items()]
    session = verdicts["session"]
    lines += ["by speaker: " + ", ".join(f"{s.rpartition(':')[2]} {uar:.2f}" for s, uar in session.by_speaker.items())]
    lines += ["played (rows), heard (columns), %:", " " * 10 + "".join(f"{name[:7]:>8}" for name in CLASSES)]
    for name, row in zip(CLASSES, session.confusion, strict=True):
        lines.append(f"{name:10}" + "".join(f"{100 * share:8.0f}" for share in row))
    return "\n".join(lines)


def calibration(verdicts: Mapping[str, Verdicts], temperature: float) -> str:
    """How often the most likely class is right, against how likely it is said to be; and what would be shown."""
    lines = [f"temperature {temperature:.2f}"]
    for name in ("session", "alone"):
        found = verdicts[name]
        likely = _softmax(found.logits / temperature)
        right = found.decided == found.emotion
        most = likely.max(axis=1)
        of = np.minimum((most * _BINS).astype(int), _BINS - 1)
        off = [
            abs(right[of == b].mean() - most[of == b].mean()) * (of == b).mean()
            for b in range(_BINS)
            if (of == b).any()
        ]
        sure = 1 + (likely * np.log(likely + 1e-9)).sum(axis=1) / np.log(len(CLASSES))
        halves = [f"{100 * right[part].mean():.0f} %" for part in (sure >= np.median(sure), sure < np.median(sure))]
        lines.append(
            f"{name}: calibration error {sum(off):.3f}; right {halves[0]} in the surer half, {halves[1]} in the other; "
            f"mean confidence {sure[right].mean():.2f} where right, {sure[~right].mean():.2f} where wrong"
        )
    return "\n".join(lines)


@torch.no_grad()
def false_emotion(ears: Ears, judges: list[Judge], temperature: float, calm: list[Take]) -> str:
    """How often an emotion is seen in voices without any, that were never learned from."""
    step = EmotionStep(ears, judges, temperature).eval()
    lines = [f"speech without emotion, of voices never heard: share of time with a category at {_SHOWN:g} or more"]
    for (speaker, variant), takes in sorted(by_speaker(calm).items()):
        told = listen(ears, [takes], step.judged)
        heard = told.enough > 0.5
        out = step.told(step.judged(told.compared[heard]), told.enough[heard].unsqueeze(-1)).numpy()
        seen = 100 * (out[:, _EMOTIONS].max(axis=1) >= _SHOWN).mean()
        how = "disguised" if variant else "as recorded"
        lines.append(f"  {speaker}, {how}: {seen:.1f} %, neutral {out[:, 0].mean():.2f} in the mean")
    return "\n".join(lines)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), np.float32)
