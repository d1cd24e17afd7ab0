"""The mouth as a speech model sees it: a few articulators, each a gesture of lips, jaw or tongue.

A network learns these; a fixed matrix in its exported graph spreads them over the native rig's controls, left and right
alike. `together` is the share of the jaw's opening that the lips close again (MetaHuman's `mouthLipsTogether*`, ARKit's
`mouthClose / jawOpen`), so that a closure stays a closure at any jaw height.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_QUARTERS: Final = ("UL", "UR", "DL", "DR")
_SIDES: Final = ("L", "R")


def _all(stem: str, ends: tuple[str, ...], weight: float = 1.0) -> dict[str, float]:
    return {f"CTRL_expressions_{stem}{end}": weight for end in ends}


# Pucker, funnel and the rolls as in Epic's ARKit pose asset; the tongue straight on its own controls.
EXPANSION: Final[dict[str, dict[str, float]]] = {
    "jaw": _all("jawOpen", ("",)),
    "together": _all("mouthLipsTogether", _QUARTERS),
    "lower_down": _all("mouthLowerLipDepress", _SIDES),
    "upper_up": _all("mouthUpperLipRaise", _SIDES),
    "pucker": {
        **_all("mouthLipsPurse", _QUARTERS),
        **_all("mouthLipsTowards", _QUARTERS, 0.412),
        **_all("mouthFunnel", _QUARTERS, 0.752),
    },
    "funnel": _all("mouthFunnel", _QUARTERS),
    "stretch": _all("mouthStretch", _SIDES),
    "smile": _all("mouthCornerPull", _SIDES),
    "frown": _all("mouthCornerDepress", _SIDES),
    "roll_lower": {**_all("mouthLowerLipRollIn", _SIDES), **_all("mouthUpperLipRollIn", _SIDES, 0.499)},
    "roll_upper": _all("mouthUpperLipRollIn", _SIDES, 0.998),
    "press": {**_all("mouthPressU", _SIDES), **_all("mouthPressD", _SIDES)},
    "tongue_tip": _all("tongueTipUp", ("",)),
    "tongue_back": _all("tongueUp", ("",)),
    "tongue_out": _all("tongueOut", ("",), 0.769),
}
"""Articulator -> native controls and weights."""

ARTICULATORS: Final = tuple(EXPANSION)
CONTROLS: Final = tuple(dict.fromkeys(name for weights in EXPANSION.values() for name in weights))
"""The native controls that a face model drives, in the order of its output."""


def index(name: str) -> int:
    """Column of an articulator."""
    return ARTICULATORS.index(name)


def expansion_matrix() -> NDArray[np.float32]:
    """Weights from articulators to controls: float32[len(ARTICULATORS), len(CONTROLS)]."""
    matrix = np.zeros((len(ARTICULATORS), len(CONTROLS)), np.float32)
    for row, weights in enumerate(EXPANSION.values()):
        for name, weight in weights.items():
            matrix[row, CONTROLS.index(name)] = weight
    return matrix


def from_arkit(weights: NDArray[np.float32], names: tuple[str, ...]) -> NDArray[np.float32]:
    """Read articulators out of ARKit weights, the mean of both sides.

    Args:
        weights: float[..., len(names)], 0 to 1.
        names: ARKit names in camel case (`jawOpen`, `mouthSmileLeft`, …).

    Returns:
        float32[..., len(ARTICULATORS)]; the tongue's are zero but for `tongue_out`.
    """

    def take(name: str) -> NDArray[np.float32]:
        columns = [names.index(n) for n in (name, f"{name}Left", f"{name}Right") if n in names]
        return np.asarray(weights[..., columns].mean(axis=-1), np.float32)

    arkit = {
        "jaw": "jawOpen",
        "lower_down": "mouthLowerDown",
        "upper_up": "mouthUpperUp",
        "pucker": "mouthPucker",
        "funnel": "mouthFunnel",
        "stretch": "mouthStretch",
        "smile": "mouthSmile",
        "frown": "mouthFrown",
        "roll_lower": "mouthRollLower",
        "roll_upper": "mouthRollUpper",
        "press": "mouthPress",
        "tongue_out": "tongueOut",
    }
    out = np.zeros((*weights.shape[:-1], len(ARTICULATORS)), np.float32)
    for articulator, name in arkit.items():
        out[..., index(articulator)] = take(name)
    jaw = out[..., index("jaw")]
    # Of a jaw below 0.04 the quotient would be noise of the capture.
    out[..., index("together")] = np.clip(take("mouthClose") / np.maximum(jaw, 0.04), 0, 1)
    return out
