"""Learn a character's style from a recording of a real face: how far it moves each control, and how it rests.

After MimicTalk's idea of a style taken from minutes of a person (Ye et al. 2024, arXiv 2410.06734), with plain numbers:
for each control the gain and the bias with which the quantiles of what the model gives match those of the recording.
Quantiles and not a regression: where the model is right only in part, a slope shrinks with the correlation, and the
character's movements would shrink with it. The less a control correlates, the less of it is learned.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.alignment import REACH, Offset, correlation, find_offset, openness
from voxrig.runtime.animation.shaping import CLOSING, STILL, TONGUE, kind_of, parts_lips
from voxrig.runtime.animation.style import SHORT_NAMES, ControlStyle, Style
from voxrig.runtime.core.arkit import ARKIT_SHAPES, arkit_to_native
from voxrig.runtime.core.take import Take

Doubles = NDArray[np.float64]

RATE: Final = 60
"""Frames a second at which both are compared."""
SHORTEST: Final = 10.0
"""Seconds that recording and sound must have in common; minutes are better."""
LEAST_SPEECH: Final = 5.0
"""Seconds of it in which the model must hear speech."""

_SPEAKING: Final = 0.3  # sum of the model's controls
_LEAST_CORRELATION: Final = 0.3  # of the mouths as a whole; below, it is another recording
_NOTHING_AT, _ALL_AT = 0.15, 0.6  # correlations of a control at which nothing, and all, is learned
_ALIVE: Final = 0.01  # spread of a control that moves
_RESTING: Final = 0.02  # a rest below this is a tracker's trembling
_LEAST_SILENCE: Final = 1.0
_QUANTILES: Final = np.linspace(0.02, 0.98, 49)
_GAINS: Final = np.exp(np.linspace(np.log(0.25), np.log(3.0), 101))
_BIASES: Final = np.linspace(-0.3, 0.3, 121)
_LOWER_FACE: Final = ("mouth", "jaw", "nose", "eyeCheekRaise")


class FitError(ValueError):
    """A recording from which nothing can be learned; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was found for one control.

    Attributes:
        control: its short name.
        style: gain and bias, already as much as `share` says.
        rest: in the silent face.
        correlation: Pearson's r of the model and the recording, while the mouth speaks.
        share: 0, nothing learned (it does not move, or not with the recording), to 1.
    """

    control: str
    style: ControlStyle
    rest: float
    correlation: float
    share: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted style, and how it came about: the time offset, seconds in common, seconds of speech, each control."""

    style: Style
    offset: Offset
    seconds: float
    speech: float
    learned: tuple[Learned, ...]


def fit_style(capture: Take, baked: Take, controls: tuple[str, ...]) -> Fit:
    """Fit a style.

    Args:
        capture: the recording, in profile `arkit`.
        baked: what the model makes of the same sound in the natural style, in profile `metahuman`, 60 frames a second.
        controls: short names of the controls that the model gives.

    Raises:
        FitError: too short, no speech, or a recording that has nothing to do with the sound.
    """
    shared = min(len(capture) / float(capture.fps.fraction), len(baked) / RATE)
    if shared < SHORTEST:
        raise FitError(
            f"recording and sound have {shared:.1f} s in common; at least {SHORTEST:g} s are needed, and minutes of "
            "varied speech are better"
        )
    animated = baked.controls.astype(np.float64)
    spoken = _near(_activity(animated, controls) > _SPEAKING, 0.15)
    if spoken.sum() / RATE < LEAST_SPEECH:
        raise FitError(
            f"the model hears {spoken.sum() / RATE:.1f} s of speech in the sound; at least {LEAST_SPEECH:g} s are "
            "needed: check that it is the recording's own sound, and not too quiet"
        )
    recorded = recorded_native(capture, 0.0, len(baked))
    offset = find_offset(openness(recorded), openness(animated[: len(recorded)]), RATE)
    _check_offset(offset)
    recorded = recorded_native(capture, offset.seconds, len(baked))
    animated = animated[: len(recorded)]
    spoken = spoken[: len(recorded)]
    activity = _activity(animated, controls)
    rests = _rests(recorded, ~_near(activity > 0.5 * _SPEAKING, 0.25))
    # In a closure the lips part no further than the model has them, whatever the style: nothing is to be learned there.
    moving, parted = activity > _SPEAKING, animated[:, SHORT_NAMES.index("mouthLipsTogetherUL")] < 0.3
    learned = tuple(
        _learn(name, recorded, animated, moving & parted if parts_lips(name) else moving, rests.get(name, 0.0))
        for name in controls
        if _fits(name)
    )
    moved = {item.control: item.style for item in learned if item.style != ControlStyle()}
    return Fit(Style(rest=rests, controls=moved), offset, len(recorded) / RATE, spoken.sum() / RATE, learned)


def recorded_native(capture: Take, offset: float, most: int) -> Doubles:
    """Return a recording as native controls at 60 frames a second, `offset` seconds taken out: float64[F, 251].

    F is at most `most`, and less where the recording ends sooner; before its beginning its first frame stands.
    """
    native = arkit_to_native(capture.controls[:, : len(ARKIT_SHAPES)]).astype(np.float64)
    rate = float(capture.fps.fraction)
    count = min(most, int(np.floor((len(native) / rate - offset) * RATE)))
    place = np.clip((np.arange(count) / RATE + offset) * rate, 0, len(native) - 1)
    before = np.minimum(place.astype(np.int64), max(len(native) - 2, 0))
    share = (place - before)[:, None]
    after = np.minimum(before + 1, len(native) - 1)
    blended: Doubles = native[before] * (1.0 - share) + native[after] * share
    return blended


