"""The state of one session's stream, as values: what was said and waits, and what is being shown."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.face import Gate
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.hearing import HearingState, Rows
from voxrig.runtime.animation.history import History
from voxrig.runtime.animation.life import LifeState, Trail
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.styling import Memory
from voxrig.runtime.models.onnx import State


class Speech(NamedTuple):
    """One utterance as the network will hear it.

    Attributes:
        utterance: its number in the session.
        start: media sample it starts at.
        end: media sample after its last one; None while more may come.
        rows: the model steps not yet run, in the pieces in which they came.
    """

    utterance: int
    start: int
    end: int | None
    rows: tuple[Rows, ...]


class Past(NamedTuple):
    """What is remembered of a frame.

    Attributes:
        speech: speech's native pose at its time, float32[251 + 4 * 3]: what an interruption eases from.
        at: number of the pose at or before it.
        life: at an earlier pose, from which it can be lived again; None while every layer is off.
        heard: what life heard at the poses after that one, up to `at` and maybe further.
    """

    speech: NDArray[np.float32]
    at: int
    life: LifeState | None
    heard: tuple[Heard | None, ...] = ()


class Showing(NamedTuple):
    """How far the showing of the foremost utterance has come.

    Attributes:
        steps: model steps run.
        model: the network's memory.
        gate: the mouth's silence gate.
        pose: speech's last native pose, float32[251 + 4 * 3]; None before the first.
        origin: native pose that the utterance blends over from; None when the blend is over, or none is needed.
        memory: what the style remembers of the utterance.
        ahead: what was heard already but belongs to poses still to come, where the network hears further ahead than
            life does.
    """

    steps: int
    model: State
    gate: Gate
    pose: NDArray[np.float32] | None
    origin: NDArray[np.float32] | None
    memory: Memory
    ahead: tuple[Heard, ...]


class StreamState(NamedTuple):
    """Everything a session's stream remembers: a value, so it can be kept, replayed or continued elsewhere.

    Attributes:
        utterance: number of the utterance that is open, or was last.
        is_open: samples now belong to `utterance`; else they begin the next one.
        start: media sample at which the open (or next) utterance starts.
        heard: media samples of it so far.
        hearing: the ears of the open utterance; None before its first sample.
        queue: utterances not fully shown yet, the foremost first.
        taken: rows of the foremost piece already run.
        showing: the foremost utterance's progress.
        next_frame: index of the next frame to come.
        history: of the last frames, for interruptions and blends.
        plan: the cues.
        trail: the newest of the session's life; None before its first pose.
    """

    utterance: int
    is_open: bool
    start: int
    heard: int
    hearing: HearingState | None
    queue: tuple[Speech, ...]
    taken: int
    showing: Showing
    next_frame: int
    history: History[Past]
    plan: Plan
    trail: Trail | None


_LONG: Final = 64
"""Rows from which on a piece is left as it is: what is run of a piece is kept until all of it is."""


def queued(queue: tuple[Speech, ...], more: Speech) -> tuple[Speech, ...]:
    """Add rows (and the end) to the last utterance in the queue, or a new utterance to the queue.

    Rows that come while others wait join them in one piece, as a driver takes its steps from one piece at a time: else
    one that was held up would stay behind for ever.
    """
    if not queue or queue[-1].utterance != more.utterance:
        return (*queue, more)
    rows = queue[-1].rows
    if rows and more.rows and len(rows[-1].quiet) < _LONG:
        rows, added = rows[:-1], (rows[-1].followed(more.rows[0]), *more.rows[1:])
    else:
        added = more.rows
    return (*queue[:-1], queue[-1]._replace(end=more.end, rows=rows + added))
