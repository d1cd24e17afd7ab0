"""One pose in a style: what is done to each control of a model, and what keeps closed lips closed.

The compiled part of `styling`. It is straight-line arithmetic on some forty numbers, the same to the bit wherever and
with whomever it runs.
"""

from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.style import TOGETHER

Floats = NDArray[np.float32]

STILL, JAW, LIPS, CONTACT, CLOSING, TONGUE = range(6)
"""Kinds of control. STILL: no mouth, only rest and bias. CONTACT: presses and rolls lips; scaled by its own gain alone,
as half a contact is none. CLOSING: mouthLipsTogether, the share of the jaw's opening that the lips close."""

_CONTACTS: Final = (
    "mouthPress", "mouthLipsPress", "mouthLowerLipRollIn", "mouthUpperLipRollIn", "mouthLowerLipBite",
    "mouthUpperLipBite", "mouthLowerLipTowardsTeeth", "mouthUpperLipTowardsTeeth", "mouthLipsTighten", "mouthSticky",
    "mouthLipsSticky", "jawChinRaiseD", "jawClench", "neckSwallow",
)  # fmt: skip
# What parts the lips on a head: ARKit's MouthLowerDown, MouthUpperUp, MouthFunnel, MouthShrugUpper, NoseSneer, and kin.
_OPENERS: Final = (
    "mouthLowerLipDepress", "mouthUpperLipRaise", "mouthFunnel", "mouthLowerLipRollOut", "mouthUpperLipRollOut",
    "mouthLipsBlow", "jawChinRaiseU", "jawOpenExtreme", "noseWrinkle",
)  # fmt: skip

MOST_GAIN: Final = np.float32(3.0)
"""Gains of a style, an override and effort multiply up to this: as far as `amplified` rises all the way to 1."""


class Tables(NamedTuple):
    """What is done to each of K controls: the model's N, then others that a style or an override moves."""

    place: NDArray[np.int64]  # [K] index in the native rig
    kind: NDArray[np.int64]  # [K]
    opens: NDArray[np.bool_]  # [K] whether it parts the lips
    gain: Floats  # [K]
    bias: Floats  # [K]
    rest: Floats  # [K]
    parted: Floats  # [K] how far a lip offset of 1 moves it


def kind_of(name: str) -> int:
    """Return the kind of a control, by its short name."""
    if name.startswith(TOGETHER):
        return CLOSING
    if name.startswith(_CONTACTS):
        return CONTACT
    if name.startswith("tongue"):
        return TONGUE
    if name.startswith(("jaw", "teeth")):
        return JAW
    return LIPS if name.startswith("mouth") else STILL


def parts_lips(name: str) -> bool:
    """Tell whether a control other than jawOpen parts the lips, by its short name."""
    return name.startswith(_OPENERS)


_ZERO: Final = np.float32(0.0)
_ONE: Final = np.float32(1.0)
_SEAL_FROM, _SEAL_TO = np.float32(0.5), np.float32(0.9)  # shares closed at which lips begin to count as, and are, shut
_HELP_FROM, _HELP_TO = np.float32(0.25), np.float32(0.7)
_TIGHTEST: Final = np.float32(0.12)  # an offset of -1 takes so much off the gap, in units of the jaw's opening


@numba.njit(cache=True)
def amplified(value: np.float32, gain: np.float32) -> np.float32:
    """Return `gain` times a value in 0 to 1, bending so that 1 stays 1: no plateau, however loud.

    Exactly the value at gain 1. Above it, gain * v / (1 + (gain - 1) v^1.5): rises strictly up to a gain of 3.
    """
    if gain <= _ONE:
        return gain * value
    value = max(value, _ZERO)
    bent: np.float32 = gain * value / (_ONE + (gain - _ONE) * value * np.sqrt(value))
    return bent


@numba.njit(cache=True)
def shifted(value: np.float32, bias: np.float32) -> np.float32:
    """Return a value in 0 to 1 with a bias, bending so that it stays there: up, 1 stays 1; down, 0 stays 0."""
    if bias > _ZERO:
        return value + bias * (_ONE - value)
    if bias < _ZERO and value > _ZERO:
        return value * value / (value - bias)
    return value


@numba.njit(cache=True)
def sharpened(value: np.float32, mean: np.float32, sharpness: np.float32) -> np.float32:
    """Move a value towards (sharpness < 1) or away from the mean of where it has been; it stays within 0 to 1."""
    move: np.float32 = (sharpness - _ONE) * (value - mean)
    if sharpness <= _ONE:
        return value + move
    bent: np.float32 = shifted(value, min(move, _ONE))
    return bent


