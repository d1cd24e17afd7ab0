"""The next model steps of a stream, some at once: what they hear, and the speech that they show."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.face import Gate, awake, hold_steps, listen
from voxrig.runtime.animation.heard import Heard, aligned
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.styling import Memory, Styling

Floats = NDArray[np.float32]


def heard_next(
    state: StreamState, count: int, delay_steps: int
) -> tuple[list[Gate], list[Heard | None], tuple[Heard, ...]]:
    """Return what the next `count` model steps hear.

    Args:
        state: of a stream that has so many steps in its foremost rows.
        count: 1 or more.
        delay_steps: the network's.

    Returns:
        The mouth's gate at each step, what life hears at each, and what is heard already for later poses.
    """
    rows, first, gate, hold = state.queue[0].rows[0], state.taken, state.showing.gate, hold_steps(delay_steps)
    gates = []
    for quiet in rows.quiet[first : first + count]:
        gate = listen(gate, quiet, hold)
        gates.append(gate)
    sounds = rows.prosody[first : first + count].tolist()
    newest = [Heard(rows.features[n], level, f0, voicing, 1.0) for n, (level, f0, voicing) in enumerate(sounds, first)]
    return gates, *aligned(state.showing.ahead, newest, [awake(gate) for gate in gates], delay_steps)


def posed(
    styling: Styling, state: StreamState, controls: Floats, gates: Sequence[Gate], early: int, at: int, rate: int
) -> tuple[Sequence[Floats] | Floats, Memory]:
    """Return speech's native poses, in the style of their time.

    Args:
        styling: how the character speaks.
        state: before the steps.
        controls: float32[k, N], the network's for the next k steps.
        gates: the mouth's at each of them.
        early: how many of the steps have no pose.
        at: number of the first pose.
        rate: media samples a second.

    Returns:
        float32[k - early, 251 + 4 * 3], and what the style remembers after them.
    """
    memory, dials = state.showing.memory, state.plan.style
    poses: list[Floats] = []
    if dials is None:
        if len(controls) - early == 1:  # as in a live session: quicker so
            return styling.face.pose(controls[-1], gates[-1])[None], memory
        return styling.face.poses(controls[early:], gates[early:]), memory
    rows, first = state.queue[0].rows[0].features, state.taken
    for n in range(early, len(controls)):
        pose = at + n - early
        shown, memory = styling.pose(controls[n], gates[n], rows[first + n], dials.at(pose, rate), pose, memory)
        poses.append(shown)
    return poses, memory
