"""Scores of many clips in one row."""

from collections.abc import Sequence
from typing import Final

import numpy as np

Row = dict[str, float]
"""Figures by name; those that no clip tells are absent."""

MEDIANS: Final = (
    *("dental_auc", "rounding_auc", "openness_rho", "lag_ms", "silence_gap", "jitter", "gap_95th_cm"),
    *("aperture_r", "jaw_r", "aperture_r_in_speech", "jaw_r_in_speech"),
)


def summarise(scores: Sequence[dict[str, float]]) -> Row:
    """Put the scores of a set's clips together.

    Returns:
        `closure_recall` and `false_closure`: means over all sounds of all clips; `closure_by_clip` and
        `closure_median`: mean and median over clips; the others are medians over clips.
    """
    row = {
        "closure_recall": _over_sounds(scores, "closure_recall", "closures"),
        "closure_by_clip": float(np.mean(_told(scores, "closure_recall") or np.nan)),
        "closure_median": float(np.median(_told(scores, "closure_recall") or np.nan)),
        "false_closure": _over_sounds(scores, "false_closure", "opens"),
    }
    row |= {name: float(np.median(_told(scores, name) or np.nan)) for name in MEDIANS}
    return {name: value for name, value in row.items() if not np.isnan(value)}


def _over_sounds(scores: Sequence[dict[str, float]], share: str, count: str) -> float:
    rows = [(s[share], s[count]) for s in scores if s[count]]
    return sum(value * n for value, n in rows) / sum(n for _, n in rows) if rows else float("nan")


def _told(scores: Sequence[dict[str, float]], name: str) -> list[float]:
    return [s[name] for s in scores if name in s and not np.isnan(s[name])]
