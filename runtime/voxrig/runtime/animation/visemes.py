"""Fifteen mouth shapes by name, for setting a word's mouth by hand.

Names and sounds are those of OVRLipSync (Meta, "Viseme Reference"), the set that game characters share. The targets are
ours: place and manner of the sounds on the IPA chart (Handbook of the International Phonetic Association, 1999), with
the amplitudes of quiet, clear speech; an override's `jaw` and `lips` factors make them larger.
"""

from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.style import SHORT_NAMES, check_known

# Columns: jaw, lips together, lower lip down, upper lip up, pucker, funnel, stretch, corners pulled, lower lip rolled
# in, press, tongue tip up, tongue body up, tongue out.
_COLUMNS: Final = (
    "jawOpen", "mouthLipsTogether", "mouthLowerLipDepress", "mouthUpperLipRaise", "mouthLipsPurse", "mouthFunnel",
    "mouthStretch", "mouthCornerPull", "mouthLowerLipRollIn", "mouthPress", "tongueTipUp", "tongueUp", "tongueOut",
)  # fmt: skip
_TABLE: Final = {
    # name  jaw  clos lowr uppr purs funl strc crnr roll prss tip  body out     sounds
    "sil": (.00, .00, .00, .00, .00, .00, .00, .00, .00, .00, .00, .00, .00),  # silence
    "PP":  (.06, 1.0, .00, .00, .04, .00, .00, .00, .00, .15, .00, .00, .00),  # p b m
    "FF":  (.06, .00, .00, .12, .00, .00, .00, .00, .42, .00, .00, .00, .00),  # f v
    "TH":  (.10, .00, .10, .06, .00, .00, .00, .00, .00, .00, .20, .00, .30),  # th
    "DD":  (.09, .00, .12, .08, .00, .00, .00, .00, .00, .00, .60, .00, .00),  # t d
    "kk":  (.13, .00, .10, .07, .00, .00, .00, .00, .00, .00, .00, .70, .00),  # k g
    "CH":  (.06, .00, .10, .08, .16, .32, .00, .00, .00, .00, .30, .00, .00),  # ch j sh
    "SS":  (.05, .00, .18, .12, .00, .00, .08, .05, .00, .00, .35, .00, .00),  # s z
    "nn":  (.11, .00, .09, .06, .00, .00, .00, .00, .00, .00, .65, .00, .00),  # n l
    "RR":  (.09, .00, .03, .02, .20, .22, .00, .00, .00, .00, .30, .00, .00),  # r
    "aa":  (.30, .00, .12, .06, .00, .00, .00, .00, .00, .00, .00, .00, .00),  # car
    "E":   (.18, .00, .15, .10, .00, .00, .08, .08, .00, .00, .00, .10, .00),  # bed
    "ih":  (.12, .00, .11, .08, .00, .00, .07, .09, .00, .00, .00, .25, .00),  # tip
    "oh":  (.17, .00, .04, .02, .26, .28, .00, .00, .00, .00, .00, .00, .00),  # toe
    "ou":  (.08, .00, .02, .01, .42, .34, .00, .00, .00, .00, .00, .25, .00),  # book
}  # fmt: skip
_ENDS: Final = ("", "L", "R", "UL", "UR", "DL", "DR")


def _poses() -> dict[str, NDArray[np.float32]]:
    poses = {}
    for name, values in _TABLE.items():
        pose = np.zeros(len(SHORT_NAMES), np.float32)
        for stem, value in zip(_COLUMNS, values, strict=True):
            for end in _ENDS:
                if stem + end in SHORT_NAMES:
                    pose[SHORT_NAMES.index(stem + end)] = value
        poses[name] = pose
    return poses


VISEMES: Final = MappingProxyType(_poses())
"""Name -> native controls, float32[251]. Nobody writes to them."""


def viseme(name: str) -> NDArray[np.float32]:
    """Look a viseme up by its exact name.

    Raises:
        StyleError: there is none of that name; the message names those that there are.
    """
    check_known(name, VISEMES, "viseme")
    return VISEMES[name]
