"""Sessions to gesture in: clips of one voice with pauses between, some broken off, with stretches of listening.

A session is made from its number alone. A stretch in which one listens is silent: a character does not hear the other.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.datasets.speech import Clip
from voxrig.exporters.gesturing.listened import stressed_vowels
from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE

Floats = NDArray[np.float32]

SECONDS: Final = 60
"""Length of a session."""
_GAIN_DB: Final = (-12.0, 6.0)
_GAIN_SPREAD_DB: Final = 1.5  # of the clips of a session, about its own
_CUT: Final = 0.1  # share of clips that are broken off
_FROM, _TO = 0.25, 0.85  # share of a clip after which it is
_PAUSES: Final = (
    (0.52, (0.2, 0.8), Activity.AUTO),
    (0.26, (0.8, 3.0), Activity.AUTO),
    (0.06, (4.0, 9.0), Activity.AUTO),
    (0.10, (3.0, 9.0), Activity.LISTENING),
    (0.06, (1.5, 5.0), Activity.THINKING),
)
"""How often which pause follows a clip, its seconds, and what the character is told to do in it."""


@dataclass(frozen=True, slots=True)
class Session:
    """One character's sound, and what it does.

    Attributes:
        voice: who speaks.
        samples: float32[400 * T] at 24 kHz; speech that is broken off goes on in it.
        stressed: start and end of vowels with primary stress, in seconds, where known.
        cuts: poses at which speech is broken off.
        told: what the character is told to do, from which pose on; the first from 0.
    """

    voice: str
    samples: Floats
    stressed: tuple[tuple[float, float], ...]
    cuts: tuple[int, ...]
    told: tuple[tuple[int, Activity], ...]

    @property
    def poses(self) -> int:
        """T."""
        return len(self.samples) // BLOCK


def sessions(clips: dict[str, list[Clip]], count: int, seed: int, seconds: int = SECONDS) -> Iterator[Session]:
    """Make sessions, the voices in turn; each has its clips shuffled, and none twice before all were used.

    Args:
        clips: of each voice.
        count: how many sessions.
        seed: of all choices.
        seconds: length of each.
    """
    decks: dict[str, list[Clip]] = {voice: [] for voice in clips}
    voices = sorted(clips)
    for number in range(count):
        random = np.random.default_rng((seed, number))
        if number % len(voices) == 0:
            np.random.default_rng((seed, number, 1)).shuffle(voices)
        voice = voices[number % len(voices)]
        yield _session(voice, clips[voice], decks[voice], random, seconds)


def _session(voice: str, clips: Sequence[Clip], deck: list[Clip], random: np.random.Generator, seconds: int) -> Session:
    samples = np.zeros(seconds * SAMPLE_RATE, np.float32)
    gain = random.uniform(*_GAIN_DB)
    at = int(random.uniform(0.3, 1.5) * SAMPLE_RATE)
    stressed: list[tuple[float, float]] = []
    cuts: list[int] = []
    told: list[tuple[int, Activity]] = [(0, Activity.AUTO)]
    while True:
        if not deck:
            deck += [clips[n] for n in random.permutation(len(clips))]
        clip = deck.pop()
        sound = _sound(clip) * np.float32(10 ** ((gain + random.uniform(-1, 1) * _GAIN_SPREAD_DB) / 20))
        if at + len(sound) > len(samples) - SAMPLE_RATE // 2:
            break
        end = at + len(sound)
        if random.random() < _CUT:
            cuts.append((at + int(random.uniform(_FROM, _TO) * len(sound))) // BLOCK)
        samples[at : at + len(sound)] = sound
        stressed += [(at / SAMPLE_RATE + a, at / SAMPLE_RATE + b) for a, b in _stressed(clip)]
        pause, what = _pause(random)
        if what is not Activity.AUTO:
            told += [(-(-end // BLOCK), what), ((end + pause) // BLOCK, Activity.AUTO)]
        at = end + pause
    return Session(voice, samples, tuple(stressed), tuple(cuts), tuple(told))


def _pause(random: np.random.Generator) -> tuple[int, Activity]:
    """Samples of the next pause, and what is done in it."""
    shares = [share for share, _, _ in _PAUSES]
    _, (least, most), what = _PAUSES[int(random.choice(len(_PAUSES), p=shares))]
    return int(random.uniform(least, most) * SAMPLE_RATE), what


def _sound(clip: Clip) -> Floats:
    """Samples of a clip at 24 kHz."""
    audio, rate = clip.audio()
    resampler = Resampler(rate)
    _, sound = resampler.step(resampler.start(), np.concatenate((audio, np.zeros(rate // 50, np.float32))))
    return sound


def _stressed(clip: Clip) -> tuple[tuple[float, float], ...]:
    """When the stressed vowels of a clip sound, where its labels say so."""
    labels = clip.audio_path.parent.parent / "labels.json"
    if clip.dataset != "tts" or not labels.is_file():
        return ()
    return stressed_vowels(_entries(labels).get(clip.name, {"phones": ()}))


@cache
def _entries(labels: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(labels.read_text(encoding="utf-8"))
    return found
