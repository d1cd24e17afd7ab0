"""The expression layer: what a face shows of an emotion, and the brows' own part in speech.

Emotion says how much of each category each region of the face shows; the table of action units (`action_units`) says
which muscles do that. Here they get their timing: each group of muscles sets in at its own pace, one side of the face
a little before and a little further than the other (Ekman, Hager & Friesen 1981, "The symmetry of emotional and
deliberate facial actions", Psychophysiology 18), goes on living at the apex, and fades more slowly than it came; a
smile takes about half a second to set in (Schmidt, Cohn & Tian 2003, "Signal characteristics of spontaneous facial
expressions", Biol Psychol 65). Brows also mark what the voice stresses and asks, without any emotion: the batons and
underliners of Ekman 1979 ("About brows: emotional and conversational signals", in Human Ethology).
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from voxrig.runtime.animation.action_units import EXPRESSION_CONTROLS, Floats
from voxrig.runtime.animation.emotion import Affect, Affects
from voxrig.runtime.animation.muscles import SIDE, STATE, Doubles, express_all, unmoved
from voxrig.runtime.animation.voice import QUIET, Voice, Voices
from voxrig.runtime.animation.wiring import Wiring, wiring
from voxrig.runtime.core.chance import uniform

_WIDTH: Final = len(EXPRESSION_CONTROLS)
_SET_IN: Final = 120  # poses in which every group of muscles has set in


class ExpressionState(NamedTuple):
    """What a face shows, and is about to show; a value, whose array is replaced and never written.

    Attributes:
        held: float64[M], as of `muscles`.
    """

    held: Doubles


@dataclass(frozen=True, slots=True)
class Expressing:
    """Shows emotions.

    Attributes:
        key: of the session's chance.
    """

    key: int
    _wiring: Wiring = field(init=False, repr=False, compare=False)
    _side: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wiring", wiring())
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
        after, shown = self.steps(state, at, Affects.of(affect), Voices.of(voice))
        values: Floats = shown[0]
        return after, values

    def worn(self, at: int, affects: Affects) -> ExpressionState:
        """Return the state before pose `at` of a face that has felt for a while what it feels at that pose.

        A session that begins in a feeling shows it at once: a scene does not wait for each smile to set in.

        Args:
            at: number of the first pose of a session.
            affects: what is felt from it on; only the first counts.
        """
        first = affects.values[:1]
        if not first.any():
            return _START
        silence = Voices(np.repeat(np.array([QUIET], np.float64), _SET_IN, axis=0), (), ())
        worn, _ = self.steps(_START, at - _SET_IN, Affects(np.repeat(first, _SET_IN, axis=0)), silence)
        return worn

    def steps(
        self, state: ExpressionState, at: int, affects: Affects, voices: Voices
    ) -> tuple[ExpressionState, Floats]:
        """Show some poses from `at` on, each as of `step`; return the state after the last, and float32[k, K]."""
        heard = voices.values
        held, values = np.empty(STATE), np.empty((len(heard), _WIDTH), np.float32)
        express_all(self.key, at, self._side, affects.values, heard, *self._wiring, state.held, held, values)
        return ExpressionState(held), values


_START: Final = ExpressionState(unmoved())
