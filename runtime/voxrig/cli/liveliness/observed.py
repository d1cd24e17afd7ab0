"""What was measured of one performance, all together."""

from dataclasses import dataclass
from typing import Final

from voxrig.cli.liveliness.blinks import Blinks, find_blinks
from voxrig.cli.liveliness.continuity import Jump, largest_jumps
from voxrig.cli.liveliness.gaze_share import GazeShare, gaze_share
from voxrig.cli.liveliness.head import HeadMotion, head_motion
from voxrig.cli.liveliness.motion import Motion
from voxrig.cli.liveliness.saccades import Saccades, find_saccades

TALKING: Final = "talking"
SILENT: Final = "silent"


@dataclass(frozen=True, slots=True)
class Observed:
    """One performance and what was found in it.

    Attributes:
        seed: of its character.
        condition: TALKING or SILENT.
        motion: what could be seen of it.
        blinks, saccades, gaze, head: what was found.
        jumps: around the beginnings and ends of speech.
    """

    seed: int
    condition: str
    motion: Motion
    blinks: Blinks
    saccades: Saccades
    gaze: GazeShare
    head: HeadMotion
    jumps: list[Jump]


def measure(motion: Motion, seed: int, condition: str) -> Observed:
    """Measure one performance."""
    return Observed(
        seed,
        condition,
        motion,
        find_blinks(motion.lids, motion.fps),
        find_saccades(motion.eyes, motion.gaze, motion.fps),
        gaze_share(motion),
        head_motion(motion),
        largest_jumps(motion),
    )