@numba.njit(cache=True)
def helped(share: np.float32, jaw: np.float32) -> np.float32:
    """Return the share that the lips close of a jaw's opening scaled by `jaw`: a smaller opening is closed sooner.

    Only of what is half a closure already: else lips that are merely near each other would meet as well.
    """
    if jaw >= _ONE:
        return share
    x = min(max((share - _HELP_FROM) / (_HELP_TO - _HELP_FROM), _ZERO), _ONE)
    whole = x * x * (np.float32(3.0) - np.float32(2.0) * x)
    more: np.float32 = share + min(np.float32(2.0) * (_ONE - jaw), _ONE) * max(whole - share, _ZERO)
    return more


@numba.njit(cache=True)
def _seal(controls: Floats, kind: NDArray[np.int64], jaw: np.float32) -> np.float32:
    """Return how far the lips are shut, from the mean share of the jaw's opening that they close: 0 to 1."""
    share, quarters = _ZERO, _ZERO
    for k in range(len(controls)):
        if kind[k] == CLOSING:
            share, quarters = share + helped(controls[k], jaw), quarters + _ONE
    if quarters == _ZERO:
        return _ZERO
    x = min(max((share / quarters - _SEAL_FROM) / (_SEAL_TO - _SEAL_FROM), _ZERO), _ONE)
    seal: np.float32 = x * x * (np.float32(3.0) - np.float32(2.0) * x)
    return seal


@numba.njit(cache=True)
def _close(
    raw: np.float32,
    mean: np.float32,
    sharpness: np.float32,
    seal: np.float32,
    narrowing: np.float32,
    opening: np.float32,
    tighter: np.float32,
    awake: np.float32,
) -> np.float32:
    """Return the share of the jaw's `opening` that a quarter of the lips closes.

    It is never scaled down. Where the style opens the jaw wider, by 1 / `narrowing`, a closure leaves no wider a gap.
    """
    value = raw if sharpness <= _ONE else sharpened(raw, mean, sharpness)
    value += seal * (max(raw, _ONE - (_ONE - raw) * narrowing, value) - value)
    value *= awake
    if tighter > _ZERO:
        left = opening * (_ONE - value)
        value += awake * (_ONE - (_ONE - value) * left / (left + tighter) - value)
    return value


@numba.njit(cache=True)
def shape(
    controls: Floats,
    mean: Floats,
    place: NDArray[np.int64],
    kind: NDArray[np.int64],
    opens: NDArray[np.bool_],
    gain: Floats,
    bias: Floats,
    rest: Floats,
    parted: Floats,
    jaw_open: int,
    jaw: np.float32,
    lips: np.float32,
    tongue: np.float32,
    sharpness: np.float32,
    lip_offset: np.float32,
    awake: np.float32,
    pose: Floats,
) -> None:
    """Write a styled pose to `pose`, which comes as the rest pose of the native rig.

    Args:
        controls: float32[n], the first n of the tables' K; the others are 0.
        mean: float32[n], where each has been.
        place, kind, opens, gain, bias, rest, parted: see `Tables`.
        jaw_open: which of the K is jawOpen; -1 for none.
        jaw, lips, tongue, sharpness, lip_offset: the dials (`style.Dials`), with effort and overrides in them.
        awake: how far the mouth speaks: 1, easing to 0 at rest.
        pose: float32[251 + 12].
    """
    given = len(controls)
    seal = _seal(controls, kind, jaw) * awake
    wider = max(lip_offset, _ZERO)
    tighter = max(-lip_offset, _ZERO) * _TIGHTEST
    for k in range(len(place)):
        if kind[k] == CLOSING:
            continue
        raw = controls[k] if k < given else _ZERO
        value, factor = raw, gain[k]
        if kind[k] != STILL and kind[k] != CONTACT and k < given:
            value = sharpened(raw, mean[k], sharpness)
            amount = jaw if kind[k] == JAW else lips if kind[k] == LIPS else tongue
            factor = min(factor * amount, MOST_GAIN)
        lean = bias[k] * awake if kind[k] == STILL else bias[k]
        value = shifted(amplified(value, factor), lean)
        calm = shifted(rest[k], wider * parted[k])
        if k == jaw_open:  # lips that shut on a much smaller jaw would press less: there it is scaled down by less
            value += seal * seal * seal * (max(value, raw * np.sqrt(min(factor, _ONE))) - value)
        elif opens[k]:
            value += seal * (min(value, raw) - value)
            calm *= _ONE - seal
        if kind[k] != STILL:
            value *= awake
        value = shifted(value, calm)
        if opens[k] and tighter > _ZERO:
            value = shifted(value, -tighter)
        pose[place[k]] = value
    natural, opening = _ZERO, _ZERO
    if jaw_open >= 0:
        natural = controls[jaw_open] * awake if jaw_open < given else _ZERO
        opening = pose[place[jaw_open]]
    narrowing = natural / opening if opening > natural else _ONE
    for k in range(given):
        if kind[k] == CLOSING:
            raw = helped(controls[k], jaw)
            pose[place[k]] = _close(raw, mean[k], sharpness, seal, narrowing, opening, tighter, awake)
