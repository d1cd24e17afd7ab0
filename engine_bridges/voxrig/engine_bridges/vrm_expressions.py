"""ARKit's 52 shapes as VRM's preset expressions, for avatars that have no others.

Vowels are read off the opening of the jaw, the rounding and the spreading of the lips; feelings off the shapes that
make them together, so that speech alone shows none. An avatar's presets are drawn whole: five vowels and five feelings
can't tell what 52 shapes do.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.arkit import ARKIT_SHAPES

VRM: Final = (
    *("aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft", "blinkRight", "lookUp", "lookDown", "lookLeft", "lookRight"),
    *("happy", "angry", "sad", "relaxed", "surprised"),
)
"""The presets of VRM 1.0 that are sent, in the order of `vrm_expressions`."""
VRM0: Final = (
    *("A", "I", "U", "E", "O", "Blink", "Blink_L", "Blink_R", "LookUp", "LookDown", "LookLeft", "LookRight"),
    *("Joy", "Angry", "Sorrow", "Fun", "Surprised"),
)
"""The same in VRM 0.x, where Surprised is no preset but a name in common use."""

_PLACE: Final = {name: place for place, name in enumerate(ARKIT_SHAPES)}
_PAIRS: Final = {
    stem: (_PLACE[stem + "Left"], _PLACE[stem + "Right"])
    for stem in (
        *("EyeBlink", "EyeSquint", "EyeWide", "EyeLookUp", "EyeLookDown", "EyeLookIn", "EyeLookOut"),
        *("BrowDown", "BrowOuterUp", "CheekSquint", "NoseSneer"),
        *("MouthSmile", "MouthFrown", "MouthStretch", "MouthPress"),
    )
}


def vrm_expressions(pose: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Write VRM's expressions of a pose.

    Args:
        pose: float32[52 or more], ARKit's shapes first.
        out: float32[17], each 0 to 1, in the order of `VRM`.
    """
    shapes: list[float] = pose[: len(ARKIT_SHAPES)].tolist()
    out[:5] = _vowels(shapes)
    out[5:12] = _eyes(shapes)
    out[12:] = _feelings(shapes)


def _vowels(shapes: list[float]) -> tuple[float, float, float, float, float]:
    opened = max(0.0, shapes[_PLACE["JawOpen"]] - shapes[_PLACE["MouthClose"]])
    rounded = _ramp(shapes[_PLACE["MouthPucker"]] + shapes[_PLACE["MouthFunnel"]], 0.0, 0.45)
    spread = _ramp(_mean(shapes, "MouthStretch"), 0.0, 0.07) * (1.0 - _ramp(opened, 0.2, 0.35))
    flat = 1.0 - rounded
    front = flat * spread * _ramp(opened, 0.0, 0.2)
    wide, low = _ramp(opened, 0.12, 0.18), _ramp(opened, 0.08, 0.17)
    aa = flat * (1.0 - spread) * _ramp(opened, 0.0, 0.35)
    return aa, front * (1.0 - wide), rounded * (1.0 - low), front * wide, rounded * low


def _eyes(shapes: list[float]) -> tuple[float, ...]:
    left, right = (shapes[place] for place in _PAIRS["EyeBlink"])
    both = min(left, right)  # the avatar adds blink to blinkLeft
    in_left, in_right = (shapes[place] for place in _PAIRS["EyeLookIn"])
    out_left, out_right = (shapes[place] for place in _PAIRS["EyeLookOut"])
    up, down = _mean(shapes, "EyeLookUp"), _mean(shapes, "EyeLookDown")
    return both, left - both, right - both, up, down, 0.5 * (out_left + in_right), 0.5 * (out_right + in_left)


def _feelings(shapes: list[float]) -> tuple[float, float, float, float, float]:
    brow_down = _mean(shapes, "BrowDown")
    smile = min(shapes[place] for place in _PAIRS["MouthSmile"])  # one corner alone is no smile
    cheer = min(smile, _mean(shapes, "CheekSquint"))
    tense = max(_mean(shapes, "MouthPress"), _mean(shapes, "NoseSneer"))
    happy = _ramp(cheer, 0.1, 0.8)
    angry = _ramp(min(brow_down, tense), 0.15, 0.8)
    sad = _ramp(min(_mean(shapes, "MouthFrown"), shapes[_PLACE["BrowInnerUp"]]), 0.1, 0.8)
    relaxed = _ramp(smile - cheer, 0.15, 0.6) * (1.0 - happy)
    surprised = _ramp(min(_mean(shapes, "EyeWide"), _mean(shapes, "BrowOuterUp")), 0.1, 0.75)
    return happy, angry, sad, relaxed, surprised


def _mean(shapes: list[float], stem: str) -> float:
    left, right = _PAIRS[stem]
    return 0.5 * (shapes[left] + shapes[right])


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
