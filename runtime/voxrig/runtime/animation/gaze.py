"""Gaze: where the eyes look at every pose, and the head's share in it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.aim import LEVEL, Aim, put_as
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.eye_turn import turn
from voxrig.runtime.animation.fixation import FOREVER, TEXT, Fixation, Look, first, following, turning
from voxrig.runtime.animation.head_turn import AHEAD
from voxrig.runtime.animation.pursuit import REST, STEP, followed, unwound
from voxrig.runtime.animation.saccade import begun, remaining
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.target import (
    AS_NEEDED,
    PARTNER,
    Bearing,
    Place,
    Target,
    bearing,
    course,
)
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import uniform

Floats = NDArray[np.float64]

LEAST_SHIFT: Final = 1.0
"""Degrees from which a saccade is told as a shift."""

_MICRO: Final = 0.1
_MICRO_WAY, _MICRO_TIME, _PHASE = 39, 40, 41  # of chance; 42 and 43 are of `eye_turn`
_OWN: Final = (Activity.READING, Activity.THINKING)


class GazePose(NamedTuple):
    """Where the eyes look at one pose.

    Attributes:
        left_yaw, left_pitch, right_yaw, right_pitch: radians, of each eye in the head (see `core.rotation`).
        head_yaw, head_pitch: radians, the head's share of the gaze; the head's own movement comes on top.
        shift: degrees of the saccade that begins at this pose, if it is 1 or more; else 0.
        mutual: whether the character looks at its partner's face.
    """

    left_yaw: float
    left_pitch: float
    right_yaw: float
    right_pitch: float
    head_yaw: float
    head_pitch: float
    shift: float
    mutual: bool


STRAIGHT: Final = GazePose(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, False)
"""Eyes and head straight ahead, as in the rest pose."""


class GazeState(NamedTuple):
    """What gaze remembers from one pose to the next; of fixed size.

    Attributes:
        fixation: what it rests on.
        aim: in which direction that is.
        head: float64[7]: the head's share on its way, as of `head_turn`, three numbers each for yaw and for pitch; and
            1 / metres that the eyes converge on. It is replaced and never written.
        target, place: as of the pose before.
        goal: where that target is; the partner if there is none.
        activity: as of the pose before.
        ended: the pose at which speech last ended.
        put: float64[12], the aim as `eye_turn.turn` takes it.
        change: the pose from which on something may begin by itself.
    """

    fixation: Fixation
    aim: Aim
    head: Floats
    target: Target | None
    place: Place | None
    goal: Bearing
    activity: Activity
    ended: int
    put: Floats
    change: int


_BEGIN: Final = GazeState(
    Fixation(Look.FACE, 0.0, 0.0, -1),
    LEVEL,
    np.array((*AHEAD, PARTNER.near)),
    None,
    None,
    PARTNER,
    Activity.AUTO,
    -FOREVER,
    put_as(LEVEL, PARTNER.near, True),
    -FOREVER,
)


@dataclass(frozen=True, slots=True)
class Gazing:
    """Moves the eyes of one character.

    Attributes:
        key: of the session's chance (`core.chance.key_of`).
    """

    key: int

    def start(self) -> GazeState:
        """Return the state before the first pose: straight ahead, at a partner."""
        return _BEGIN

    def step(
        self,
        state: GazeState,
        at: int,
        voice: Voice,
        affect: Affect,
        activity: Activity,
        target: Target | None,
        place: Place,
    ) -> tuple[GazeState, GazePose]:
        """Make one pose.

        A saccade to a new target begins at the pose at which it comes (or 150 ms after the last one), and gaze stays
        there until it goes, but for microsaccades and drift (0.3 degrees at most). A target that moves is followed: it
        may be sent anew at every pose.

        Args:
            state: as of the pose before.
            at: number of the pose.
            voice: the character's voice.
            affect: what it feels.
            activity: what it does.
            target: what it is told to look at; None: it looks where it likes.
            place: where its head is in the world.

        Raises:
            TargetError: the target's coordinates are not finite.
        """
        after, poses = self.steps(Stretch.single(at, voice, affect), state, (activity,), (target,), (place,))
        *angles, shift, mutual = poses[0].tolist()
        return after, GazePose._make((*angles, shift, mutual > 0.0))

    def steps(
        self,
        stretch: Stretch,
        state: GazeState,
        activities: Sequence[Activity],
        targets: Sequence[Target | None],
        places: Sequence[Place],
    ) -> tuple[GazeState, Floats]:
        """Make the poses of a stretch, each as of `step`.

        Returns:
            The state after the last, and float64[k, 8]: the fields of each `GazePose`.
        """
        start, turns = stretch.at, stretch.voices.turns
        count, row = len(stretch.voices.values), 0
        shown = np.empty((count, 8))
        while row < count:
            at, activity, target, place, shift = start + row, activities[row], targets[row], places[row], 0.0
            if (
                at >= state.change
                or target is not state.target
                or place is not state.place
                or activity is not state.activity
                or row in turns
            ):
                state, shift = self._decided(state, stretch, row, activity, target, place)
            fixation, aim, before, _, _, goal, _, ended, put, change = state
            last = row + 1
            if last < count:
                last = min(stretch.stop(row), max(change - start, last))
            head = np.empty(7)
            turn(self.key, start, put, shift, before, head, shown, row, last)
            state = GazeState(fixation, aim, head, target, place, goal, activity, ended, put, change)
            row = last
        return state, shown

    def _decided(
        self,
        state: GazeState,
        stretch: Stretch,
        row: int,
        activity: Activity,
        target: Target | None,
        place: Place,
    ) -> tuple[GazeState, float]:
        """Return the state with what begins at a pose, and the degrees of the shift that does, or 0."""
        at, goal = stretch.at + row, state.goal
        if target is not state.target or place is not state.place:
            goal = PARTNER if target is None else bearing(target, place)
        fixation, jumps = self._fixation(state, stretch, row, activity, target, goal.near)
        look = fixation.look
        share = AS_NEEDED if target is None or look is Look.TEXT else target.head
        seen = TEXT if look is Look.TEXT else goal
        aim, shift = self._aimed(state.aim, at, fixation, jumps, seen, share)
        put, change = state.put, at
        if aim is not state.aim or fixation is not state.fixation or goal is not state.goal:
            put = put_as(aim, seen.near, look is Look.FACE)
        if look is Look.AWAY or unwound(seen, aim.centre) == aim.centre:
            change = min(fixation.until, aim.next_micro)
        ended = at if row in stretch.voices.turns and stretch.voices.at(row).ended else state.ended
        return GazeState(fixation, aim, state.head, target, place, goal, activity, ended, put, change), shift

    def _fixation(
        self,
        state: GazeState,
        stretch: Stretch,
        row: int,
        activity: Activity,
        target: Target | None,
        near: float,
    ) -> tuple[Fixation, bool]:
        """Return what gaze rests on at a pose, and whether it turns to it just then."""
        now, at = state.fixation, stretch.at + row
        if target is not None and not target.partner:
            if now.look is Look.TARGET:
                return now, False
            return Fixation(Look.TARGET, 0.0, 0.0, FOREVER), True
        begins = now.look is Look.TARGET or now.until < 0
        if begins and activity not in _OWN:
            return first(self.key, at), True
        if row in stretch.voices.turns:
            now = turning(self.key, at, now, activity, stretch.voices.at(row), at - state.ended)
        due = begins or at >= now.until
        if activity is not state.activity and (activity in _OWN or state.activity in _OWN):
            due = True
        if not due:
            return now, False
        voice, affect = stretch.voices.at(row), stretch.affects.at(row)
        return following(self.key, at, now, activity, voice, affect, near), True

    def _aimed(
        self, aim: Aim, at: int, fixation: Fixation, jumps: bool, goal: Bearing, share: float
    ) -> tuple[Aim, float]:
        """Return where gaze is put at a pose, and the degrees of the shift that begins there, or 0."""
        centre, way = aim.centre, aim.course
        if jumps:
            centre = unwound(goal, centre)
        elif fixation.look is not Look.AWAY:
            wanted = unwound(goal, centre)
            if wanted != centre:
                small = abs(aim.saccade.yaw) + abs(aim.saccade.pitch) < LEAST_SHIFT
                centre, jumps = followed(wanted, centre, REST if small else at - aim.saccade.start)
        if jumps or share != aim.share or centre != aim.centre:
            way = course(centre[0] + fixation.yaw, centre[1] + fixation.pitch, share)
            # What else moves the aim, as a new share of the head may, is no reason to teleport.
            jumps = jumps or abs(way.yaw - aim.course.yaw) > 2 * STEP or abs(way.pitch - aim.course.pitch) > 2 * STEP

        left = remaining(aim.saccade, at)
        if not jumps and (at < aim.next_micro or left > 0.0):
            return aim if way is aim.course else aim._replace(centre=centre, share=share, course=way), 0.0
        if jumps:
            micro, least, most = (0.0, 0.0), 12, 30
            yaw = aim.course.yaw + aim.micro[0] + left * aim.saccade.yaw - way.yaw
            pitch = aim.course.pitch + aim.micro[1] + left * aim.saccade.pitch - way.pitch
        else:
            micro, least, most = self._micro(at, aim.micro), 20, 60
            yaw, pitch = aim.micro[0] - micro[0], aim.micro[1] - micro[1]
        saccade, size = begun(at, uniform(self.key, _PHASE, at), yaw, pitch)
        wait = least + int((most - least) * uniform(self.key, _MICRO_TIME, at))
        return Aim(centre, share, way, micro, at + wait, saccade), size if size >= LEAST_SHIFT else 0.0

    def _micro(self, at: int, now: tuple[float, float]) -> tuple[float, float]:
        """Choose where the next microsaccade puts gaze: 0.1 to 0.2 degrees off, and 0.1 to 0.4 from where it is."""
        size = _MICRO * (1.0 + uniform(self.key, _MICRO_WAY, at))
        angle = 2.0 * math.pi * uniform(self.key, _MICRO_WAY, at, 1)
        yaw, pitch = size * math.cos(angle), size * math.sin(angle)
        if math.hypot(yaw - now[0], pitch - now[1]) < _MICRO:
            return -yaw, -pitch
        return yaw, pitch
