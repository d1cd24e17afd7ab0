"""Whether one performs the same speech differently each time, and moves as much as whom it learned from."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.session import Session, performed
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, LEARNED

_PLACE, _HAND = 3, 7
GROUPS: Final = {
    "torso": np.array([n for n in LEARNED if n < HAND_L.start]),
    "hands' places": np.concatenate([np.arange(h.start, h.start + _PLACE) for h in (HAND_L, HAND_R)]),
    "hands' turns": np.concatenate([np.arange(h.start + _PLACE, h.start + _HAND) for h in (HAND_L, HAND_R)]),
    "fingers": np.concatenate([np.arange(h.start + _HAND, h.stop) for h in (HAND_L, HAND_R)]),
}
"""Numbers of a posture that are reported together."""


def distance(one: Motion, other: Motion) -> float:
    """Return how far apart the wrists of two performances of the same speech are, in the mean: metres."""
    return float(np.linalg.norm(one.wrists - other.wrists, axis=-1).mean())


def diversity(sessions: Sequence[Session], performer: str) -> float | None:
    """Return the mean distance between performances of the same speech in metres; None: no speech has two."""
    found = [
        distance(one, other)
        for session in sessions
        for one, other in combinations(session.motions.get(performer, ()), 2)
    ]
    return float(np.mean(found)) if found else None


def variance_ratios(sessions: Sequence[Session], reference: str, performer: str) -> dict[str, Any]:
    """Return a performer's variances over those of the reference, by group of numbers, as ratios of spreads.

    Returns:
        `over_time`: within performances; `between_seeds`: of performances of the same speech at the same pose, None
        where there are no two. 1 is as the reference; a network that averages its teacher's choices away is near 0.
    """
    ratios: dict[str, Any] = {}
    for what, measure in (("over_time", _over_time), ("between_seeds", _between_seeds)):
        mine, theirs = measure(sessions, performer), measure(sessions, reference)
        ratios[what] = None
        if mine is not None and theirs is not None:
            ratios[what] = {
                name: float(np.sqrt(mine[of].sum() / max(theirs[of].sum(), 1e-12))) for name, of in GROUPS.items()
            }
    return ratios


def _over_time(sessions: Sequence[Session], performer: str) -> NDArray[np.float64] | None:
    found = [motion.postures.var(axis=0) for _, motion in performed(sessions, performer)]
    return np.asarray(np.mean(found, axis=0)) if found else None


def _between_seeds(sessions: Sequence[Session], performer: str) -> NDArray[np.float64] | None:
    several = [s.motions[performer] for s in sessions if len(s.motions.get(performer, ())) > 1]
    found = [np.stack([m.postures for m in motions]).var(axis=0, ddof=1).mean(axis=0) for motions in several]
    return np.asarray(np.mean(found, axis=0)) if found else None
