"""Life: everything a character does besides its words, one layer after the other, pose by pose.

A session's life is one unbroken sequence of poses on its timeline, whatever utterances, silences and interruptions lie
on it: each layer is stepped once for each pose, in order. A state is a value, so that after an interruption life goes
on from where the listener really saw it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.blink import OPEN, Blinking, BlinkState, Lids
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.emotion import CALM, Affect
from voxrig.runtime.animation.expression import Expressing, ExpressionState
from voxrig.runtime.animation.feeling import Feeling, FeelingState
from voxrig.runtime.animation.gaze import STRAIGHT, GazePose, GazeState, Gazing, stabilised
from voxrig.runtime.animation.head import LEVEL, HeadPose, Moving, MovingState
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.idle import IdlePose, Idling, IdlingState
from voxrig.runtime.animation.layers import NO_LIFE
from voxrig.runtime.animation.listening import Listening, ListeningState
from voxrig.runtime.animation.plan import Orders, Plan
from voxrig.runtime.animation.voice import Voice, VoiceState, Voicing
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.spec import LISTENER_STEPS

Floats = NDArray[np.float32]


class LifePose(NamedTuple):
    """What life adds to speech at one pose.

    Attributes:
        expression: float32[K], values of `action_units.EXPRESSION_CONTROLS`; None while the layer is off.
        lids: how far they are shut by blinks.
        gaze: where the eyes look, and the head's share in it.
        head: the head's own movement.
        idle: breath and the small movements; None while the layer is off.
    """

    expression: Floats | None
    lids: Lids
    gaze: GazePose
    head: HeadPose
    idle: IdlePose | None


class LifeState(NamedTuple):
    """The life of a session at pose `at`: what it heard there, what every layer remembers, and what it shows."""

    at: int
    heard: Heard | None
    voicing: VoiceState
    listening: ListeningState
    feeling: FeelingState
    expressing: ExpressionState
    blinking: BlinkState
    gazing: GazeState
    moving: MovingState
    idling: IdlingState
    pose: LifePose


Trail = tuple[LifeState, ...]
"""Life states of poses one after the other. A stream keeps the newest two: the next frame may lie between them."""


@dataclass(frozen=True, slots=True)
class Life:
    """The layers of one character, in the order in which they depend on each other.

    Attributes:
        character: its seed, its layers and its temper.
        rate: media samples a second, at which cues count.
        listener: the network that hears emotion; nothing is heard where it is None, or made for other features.
        mel: the features of what is heard.
    """

    character: Character
    rate: int
    listener: StepModel | None = None
    mel: LogMel = field(default_factory=LogMel)
    _voicing: Voicing = field(init=False, repr=False, compare=False)
    _listening: Listening = field(init=False, repr=False, compare=False)
    _feeling: Feeling = field(init=False, repr=False, compare=False)
    _expressing: Expressing = field(init=False, repr=False, compare=False)
    _blinking: Blinking = field(init=False, repr=False, compare=False)
    _gazing: Gazing = field(init=False, repr=False, compare=False)
    _moving: Moving = field(init=False, repr=False, compare=False)
    _idling: Idling = field(init=False, repr=False, compare=False)
    _start: LifeState = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = key_of(self.character.seed)
        listener = self.listener
        listens = self.character.layers.emotion and self.character.temper.heard > 0.0
        if listener is not None and (not listens or listener.spec.log_mel() != self.mel):
            listener = None
        for name, value in (
            ("_voicing", Voicing(self.mel)),
            ("_listening", Listening(listener, key % LISTENER_STEPS)),
            ("_feeling", Feeling(self.character.temper)),
            ("_expressing", Expressing(key)),
            ("_blinking", Blinking(key)),
            ("_gazing", Gazing(key)),
            ("_moving", Moving(key)),
            ("_idling", Idling(key)),
        ):
            object.__setattr__(self, name, value)
        begun = LifeState(
            -1,
            None,
            self._voicing.start(),
            self._listening.start(),
            self._feeling.start(),
            self._expressing.start(),
            self._blinking.start(),
            self._gazing.start(),
            self._moving.start(),
            self._idling.start(),
            STILL,
        )
        object.__setattr__(self, "_start", begun)

    @property
    def stands_still(self) -> bool:
        """Whether every layer is off, so that speech is shown as it is, to the bit."""
        return self.character.layers == NO_LIFE

    def lived(self, trail: Trail, at: int, heard: Sequence[Heard | None], plan: Plan) -> Trail:
        """Live on through the poses from `at` on, as many as `heard` has; poses that were left out hear nothing.

        A pose that was lived already stays as it was: two utterances may meet between two poses.

        Args:
            trail: the newest states, one pose after the other; () at the beginning.
            at: number of the first pose.
            heard: what sounds at each.
            plan: the session's cues.

        Returns:
            The trail and the states that follow it. However poses are put together in calls, they are the same.
        """
        if self.stands_still:
            return trail
        first = trail[-1].at + 1 if trail else at
        more = [*(None for _ in range(first, at)), *heard[max(first - at, 0) :]]
        return (*trail, *self._steps(trail[-1] if trail else self._start, first, more, plan)) if more else trail

    def _steps(self, state: LifeState, at: int, heard: Sequence[Heard | None], plan: Plan) -> list[LifeState]:
        """Live some poses: first what is heard and felt at all of them, then what the body does."""
        count = len(heard)
        voicings, voices = self._voicing.steps(state.voicing, heard)
        orders = plan.over(at, count, self.rate)
        if not self.character.layers.emotion:
            inner = [(state.listening, state.feeling, state.expressing)] * count
            return self._bodies(state, at, heard, voicings, voices, inner, (CALM,) * count, (None,) * count, orders)
        listenings, felt = self._listening.steps(state.listening, at, heard)
        feelings, affects = self._feeling.steps(state.feeling, at, orders.emotion, felt, voices)
        expressings, expressions = self._expressing.steps(state.expressing, at, affects, voices)
        inner = list(zip(listenings, feelings, expressings, strict=True))
        return self._bodies(state, at, heard, voicings, voices, inner, affects, expressions, orders)

    def _bodies(
        self,
        state: LifeState,
        at: int,
        heard: Sequence[Heard | None],
        voicings: Sequence[VoiceState],
        voices: Sequence[Voice],
        inner: Sequence[tuple[ListeningState, FeelingState, ExpressionState]],
        affects: Sequence[Affect],
        expressions: Sequence[Floats | None] | Floats,
        orders: Orders,
    ) -> list[LifeState]:
        """Move eyes, lids, head and the idle face through some poses, and put each pose together."""
        on, states = self.character.layers, []
        blinking, gazing, moving, idling = state.blinking, state.gazing, state.moving, state.idling
        gaze, lids, idle, head = STRAIGHT, OPEN, None, LEVEL
        micros = self._idling.micro(at, len(heard)) if on.idle else ()
        for n, (voice, affect) in enumerate(zip(voices, affects, strict=True)):
            pose, doing = at + n, orders.activity[n]
            if on.gaze:
                gazing, gaze = self._gazing.step(gazing, pose, voice, affect, doing, orders.target[n], orders.place[n])
            if on.blink:
                blinking, lids = self._blinking.step(
                    blinking, pose, voice, affect, gaze, doing, orders.blinks[n], orders.asked[n]
                )
            if on.idle:
                idling, idle = self._idling.step(idling, pose, voice, affect, micros[n])
            if on.head:
                breath = 0.0 if idle is None else idle.breath
                moving, head = self._moving.step(moving, pose, voice, affect, gaze, breath, doing, orders.gestures[n])
            shown = stabilised(gaze, head.yaw, head.pitch) if on.gaze else gaze  # eyes hold still in the world
            life = LifePose(expressions[n], lids, shown, head, idle)
            states.append(LifeState(pose, heard[n], voicings[n], *inner[n], blinking, gazing, moving, idling, life))
        return states


def between(first: LifePose, second: LifePose, share: float) -> LifePose:
    """Return life at a `share` of the way from one pose to the next one."""
    return LifePose(
        _arrays(first.expression, second.expression, share),
        Lids(*_mixed(first.lids, second.lids, share)),
        _gaze(first.gaze, second.gaze, share),
        HeadPose(*_mixed(first.head, second.head, share)),
        _idle(first.idle, second.idle, share),
    )


def _arrays(first: Floats | None, second: Floats | None, share: float) -> Floats | None:
    return None if first is None or second is None else first + np.float32(share) * (second - first)


def _gaze(first: GazePose, second: GazePose, share: float) -> GazePose:
    angles = _mixed(first[:6], second[:6], share)
    return GazePose._make((*angles, first.shift, first.mutual))


def _idle(first: IdlePose | None, second: IdlePose | None, share: float) -> IdlePose | None:
    if first is None or second is None:
        return None
    breath = first.breath + share * (second.breath - first.breath)
    return IdlePose(tuple(_mixed(first.values, second.values, share)), breath)


def _mixed(first: tuple[float, ...], second: tuple[float, ...], share: float) -> Iterator[float]:
    return (a + share * (b - a) for a, b in zip(first, second, strict=True))


STILL: Final = LifePose(None, OPEN, STRAIGHT, LEVEL, None)
"""No life at all."""
