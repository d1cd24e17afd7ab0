"""Emotions as an Audio2Face client gives them, and what is made of them.

NVIDIA's documents give the sum: what is shown = strength * (share * given + (1 - share) * heard). Here what is given
becomes emotion cues, and what is heard gets its weight when the session opens. They meet as `animation.mixing` says:
what is heard shows as far as it is more than what is given, and does not contradict it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from google.protobuf.message import Message

from voxrig.ace import a2f_pb2
from voxrig.runtime.serving.a2f.number import ClipError, finite

NAMES: Final = (
    *("amazement", "anger", "cheekiness", "disgust", "fear"),
    *("grief", "joy", "outofbreath", "pain", "sadness"),
)
"""The ten emotions."""

SHOWN_AS: Final[Mapping[str, str]] = {
    **{"joy": "joy", "sadness": "sadness", "anger": "anger", "fear": "fear", "disgust": "disgust"},
    "surprise": "amazement",
}
"""What a face shows, under the name that a client knows. Contempt has none."""

TRANSITION: Final = 0.4
"""Seconds that a change takes where a client leaves all at NVIDIA's defaults."""

_DEFAULT_BLEND: Final = 0.7
_LONGEST_TRANSITION: Final = 10.0


class Keyframe(NamedTuple):
    """Emotions from one moment on.

    Attributes:
        sample: the media sample.
        seconds: the same as the client said it.
        emotions: name -> above 0, up to 1; what is absent is 0.
    """

    sample: int
    seconds: float
    emotions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Mix:
    """How given and heard emotion make what is shown: NVIDIA's emotion post-processing.

    Attributes:
        contrast: above 1 the weaker of several given emotions yield to the strongest, below 1 they come up to it.
        preferred: share of what is given, 0 to 1; 0: what is given does not count.
        heard: weight of what is heard, 0 to 1.
        strength: of all emotion, 0 to 1.
        most: emotions at a time.
        transition: seconds that a change takes.
    """

    contrast: float = 1.0
    preferred: float = 0.5
    heard: float = 0.6
    strength: float = 0.6
    most: int = 3
    transition: float = TRANSITION

    def shown(self, emotions: Mapping[str, float]) -> dict[str, float]:
        """Return how much is shown of emotions that are given: those above 0, the strongest first."""
        strongest = sorted(((value, name) for name, value in emotions.items()), reverse=True)
        scale = self.strength * self.preferred
        if not strongest or scale == 0.0:
            return {}
        top = strongest[0][0]
        return {name: scale * value * (value / top) ** (self.contrast - 1.0) for value, name in strongest[: self.most]}


def read_mix(
    processing: a2f_pb2.EmotionPostProcessingParameters, parameters: a2f_pb2.EmotionParameters
) -> tuple[Mix, tuple[str, ...]]:
    """Read how emotions are mixed; NVIDIA's defaults for what is not said.

    The header alone decides, so that a clip looks the same whenever its keyframes come: what is heard makes room for
    what is given where the header speaks of it, by enable_preferred_emotion or a beginning; else it has all.

    Returns:
        It, and remarks on values that were cut to their range, for people.

    Raises:
        ClipError: NaN or infinity.
    """
    remarks: list[str] = []

    def number(holder: Message, key: str, default: float, low: float, high: float) -> float:
        value = finite(key, getattr(holder, key)) if holder.HasField(key) else default
        taken = min(max(value, low), high)
        if taken != value:
            remarks.append(f"{key} {value:g} was taken as {taken:g}")
        return taken

    share = number(processing, "preferred_emotion_strength", 0.5, 0.0, 1.0)
    enabled = processing.enable_preferred_emotion or not processing.HasField("enable_preferred_emotion")
    preferred = share if enabled else 0.0
    strength = number(processing, "emotion_strength", 0.6, 0.0, 1.0)
    spoken_of = processing.enable_preferred_emotion or any(parameters.beginning_emotion.values())
    blend = number(processing, "live_blend_coef", _DEFAULT_BLEND, 0.0, 1.0)
    mix = Mix(
        contrast=number(processing, "emotion_contrast", 1.0, 0.3, 3.0),
        preferred=preferred,
        heard=strength * (1.0 - preferred) if spoken_of else strength,
        strength=strength,
        most=int(number(processing, "max_emotions", 3, 1, 6)),
        transition=number(parameters, "live_transition_time", _transition(blend), 0.0, _LONGEST_TRANSITION),
    )
    return mix, tuple(remarks)


def read_emotions(given: Mapping[str, float]) -> dict[str, float]:
    """Return the emotions that a client gives, those above 0, each at most 1.

    Raises:
        ClipError: an unknown name, NaN or infinity.
    """
    emotions = {}
    for name, sent in given.items():
        if name not in NAMES:
            raise ClipError(f"there is no emotion {name!r:.40}; there are {', '.join(NAMES)}")
        value = finite(f"emotion {name}", sent)
        if value > 0.0:
            emotions[name] = min(value, 1.0)
    return emotions


def _transition(blend: float) -> float:
    """Seconds of a change for a coefficient by which the last value lives on: TRANSITION for the default."""
    if blend <= 0.0:
        return 0.0
    if blend >= 1.0:
        return _LONGEST_TRANSITION
    return min(TRANSITION * math.log(_DEFAULT_BLEND) / math.log(blend), _LONGEST_TRANSITION)
