"""Some poses that a body lives through in one go.

What a layer of the body decides, it decides at single poses; between them it only moves on, which compiled code does
for as many poses as there are until something may change.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from voxrig.runtime.animation.emotion import Affect, Affects
from voxrig.runtime.animation.voice import Voice, Voices

# Silence and calm go on and on.
_voices: Final = lru_cache(maxsize=16)(Voices.of)
_affects: Final = lru_cache(maxsize=16)(Affects.of)


class Stretch(NamedTuple):
    """What every layer of the body is given of k poses, one after the other.

    Attributes:
        at: number of the first.
        voices: at each of them.
        affects: at each of them.
        stops: rows in ascending order from 1 on, the last is k: at those before it the voice starts or ends, or cues
            ask for something else than at the pose before.
    """

    at: int
    voices: Voices
    affects: Affects
    stops: Sequence[int]

    @staticmethod
    def of(at: int, voices: Voices, affects: Affects, changes: Sequence[int] = ()) -> "Stretch":
        """Make one; `changes` are the rows at which cues ask for something else."""
        count = len(voices.values)
        if not changes and not voices.turns:
            return Stretch(at, voices, affects, (count,))
        return Stretch(at, voices, affects, (*sorted({*voices.turns, *changes} - {0}), count))

    @staticmethod
    def single(at: int, voice: Voice, affect: Affect) -> "Stretch":
        """Make one of a single pose."""
        return Stretch.of(at, _voices(voice), _affects(affect))

    @property
    def length(self) -> int:
        """How many poses it has."""
        return len(self.voices.values)

    def stop(self, row: int) -> int:
        """Return the next stop after a row."""
        for stop in self.stops:
            if stop > row:
                return stop
        return self.length