def agreement(fit: Fit, capture: Take, take: Take, control: str) -> tuple[float, float]:
    """Return Pearson's r and the mean absolute error of one control of a take (metahuman, 60 fps) to the recording."""
    recorded = recorded_native(capture, fit.offset.seconds, len(take))
    column = SHORT_NAMES.index(control)
    left, right = recorded[:, column], take.controls[: len(recorded), column].astype(np.float64)
    return correlation(left, right), float(np.abs(left - right).mean())


def _check_offset(offset: Offset) -> None:
    if offset.correlation < _LEAST_CORRELATION:
        raise FitError(
            f"the recorded mouth does not follow the sound (r = {offset.correlation:.2f} at best, within {REACH:g} s "
            "either way); give the sound of this very recording, trimmed so that both begin together"
        )
    if abs(offset.seconds) > REACH - 1.5 / RATE:
        raise FitError(
            f"recording and sound are {REACH:g} s apart or more, the furthest that is searched; trim them so that both "
            "begin together"
        )


def _fits(name: str) -> bool:
    """The lips' closing is a share of the jaw's opening and no amplitude; what no mouth does is not the voice's."""
    return kind_of(name) not in (CLOSING, STILL)


def _activity(native: Doubles, controls: tuple[str, ...]) -> Doubles:
    """Sum of what the model moves: float64[F]."""
    activity: Doubles = native[:, [SHORT_NAMES.index(name) for name in controls if _fits(name)]].sum(axis=1)
    return activity


def _near(marks: NDArray[np.bool_], seconds: float) -> NDArray[np.bool_]:
    """Mark also what lies within `seconds` of a mark."""
    reach = round(seconds * RATE)
    return np.convolve(marks, np.ones(2 * reach + 1), mode="same") > 0.5


def _rests(recorded: Doubles, silent: NDArray[np.bool_]) -> dict[str, float]:
    """Return the lower face's values in silence, where there is enough of it."""
    if silent.sum() < _LEAST_SILENCE * RATE:
        return {}
    medians = np.median(recorded[silent], axis=0)
    lower = [name for name in SHORT_NAMES if name.startswith(_LOWER_FACE) and kind_of(name) not in (CLOSING, TONGUE)]
    found = {name: float(medians[SHORT_NAMES.index(name)]) for name in lower}
    return {name: round(min(value, 1.0), 4) for name, value in found.items() if value >= _RESTING}


def _learn(name: str, recorded: Doubles, animated: Doubles, marked: NDArray[np.bool_], rest: float) -> Learned:
    column = SHORT_NAMES.index(name)
    if marked.sum() < RATE:
        return Learned(name, ControlStyle(), rest, 0.0, 0.0)
    given, wanted = _calm(animated[:, column])[marked], _calm(recorded[:, column])[marked]
    r = correlation(given, wanted)
    share = float(np.clip((r - _NOTHING_AT) / (_ALL_AT - _NOTHING_AT), 0.0, 1.0))
    spreads = [float(np.ptp(np.quantile(values, [0.05, 0.95]))) for values in (given, wanted)]
    if min(spreads) < _ALIVE or share == 0.0 or rest >= 0.9:
        return Learned(name, ControlStyle(), rest, r, 0.0)
    # What speech does lies on top of the resting face: take that off, as `shaping` puts it on.
    moved = (np.quantile(wanted, _QUANTILES) - rest) / (1.0 - rest)
    gain, bias = _match(np.quantile(given, _QUANTILES), moved)
    style = ControlStyle(round(float(gain**share), 4), round(float(bias * share), 4))
    return Learned(name, style, rest, r, share)


def _match(given: Doubles, wanted: Doubles) -> tuple[float, float]:
    """Find gain and bias with which `given` becomes most like `wanted`, as `shaping` applies them."""
    values = np.maximum(given, 0.0)
    bent = _GAINS[:, None] * values
    bent /= 1.0 + np.maximum(_GAINS - 1.0, 0.0)[:, None] * values**1.5
    up, down = np.maximum(_BIASES, 0.0)[:, None, None], np.maximum(-_BIASES, 0.0)[:, None, None]
    shifted = bent * bent / np.maximum(bent + down, 1e-12)
    shifted += up * (1.0 - shifted)
    error = np.square(shifted - wanted).mean(axis=2)  # [biases, gains]
    error += 1e-5 * np.square(np.log(_GAINS)) + 3e-3 * np.square(_BIASES)[:, None]
    bias, gain = np.unravel_index(int(error.argmin()), error.shape)
    return float(_GAINS[gain]), float(_BIASES[bias])


def _calm(values: Doubles) -> Doubles:
    """Take off a tracker's trembling: a triangle of five frames."""
    padded = np.pad(values, 2, mode="edge")
    smooth: Doubles = np.convolve(padded, np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0, mode="valid")
    return smooth
