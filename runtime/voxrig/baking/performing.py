"""Clips through the models, without a clock: many side by side, each model call for all of them.

The same stream as a live session's (`animation.pipeline`), so the frames are a live session's to the bit, whatever
shares the batch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.composing import TRACKS
from voxrig.runtime.animation.cues import Cue
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.asking import together
from voxrig.runtime.models.batching import BatchRunner

BATCH: Final = 32
"""Clips in one model call, where nobody says otherwise."""


def unheard(_: int) -> None:
    """Tell nobody of the progress."""


_CUE_LEAD: Final = 1
"""Seconds before its time that a cue is handed over: a plan holds only so many that wait."""
_TELL_EVERY: Final = 600  # poses


@dataclass(frozen=True, slots=True)
class Part:
    """What one character performs.

    Attributes:
        pipeline: how; all parts that are performed together have the same model.
        samples: float32[n], mono, at the pipeline's rate; n > 0.
        cues: what the character is told, by media sample, in order.
    """

    pipeline: Pipeline
    samples: NDArray[np.float32]
    cues: tuple[tuple[int, Cue], ...] = ()


class Performed(NamedTuple):
    """What a part became.

    Attributes:
        take: the performance.
        layers: what speech and each layer that is on shows alone, by name; empty where the pipeline has no tracks.
    """

    take: Take
    layers: Mapping[str, Take]


@dataclass(slots=True)
class _Running:
    """A part under way."""

    number: int
    part: Part
    state: StreamState
    cues: list[tuple[int, Cue]]
    steps: int = 0
    frames: list[Frame] = field(default_factory=list)


def perform(
    parts: Iterable[Part],
    runner: BatchRunner,
    batch: int = BATCH,
    progress: Callable[[int], None] = unheard,
) -> Iterator[tuple[int, Performed | Exception]]:
    """Perform parts, at most `batch` side by side.

    Args:
        parts: taken one after the other, as there is room.
        runner: runs the model.
        batch: how many are in one call.
        progress: told from time to time how many model steps (of 1/60 s) are done since it was last told.

    Yields:
        The number of each part, counted from 0, as it is finished; with what it became, or with the error that it
        ended in. One that fails does not touch the others.
    """
    waiting = enumerate(parts)
    running: list[_Running] = []
    told = 0
    while True:
        while len(running) < batch and (following := next(waiting, None)) is not None:
            try:
                running.append(_begun(*following))
            except Exception as error:  # whatever it is: the other parts are not to blame
                yield following[0], error
        if not running:
            return
        try:
            results = runner.steps(
                [Pipeline.waiting(one.state) for one in running], [Pipeline.model_state(one.state) for one in running]
            )
        except Exception as error:  # no memory, most likely: those that come next may be smaller
            yield from ((one.number, error) for one in running)
            running = []
            continue
        going = []
        works = [
            one.part.pipeline.advancing(one.state, controls, model, final=True)
            for one, (controls, model) in zip(running, results, strict=True)
        ]
        for one, (controls, _), done in zip(running, results, together(works), strict=True):
            try:
                if isinstance(done, Exception):
                    raise done
                one.state, frames = done
                one.frames += frames
                one.steps += len(controls)
                if Pipeline.pending(one.state):
                    _cued(one)
                    going.append(one)
                else:
                    yield one.number, _performed(one)
            except Exception as error:  # whatever it is: the other parts are not to blame
                yield one.number, error
        told += sum(len(controls) for controls, _ in results)
        if told >= _TELL_EVERY or not going:
            progress(told)
            told = 0
        running = going


def warm_up(part: Part, runner: BatchRunner) -> None:
    """Run one step on silence, so that compiling is no part of what comes after it."""
    pipeline = part.pipeline
    run(pipeline, runner, pipeline.end(pipeline.push(pipeline.start(), np.zeros(1, np.float32))))


def _begun(number: int, part: Part) -> _Running:
    pipeline = part.pipeline
    one = _Running(number, part, pipeline.end(pipeline.push(pipeline.start(), part.samples)), list(part.cues))
    _cued(one)
    return one


def _cued(one: _Running) -> None:
    """Hand over the cues whose time is near."""
    while one.cues and one.cues[0][0] * STEP_RATE < (one.steps + _CUE_LEAD * STEP_RATE) * one.part.pipeline.rate:
        sample, cue = one.cues.pop(0)
        one.state, _ = one.part.pipeline.cue(one.state, sample, cue)


def _performed(one: _Running) -> Performed:
    pipeline = one.part.pipeline
    take = Take.from_frames(
        one.frames,
        profile=pipeline.profile.name,
        names=pipeline.profile.names,
        bones=pipeline.profile.bones,
        fps=pipeline.fps,
        sample_rate=pipeline.rate,
    )
    if not pipeline.tracks:
        return Performed(take, {})
    return Performed(take, _layers(take, one.frames, pipeline.character.on))


def _layers(take: Take, frames: Sequence[Frame], on: Sequence[str]) -> dict[str, Take]:
    layers = {}
    for name in ("speech", *on):
        row = TRACKS.index(name)
        values = np.stack([frame.values if frame.tracks is None else frame.tracks[row] for frame in frames])
        layers[name] = replace(take, values=values)
    return layers
