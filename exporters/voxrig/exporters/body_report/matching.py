"""Whether motion goes with its own speech more than with another's: correlations, and a test by permutation.

Sessions are compared as wholes, stretch by stretch at the same places of them. Were stretches exchanged freely, what
all sessions have in common (that they begin with silence, say) would pass for a match: such a test found one, at a
level of 5 %, in seven of ten sets of made-up motion that had nothing to do with its speech; this one in one of twenty.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from voxrig.exporters.body_report.motion import Bools, Doubles, smoothed
from voxrig.exporters.body_report.session import Session
from voxrig.runtime.animation.heard import LEAD
from voxrig.runtime.core.timing import STEP_RATE

STRETCH: Final = 8 * STEP_RATE
"""Poses over which a correlation is taken."""
PERMUTATIONS: Final = 2000
FEWEST: Final = 5
"""Sessions below which nothing is tested."""

_BLUR: Final = 24  # poses
_LEVEL, _STRESS = 2, 5
_LEAST: Final = 2 * STEP_RATE  # poses of speech in a stretch, for the second test


class _Curves(NamedTuple):
    """Of a session: wrist speed, loudness and stress float64[T], and bool[T] whether there is speech."""

    motion: Doubles
    loudness: Doubles
    stress: Doubles
    speaking: Bools


def matching(sessions: Sequence[Session], performer: str, seed: int = 7) -> dict[str, Any]:
    """Compare motion with the speech that it was made for and with that of other sessions.

    Returns:
        Two tests by name: `speech`, wrist speed against loudness, which pauses decide; and `accents`, wrist speed
        against the stress of syllables where there is speech. Each has `matched` and `mismatched`, mean correlations;
        `margin`, their difference; `p`, the share of permutations of sessions with as large a margin; and `sessions`.
        None where there are fewer than `FEWEST`.
    """
    curves = [_curves(session, performer) for session in sessions if session.motions.get(performer)]
    return {
        "speech": _tested(_table(curves, by_stress=False), seed),
        "accents": _tested(_table(curves, by_stress=True), seed),
    }


def _curves(session: Session, performer: str) -> _Curves:
    # the voice of a row is heard ahead of the row's time
    voices = np.concatenate((np.zeros((LEAD, session.voices.shape[1])), session.voices))[: len(session.voices)]
    speaks = voices[:, 0] > 0.0
    loudness = np.maximum(0.0, 1.0 + voices[:, _LEVEL] / 15.0) * speaks.astype(np.float64)
    motion = session.motions[performer][0].speeds.sum(axis=1)
    return _Curves(smoothed(motion, _BLUR), smoothed(loudness, _BLUR), smoothed(voices[:, _STRESS], _BLUR), speaks)


def _table(curves: Sequence[_Curves], *, by_stress: bool) -> Doubles:
    """float64[S, S]: how the motion of session i correlates with the speech of j; NaN where too little is said."""
    table = np.full((len(curves), len(curves)), np.nan)
    for i, mover in enumerate(curves):
        for j, speaker in enumerate(curves):
            found = []
            for at in range(0, min(len(mover.motion), len(speaker.loudness)) - STRETCH + 1, STRETCH):
                of = slice(at, at + STRETCH)
                motion, sound = mover.motion[of], (speaker.stress if by_stress else speaker.loudness)[of]
                if by_stress:
                    motion, sound = motion[speaker.speaking[of]], sound[speaker.speaking[of]]
                if len(sound) >= _LEAST:
                    found.append(_correlation(motion, sound))
            if found:
                table[i, j] = np.mean(found)
    return table


def _correlation(one: Doubles, other: Doubles) -> float:
    """Pearson's; 0 where one of them does not change."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 1e-9 else 0.0


def _tested(table: Doubles, seed: int) -> dict[str, Any] | None:
    kept = ~np.isnan(table).any(axis=0)
    table = table[np.ix_(kept, kept)]
    count = len(table)
    if count < FEWEST:
        return None
    matched = float(table.diagonal().mean())
    mismatched = float(table[~np.eye(count, dtype=bool)].mean())
    random, rows = np.random.default_rng(seed), np.arange(count)
    chances = np.array([table[rows, random.permutation(count)].mean() for _ in range(PERMUTATIONS)])
    return {
        "matched": matched,
        "mismatched": mismatched,
        "margin": matched - mismatched,
        "p": float((1 + (chances >= matched - 1e-12).sum()) / (1 + PERMUTATIONS)),
        "sessions": count,
    }
