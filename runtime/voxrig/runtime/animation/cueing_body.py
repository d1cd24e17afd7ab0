"""What a cue for the body changes in a session's plan: its hands, and with them eyes and head."""

from dataclasses import replace
from typing import Final, assert_never

from voxrig.runtime.animation.body.acts import POINT_LEAD
from voxrig.runtime.animation.body.asked import NOT_ASKED, AskedGesture, AskedHold, AskedPoint
from voxrig.runtime.animation.body.vocabulary import GESTURES, lead
from voxrig.runtime.animation.cues_body import (
    MANNERS,
    POSTURES,
    BodyChange,
    GestureChange,
    HandsChange,
    PointChange,
)
from voxrig.runtime.animation.gesture import Gesture
from voxrig.runtime.animation.plan import Look, Plan
from voxrig.runtime.animation.schedule import StyleCue, transition_samples
from voxrig.runtime.animation.target import seen_from
from voxrig.runtime.core.timing import STEP_RATE

HEAD_LEAD: Final = 0.2
"""Seconds from the beginning of a head gesture to its first turning point, which goes with the hands' apex."""

BodyCue = GestureChange | PointChange | HandsChange | BodyChange


def with_body(cue: BodyCue, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    """Return the plan with a cue from media sample `start` on; nobody will ask for what lies before `oldest`.

    Raises:
        ScheduleError, TrackError: too many cues wait.
    """
    match cue:
        case GestureChange(asked):
            return _gesturing(asked, plan, start, oldest, rate)
        case PointChange():
            return _pointing(cue, plan, start, oldest, rate)
        case HandsChange():
            return _handling(cue, plan, start, oldest, rate)
        case BodyChange():
            return _holding(cue, plan, start, oldest, rate)
        case _:
            assert_never(cue)


def _gesturing(asked: AskedGesture, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    """Return the plan with a gesture of the hands, and what the head does with it, more of a larger one."""
    plan = replace(plan, acts=plan.acts.added(start, asked, oldest))
    head = GESTURES[asked.name].head
    if not any(head):
        return plan
    share = 0.5 + asked.size
    head = Gesture(min(1.0, share * head.nod), min(1.0, share * head.shake), max(-1.0, min(1.0, share * head.tilt)))
    late = transition_samples(max(0.0, lead(asked.name, asked.rate) - HEAD_LEAD), rate)
    return replace(plan, gestures=plan.gestures.added(start + late, head, oldest))


def _pointing(cue: PointChange, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    """Return the plan with a hand that points from where the head is at that time, and eyes that go there as well."""
    if cue.target is None:
        return replace(plan, acts=plan.acts.added(start, NOT_ASKED, oldest))
    place = plan.place.at(-(-start * STEP_RATE // rate), rate)[0]
    asked = AskedPoint(*seen_from(cue.target, place), left=cue.left, right=cue.right, hold=cue.hold)
    plan = replace(plan, acts=plan.acts.added(start, asked, oldest))
    if not cue.look:
        return plan
    end = start + transition_samples(POINT_LEAD + cue.hold, rate)  # as long as the arm
    return replace(plan, gaze=plan.gaze.added(start, Look(cue.target, end), oldest))


def _handling(cue: HandsChange, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    before = plan.hands.at(-(-start * STEP_RATE // rate), rate)[0]
    policy = cue.policy(before)
    if policy != before:
        plan = replace(plan, hands=plan.hands.added(start, policy, oldest))
    if cue.hold is not None:
        asked = AskedHold(cue.hold) if cue.hold else NOT_ASKED
        plan = replace(plan, acts=plan.acts.added(start, asked, oldest))
    return plan


def _holding(cue: BodyChange, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    """Return the plan with a manner that goes over; posture and switches count at once: the body eases them itself."""
    manner = plan.manner
    eased = tuple((key, value) for key, value in cue.values.items() if key in MANNERS)
    if eased:
        manner = manner.added(StyleCue(start, transition_samples(cue.transition, rate), eased), oldest)
    kept: dict[str, float] = {key: value for key, value in cue.values.items() if key in POSTURES}
    if kept:
        kept["transition"] = cue.transition
    kept |= cue.switches
    if kept:
        manner = manner.added(StyleCue(start, 0, tuple(kept.items())), oldest)
    return replace(plan, manner=manner)
