"""How much there is of a motion: speeds, jerk, the share of time that one gestures, and which hand does it."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from voxrig.exporters.body_report.motion import Doubles, Motion, jerks_of
from voxrig.exporters.body_report.session import Session, performed

HUMAN_SPEED: Final = 0.47
"""m/s: the mean wrist speed of a human who gestures."""
EDGES: Final = np.linspace(0.0, 2.0, 41)
"""m/s: edges of the histogram of speeds."""


def mean_speed(motion: Motion) -> float:
    """Return the mean wrist speed in m/s over hands and poses at which that hand gestures; 0 if none does."""
    speeds = motion.speeds[motion.gesturing]
    return float(speeds.mean()) if len(speeds) else 0.0


def mean_jerk(motion: Motion) -> float:
    """Return the mean jerk of the wrists in m/s^3 while they gesture; 0 if none does."""
    jerks = jerks_of(motion.wrists)[motion.gesturing[1:-2]]
    return float(jerks.mean()) if len(jerks) else 0.0


def left_share(motion: Motion) -> float:
    """Return the left hand's share of both hands' way; one half where neither moves."""
    way = motion.speeds.sum(axis=0)
    return float(way[0] / way.sum()) if way.sum() > 1e-6 else 0.5


def energy(sessions: Sequence[Session], performer: str) -> dict[str, Any]:
    """Return the figures of a performer, each over all its performances; shares are 0 to 1."""
    all_of = list(performed(sessions, performer))
    speeds = np.concatenate([motion.speeds[motion.gesturing] for _, motion in all_of])
    jerks = np.concatenate([jerks_of(motion.wrists)[motion.gesturing[1:-2]] for _, motion in all_of])
    while_speaking = np.concatenate([motion.any_gesture[session.speaking] for session, motion in all_of])
    in_pauses = np.concatenate([motion.any_gesture[~session.speaking] for session, motion in all_of])
    lefts = np.array([left_share(motion) for _, motion in all_of])
    return {
        "performances": len(all_of),
        "minutes": sum(len(motion) for _, motion in all_of) / 3600,
        "wrist_speed": _mean(speeds),
        "wrist_speed_human": HUMAN_SPEED,
        "wrist_speed_p95": float(np.quantile(speeds, 0.95)) if len(speeds) else 0.0,
        "jerk": _mean(jerks),
        "gesturing_speaking": _mean(while_speaking),
        "gesturing_pauses": _mean(in_pauses),
        "left_share": _mean(lefts),
        "left_share_spread": float(lefts.std()),
        "speed_histogram": (np.histogram(speeds, EDGES)[0] / max(len(speeds), 1)).tolist(),
    }


def speeds_by_emotion(sessions: Sequence[Session], performer: str) -> dict[str, float]:
    """Return the mean wrist speed while gesturing, in m/s, by emotion, in the order in which they first come."""
    found: dict[str, list[Doubles]] = {}
    for session, motion in performed(sessions, performer):
        found.setdefault(session.emotion, []).append(motion.speeds[motion.gesturing])
    return {emotion: _mean(np.concatenate(speeds)) for emotion, speeds in found.items()}


def _mean(values: np.ndarray[Any, Any]) -> float:
    return float(values.mean()) if len(values) else 0.0
