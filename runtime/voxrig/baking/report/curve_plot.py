"""A take's curves as small whole numbers, about fifteen a second, for a page to draw."""

import math
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.head_file import Floats
from voxrig.runtime.core.arkit import ARKIT_ANGLES, ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip

RATE: Final = 15
"""Points a second, about: the step is a whole number of frames."""
MIDDLE: Final = 50
"""Where an angle of nothing is."""
HEAD_DEGREES: Final = 25
EYE_DEGREES: Final = 40
"""Angles to a side that are 0 and 100."""
QUIETEST_DB: Final = -60
"""Level of the sound that is 0; full scale is 100."""

_NAMES: Final = (*ARKIT_SHAPES, *ARKIT_ANGLES)
# By the row's name: the shapes whose mean it shows.
_SHAPES: Final = {
    "JawOpen": ("JawOpen",),
    "MouthClose": ("MouthClose",),
    "MouthFunnel": ("MouthFunnel",),
    "MouthPucker": ("MouthPucker",),
    "MouthSmile": ("MouthSmileLeft", "MouthSmileRight"),
    "MouthFrown": ("MouthFrownLeft", "MouthFrownRight"),
    "BrowInnerUp": ("BrowInnerUp",),
    "BrowDown": ("BrowDownLeft", "BrowDownRight"),
    "EyeBlink": ("EyeBlinkLeft", "EyeBlinkRight"),
}
# By the row's name: the angles whose mean it shows, their sign, and the degrees that are 100.
_ANGLES: Final = {
    "HeadYaw": (("HeadYaw",), 1, HEAD_DEGREES),
    "HeadPitch": (("HeadPitch",), -1, HEAD_DEGREES),
    "LookX": (("LeftEyeYaw", "RightEyeYaw"), 1, EYE_DEGREES),
    "LookY": (("LeftEyePitch", "RightEyePitch"), -1, EYE_DEGREES),
}


def curves(clip: Clip, samples: NDArray[np.float32] | None = None) -> dict[str, int | list[int]]:
    """Tell a take's most telling curves.

    Each point stands for `step` frames: of a shape it is the highest of them, so that no blink is lost, 0 to 100; of an
    angle it is their mean: 50 is straight ahead, 100 is HEAD_DEGREES to the character's left or up (EYE_DEGREES for
    LookX and LookY, which are what the eyes add to the head's turn).

    Args:
        clip: the take.
        samples: float32[n], mono, at the take's sample rate: adds a row Loudness, 0 at QUIETEST_DB and below.

    Returns:
        "step", and as many whole numbers for each row as there are steps in the take.
    """
    take = clip.arkit()
    fps = take.fps.fraction
    step = max(1, round(fps / RATE))
    starts = np.arange(0, len(take), step)
    rows: dict[str, int | list[int]] = {"step": step}
    for name, shapes in _SHAPES.items():
        rows[name] = _whole(np.maximum.reduceat(_mean(take.values, shapes), starts))
    lengths = np.diff(np.append(starts, len(take)))
    for name, (angles, sign, most) in _ANGLES.items():
        share = np.add.reduceat(_mean(take.values, angles), starts) / lengths * (sign / math.radians(most))
        rows[name] = _whole((share * (100 - MIDDLE) + MIDDLE) / 100)
    if samples is not None:
        edges = [min(int(frame * take.sample_rate / fps), len(samples)) for frame in (*starts.tolist(), len(take))]
        rows["Loudness"] = [_level(samples[a:b]) for a, b in pairwise(edges)]
    return rows


def _mean(values: Floats, names: tuple[str, ...]) -> NDArray[np.float64]:
    columns = [_NAMES.index(name) for name in names]
    return np.asarray(values[:, columns].astype(np.float64).mean(1))


def _whole(values: NDArray[np.float64]) -> list[int]:
    """Values 0 to 1 as whole numbers 0 to 100; rounded first, so that last digits decide nothing."""
    hundredths = np.round(100 * np.clip(np.nan_to_num(values), 0.0, 1.0), 3)
    return [int(value) for value in np.floor(hundredths + 0.5)]


def _level(samples: NDArray[np.float32]) -> int:
    power = float(np.square(samples, dtype=np.float64).mean()) if len(samples) else 0.0
    decibels = 10 * math.log10(max(power, 1e-12))
    return math.floor(100 * min(max(1 - decibels / QUIETEST_DB, 0.0), 1.0) + 0.5)
