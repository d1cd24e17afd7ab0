"""What the planner hears of a clip: the voice at each pose, by the runtime's own ears, and stressed vowels if known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.heard import LEAD, Heard
from voxrig.runtime.animation.voice import Voicing
from voxrig.runtime.core import blocks
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.prosody import Prosody
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import STEP_RATE

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

AHEAD: Final = LEAD - 1
"""Poses from a pose to the model step that life hears at it: the step of pose p + 4 ends 83 ms after pose p."""

_VOWELS: Final = frozenset("ɑɔiɪuʊeɛoəɜʌæaᵻɐɚɒ")
_STRESS: Final = frozenset("ˈ")


@dataclass(frozen=True, slots=True)
class Listened:
    """A clip as the planner hears it.

    Attributes:
        values: float64[T, 11], the voice as life has it at each of T poses, 60 a second (`animation.voice.Voices`).
        stressed: start and end of each vowel with primary stress, in seconds; empty where they aren't known.
    """

    values: Doubles
    stressed: tuple[tuple[float, float], ...] = ()

    @property
    def poses(self) -> int:
        """T."""
        return len(self.values)


def listened(samples: Floats, rate: int, stressed: Sequence[tuple[float, float]] = ()) -> Listened:
    """Listen to a clip.

    Args:
        samples: float32[n], mono.
        rate: Hz.
        stressed: as of `Listened`.

    Returns:
        The voice at ceil(60 * n / rate) poses; silence is heard after the end.
    """
    return Listened(heard_ahead(samples, rate)[0], tuple(stressed))


def heard_ahead(samples: Floats, rate: int, mel: LogMel | None = None) -> tuple[Doubles, Floats]:
    """Hear a clip as life does, each pose 83 ms ahead: float64[T, 11] of `Voices` and the log-mel rows.

    Args:
        samples: float32[n], mono.
        rate: Hz.
        mel: the features; as usual where it is None.

    Returns:
        Voices float64[T, 11] and float32[T, 2 * bands], row p of both heard up to sample 24,000 * p / 60 + 2000.
    """
    features, prosody, resampler = mel or LogMel(), Prosody(), Resampler(rate)
    poses = -(-len(samples) * STEP_RATE // rate)
    _, sound = resampler.step(resampler.start(), np.concatenate((samples, np.zeros(rate // 4, np.float32))))
    _, whole = blocks.cut(blocks.start(0), sound)
    rows, sounds = features.step(features.start(), whole)[1], prosody.step(prosody.start(), whole)[1]
    voicing = Voicing(features)
    heard = [
        Heard(row, level, f0, voicing, 1.0) for row, (level, f0, voicing) in zip(rows, sounds.tolist(), strict=True)
    ]
    _, voices = voicing.steps(voicing.start(), heard)
    return voices.values[AHEAD : AHEAD + poses], rows[AHEAD : AHEAD + poses]


def stressed_vowels(entry: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    """Return when the vowels with primary stress sound, by a clip's entry in the `tts` labels.

    Args:
        entry: with `phones` (symbol, start and end in seconds) and `symbols` (the same sounds with stress marks); there
            are none where it has no `symbols`.

    Returns:
        Start and end of each, in seconds; a diphthong counts as one.
    """
    vowels = [(float(start), float(end)) for phone, start, end in entry["phones"] if phone in _VOWELS]
    found: list[tuple[float, float]] = []
    number, stress, before = 0, False, ""
    for symbol in entry.get("symbols", ()):
        if symbol in _STRESS:
            stress = True
        elif symbol in _VOWELS and number < len(vowels):
            if stress:
                found.append(vowels[number])
            elif before in _VOWELS and found and found[-1][1] == vowels[number][0]:
                found[-1] = (found[-1][0], vowels[number][1])
            number, stress = number + 1, False
        before = symbol
    return tuple(found)
