"""What cues make a body do: gestures, pointing, busy hands, a posture to keep, sitting, all over the network's goals.

Sides that a cue names, and places to point at, are those of the character's own body and of the world whether it is
mirrored or not: what is mirrored is what it does by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.acting_state import (
    ActingState,
    at_rest,
    freed,
    jumps,
    kept,
    next_change,
    released,
    source_of,
    taken,
    ways,
)
from voxrig.runtime.animation.body.acts import Performed, gesture_act, hold_act, point_act
from voxrig.runtime.animation.body.asked import (
    FREE,
    LATE,
    USUAL,
    Asked,
    AskedGesture,
    AskedHold,
    AskedPoint,
    BodyManner,
    HandsPolicy,
)
from voxrig.runtime.animation.body.gliding import glided, turned
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.core.body.posture import SIZE
from voxrig.runtime.core.chance import uniform

Doubles = NDArray[np.float64]

_SIDE: Final = 95  # of chance
_DIALS: Final = BodyManner._fields.index("mirror")  # numbers before it change nothing by themselves
_MIDDLE: Final = 0.06  # metres: what is nearer to the middle is pointed at with the usual hand


@dataclass(frozen=True, slots=True)
class Acting:
    """Lays over one character's goals what cues ask for.

    Attributes:
        key: of the session's chance (`core.chance.key_of`).
    """

    key: int

    def start(self, hands: HandsPolicy = FREE, manner: BodyManner = USUAL) -> ActingState:
        """Return the state before the first pose: at rest, as the policy and manner have it."""
        return at_rest(hands, manner)

    def steps(
        self,
        state: ActingState,
        at: int,
        goals: Doubles,
        acts: Sequence[tuple[Asked, int]],
        hands: Sequence[HandsPolicy],
        manners: Sequence[BodyManner],
    ) -> tuple[ActingState, Doubles]:
        """Make some poses; how they are put together makes no difference.

        Args:
            state: as of the pose before.
            at: number of the first pose.
            goals: float64[k, 34], what the body would do by itself.
            acts: for each pose the newest act asked for, and the pose from which on it is.
            hands: for each pose, which hands are busy.
            manners: for each pose.

        Returns:
            The state after the last pose, and the goals float64[k, 34] with all that laid over.

        Raises:
            KeyError: a gesture is not in the vocabulary.
        """
        row, count = 0, len(goals)
        out = np.empty((count, SIZE))
        while row < count:
            ask, busy, manner = acts[row], hands[row], manners[row]
            if at + row >= state.change or manner is not state.manner or busy is not state.hands or ask != state.seen:
                state = self._decided(state, at + row, goals[row], ask, busy, manner)
            last = row + 1
            while (
                last < count
                and at + last < state.change
                and acts[last] == ask
                and hands[last] == busy
                and manners[last] == manner
            ):
                last += 1
            left, right, torso, seen, policy, kind, back, change, gliding = state
            some, made = (goals, out) if last - row == count else (goals[row:last], out[row:last])
            gliding = glided(gliding, at + row, some, made)
            state = ActingState(left, right, torso, seen, policy, kind, back, change, gliding)
            row = last
        return state, out

    def _decided(
        self,
        state: ActingState,
        at: int,
        goals: Doubles,
        asked: tuple[Asked, int],
        hands: HandsPolicy,
        manner: BodyManner,
    ) -> ActingState:
        """Return the state with what begins, goes on and ends at a pose."""
        if at < state.change and asked == state.seen and hands == state.hands:
            if manner == state.manner:
                return state
            if manner[_DIALS:] == state.manner[_DIALS:]:
                return state._replace(manner=manner)
        before = state
        state = freed(state, at, hands)._replace(hands=hands, manner=manner)
        if asked != state.seen:
            newer = asked[1] >= max(state.seen[1], 0)  # one that an interruption brings back is over
            state = state._replace(seen=asked)
            if newer and at - asked[1] < LATE:
                state = self._begun(state, at, asked[0])
        state = state._replace(change=next_change(state, at))
        source = source_of(state, at)
        poses, anew = ways(before, state, at), jumps(before, state)
        return state._replace(gliding=turned(state.gliding, at, goals, source, poses, anew))

    def _begun(self, state: ActingState, at: int, asked: Asked) -> ActingState:
        """Return the state with an act that begins."""
        if isinstance(asked, AskedGesture):
            left, right, leads = self._hands_of(asked, state, at)
            act = gesture_act(asked, at, state.manner, (left, right), leads)
            return taken(state, Performed(act, left, right))._replace(torso=act)
        if isinstance(asked, AskedPoint):
            left = self._pointing_hand(asked, state, at)
            if state.hands[0 if left else 1]:
                return state
            act = point_act(asked, at, kept(state.manner), left)
            return taken(state, Performed(act, left, not left))._replace(torso=act)
        if isinstance(asked, AskedHold):
            act = hold_act(state.gliding.past[0, -1], at, asked.seconds)
            return taken(state, Performed(act, not state.hands.left_busy, not state.hands.right_busy))
        return released(state)

    def _hands_of(self, asked: AskedGesture, state: ActingState, at: int) -> tuple[bool, bool, bool]:
        """Return whether the left hand and the right one make a gesture, and whether the left one leads."""
        free = (not state.hands.left_busy, not state.hands.right_busy)
        if asked.left != asked.right:
            return asked.left and free[0], asked.right and free[1], asked.left
        leads = self._left_is_usual(state, at)
        if free[0] != free[1]:
            leads = free[0]
        both = GESTURES[asked.name].both or asked.left
        if both:
            return *free, leads
        if state.left is not None and state.right is None and free[1]:
            leads = False
        elif state.right is not None and state.left is None and free[0]:
            leads = True
        return leads and free[0], not leads and free[1], leads

    def _pointing_hand(self, asked: AskedPoint, state: ActingState, at: int) -> bool:
        if asked.left != asked.right:
            return asked.left
        if state.hands.left_busy != state.hands.right_busy:
            return state.hands.right_busy
        return asked.x > 0.0 if abs(asked.x) > _MIDDLE else self._left_is_usual(state, at)

    def _left_is_usual(self, state: ActingState, at: int) -> bool:
        right = uniform(self.key, _SIDE, at) < 0.5 + 0.5 * state.manner.handedness
        return right == state.manner.mirror
