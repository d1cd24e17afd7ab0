"""What a listener would say of the voice at a pose: whether it speaks, how loud, how high, where it stresses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

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

FOREVER: Final = 1 << 30
"""Poses (seven months) after which `Voice.since` counts no further."""


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


class VoiceState(NamedTuple):
    """What was heard of a voice.

    Attributes:
        heard: 30 numbers: presence, melody, prominence and excitement, each as of its module, in this order.
        since: as of `Voice`.
    """

    heard: tuple[float, ...]
    since: int


@dataclass(frozen=True, slots=True)
class Voicing:
    """Hears the voice in what is heard at each pose.

    Attributes:
        mel: the features of the rows heard.
    """

    mel: LogMel = field(default_factory=LogMel)
    _edges: tuple[int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_edges", alpha_bands(self.mel))

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
        before: Any = state.heard  # the parts have their lengths
        parts = before[:6], before[6:14], before[14:22], before[22:]
        if heard is None or heard.awake <= 0.0:
            parts, values = _hear(parts, _NO_ROW, 0.0, 0, 0, 0, 0, *_NO_SOUND)
        else:
            parts, values = _hear(parts, heard.row, self.mel.floor, self.mel.bands, *self._edges, *heard[1:4])
        now = parts[0] + parts[1] + parts[2] + parts[3]
        return _told(state, now, now[_SPEAKS] > 0.0, values)

    def steps(self, state: VoiceState, heard: Sequence[Heard | None]) -> tuple[list[VoiceState], list[Voice]]:
        """Hear some poses, one after the other, each as of `step`."""
        if len(heard) == 1:  # as in a live session: quicker without arrays
            after, voice = self.step(state, 0, heard[0])
            return [after], [voice]
        rows = np.zeros((len(heard), self.mel.width), np.float32)
        sounds = []
        for n, sound in enumerate(heard):
            if sound is None or sound.awake <= 0.0:
                sounds.append(_NO_SOUND)
            else:
                rows[n] = sound.row
                sounds.append(sound[1:4])
        parts, values = np.empty((len(heard), len(state.heard))), np.empty((len(heard), 6))
        _hear_all(
            np.array(state.heard), rows, np.array(sounds), self.mel.floor, self.mel.bands, *self._edges, parts, values
        )
        states, voices = [], []
        for now, told in zip(parts.tolist(), values.tolist(), strict=True):
            state, voice = _told(state, tuple(now), now[_SPEAKS] > 0.0, told)
            states.append(state)
            voices.append(voice)
        return states, voices


def _told(
    before: VoiceState, now: tuple[float, ...], speaking: bool, values: Sequence[float]
) -> tuple[VoiceState, Voice]:
    """Return the state and the voice of a pose, by what was heard and the values from level to rising."""
    changed = speaking is not (before.heard[_SPEAKS] > 0.0)
    since = 0 if changed else min(before.since + 1, FOREVER)
    loud, pitch, voiced, stress, beat, rising = values
    starts, ends = changed and speaking, changed and not speaking
    voice = Voice(speaking, since, loud, pitch, voiced, stress, beat, rising, starts, ends, now[-1])
    return VoiceState(now, since), voice


@numba.njit(cache=True)
def _hear_all(
    start: NDArray[np.float64],
    rows: NDArray[np.float32],
    sounds: NDArray[np.float64],
    floor: float,
    bands: int,
    low: int,
    middle: int,
    high: int,
    parts: NDArray[np.float64],
    values: NDArray[np.float64],
) -> None:
    """Hear k poses.

    Args:
        start: float64[30], as of `VoiceState.heard`.
        rows: float32[k, 2 * bands].
        sounds: float64[k, 3]: level, f0 and voicing.
        floor, bands, low, middle, high: of the features.
        parts: float64[k, 30], is written: `VoiceState.heard` at each pose.
        values: float64[k, 6], is written: level to rising of each `Voice`.
    """
    presence = (start[0], start[1], start[2], start[3], start[4], start[5])
    melody = (start[6], start[7], start[8], start[9], start[10], start[11], start[12], start[13])
    prominence = (start[14], start[15], start[16], start[17], start[18], start[19], start[20], start[21])
    excitement = (start[22], start[23], start[24], start[25], start[26], start[27], start[28], start[29])
    for n in range(len(sounds)):
        (presence, melody, prominence, excitement), heard = _hear(
            (presence, melody, prominence, excitement), rows[n], floor, bands, low, middle, high,
            sounds[n, 0], sounds[n, 1], sounds[n, 2],
        )  # fmt: skip
        for k in range(6):
            parts[n, k] = presence[k]
            values[n, k] = heard[k]
        for k in range(8):
            parts[n, 6 + k], parts[n, 14 + k], parts[n, 22 + k] = melody[k], prominence[k], excitement[k]


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
    if voicing >= 0.5 and f0 > 0.0 and loud > -15.0:
        excitement = excite(excitement, loud, pitch, alpha(row, floor, bands, low, middle, high))
    elif speaks == 0.0:
        excitement = calm(excitement)
    return (presence, melody, prominence, excitement), (loud * speaks, pitch, voiced, stress, beat, melody[-1])


_SPEAKS: Final = len(presence.UNHEARD) - 1  # of what was heard
_NO_ROW: Final = np.zeros(0, np.float32)
_NO_SOUND: Final = (SILENCE, 0.0, 0.0)
_START: Final = VoiceState(presence.UNHEARD + melody.UNHEARD + prominence.UNHEARD + excitement.UNHEARD, FOREVER)
