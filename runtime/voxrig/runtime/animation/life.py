"""Life: everything a character does besides its words, one layer after the other, pose by pose.

A session's life is one unbroken sequence of poses on its timeline, whatever utterances, silences and interruptions lie
on it: each layer is stepped once for each pose, in order. A state is a value, so that after an interruption life goes
on from where the listener really saw it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from voxrig.runtime.animation.blink import OPEN, Blinking, BlinkState
from voxrig.runtime.animation.body.embodying import BodyState, Embodying
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.emotion import NEUTRAL, Affect, Affects
from voxrig.runtime.animation.expression import Expressing, ExpressionState
from voxrig.runtime.animation.feeling import Feeling, FeelingState
from voxrig.runtime.animation.gaze import STRAIGHT, GazeState, Gazing
from voxrig.runtime.animation.head import LEVEL, Moving, MovingState
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.idle import Idling, IdlingState
from voxrig.runtime.animation.layers import NO_LIFE
from voxrig.runtime.animation.life_pose import LifePoses, put_together
from voxrig.runtime.animation.listening import Listening, ListeningState
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.voice import VoiceState, Voicing
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.models.asking import Asking, alone
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.spec import LISTENER_STEPS


class LifeState(NamedTuple):
    """The life of a session at pose `at`: what every layer remembers."""

    at: int
    voicing: VoiceState
    listening: ListeningState
    feeling: FeelingState
    expressing: ExpressionState
    blinking: BlinkState
    gazing: GazeState
    moving: MovingState
    idling: IdlingState
    body: BodyState


KEPT: Final = 8
"""Poses between the states that a trail keeps, at the least: a state is large, and life can be lived again from it."""


class Trail(NamedTuple):
    """The newest of a session's life.

    Attributes:
        state: at the newest pose.
        poses: those lived last, up to it.
        earlier: those lived before them; None at the beginning. Together they are two at the least.
        kept: an older state.
        since: a state between the two, kept next.
        heard: what was heard at each pose after that of `kept`.
        felt: at the pose before `poses`.
        affects: what is felt at each of `poses`; None at the beginning.
    """

    state: LifeState
    poses: LifePoses | None
    earlier: LifePoses | None
    kept: LifeState
    since: LifeState
    heard: tuple[Heard | None, ...]
    felt: FeelingState
    affects: Affects | None

    @staticmethod
    def of(state: LifeState) -> "Trail":
        """Begin with a state."""
        return Trail(state, None, None, state, state, (), state.feeling, None)

    def affect(self, at: int) -> Affect | None:
        """Return what is felt at one of the poses lived last, or the one before them; None at another."""
        if self.poses is None or self.affects is None:
            return self.felt.affect if at == self.state.at else None
        row = at - self.poses.at
        if row == -1:
            return self.felt.affect
        return self.affects.at(row) if 0 <= row < len(self.affects.values) else None

    def sampled(self, poses: Sequence[int], shares: Sequence[float]) -> LifePoses:
        """Return life at some places, as of `LifePoses.sampled`; in ascending order, none before the last two poses.

        Raises:
            ValueError: nothing was lived yet.
        """
        if self.poses is None:
            raise ValueError("a life without a pose cannot be shown; live on first")
        known = self.poses
        if poses[0] < known.at and self.earlier is not None:
            known = self.earlier.followed(known)
        return known.sampled(poses, shares)


@dataclass(frozen=True, slots=True)
class Life:
    """The layers of one character, in the order in which they depend on each other.

    Attributes:
        character: its seed, its layers and its temper.
        rate: media samples a second, at which cues count.
        listener: the network that hears emotion; nothing is heard where it is None, or made for other features.
        mel: the features of what is heard.
        mover: the network that moves the body; it rests where that is None, or made for other features.
    """

    character: Character
    rate: int
    listener: StepModel | None = None
    mel: LogMel = field(default_factory=LogMel)
    mover: StepModel | None = None
    _voicing: Voicing = field(init=False, repr=False, compare=False)
    _listening: Listening = field(init=False, repr=False, compare=False)
    _feeling: Feeling = field(init=False, repr=False, compare=False)
    _expressing: Expressing = field(init=False, repr=False, compare=False)
    _blinking: Blinking = field(init=False, repr=False, compare=False)
    _gazing: Gazing = field(init=False, repr=False, compare=False)
    _moving: Moving = field(init=False, repr=False, compare=False)
    _idling: Idling = field(init=False, repr=False, compare=False)
    _embodying: Embodying = field(init=False, repr=False, compare=False)
    _start: LifeState = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = key_of(self.character.seed)
        listens = self.character.layers.emotion and self.character.temper.heard > 0.0
        listener = self._fitting(self.listener) if listens else None
        for name, value in (
            ("_voicing", Voicing(self.mel)),
            ("_listening", Listening(listener, key % LISTENER_STEPS)),
            ("_feeling", Feeling(self.character.temper)),
            ("_expressing", Expressing(key)),
            ("_blinking", Blinking(key)),
            ("_gazing", Gazing(key)),
            ("_moving", Moving(key)),
            ("_idling", Idling(key)),
            ("_embodying", Embodying(key, self._fitting(self.mover), self.mel)),
        ):
            object.__setattr__(self, name, value)
        begun = LifeState(
            -1,
            self._voicing.start(),
            self._listening.start(),
            self._feeling.start(),
            self._expressing.start(),
            self._blinking.start(),
            self._gazing.start(),
            self._moving.start(),
            self._idling.start(),
            self._embodying.start(self.character.body.manner),
        )
        object.__setattr__(self, "_start", begun)

    def _fitting(self, model: StepModel | None) -> StepModel | None:
        """Return a model, if it was made for the session's features."""
        return model if model is not None and model.spec.log_mel() == self.mel else None

    @property
    def stands_still(self) -> bool:
        """Whether every layer is off, so that speech is shown as it is, to the bit."""
        return self.character.layers == NO_LIFE

    def lived(self, trail: Trail | None, at: int, heard: Sequence[Heard | None], plan: Plan) -> Trail | None:
        """Live on alone: as of `live`."""
        return alone(self.live(trail, at, heard, plan))

    def live(self, trail: Trail | None, at: int, heard: Sequence[Heard | None], plan: Plan) -> Asking[Trail | None]:
        """Live on through the poses from `at` on, as many as `heard` has; poses that were left out hear nothing.

        A pose that was lived already stays as it was: two utterances may meet between two poses.

        Args:
            trail: up to the newest pose; None at the beginning.
            at: number of the first pose.
            heard: what sounds at each.
            plan: the session's cues.

        Returns:
            Work that comes to the trail up to the last pose; None where nothing lives. However poses are put together
            in calls, they are the same.
        """
        if self.stands_still:
            return trail
        before = Trail.of(self._start._replace(at=at - 1)) if trail is None else trail
        state, first = before.state, before.state.at + 1
        more = (*(None for _ in range(first, at)), *heard[max(first - at, 0) :])
        if not more:
            return trail
        after, poses, affects = yield from self._steps(state, first, more, plan, begins=trail is None)
        kept, since, known = before.kept, before.since, before.heard
        if state.at - since.at >= KEPT:
            known = known[since.at - kept.at :]
            kept, since = since, state
        return Trail(after, poses, before.poses, kept, since, known + more, state.feeling, affects)

    def _steps(
        self, state: LifeState, at: int, heard: Sequence[Heard | None], plan: Plan, *, begins: bool
    ) -> Asking[tuple[LifeState, LifePoses, Affects]]:
        """Live some poses: first what is heard and felt at all of them, then what the body does."""
        count, on = len(heard), self.character.layers
        voicing, voices = self._voicing.steps(state.voicing, heard)
        orders = plan.over(at, count, self.rate)
        yield "voice"
        listening, feeling, expressing = state.listening, state.feeling, state.expressing
        expressions = idles = bodies = None
        if on.emotion:
            listening, felt = yield from self._listening.steps(listening, at, heard)
            feeling, affects = self._feeling.steps(feeling, at, orders.emotion, felt, voices.values[:, 0].tolist())
            if begins:
                expressing = self._expressing.worn(at, affects)
            expressing, expressions = self._expressing.steps(expressing, at, affects, voices)
            yield "emotion"
        else:
            affects = Affects(np.zeros((count, _AFFECTS)))

        stretch = Stretch.of(at, voices, affects, orders.changes)
        blinking, gazing, moving, idling = state.blinking, state.gazing, state.moving, state.idling
        body = state.body
        if on.gaze:
            gazing, gazes = self._gazing.steps(stretch, gazing, orders.activity, orders.target, orders.place)
            yield "gaze"
        else:
            gazes = np.zeros((count, len(STRAIGHT)))
        if on.blink:
            blinking, lids = self._blinking.steps(
                stretch, blinking, gazes, orders.activity, orders.blinks, orders.asked
            )
            yield "blink"
        else:
            lids = np.zeros((count, len(OPEN)))
        if on.idle:
            idling, idle = self._idling.steps(stretch, idling)
            idles, breaths = idle[:, :-1], idle[:, -1].copy()
            yield "idle"
        else:
            breaths = np.zeros(count)
        if on.head:
            moving, heads = self._moving.steps(stretch, moving, gazes, breaths, orders.activity, orders.gestures)
            yield "head"
        else:
            heads = np.zeros((count, len(LEVEL)))
        if on.body:
            body, bodies = yield from self._embodying.steps(stretch, body, heard, orders, gazes, breaths)
            yield "body"
        turns = np.empty((count, len(OPEN) + 6 + len(LEVEL)))
        put_together(lids, gazes, heads, on.gaze, turns)
        after = LifeState(
            at + count - 1, voicing, listening, feeling, expressing, blinking, gazing, moving, idling, body
        )
        return after, LifePoses(at, expressions, turns, idles, bodies), affects


_AFFECTS: Final = len(NEUTRAL) + 3
