"""What a listener would say of the voice at a pose: whether it speaks, how loud, how high, where it stresses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation import excitement, melody, presence, prominence
from voxrig.runtime.animation.effort import alpha_bands
from voxrig.runtime.animation.excitement import Excitement, alpha, calm, excite
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.melody import Melody, sing
from voxrig.runtime.animation.presence import SILENCE, Presence, attend
from voxrig.runtime.animation.prominence import Prominence, stand_out
from voxrig.runtime.core.features import LogMel

Floats = NDArray[np.float64]

FOREVER: Final = 1 << 30
"""Poses (seven months) after which `Voice.since` counts no further."""

VOICED: Final = 0.5
"""Voicing from which on the spectrum of a step tells how hard the voice works."""


class Voice(NamedTuple):
    """The voice at one pose, against its own normal.

    Attributes:
        speaking: within a stretch of speech; gaps shorter than 250 ms belong to it.
        since: poses since `speaking` last changed, `FOREVER` at the most.
        level: dB above the voice's own mean level, -20 to 20; 0 in silence.
        pitch: semitones above the voice's own mean pitch, -18 to 18; 0 where unvoiced.
        voiced: 0 to 1.
        stress: 0 to 1, smooth: prominence of the syllable now.
        beat: strength, above 0 to 1, on the pose at which a stressed syllable is recognised; else 0.
        rising: -1 to 1, how the pitch moved at the end of the phrase just ended (a question's rises), fading within
            about 1 s; else 0.
        started: speech begins at this pose, after 250 ms or more without.
        ended: a phrase's end is recognised at this pose: 250 ms without speech.
        arousal: -1 to 1, slow (about 1.5 s): loudness, effort, pitch and its range against the voice's own normal.
    """

    speaking: bool
    since: int
    level: float
    pitch: float
    voiced: float
    stress: float
    beat: float
    rising: float
    started: bool
    ended: bool
    arousal: float


QUIET: Final = Voice(False, FOREVER, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False, False, 0.0)
"""Silence since for ever."""


class Voices(NamedTuple):
    """The voice at some poses, one after the other, laid out for compiled code.

    Attributes:
        values: float64[k, 11], the fields of `Voice` in their order.
        turns: the rows in which it starts or ends.
        beats: the rows with a beat.
    """

    values: Floats
    turns: Sequence[int]
    beats: Sequence[int]

    def at(self, row: int) -> Voice:
        """Return the voice of one row."""
        speaking, since, level, pitch, voiced, stress, beat, rising, started, ended, arousal = self.values[row].tolist()
        return Voice(
            speaking > 0.0, int(since), level, pitch, voiced, stress, beat, rising, started > 0.0, ended > 0.0, arousal
        )

    @staticmethod
    def of(voice: Voice) -> "Voices":
        """Lay out one pose."""
        turns, beats = (0,) if voice.started or voice.ended else (), (0,) if voice.beat > 0.0 else ()
        return Voices(np.array([voice], np.float64), turns, beats)


class VoiceState(NamedTuple):
    """What was heard of a voice; a value, whose array is replaced and never written.

    Attributes:
        heard: float64[30]: presence, melody, prominence and excitement, each as of its module, in this order.
        since: as of `Voice`.
    """

    heard: Floats
    since: int


@dataclass(frozen=True, slots=True)
class Voicing:
    """Hears the voice in what is heard at each pose.

    Attributes:
        mel: the features of the rows heard.
    """

    mel: LogMel = field(default_factory=LogMel)
    _tuning: tuple[float, int, int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tuning", _tuning(self.mel))

    @staticmethod
    def start() -> VoiceState:
        """Before the first sound: a voice not yet known, silent since for ever."""
        return _START

    def step(self, state: VoiceState, at: int, heard: Heard | None) -> tuple[VoiceState, Voice]:  # noqa: ARG002
        """Hear pose `at`; `heard` is None where there is no sound, as after an interruption.

        Args:
            state: after the pose before; it is not changed.
            at: number of the pose; nothing depends on it.
            heard: as of the pose.
        """
        after, voices = self.steps(state, (heard,))
        return after, voices.at(0)

    def steps(self, state: VoiceState, heard: Sequence[Heard | None]) -> tuple[VoiceState, Voices]:
        """Hear some poses, one after the other, each as of `step`; return the state after the last."""
        count, only = len(heard), heard[0]
        # Rows are read where they are voiced; a single one needs no copy.
        rows = np.empty((count, self.mel.width), np.float32) if count > 1 or only is None else only.row[None]
        sounds = []
        for n, sound in enumerate(heard):
            if sound is None or sound.awake <= 0.0:
                sounds.append(_NO_SOUND)
            else:
                sounds.append(sound[1:4])
                if sound.voicing >= VOICED and count > 1:
                    rows[n] = sound.row
        after, values = np.empty(_STATE), np.empty((count, _FIELDS))
        since, turns, beats = _hear_all(state.heard, state.since, rows, np.array(sounds), *self._tuning, after, values)
        turned = np.flatnonzero(values[:, 8] + values[:, 9]).tolist() if turns else ()
        return VoiceState(after, since), Voices(values, turned, np.flatnonzero(values[:, 6]).tolist() if beats else ())


@lru_cache(maxsize=16)
def _tuning(mel: LogMel) -> tuple[float, int, int, int, int]:
    """Return what `_hear_all` is told of the features, from `floor` on."""
    return mel.floor, mel.bands, *alpha_bands(mel)


@numba.njit(cache=True)
def _hear_all(
    start: Floats,
    since: int,
    rows: NDArray[np.float32],
    sounds: Floats,
    floor: float,
    bands: int,
    low: int,
    middle: int,
    high: int,
    after: Floats,
    values: Floats,
) -> tuple[int, int, int]:
    """Hear k poses.

    Args:
        start, since: as of `VoiceState`.
        rows: float32[k, 2 * bands]; only those that are voiced are read.
        sounds: float64[k, 3]: level, f0 and voicing.
        floor, bands, low, middle, high: of the features.
        after: float64[30], is written: `VoiceState.heard` at the last pose.
        values: float64[k, 11], is written: the fields of each `Voice`.

    Returns:
        `VoiceState.since` at the last pose; in how many rows the voice starts or ends; and in how many there is a beat.
    """
    turns = beats = 0
    presence = (start[0], start[1], start[2], start[3], start[4], start[5])
    melody = (start[6], start[7], start[8], start[9], start[10], start[11], start[12], start[13])
    prominence = (start[14], start[15], start[16], start[17], start[18], start[19], start[20], start[21])
    excitement = (start[22], start[23], start[24], start[25], start[26], start[27], start[28], start[29])
    for n in range(len(sounds)):
        spoke = presence[-1]
        (presence, melody, prominence, excitement), heard = _hear(
            (presence, melody, prominence, excitement), rows[n], floor, bands, low, middle, high,
            sounds[n, 0], sounds[n, 1], sounds[n, 2],
        )  # fmt: skip
        speaks = presence[-1]
        since = 0 if speaks != spoke else min(since + 1, FOREVER)
        values[n, 0], values[n, 1], values[n, 10] = speaks, since, excitement[-1]
        for k in range(6):
            values[n, 2 + k] = heard[k]
        values[n, 8], values[n, 9] = max(speaks - spoke, 0.0), max(spoke - speaks, 0.0)
        turns += speaks != spoke
        beats += heard[4] > 0.0
    for k in range(6):
        after[k] = presence[k]
    for k in range(8):
        after[6 + k], after[14 + k], after[22 + k] = melody[k], prominence[k], excitement[k]
    return since, turns, beats


@numba.njit(cache=True)
def _hear(
    parts: tuple[Presence, Melody, Prominence, Excitement],
    row: NDArray[np.float32],
    floor: float,
    bands: int,
    low: int,
    middle: int,
    high: int,
    level: float,
    f0: float,
    voicing: float,
) -> tuple[tuple[Presence, Melody, Prominence, Excitement], tuple[float, float, float, float, float, float]]:
    """Return the next parts; and level, pitch, voiced, stress, beat and rising of the voice."""
    presence, melody, prominence, excitement = parts
    spoke = presence[-1]
    presence = attend(presence, level, voicing, melody[0])
    speaks = presence[-1]
    if speaks == 0.0:
        level, f0, voicing = SILENCE, 0.0, 0.0
    melody, loud, pitch = sing(melody, level, f0, voicing, speaks > spoke, speaks < spoke)
    voiced = min(max((voicing - 0.35) / 0.3, 0.0), 1.0)
    prominence, stress, beat = stand_out(prominence, loud, pitch, voiced)
    if voicing >= VOICED and f0 > 0.0 and loud > -15.0:
        excitement = excite(excitement, loud, pitch, alpha(row, floor, bands, low, middle, high))
    elif speaks == 0.0:
        excitement = calm(excitement)
    return (presence, melody, prominence, excitement), (loud * speaks, pitch, voiced, stress, beat, melody[-1])


_FIELDS: Final = len(Voice._fields)
_NO_SOUND: Final = (SILENCE, 0.0, 0.0)
_START: Final = VoiceState(
    np.array(presence.UNHEARD + melody.UNHEARD + prominence.UNHEARD + excitement.UNHEARD), FOREVER
)
_STATE: Final = len(_START.heard)
