"""In which manner one gestures: a personal style and a mood, and what they make of gestures.

What is used of the literature: a style's numbers are the expressivity of Hartmann, Mancini & Pelachaud (2006,
"Implementing expressive gesture synthesis for embodied conversational agents", LNCS 3881): overall activation (energy),
spatial extent (space), temporal extent (rate); openness and handedness are ours. Arousal goes with the speed and size
of movements (Pollick, Paterson, Bruderlin & Sanford 2001, "Perceiving affect from arm movement", Cognition 82;
Castellano, Villalba & Camurri 2007, "Recognising human emotions from body movement and gesture dynamics", LNCS 4738:
quantity of motion and contraction), valence and dominance with a stretched and open posture as against a collapsed one,
fear with a retreat and raised shoulders (Wallbott 1998, "Bodily expression of emotion", Eur J Soc Psychol 28; Dael,
Mortillaro & Scherer 2012, "Emotion expression in body action and posture", Emotion 12). The directions are theirs, the
amounts ours.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.posture import INDEX, SIZE

Doubles = NDArray[np.float64]


class Expressivity(NamedTuple):
    """What style and mood make of gestures at a pose.

    Attributes:
        amplitude: factor of sizes, about 1.
        tempo: factor of speeds, about 1.
        openness: -1 to 1, how far out the hands go.
        height: arm lengths that hands are higher.
        floor: arm lengths below the shoulder (negative) that hands stay above while they gesture: there are thighs.
        often: added to the chance that a phrase is gestured, and to how many accents are.
        right: chance that the right hand leads, 0 to 1.
        fierce: whether it is a fierce mood: unpleasant and excited.
        small: whether one makes oneself small: at another's mercy, or closed.
    """

    amplitude: float
    tempo: float
    openness: float
    height: float
    floor: float
    often: float
    right: float
    fierce: bool
    small: bool


@dataclass(frozen=True, slots=True)
class Manner:
    """Style and mood.

    Attributes:
        energy, space, rate, openness: -1 to 1, 0 as most do.
        handedness: -1 (left) to 1 (right).
        valence, arousal, dominance: -1 to 1; a number, or float64[T] for the T poses of a performance.
        sitting: it sits.
    """

    energy: float = 0.0
    space: float = 0.0
    rate: float = 0.0
    openness: float = 0.0
    handedness: float = 0.3
    valence: float | Doubles = 0.0
    arousal: float | Doubles = 0.0
    dominance: float | Doubles = 0.0
    sitting: bool = False


@dataclass(frozen=True, slots=True)
class Moods:
    """A manner over the poses of a performance.

    Attributes:
        manner: the style.
        voice: float64[T], the arousal that is heard.
        values: float64[T, 3]: valence, arousal and dominance.
    """

    manner: Manner
    voice: Doubles
    values: Doubles = field(init=False)

    def __post_init__(self) -> None:
        values = np.empty((len(self.voice), 3))
        for column, name in enumerate(("valence", "arousal", "dominance")):
            given = np.asarray(getattr(self.manner, name), np.float64)
            if given.ndim and len(given) != len(values):
                raise ValueError(f"{name} has {len(given)} poses, the speech {len(values)}; give one number for each")
            values[:, column] = np.clip(given, -1.0, 1.0)
        object.__setattr__(self, "values", values)

    def at(self, pose: int) -> Expressivity:
        """Return what they make of gestures at a pose."""
        manner = self.manner
        valence, arousal, dominance = self.values[pose].tolist()
        heard = float(self.voice[pose])
        seat = 0.85 if manner.sitting else 1.0
        openness = manner.openness + 0.35 * valence + 0.35 * dominance
        return Expressivity(
            amplitude=seat * _within(
                1.22 + 0.32 * manner.space + 0.2 * manner.energy + 0.45 * arousal + 0.12 * dominance + 0.08 * valence
                + 0.1 * heard, 0.45, 2.0,
            ),
            tempo=_within(1.0 + 0.22 * manner.rate + 0.38 * arousal + 0.08 * manner.energy, 0.6, 1.6),
            openness=_within(openness, -1.2, 1.2),
            height=0.05 * arousal + 0.03 * manner.space + (0.04 if manner.sitting else 0.0),
            floor=-0.5 if manner.sitting else -0.9,
            often=0.18 * manner.energy + 0.14 * arousal,
            right=_within(0.58 + 0.4 * manner.handedness, 0.0, 1.0),
            fierce=valence < -0.2 and arousal > 0.25,
            small=openness < -0.35,
        )  # fmt: skip

    def carriage(self) -> Doubles:
        """Return what mood and style add to the torso: float64[T, 34], following the mood at once."""
        added = np.zeros((len(self.values), SIZE))
        valence, arousal, dominance = self.values.T
        upright = 0.5 * valence + 0.35 * dominance + 0.15 * arousal
        excited, weak = np.maximum(arousal, 0.0), np.maximum(-dominance, 0.0)
        slump = np.maximum(-valence, 0.0) * np.maximum(-arousal, 0.0)
        approach = np.maximum(dominance, 0.0) * excited - weak * excited
        added[:, INDEX["lean"]] = 0.3 * slump + 0.08 * approach - 0.06 * upright
        added[:, INDEX["open"]] = 0.16 * upright + 0.05 * self.manner.openness
        for side in "lr":
            added[:, INDEX[f"shrug_{side}"]] = 0.12 * excited * weak + 0.03 * excited
        return added


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
