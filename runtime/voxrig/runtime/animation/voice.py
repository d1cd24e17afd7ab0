"""What a listener would say of the voice at a pose: whether it speaks, how loud, how high, where it stresses."""

from dataclasses import dataclass, field
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
    """What was heard of a voice; each part is of the module that moves it, in its order."""

    presence: Presence
    melody: Melody
    prominence: Prominence
    excitement: Excitement
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
        spoke = state.presence[-1] > 0.0
        if heard is None or heard.awake <= 0.0:
            parts, values = _hear(state[:4], _NO_ROW, 0.0, 0, 0, 0, 0, SILENCE, 0.0, 0.0)
        else:
            parts, values = _hear(
                state[:4], heard.row, self.mel.floor, self.mel.bands, *self._edges, heard.level, heard.f0, heard.voicing
            )
        speaking = parts[0][-1] > 0.0
        changed = speaking is not spoke
        since = 0 if changed else min(state.since + 1, FOREVER)
        voice = Voice(speaking, since, *values, changed and speaking, changed and not speaking, parts[3][-1])
        return VoiceState(*parts, since), voice


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


_NO_ROW: Final = np.zeros(0, np.float32)
_START: Final = VoiceState(presence.UNHEARD, melody.UNHEARD, prominence.UNHEARD, excitement.UNHEARD, FOREVER)
