"""The classes that emotion is learned in, those of EmoDB, and what the rest of Voxrig calls them."""

from typing import Final

import torch
from torch import Tensor

from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.emotion_table import VAD

CLASSES: Final = ("neutral", "joy", "sadness", "anger", "fear", "disgust", "boredom")
LETTERS: Final = "NFTWAEL"
"""What stands for them in the names of EmoDB's files: neutral, Freude, Trauer, Wut, Angst, Ekel, Langeweile."""

_NAMES: Final = ("neutral", *CATEGORIES)
_BORED_AS: Final = {"neutral": 0.7, "sadness": 0.3}
"""No expression of boredom is among ours: it is shown as a calm that is a little sad. Where it lies is kept, though."""
_BORED_AT: Final = (-0.65, -0.62, -0.33)
"""`bored` in the table that `emotion_table.VAD` is taken from (Russell & Mehrabian 1977)."""


def categories() -> Tensor:
    """How much of neutral and of each of `CATEGORIES` a class is: float32[7, 8]. Surprise and contempt are never."""
    out = torch.zeros(len(CLASSES), len(_NAMES))
    for row, name in enumerate(CLASSES):
        for part, share in (_BORED_AS if name == "boredom" else {name: 1.0}).items():
            out[row, _NAMES.index(part)] = share
    return out


def points() -> Tensor:
    """Valence, arousal and dominance of each class: float32[7, 3]; neutral is 0."""
    known = {"neutral": (0.0, 0.0, 0.0), "boredom": _BORED_AT, **dict(zip(CATEGORIES, VAD, strict=True))}
    return torch.tensor([known[name] for name in CLASSES])
