"""Visemes as ARKit weights, so that animators that give visemes are judged on the same head as the others.

The fifteen are Oculus's (OVR LipSync's viseme reference, the images of a mouth for each). How far the jaw opens is what
HeadAudio's author uses to build them from ARKit shapes (TalkingHead, `blender/build-visemes-from-arkit.py`), up to 0.1;
his lip shapes are made for Ready Player Me's heads and don't close the lips of this one (his PP leaves them 2 mm
apart), so those are ours, after the reference images. No animator is to look bad by its table: the benchmark's row
`perfect visemes` shows the labelled phones by this same table, and closes, rounds and opens as well as can be.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.coarticulation import Phone
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

FPS: Final = FrameRate(60)
ARKIT: Final = profile("arkit")


def _both(**sides: float) -> dict[str, float]:
    return {name + side: value for name, value in sides.items() for side in ("Left", "Right")}


OCULUS: Final[dict[str, dict[str, float]]] = {
    "sil": {},
    "PP": {"MouthRollLower": 0.2, "MouthShrugLower": 0.3, "MouthClose": 0.1, **_both(MouthPress=0.5)},
    "FF": {"JawOpen": 0.08, "MouthRollLower": 0.7, **_both(MouthUpperUp=0.25)},
    "TH": {"JawOpen": 0.2, "TongueOut": 0.4, **_both(MouthLowerDown=0.15, MouthUpperUp=0.05)},
    "DD": {"JawOpen": 0.2, **_both(MouthLowerDown=0.2, MouthUpperUp=0.1)},
    "kk": {"JawOpen": 0.2, **_both(MouthLowerDown=0.15, MouthUpperUp=0.1)},
    "CH": {"JawOpen": 0.12, "MouthPucker": 0.3, "MouthFunnel": 0.4},
    "SS": {"JawOpen": 0.1, **_both(MouthLowerDown=0.3, MouthUpperUp=0.15, MouthStretch=0.15)},
    "nn": {"JawOpen": 0.15, **_both(MouthLowerDown=0.15, MouthUpperUp=0.1)},
    "RR": {"JawOpen": 0.15, "MouthPucker": 0.35, "MouthFunnel": 0.15},
    "aa": {"JawOpen": 0.6, **_both(MouthLowerDown=0.15, MouthUpperUp=0.1)},
    "E": {"JawOpen": 0.35, **_both(MouthLowerDown=0.2, MouthUpperUp=0.1, MouthSmile=0.1)},
    "I": {"JawOpen": 0.2, **_both(MouthLowerDown=0.15, MouthUpperUp=0.1, MouthSmile=0.25)},
    "O": {"JawOpen": 0.3, "MouthPucker": 0.5, "MouthFunnel": 0.25},
    "U": {"JawOpen": 0.12, "MouthPucker": 0.8, "MouthFunnel": 0.1},
}
"""What each viseme is at full weight; the animators show about two thirds of it."""

VOWELS: Final = {"aa": "aa", "ee": "E", "ih": "I", "oh": "O", "ou": "U", "silence": "sil"}
"""pylipsync's five vowels (its templates are a, e, i, o and u spoken) as Oculus visemes."""

_PHONES: Final = {
    "PP": "p b m", "FF": "f v ʋ", "TH": "θ ð", "DD": "t d ɾ", "kk": "k ɡ g q x χ ɣ ʁ ç ʔ", "nn": "n ŋ",
    "CH": "tʃ dʒ ʃ ʒ", "SS": "s z ts h", "RR": "ɹ r l j w",
    "aa": "a aɪ aʊ ɑ ɐ æ ɒ", "E": "ɛ e eɪ œ ɜ ɚ ɝ ʌ ə", "I": "i ɪ ᵻ ɨ", "O": "o oʊ əʊ ɔ ɔɪ ɔʏ ø", "U": "u ʊ y ʏ",
}  # fmt: skip
VISEME_OF: Final = {phone: viseme for viseme, phones in _PHONES.items() for phone in phones.split()}
"""HeadAudio's own classes of sounds (its README), but ʃ ʒ with the affricates, where Oculus has them."""

FULL_WEIGHT: Final = 0.65
"""How much of a viseme is shown where its animator names one but not how much: what HeadAudio shows."""
_FADE: Final = 4  # frames from one viseme to the next


def take_of(values: NDArray[np.float32], rate: int) -> Take:
    """Make a take of ARKit frames float32[F, stride] at 60 fps from time 0."""
    return Take(ARKIT.name, ARKIT.names, ARKIT.bones, FPS, values, 0, rate)


def pose(names: list[str], weights: NDArray[np.float32], rate: int) -> Take:
    """Make a take at 60 fps of viseme weights float32[F, len(names)], named as in `OCULUS`; the shapes add up."""
    values = np.zeros((len(weights), ARKIT.stride), np.float32)
    column = {name: i for i, name in enumerate(ARKIT.names)}
    for viseme, weight in zip(names, weights.T, strict=True):
        for name, amount in OCULUS[viseme].items():
            values[:, column[name]] += amount * weight
    return take_of(np.clip(values, 0, 1), rate)


def perfect(phones: list[Phone], frames: int, rate: int) -> Take:
    """Make a take of the labelled phones: each its viseme while it lasts, faded over 67 ms around its ends."""
    names = list(OCULUS)
    active = np.zeros((frames, len(names)))
    for phone, start, end in phones:
        viseme = VISEME_OF.get(phone, VISEME_OF.get(phone[0], "sil"))
        active[round(start * 60) : round(end * 60)] = 0
        active[round(start * 60) : round(end * 60), names.index(viseme)] = FULL_WEIGHT
    kernel = np.hanning(_FADE + 3)[1:-1]
    faded = np.stack([np.convolve(a, kernel / kernel.sum(), mode="same") for a in active.T], axis=1)
    return pose(names, faded.astype(np.float32), rate)
