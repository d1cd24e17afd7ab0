"""Whether motion goes with its own speech more than with another's: correlations, and a test by permutation."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from voxrig.exporters.body_report.motion import Bools, Doubles, smoothed
from voxrig.exporters.body_report.session import Session
from voxrig.runtime.animation.heard import LEAD
from voxrig.runtime.core.timing import STEP_RATE

STRETCH: Final = 8 * STEP_RATE
"""Poses of the stretches that are compared."""
PERMUTATIONS: Final = 2000

_BLUR: Final = 24  # poses
_LEVEL, _STRESS = 2, 5
_LEAST: Final = 2 * STEP_RATE  # poses of speech in a stretch, for the second test


class _Stretch(NamedTuple):
    motion: Doubles
    loudness: Doubles
    stress: Doubles
    speaking: Bools
    session: int


def matching(sessions: Sequence[Session], performer: str, seed: int = 7) -> dict[str, Any]:
    """Compare stretches of motion with the speech that they were made for and with that of other sessions.

    Returns:
        Two tests by name: `speech`, wrist speed against loudness, which pauses decide; and `accents`, wrist speed
        against the stress of syllables where there is speech. Each has `matched` and `mismatched`, mean correlations;
        `margin`, their difference; `p`, the share of permutations with as large a margin; `stretches`. None where
        there are too few.
    """
    cut = _cut(sessions, performer)
    return {
        "speech": _tested(cut, _speech_table(cut), seed),
        "accents": _tested(cut, _accent_table(cut), seed),
    }


def _cut(sessions: Sequence[Session], performer: str) -> list[_Stretch]:
    found = []
    for number, session in enumerate(sessions):
        # the voice of a row is heard ahead of the row's time
        voices = np.concatenate((np.zeros((LEAD, session.voices.shape[1])), session.voices))[: len(session.voices)]
        speaks = voices[:, 0] > 0.0
        loudness = smoothed(np.maximum(0.0, 1.0 + voices[:, _LEVEL] / 15.0) * speaks.astype(np.float64), _BLUR)
        stress = smoothed(voices[:, _STRESS], _BLUR)
        for motion in session.motions.get(performer, ())[:1]:
            energy = smoothed(motion.speeds.sum(axis=1), _BLUR)
            for at in range(0, len(motion) - STRETCH + 1, STRETCH):
                of = slice(at, at + STRETCH)
                found.append(_Stretch(energy[of], loudness[of], stress[of], speaks[of], number))
    return found


def _speech_table(cut: Sequence[_Stretch]) -> Doubles:
    """float64[n, n]: how motion i correlates with the loudness of j."""
    if not cut:
        return np.empty((0, 0))
    motions, sounds = (_normed(np.stack([getattr(one, name) for one in cut])) for name in ("motion", "loudness"))
    return np.asarray(motions @ sounds.T)


def _accent_table(cut: Sequence[_Stretch]) -> Doubles:
    """float64[n, n]: how motion i correlates with the stresses of j while j speaks; NaN where it says too little."""
    table = np.full((len(cut), len(cut)), np.nan)
    motions = np.stack([one.motion for one in cut]) if cut else np.empty((0, STRETCH))
    for column, one in enumerate(cut):
        if one.speaking.sum() >= _LEAST:
            table[:, column] = _normed(motions[:, one.speaking]) @ _normed(one.stress[None, one.speaking])[0]
    return table


def _normed(rows: Doubles) -> Doubles:
    """Rows float64[n, T] with mean 0 and length 1; rows without any change are 0."""
    away = rows - rows.mean(axis=1, keepdims=True)
    size = np.linalg.norm(away, axis=1, keepdims=True)
    return np.where(size > 1e-9, away / np.maximum(size, 1e-9), 0.0)


def _tested(cut: Sequence[_Stretch], table: Doubles, seed: int) -> dict[str, Any] | None:
    kept = np.flatnonzero(~np.isnan(table).any(axis=0)) if len(table) else np.empty(0, np.int64)
    sessions = np.array([cut[n].session for n in kept.tolist()])
    if len(set(sessions.tolist())) < 3:
        return None
    table = table[np.ix_(kept, kept)]
    matched = float(table.diagonal().mean())
    mismatched = float(table[sessions[:, None] != sessions[None, :]].mean())
    random = np.random.default_rng(seed)
    rows = np.arange(len(kept))
    chances = np.array([table[rows, random.permutation(len(kept))].mean() for _ in range(PERMUTATIONS)])
    return {
        "matched": matched,
        "mismatched": mismatched,
        "margin": matched - mismatched,
        "p": float((1 + (chances >= matched - 1e-12).sum()) / (1 + PERMUTATIONS)),
        "stretches": len(kept),
    }
