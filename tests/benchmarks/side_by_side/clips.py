"""The evaluation speech: clips that no shipped bundle was trained on, as sound with phones, in named sets."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from side_by_side.noise import babble, music, under

from voxrig.exporters.datasets.speech import Clip, read_emodb, read_grid, read_ljspeech, read_tts
from voxrig.exporters.training.corpus import HELD_OUT_SPEAKERS, is_held_out

SHARED: Final = Path(__file__).parents[4] / "shared"
DATA: Final = SHARED / "data"

CLEAN: Final = "tts, held-out voices"
TELEPHONE: Final = "tts, held-out voices, 8 kHz"
BABBLE: Final = "tts, held-out voices, 10 dB babble"
MUSIC: Final = "tts, held-out voices, music at -15 dB"
LJSPEECH: Final = "ljspeech"
EMODB: Final = "emodb, held-out speakers"
GRID: Final = "grid, held-out clips"
ALL_EMODB: Final = "emodb, all speakers"
ALL_GRID: Final = "grid, all clips"

BABBLE_SNR: Final = 10.0  # dB
BABBLE_VOICES: Final = 6
MUSIC_SNR: Final = 15.0  # dB
_TAIL: Final = 0.4  # seconds of silence behind each clip: pauses are scored as well


@dataclass(frozen=True, slots=True)
class Sound:
    """What the animators hear.

    Attributes:
        clip: where it comes from, with its phones.
        audio: float32[n], the clip and 0.4 s behind it.
        rate: in Hz.
    """

    clip: Clip
    audio: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.audio) / self.rate


def held_out_tts(count: int) -> list[Clip]:
    """At most `count` clips of single voices kept out of training, spread over all of them."""
    return spread([c for i, c in enumerate(read_tts(DATA)) if is_held_out(c, i) and "*" not in c.speaker], count)


def held_out_emodb(count: int) -> list[Clip]:
    """At most `count` clips of EmoDB speakers kept out of training."""
    return spread([c for c in read_emodb(DATA) if c.speaker in HELD_OUT_SPEAKERS], count)


def held_out_grid(count: int) -> list[Clip]:
    """At most `count` GRID clips kept out of training."""
    return spread([c for i, c in enumerate(read_grid(DATA)) if is_held_out(c, i)], count)


def clean(clips: list[Clip]) -> list[Sound]:
    """The clips as they are."""
    return [_with_tail(clip, *clip.audio()) for clip in clips]


def telephone(clips: list[Clip]) -> list[Sound]:
    """The clips at 8 kHz, band-limited to 3.6 kHz."""
    return [_with_tail(clip, *_to_8_khz(*clip.audio())) for clip in clips]


def in_babble(clips: list[Clip]) -> list[Sound]:
    """The clips with six other held-out clips talking over them, 10 dB below, none by a voice of the clip."""
    pool = [c for i, c in enumerate(read_tts(DATA)) if is_held_out(c, i)]
    sounds = []
    for number, sound in enumerate(clean(clips)):
        others = [c for c in pool if not _voices(sound.clip) & _voices(c)]
        random = np.random.default_rng(number)
        picked = [others[i].audio() for i in random.choice(len(others), BABBLE_VOICES, replace=False)]
        assert all(rate == sound.rate for _, rate in picked)
        noise = babble([audio for audio, _ in picked], len(sound.audio), random)
        sounds.append(_over(sound, noise, BABBLE_SNR))
    return sounds


def over_music(clips: list[Clip]) -> list[Sound]:
    """The clips over synthesized music, 15 dB below."""
    return [
        _over(sound, music(len(sound.audio), sound.rate, seed), MUSIC_SNR) for seed, sound in enumerate(clean(clips))
    ]


def spread(clips: list[Clip], count: int | None) -> list[Clip]:
    """Pick `count` clips evenly; all where there are no more, or no count is given."""
    if count is None or len(clips) <= count:
        return clips
    return [clips[i] for i in np.linspace(0, len(clips) - 1, count).round().astype(int)]


def standard_sets(count: int | None = None) -> dict[str, list[Sound]]:
    """Every set that shipped bundles are judged on, of 48 clips at most, or of `count` where that is fewer."""
    tts, fewer = held_out_tts(min(count or 48, 48)), min(count or 40, 40)
    return {
        CLEAN: clean(tts),
        TELEPHONE: telephone(spread(tts, 24)),
        BABBLE: in_babble(tts),
        MUSIC: over_music(tts),
        LJSPEECH: clean(spread(list(read_ljspeech(DATA)), count)),
        EMODB: clean(held_out_emodb(fewer)),
        GRID: clean(held_out_grid(fewer)),
    }


def whole_set(dataset: str, count: int | None = None) -> dict[str, list[Sound]]:
    """All of `grid_s1` or `emodb`, for models that never trained on it; at most `count` clips.

    Raises:
        ValueError: another data set.
    """
    sets = {"grid_s1": (ALL_GRID, read_grid), "emodb": (ALL_EMODB, read_emodb)}
    if dataset not in sets:
        raise ValueError(f"there is no whole set of {dataset!r}; give {' or '.join(sets)}")
    title, read = sets[dataset]
    return {title: clean(spread(list(read(DATA)), count))}


def _voices(clip: Clip) -> set[str]:
    """The voices of a clip; a blend names its parts as in `af_sky*0.48+am_puck*0.52`."""
    return set(re.findall(r"[a-z]+_[a-z]+", clip.speaker))


def _with_tail(clip: Clip, audio: NDArray[np.float32], rate: int) -> Sound:
    return Sound(clip, np.concatenate((audio, np.zeros(round(_TAIL * rate), np.float32))), rate)


def _over(sound: Sound, noise: NDArray[np.float32], snr: float) -> Sound:
    """Lay noise under a sound, its tail included; the level of speech is that from its first phone to its last."""
    first, last = (round(t * sound.rate) for t in (sound.clip.phones[0][1], sound.clip.phones[-1][2]))
    return Sound(sound.clip, under(sound.audio, slice(first, last), noise, snr), sound.rate)


def _to_8_khz(audio: NDArray[np.float32], rate: int) -> tuple[NDArray[np.float32], int]:
    """Take 16 kHz sound down to 8 kHz by a windowed sinc."""
    assert rate == 16_000
    offset = np.arange(-64, 65)
    taps = np.sinc(0.45 * offset) * np.hanning(129)
    return np.convolve(audio, taps / taps.sum(), mode="same")[::2].astype(np.float32), 8_000
