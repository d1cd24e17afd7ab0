"""Beat alignment, because papers report it; it does not tell matched from mismatched speech."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.body_report.motion import Doubles, Motion, smoothed
from voxrig.exporters.body_report.session import Session
from voxrig.runtime.core.timing import STEP_RATE

WARNING: Final = (
    "Beat alignment does not tell matched from mismatched speech: on GENEA 2020 it is 0.754 for matched and 0.758 for "
    "mismatched human motion, which people tell apart 74 to 53. It is printed for comparison with papers alone; judge "
    "by the offsets of strokes and by the matched minus mismatched margin."
)
SPREAD: Final = 0.1
"""Seconds: a beat of the motion so far from one of the speech counts exp(-1/2)."""

_BLUR: Final = 5


def motion_beats(motion: Motion) -> NDArray[np.int64]:
    """Return the poses at which the sum of both wrists' speeds has a minimum."""
    speed = smoothed(motion.speeds.sum(axis=1), _BLUR)
    return np.flatnonzero((speed[1:-1] < speed[:-2]) & (speed[1:-1] <= speed[2:])) + 1


def alignment(moving: NDArray[np.int64], stressed: Doubles) -> float | None:
    """Return the mean over the beats of speech of how near the next beat of motion is, 0 to 1; None without beats."""
    if not len(moving) or not len(stressed):
        return None
    away = np.abs(stressed[:, None] - moving[None, :]).min(axis=1) / STEP_RATE
    return float(np.exp(-0.5 * np.square(away / SPREAD)).mean())


def beat_alignment(sessions: Sequence[Session], performer: str) -> dict[str, Any]:
    """Return `matched`, `mismatched` (each motion with the next session's speech) and the `warning`."""
    matched, mismatched = [], []
    following = (*sessions[1:], *sessions[:1])
    for session, other in zip(sessions, following, strict=True):
        for motion in session.motions.get(performer, ()):
            beats = motion_beats(motion)
            matched.append(alignment(beats, session.stressed))
            if other is not session:
                mismatched.append(alignment(beats, other.stressed[other.stressed < len(motion)]))
    return {"matched": _mean(matched), "mismatched": _mean(mismatched), "warning": WARNING}


def _mean(values: Sequence[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return float(np.mean(told)) if told else None
