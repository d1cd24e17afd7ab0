"""Fréchet distance between motions: of Gaussians that fit windows of joint positions, in the first axes of a PCA.

Positions rather than a learned feature: there is no network of motion here that was trained on people. It ranks, its
amount means nothing by itself; so the reference is also measured against itself on other speech and other seeds.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from voxrig.exporters.body_report.motion import JOINTS, Doubles, Motion
from voxrig.exporters.body_report.session import Session, performed

AXES: Final = 24
WINDOW: Final = 60
"""Poses of a window: 1 s."""
_STRIDE: Final = 20
_EVERY: Final = 6  # poses: ten moments a second
_USED: Final = np.array(
    [n for n, name in enumerate(JOINTS) if name not in ("pelvis", "spine_03", "head", "foot_l", "foot_r")]
)
_PELVIS: Final = JOINTS.index("pelvis")


def windows(motion: Motion) -> Doubles:
    """Return windows of joints' places from the pelvis, float64[n, 10 * K * 3]; none of a motion that is too short."""
    places = (motion.places - motion.places[:, _PELVIS : _PELVIS + 1])[:, _USED].astype(np.float64)
    starts = range(0, len(places) - WINDOW + 1, _STRIDE)
    cut = [places[start : start + WINDOW : _EVERY].ravel() for start in starts]
    return np.array(cut) if cut else np.empty((0, WINDOW // _EVERY * len(_USED) * 3))


def principal(rows: Doubles, axes: int = AXES) -> tuple[Doubles, Doubles]:
    """Return the mean float64[d] of rows float64[n, d] and their first axes, float64[d, at most `axes`]."""
    mean = rows.mean(axis=0)
    _, _, across = np.linalg.svd(rows - mean, full_matrices=False)
    return mean, np.asarray(across[:axes].T)


def frechet(one: Doubles, other: Doubles) -> float:
    """Return the squared Fréchet distance between Gaussians that fit rows float64[n, d] and float64[m, d].

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2), in the rows' units squared.
    """
    away = one.mean(axis=0) - other.mean(axis=0)
    c1, c2 = np.atleast_2d(np.cov(one.T)), np.atleast_2d(np.cov(other.T))
    root = _root(c1)
    both = np.linalg.eigvalsh(root @ c2 @ root)
    return float(away @ away + np.trace(c1) + np.trace(c2) - 2 * np.sqrt(np.maximum(both, 0.0)).sum())


def _root(matrix: Doubles) -> Doubles:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def distances(sessions: Sequence[Session], reference: str, performer: str) -> dict[str, Any]:
    """Measure a performer against the reference, and the reference against itself, always on disjoint speech.

    Returns:
        `self`: reference against reference; `other`: performer against reference; `ratio` of the two; `windows`: how
        many. None for all where a half of the sessions has too few windows.
    """
    halves = (sessions[::2], sessions[1::2])
    rows = {(who, half): _rows(halves[half], who) for who in dict.fromkeys((reference, performer)) for half in (0, 1)}
    fewest = min(len(found) for found in rows.values())
    if fewest <= 2 * AXES:
        return {"self": None, "other": None, "ratio": None, "windows": fewest}
    mean, across = principal(np.concatenate([rows[reference, 0], rows[reference, 1]]))
    seen = {key: (found - mean) @ across for key, found in rows.items()}
    own = frechet(seen[reference, 0], seen[reference, 1])
    other = (frechet(seen[performer, 0], seen[reference, 1]) + frechet(seen[performer, 1], seen[reference, 0])) / 2
    return {"self": own, "other": other, "ratio": other / max(own, 1e-12), "windows": fewest}


def _rows(sessions: Sequence[Session], performer: str) -> Doubles:
    found = [windows(motion) for _, motion in performed(sessions, performer)]
    return np.concatenate(found) if found else np.empty((0, WINDOW // _EVERY * len(_USED) * 3))
