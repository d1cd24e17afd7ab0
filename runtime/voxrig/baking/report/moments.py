"""Which moments of a take tell the most: open and different mouths, spread over the line, and its strongest feeling."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.head_file import Floats
from voxrig.runtime.core.arkit import ARKIT_SHAPES

_MOUTH: Final = tuple(k for k, name in enumerate(ARKIT_SHAPES) if name.startswith(("Jaw", "Mouth", "Tongue")))
_JAW: Final = _MOUTH.index(ARKIT_SHAPES.index("JawOpen"))
_CLOSE: Final = _MOUTH.index(ARKIT_SHAPES.index("MouthClose"))
_FEELING: Final = tuple(
    k
    for k, name in enumerate(ARKIT_SHAPES)
    if name.startswith(("Brow", "Cheek", "Nose", "EyeSquint", "EyeWide", "MouthSmile", "MouthFrown"))
)
_LIDS: Final = tuple(k for k, name in enumerate(ARKIT_SHAPES) if name.startswith("EyeBlink"))

_WIDE: Final = 0.8
"""How much an open mouth counts against one that is unlike the take's mean mouth."""
_NEW: Final = 0.4
"""How much being unlike the mouth before counts against the same."""
_SHUT: Final = 0.35
"""How much closed eyes count against a moment: most are a blink that hides what the face says."""
_FELT: Final = 0.1
"""Sum of shapes of feeling below which no moment is chosen for it."""


def moments(poses: Floats, count: int) -> list[int]:
    """Choose frames of a take.

    The take is cut into `count` parts of equal length. In each the frame is chosen whose mouth is the most open and the
    most unlike the others, eyes open; but in the part with the strongest feeling it is the frame of that.

    Args:
        poses: float32[frames, 61] in profile `arkit`.
        count: how many, 1 or more.

    Returns:
        At most `count` rows of `poses`, ascending; fewer where there are fewer frames.
    """
    frames = len(poses)
    count = min(count, frames)
    if count == 0:
        return []
    mouths = poses[:, _MOUTH].astype(np.float64)
    opened = np.maximum(mouths[:, _JAW] - mouths[:, _CLOSE], 0.0)
    mouths[:, _JAW] = opened
    mouths[:, _CLOSE] = 0.0
    unusual = np.minimum(np.abs(mouths - mouths.mean(0)).sum(1), 1.0)
    merit = unusual + _WIDE * opened - _SHUT * poses[:, _LIDS].astype(np.float64).mean(1)
    edges = [frames * k // count for k in range(count + 1)]
    felt = _most_felt(poses)
    chosen: list[int] = []
    for begin, end in pairwise(edges):
        if begin <= felt < end:
            chosen.append(felt)
            continue
        before = mouths[chosen[-1]] if chosen else np.zeros(mouths.shape[1])
        unlike = np.minimum(np.abs(mouths[begin:end] - before).sum(1), 1.0)
        chosen.append(begin + _highest(_NEW * unlike + merit[begin:end]))
    return chosen


def _most_felt(poses: Floats) -> int:
    """The frame with the strongest feeling of the middle half of a take, -1 where there is none."""
    frames = len(poses)
    begin, end = frames // 4, frames - frames // 4
    feeling = poses[begin:end, _FEELING].astype(np.float64).sum(1) - poses[begin:end, _LIDS].astype(np.float64).sum(1)
    best = _highest(feeling)
    return begin + best if feeling[best] >= _FELT else -1


def _highest(merit: NDArray[np.float64]) -> int:
    """The first of the highest; rounded, so that last digits decide nothing."""
    return int(np.argmax(np.round(merit, 4)))
