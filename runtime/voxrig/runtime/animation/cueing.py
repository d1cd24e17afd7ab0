"""Where on a session's media timeline a cue can still act, and what it changes."""

from dataclasses import replace

from voxrig.runtime.animation.blink import BlinkPolicy
from voxrig.runtime.animation.body.asked import NOT_ASKED
from voxrig.runtime.animation.clock import HISTORY, SessionClock
from voxrig.runtime.animation.cueing_body import with_body
from voxrig.runtime.animation.cues import (
    ActivityChange,
    BlinkChange,
    Cue,
    EmotionChange,
    GazeChange,
    HeadChange,
    PlaceChange,
    StyleChange,
)
from voxrig.runtime.animation.cues_body import BodyChange, GestureChange, HandsChange, PointChange
from voxrig.runtime.animation.plan import Look, Plan
from voxrig.runtime.animation.schedule import Schedule, StyleCue, transition_samples
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.style import NATURAL, NEUTRAL
from voxrig.runtime.core.timing import STEP_RATE, ceil_seconds


def next_pose(state: StreamState, clock: SessionClock, delay_steps: int) -> int:
    """Return the number, on the session's grid, of the first pose that is not computed yet."""
    if not state.queue:
        return clock.pose_before(state.start)
    return clock.pose_before(state.queue[0].start) + max(0, state.showing.steps + 1 - delay_steps)


def with_cue(
    state: StreamState, clock: SessionClock, delay_steps: int, sample: int, cue: Cue
) -> tuple[StreamState, int]:
    """Add a cue; see `Pipeline.cue`."""
    start = max(sample, -(-next_pose(state, clock, delay_steps) * clock.rate // STEP_RATE))
    # Twice as far back as an interruption reaches: a second one may follow it.
    oldest = clock.frame_sample(state.next_frame) - 2 * ceil_seconds(HISTORY, clock.rate)
    return state._replace(plan=_planned(cue, state.plan, start, oldest, clock.rate)), start


def _planned(cue: Cue, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    """Return the plan with a cue from media sample `start` on; nobody will ask for what lies before `oldest`."""
    match cue:
        case StyleChange(values, transition):
            NATURAL.with_dials(**values)
            turn = StyleCue(start, transition_samples(transition, rate), tuple(values.items()))
            return replace(plan, style=(plan.style or Schedule(NEUTRAL)).added(turn, oldest))
        case EmotionChange(values, transition, hold):
            stay = transition_samples(hold, rate) if hold else None
            turn = StyleCue(start, transition_samples(transition, rate), tuple(values.items()), stay)
            return replace(plan, emotion=plan.emotion.added(turn, oldest))
        case GazeChange(target, hold):
            end = start + transition_samples(hold, rate) if hold else None
            return replace(plan, gaze=plan.gaze.added(start, Look(target, end), oldest))
        case PlaceChange(place):
            return replace(plan, place=plan.place.added(start, place, oldest))
        case BlinkChange():
            return _blinking(cue, plan, start, oldest, rate)
        case ActivityChange(activity):
            return replace(plan, activity=plan.activity.added(start, activity, oldest))
        case HeadChange(gesture):
            return replace(plan, gestures=plan.gestures.added(start, gesture, oldest))
        case GestureChange() | PointChange() | HandsChange() | BodyChange():
            return with_body(cue, plan, start, oldest, rate)


def _blinking(cue: BlinkChange, plan: Plan, start: int, oldest: int, rate: int) -> Plan:
    """Return the plan with a blink asked for, or a policy that keeps what the cue does not say."""
    before = plan.blinks.at(-(-start * STEP_RATE // rate), rate)[0]
    policy = BlinkPolicy(
        before.allow if cue.allow is None else cue.allow, before.rate if cue.rate is None else cue.rate
    )
    if policy != before:
        plan = replace(plan, blinks=plan.blinks.added(start, policy, oldest))
    if cue.asked is not None:
        plan = replace(plan, asked=plan.asked.added(start, cue.asked, oldest))
    return plan


def let_go(plan: Plan, clock: SessionClock, sample: int) -> Plan:
    """Return the plan of a session that is interrupted at a media sample: its hands stop what they were told to do.

    What they are told to do later, they do.
    """
    if not plan.acts.starts:
        return plan
    return replace(plan, acts=plan.acts.added(sample, NOT_ASKED, sample - 2 * ceil_seconds(HISTORY, clock.rate)))
