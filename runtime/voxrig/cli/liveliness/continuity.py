"""Whether anything jumps where speech begins or ends."""

from typing import Final, NamedTuple

import numpy as np

from voxrig.cli.liveliness.gaze_share import turns
from voxrig.cli.liveliness.motion import GROUPS, TURNS, Motion

NEAR: Final = 0.15
"""Seconds around a beginning or end of speech: the blends and the silence gate lie within."""


class Jump(NamedTuple):
    """The largest change from one frame to the next in one group of controls (0 to 1), or of bones (degrees).

    Attributes:
        group: which.
        unit: "" or "°".
        near: near the beginnings and ends of speech.
        elsewhere: farther from them; 0 where there is nothing farther.
    """

    group: str
    unit: str
    near: float
    elsewhere: float


def largest_jumps(motion: Motion) -> list[Jump]:
    """Measure every group; an empty list if speech neither begins nor ends."""
    events = np.concatenate((turns(motion, begin=True), turns(motion, begin=False)))
    if not len(events):
        return []
    reach = round(NEAR * motion.fps)
    near = np.zeros(len(motion), np.bool_)
    places = (events[:, None] + np.arange(-reach, reach + 1)).reshape(-1)
    near[places[(places >= 0) & (places < len(motion))]] = True
    names = [(group, "") for group in GROUPS] + [(turn, "°") for turn in TURNS]
    return [
        Jump(
            group,
            unit,
            float(motion.jumps[near, column].max()),
            float(motion.jumps[~near, column].max(initial=0.0)),
        )
        for column, (group, unit) in enumerate(names)
    ]
