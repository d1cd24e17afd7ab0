"""Gaze: where the eyes look at every pose, and the head's share in it."""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numba

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.fixation import FOREVER, TEXT, Fixation, Look, first, following, turning
from voxrig.runtime.animation.head_turn import AHEAD, HeadTurn, turned
from voxrig.runtime.animation.pursuit import REST, STEP, followed, unwound
from voxrig.runtime.animation.saccade import LANDED, Saccade, begun, remaining
from voxrig.runtime.animation.target import (
    AS_NEEDED,
    EYE_DOWN,
    EYE_UP,
    EYE_YAW,
    PARTNER,
    Bearing,
    Course,
    Place,
    Target,
    bearing,
    course,
)
from voxrig.runtime.animation.vergence import eyes_on
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import drift, uniform

LEAST_SHIFT: Final = 1.0
"""Degrees from which a saccade is told as a shift."""

_DRIFT: Final = 0.06
_DRIFT_PERIOD: Final = 45
_MICRO: Final = 0.1
_CONVERGE: Final = 0.2
_SETTLED: Final = 1e-6
_DEGREE: Final = math.pi / 180.0
_YAW, _UP, _DOWN = math.radians(EYE_YAW), math.radians(EYE_UP), math.radians(EYE_DOWN)
_MICRO_WAY, _MICRO_TIME, _PHASE, _DRIFT_YAW, _DRIFT_PITCH = range(39, 44)
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


class Aim(NamedTuple):
    """Where gaze is put; changes at saccades, and while it follows something.

    Attributes:
        centre: yaw and pitch of what the fixation is near: a partner, a text, a target; degrees.
        share: how much of the way the head shall take (see `Target`).
        course: the fixation's own direction within reach, and what the head takes of it; degrees.
        micro: yaw and pitch by which a microsaccade put gaze off it, degrees.
        next_micro: the pose of the next one.
        saccade: the newest jump.
    """

    centre: tuple[float, float]
    share: float
    course: Course
    micro: tuple[float, float]
    next_micro: int
    saccade: Saccade


class GazeState(NamedTuple):
    """What gaze remembers from one pose to the next; of fixed size.

    Attributes:
        fixation: what it rests on.
        aim: in which direction that is.
        near: 1 / metres that the eyes converge on.
        head: the head's share, on its way.
        target, place: as of the pose before.
        goal: where that target is; the partner if there is none.
        activity: as of the pose before.
        ended: the pose at which speech last ended.
    """

    fixation: Fixation
    aim: Aim
    near: float
    head: HeadTurn
    target: Target | None
    place: Place | None
    goal: Bearing
    activity: Activity
    ended: int


_BEGIN: Final = GazeState(
    Fixation(Look.FACE, 0.0, 0.0, -1),
    Aim((0.0, 0.0), AS_NEEDED, Course(0.0, 0.0, 0.0, 0.0), (0.0, 0.0), 0, LANDED),
    PARTNER.near,
    AHEAD,
    None,
    None,
    PARTNER,
    Activity.AUTO,
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
        goal = state.goal
        if target is not state.target or place is not state.place:
            goal = PARTNER if target is None else bearing(target, place)
        fixation, jumps = self._fixation(state, at, voice, affect, activity, target, goal.near)
        look = fixation.look
        share = AS_NEEDED if target is None or look is Look.TEXT else target.head
        seen = TEXT if look is Look.TEXT else goal
        aim, shift = self._aimed(state.aim, at, fixation, jumps, seen, share)
        near = state.near
        if near != seen.near:
            near = seen.near if abs(seen.near - near) < _SETTLED else near + _CONVERGE * (seen.near - near)
        head = turned(state.head, aim.course.head_yaw, aim.course.head_pitch)

        left = remaining(aim.saccade, at)
        eyes = _drifting(
            self.key,
            at,
            aim.course.yaw + aim.micro[0] + left * aim.saccade.yaw,
            aim.course.pitch + aim.micro[1] + left * aim.saccade.pitch,
            near,
            head.yaw[2],
            head.pitch[2],
        )
        ended = at if voice.ended else state.ended
        after = GazeState(fixation, aim, near, head, target, place, goal, activity, ended)
        return after, GazePose(*eyes, head.yaw[2] * _DEGREE, head.pitch[2] * _DEGREE, shift, look is Look.FACE)

    def _fixation(
        self,
        state: GazeState,
        at: int,
        voice: Voice,
        affect: Affect,
        activity: Activity,
        target: Target | None,
        near: float,
    ) -> tuple[Fixation, bool]:
        """Return what gaze rests on at a pose, and whether it turns to it just then."""
        now = state.fixation
        if target is not None and not target.partner:
            if now.look is Look.TARGET:
                return now, False
            return Fixation(Look.TARGET, 0.0, 0.0, FOREVER), True
        begins = now.look is Look.TARGET or now.until < 0
        if begins and activity not in _OWN:
            return first(self.key, at), True
        if voice.started or voice.ended:
            now = turning(self.key, at, now, activity, voice, at - state.ended)
        due = begins or at >= now.until
        if activity is not state.activity and (activity in _OWN or state.activity in _OWN):
            due = True
        if not due:
            return now, False
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


@numba.njit(cache=True)
def _drifting(
    key: int, at: int, yaw: float, pitch: float, near: float, head_yaw: float, head_pitch: float
) -> tuple[float, float, float, float]:
    """Turn both eyes to where gaze is put, as of `eyes_on`, but for the drift that never ends."""
    yaw += _DRIFT * drift(key, _DRIFT_YAW, at, _DRIFT_PERIOD)
    pitch += _DRIFT * drift(key, _DRIFT_PITCH, at, _DRIFT_PERIOD)
    return eyes_on(yaw, pitch, near, head_yaw, head_pitch)


def stabilised(gaze: GazePose, head_yaw: float, head_pitch: float) -> GazePose:
    """Keep gaze where it is while the head moves by itself: the eyes turn back, as the vestibulo-ocular reflex has it.

    Both eyes turn alike, as far as both can (`target.EYE_YAW` and the others).

    Args:
        gaze: as `Gazing.step` gives it.
        head_yaw, head_pitch: radians that the head is turned besides its share of the gaze.
    """
    left, down, right, low, turned_yaw, turned_pitch, shift, mutual = gaze
    inner, outer = (left, right) if left < right else (right, left)
    yaw = max(-_YAW - inner, min(_YAW - outer, -head_yaw))
    upper, lower = (down, low) if down < low else (low, down)
    pitch = max(-_UP - upper, min(_DOWN - lower, -head_pitch))
    return GazePose(left + yaw, down + pitch, right + yaw, low + pitch, turned_yaw, turned_pitch, shift, mutual)
