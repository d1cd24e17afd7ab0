"""Where strokes of a motion have their apexes, and how far from the stressed syllables they lie.

One detector for everybody: a stroke ends where a hand that moved has slowed down most, and is the quickest move about.
What a planner meant is only used to say how well the detector finds it.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.body_report.motion import Doubles, Motion, smoothed
from voxrig.exporters.body_report.session import Session, performed
from voxrig.runtime.core.timing import STEP_RATE

QUICK: Final = 0.22
"""m/s that a stroke reaches at least."""
NEAR: Final = 36
"""Poses (600 ms) from a stressed syllable, beyond which an apex belongs to none."""
CLOSE: Final = 6
"""Poses (100 ms): an apex that is on the stress."""
EDGES: Final = np.arange(-600, 601, 40)
"""Milliseconds: edges of the histogram of offsets."""

_BLUR: Final = 7  # poses
_DROP: Final = 0.5  # of the peak: an apex is at most so quick
_APART: Final = 20  # poses between apexes at the least, of both hands together
_STILL: Final = 0.05  # m/s
_AFTER: Final = 24  # poses: a hand that then is still, and came down, was put away
_BEFORE: Final = 90  # poses: where a hand was in the first half of the time so long before tells how far it came
_RISING: Final = 12  # poses: a hand that was still so long before its peak, and came up, was raised
_FAR: Final = 0.10  # m
_SHIFTS: Final = 200
_LEAST_SHIFT: Final = STEP_RATE


def apexes(motion: Motion) -> NDArray[np.int64]:
    """Return the poses of the apexes of a motion, in order: of moves that are near in time only the quickest counts."""
    found = [move for hand in (0, 1) for move in _moves(motion.wrists[:, hand], motion.speeds[:, hand])]
    kept: list[int] = []
    for _, pose in sorted(found, key=lambda move: (-move[0], move[1])):
        if all(abs(pose - other) >= _APART for other in kept):
            kept.append(pose)
    return np.array(sorted(kept), np.int64)


def _moves(places: Doubles, speeds: Doubles) -> list[tuple[float, int]]:
    """Return the peak speed and the apex of each move of a hand, but those that raise it from rest or put it away."""
    speed = smoothed(speeds, _BLUR)
    slopes = np.sign(np.diff(speed))
    peaks = np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)) + 1
    peaks = peaks[speed[peaks] >= QUICK]
    found, begun = [], 0
    for number, peak in enumerate(peaks.tolist()):
        until = int(peaks[number + 1]) if number + 1 < len(peaks) else len(speed)
        low = peak + int(np.argmin(speed[peak:until]))
        still = np.flatnonzero(speed[peak:until] < _STILL)
        if len(still):
            low = peak + int(still[0])
        if speed[low] > _DROP * speed[peak] or low == len(speed) - 1:
            continue
        rise = places[low, 1] - places[begun, 1]
        in_all = places[low, 1] - float(np.median(places[max(low - _BEFORE, 0) : max(low - _BEFORE // 2, 1), 1]))
        rested = float(speed[max(peak - _AFTER - _RISING, 0) : max(peak - _RISING, 1)].min()) < _STILL
        put_away = max(rise, in_all) < -_FAR and float(speed[low : low + _AFTER].mean()) < _STILL
        if not put_away and not (rise > _FAR and rested):
            found.append((float(speed[peak]), low))
        begun = low
    return found


def offsets(poses: NDArray[np.int64], stressed: Doubles) -> Doubles:
    """Return how many poses each apex comes after the nearest stress (before: negative), for those within `NEAR`."""
    if not len(poses) or not len(stressed):
        return np.empty(0)
    order = np.searchsorted(stressed, poses)
    before = stressed[np.maximum(order - 1, 0)]
    after = stressed[np.minimum(order, len(stressed) - 1)]
    away = np.where(np.abs(poses - before) <= np.abs(poses - after), poses - before, poses - after)
    return np.asarray(away[np.abs(away) <= NEAR], np.float64)


def timing(sessions: Sequence[Session], performer: str, seed: int = 7) -> dict[str, Any]:
    """Return how a performer's apexes lie to the stresses, and what chance would do.

    Chance: the same apexes against the same speech, shifted round by a random time of a second or more.

    Returns:
        `median_ms`, `quartiles_ms`, `median_away_ms` (without the sign) and `share_close` (within 100 ms) of the
        apexes while one speaks, each of the last two also as `chance_...`; `p`, the share of shifts whose median
        distance is no larger; `per_minute` of speech; `found` and `meant`, see `_found`;
        and a histogram.
    """
    random = np.random.default_rng(seed)
    told = [(session, motion, apexes(motion)) for session, motion in performed(sessions, performer)]
    told = [(session, motion, poses[session.speaking[poses]]) for session, motion, poses in told]
    real = np.concatenate([offsets(poses, session.stressed) for session, _, poses in told])
    shifted = [
        np.concatenate([offsets(poses, _shifted(session, random)) for session, _, poses in told])
        for _ in range(_SHIFTS)
    ]
    speech = sum(int(session.speaking.sum()) for session, _, _ in told)
    count = sum(len(poses) for _, _, poses in told)
    found: dict[str, Any] = {
        "apexes": count,
        "per_minute": count * 3600 / max(speech, 1),
        **_found(sessions, performer),
    }
    if not len(real):
        return found
    away = float(np.median(np.abs(real)))
    chances = np.array([np.median(np.abs(other)) if len(other) else NEAR for other in shifted])
    close = [float((np.abs(other) <= CLOSE).mean()) for other in shifted if len(other)]
    milli = 1000 / STEP_RATE
    return found | {
        "median_ms": float(np.median(real)) * milli,
        "quartiles_ms": (np.quantile(real, (0.25, 0.75)) * milli).tolist(),
        "median_away_ms": away * milli,
        "chance_median_away_ms": float(np.mean(chances)) * milli,
        "share_close": float((np.abs(real) <= CLOSE).mean()),
        "chance_share_close": float(np.mean(close)),
        "p": float((1 + (chances <= away).sum()) / (1 + len(chances))),
        "histogram": (np.histogram(real * milli, EDGES)[0] / len(real)).tolist(),
        "chance_histogram": (
            np.histogram(np.concatenate(shifted) * milli, EDGES)[0] / max(sum(map(len, shifted)), 1)
        ).tolist(),
    }


def _shifted(session: Session, random: np.random.Generator) -> Doubles:
    total = len(session.voices)
    by = random.integers(min(_LEAST_SHIFT, total // 2), max(total - _LEAST_SHIFT, total // 2 + 1))
    return np.sort((session.stressed + by) % total)


def _found(sessions: Sequence[Session], performer: str) -> dict[str, float | None]:
    """How well the detector does where the first performer tells its own apexes.

    `found`: the share of them near which it finds one; `meant`: the share of those it finds that are near one of them.
    """
    meant = found = hits = right = 0
    for session in sessions:
        if performer != next(iter(session.motions)) or not len(session.planned):
            continue
        poses, told = apexes(session.motions[performer][0]), np.array(session.planned)
        away = np.abs(poses[:, None] - told[None, :])
        meant, found = meant + len(told), found + len(poses)
        if len(poses):
            hits += int((away.min(axis=0) <= CLOSE).sum())
            right += int((away.min(axis=1) <= CLOSE).sum())
    return {"found": hits / meant if meant else None, "meant": right / found if found else None}
