"""Whether emotions can be told apart by how a body moves: a linear classifier, tested on voices that it didn't see."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.body_report.features import MOVEMENT, NAMES, features, stretches
from voxrig.exporters.body_report.motion import Doubles
from voxrig.exporters.body_report.session import Session, performed

Labels = NDArray[np.int64]

SHRINKAGE: Final = 0.2
"""How far the covariance is drawn towards equal variances without correlation."""


def discriminant(rows: Doubles, labels: Labels, classes: int) -> tuple[Doubles, Doubles]:
    """Fit a linear discriminant, with equal weight for each class.

    Args:
        rows: float64[n, d].
        labels: int64[n], 0 to `classes` - 1; each is there at least once.
        classes: how many.

    Returns:
        float64[d, classes] and float64[classes]: the scores of a row x are x @ weights + biases.
    """
    means = np.stack([rows[labels == label].mean(axis=0) for label in range(classes)])
    inside = rows - means[labels]
    covariance = inside.T @ inside / max(len(rows) - classes, 1)
    level = np.trace(covariance) / len(covariance)
    shrunk = (1 - SHRINKAGE) * covariance + (SHRINKAGE * level + 1e-9) * np.eye(len(covariance))
    weights = np.linalg.solve(shrunk, means.T)
    return weights, -0.5 * (means.T * weights).sum(axis=0)


def separability(sessions: Sequence[Session], performer: str, names: Sequence[str] = NAMES) -> dict[str, Any]:
    """Tell the emotions of stretches of a performer apart, each voice's by a classifier of the other voices.

    Args:
        sessions: of two voices or more, each emotion in two of them.
        performer: whose motion.
        names: of the features that are used.

    Returns:
        `classes`; `recall`, the mean share of a class that is told rightly; `chance`; `confusion`, rows: what it was,
        columns: what was told; `stretches`, how many. `recall` is None where there are no two emotions or voices.
    """
    classes = sorted({session.emotion for session in sessions})
    columns = [NAMES.index(name) for name in names]
    parts = [
        (s.voice, classes.index(s.emotion), part) for s, m in performed(sessions, performer) for part in stretches(m)
    ]
    voices = np.array([voice for voice, _, _ in parts])
    labels = np.array([label for _, label, _ in parts], np.int64)
    rows = np.array([features(part)[columns] for _, _, part in parts])
    told = np.full(len(labels), -1)
    for voice in dict.fromkeys(voices.tolist()):
        learned, asked = voices != voice, voices == voice
        if len(set(labels[learned].tolist())) < max(len(classes), 2):
            continue
        mean, spread = rows[learned].mean(axis=0), rows[learned].std(axis=0) + 1e-9
        weights, biases = discriminant((rows[learned] - mean) / spread, labels[learned], len(classes))
        told[asked] = ((rows[asked] - mean) / spread @ weights + biases).argmax(axis=1)
    tested = told >= 0
    if not tested.any():
        return {"classes": classes, "recall": None, "chance": None, "confusion": [], "stretches": 0}
    confusion = np.zeros((len(classes), len(classes)))
    np.add.at(confusion, (labels[tested], told[tested]), 1)
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    there = confusion.sum(axis=1) > 0
    return {
        "classes": classes,
        "recall": float(shares.diagonal()[there].mean()),
        "chance": 1 / len(classes),
        "confusion": shares.tolist(),
        "stretches": int(tested.sum()),
    }


def by_movement(sessions: Sequence[Session], performer: str) -> dict[str, Any]:
    """As `separability`, by speeds and sizes alone, without where hands and torso are held."""
    return separability(sessions, performer, MOVEMENT)
