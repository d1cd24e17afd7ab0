"""Where on a session's media timeline a cue can still act, and what it changes."""

from collections.abc import Mapping
from dataclasses import replace

from voxrig.runtime.animation.clock import HISTORY, SessionClock
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
    state: StreamState,
    clock: SessionClock,
    delay_steps: int,
    sample: int,
    values: Mapping[str, float],
    transition: float,
) -> tuple[StreamState, int]:
    """Add a style cue; see `Pipeline.cue`."""
    NATURAL.with_dials(**values)
    start = max(sample, -(-next_pose(state, clock, delay_steps) * clock.rate // STEP_RATE))
    cue = StyleCue(start, transition_samples(transition, clock.rate), tuple(values.items()))
    # Twice as far back as an interruption reaches: a second one may follow it.
    oldest = clock.frame_sample(state.next_frame) - 2 * ceil_seconds(HISTORY, clock.rate)
    schedule = state.schedule or Schedule(NEUTRAL)
    return replace(state, schedule=schedule.added(cue, oldest)), start
