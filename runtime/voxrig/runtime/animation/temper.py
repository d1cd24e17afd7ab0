"""What a character feels by nature, and what moves it."""

import math
from dataclasses import dataclass, fields

from voxrig.runtime.animation.emotion import NEUTRAL, Emotion, EmotionError


@dataclass(frozen=True, slots=True)
class Temper:
    """A character's own emotion and how much it shows of each source of emotion; `mixing` says how they meet.

    Attributes:
        baseline: the emotion it has where nothing else is felt; at most 1 in each number.
        cues: of what cues ask for, 0 to 1.
        heard: of what is heard in the voice, 0 to 1; 0: the voice is not listened to.
        mood: of what it has felt in the last minute or so, 0 to 1.

    Raises:
        EmotionError: a number out of its range.
    """

    baseline: Emotion = NEUTRAL
    cues: float = 1.0
    heard: float = 0.8
    mood: float = 0.2

    def __post_init__(self) -> None:
        weights = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "baseline"}
        for name, value in (weights | self.baseline._asdict()).items():
            if not (math.isfinite(value) and 0.0 <= value <= 1.0):
                raise EmotionError(f"{name} of a temper is {value:g}; it must be from 0 to 1")
