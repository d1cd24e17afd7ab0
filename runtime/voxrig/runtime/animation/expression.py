"""The expression layer: what a face shows of an emotion, and the brows' own part in speech.

Emotion says how much of each category each region of the face shows; the table of action units (`action_units`) says
which muscles do that. Here they get their timing: each group of muscles sets in at its own pace, one side of the face
a little before and a little further than the other (Ekman, Hager & Friesen 1981, "The symmetry of emotional and
deliberate facial actions", Psychophysiology 18), goes on living at the apex, and fades more slowly than it came; a
smile takes about half a second to set in (Schmidt, Cohn & Tian 2003, "Signal characteristics of spontaneous facial
expressions", Biol Psychol 65). Brows also mark what the voice stresses and asks, without any emotion: the batons and
underliners of Ekman 1979 ("About brows: emotional and conversational signals", in Human Ethology).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from voxrig.runtime.animation.action_units import (
    EXPRESSION_CONTROLS,
    UNITS,
    Floats,
    Links,
    UnitTables,
    links,
    tables,
)
from voxrig.runtime.animation.columns import distinct
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.muscles import (
    ACCENT,
    APART,
    ASKED,
    EXCITED,
    LAGS,
    LIFT,
    MOST,
    REST,
    SIDE,
    SINK,
    SPEAK,
    STRESSED,
    SUBDUED,
    TAKEN,
    accent_of,
    express,
    express_all,
    followed,
)
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import uniform

_WIDTH: Final = len(EXPRESSION_CONTROLS)


class ExpressionState(NamedTuple):
    """What a face shows, and is about to show.

    Attributes:
        held: float32[2, U, 2], the two lags of every unit on the left and the right; never written to.
        shown: which categories have set in, a bit each.
        begun: pose at which the last one of them did.
        talk: two lags of whether the character speaks.
        lift: two lags of the brows' accent.
        accent: pose of the last accent, and its height.
    """

    held: Floats
    shown: int
    begun: int
    talk: tuple[float, float]
    lift: tuple[float, float]
    accent: tuple[int, float]


@dataclass(frozen=True, slots=True)
class Expressing:
    """Shows emotions.

    Attributes:
        key: of the session's chance.
    """

    key: int
    _tables: UnitTables = field(init=False, repr=False, compare=False)
    _links: Links = field(init=False, repr=False, compare=False)
    _side: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tables", tables())
        object.__setattr__(self, "_links", links())
        object.__setattr__(self, "_side", int(uniform(self.key, SIDE, 0) < 0.5))

    @staticmethod
    def start() -> ExpressionState:
        """Before the first pose: nothing shown."""
        return _START

    def step(self, state: ExpressionState, at: int, affect: Affect, voice: Voice) -> tuple[ExpressionState, Floats]:
        """Show pose `at`.

        Args:
            state: after the pose before; it is not changed.
            at: number of the pose.
            affect: what is felt; 1 is as far as the table goes.
            voice: what is heard; its arousal lifts or lowers amplitudes, its stress and its questions raise the brows.

        Returns:
            The next state, and float32[K], a value 0 to 1 for each of `EXPRESSION_CONTROLS`.
        """
        accent = state.accent
        if voice.beat > 0.0 and at - accent[0] >= APART and uniform(self.key, TAKEN, at) < 0.25 + 0.5 * voice.beat:
            accent = at, accent_of(voice.beat, voice.arousal, affect.arousal)
        wanted = STRESSED * voice.stress + ASKED * max(voice.rising, 0.0)
        if at - accent[0] < ACCENT:
            wanted += accent[1]
        talk = followed(*state.talk, float(voice.speaking), SPEAK, REST)
        lift = followed(*state.lift, min(wanted, MOST), LIFT, SINK)
        held, values = np.empty_like(state.held), np.zeros(_WIDTH, np.float32)
        gain = np.float32(1.0 + (EXCITED if voice.arousal > 0.0 else SUBDUED) * voice.arousal)
        shown, begun = express(
            self.key, at, self._side, state.shown, state.begun, np.array(affect.emotion), gain, talk[1], lift[1],
            *self._tables, *self._links, state.held, held, values,
        )  # fmt: skip
        return ExpressionState(held, shown, begun, talk, lift, accent), values

    def steps(
        self, state: ExpressionState, at: int, affects: Sequence[Affect], voices: Sequence[Voice]
    ) -> tuple[list[ExpressionState], Floats]:
        """Show some poses from `at` on, each as of `step`; return float32[k, K]."""
        if len(voices) == 1:  # as in a live session: quicker so
            after, shown = self.step(state, at, affects[0], voices[0])
            return [after], shown[None]
        emotions, which = distinct([affect.emotion for affect in affects])
        given = np.array([
            (voice.speaking, voice.stress, voice.beat, voice.rising, voice.arousal, affect.arousal)
            for voice, affect in zip(voices, affects, strict=True)
        ])  # fmt: skip
        count = len(given)
        held, values = np.empty((count, *state.held.shape), np.float32), np.zeros((count, _WIDTH), np.float32)
        moments, brows = np.empty((count, 3), np.int64), np.empty((count, 5))
        express_all(
            self.key, at, self._side, (state.shown, state.begun, state.accent[0]),
            (*state.talk, *state.lift, state.accent[1]), emotions, which, given, LAGS, self._tables, self._links,
            state.held, held, values, moments, brows,
        )  # fmt: skip
        states = [
            ExpressionState(own, shown, begun, (talk, talks), (lift, lifts), (accent, height))
            for own, (shown, begun, accent), (talk, talks, lift, lifts, height) in zip(
                held, moments.tolist(), brows.tolist(), strict=True
            )
        ]
        return states, values


_START: Final = ExpressionState(np.zeros((2, len(UNITS), 2), np.float32), 0, 0, (0.0, 0.0), (0.0, 0.0), (-APART, 0.0))
