"""Every bundle there is, ready to perform."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.layers import NO_LIFE
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.style import NATURAL, ControlStyle, Style
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle, contract
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import shipped_mover
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Stage:
    """A pipeline with its network, and the plainest way to use them."""

    pipeline: Pipeline
    runner: BatchRunner

    def hear(self, state: StreamState, *chunks: Floats) -> tuple[StreamState, list[Frame]]:
        """Push chunks, running all that is pending after each."""
        frames: list[Frame] = []
        for chunk in chunks:
            state, more = run(self.pipeline, self.runner, self.pipeline.push(state, chunk))
            frames += more
        return state, frames

    def end(self, state: StreamState, tail: int = 0) -> tuple[StreamState, list[Frame]]:
        """End the utterance and run all that is pending."""
        return run(self.pipeline, self.runner, self.pipeline.end(state, tail))

    def clip(self, *chunks: Floats, tail: int = 0) -> list[Frame]:
        """Perform one utterance from the session's start to its end."""
        state, frames = self.hear(self.pipeline.start(), *chunks)
        return frames + self.end(state, tail)[1]

    def rows(self, chunks: Sequence[Floats]) -> Floats:
        """Return `clip` as float32[F, stride]."""
        return values(self.clip(*chunks), self.pipeline.profile.stride)

    def session(self, speech: Callable[..., Floats], size: int, state: StreamState) -> list[Frame]:
        """Perform utterances, tails, an interruption at a given sample and off-grid starts, in chunks of `size`."""
        frames: list[Frame] = []
        for number, seconds in enumerate((0.37, 0.213, 0.5)):
            sound = speech(seconds, self.pipeline.rate, number)
            state, more = self.hear(state, *(sound[at : at + size] for at in range(0, len(sound), size)))
            frames += more
            if number == 1:
                state, more, _ = self.pipeline.interrupt(state, 9_000)
            else:
                state, more = self.end(state, tail=331 * number)
            frames += more
        return frames

    def unended(self, chunks: Sequence[Floats]) -> Floats:
        """Return the rows that can be known before the utterance ends."""
        return values(self.hear(self.pipeline.start(), *chunks)[1], self.pipeline.profile.stride)


def verify_session(session: Callable[[int], list[Frame]], sizes: Sequence[int]) -> None:
    """Contract 1 for a whole session: chunks of any size give the same frames, at the same times."""
    whole = session(10**6)
    for size in sizes:
        cut = session(size)
        assert [(f.index, f.sample, f.utterance) for f in cut] == [(f.index, f.sample, f.utterance) for f in whole]
        contract.verify_same(
            f"chunks of {size}", np.stack([f.values for f in cut]), np.stack([f.values for f in whole])
        )


def verify_together(stages: Sequence[Stage], clips: Sequence[Floats]) -> None:
    """Contract 3 for whole sessions: one batched call for all, step by step, gives what each alone would get."""
    states = [s.pipeline.end(s.pipeline.push(s.pipeline.start(), c)) for s, c in zip(stages, clips, strict=True)]
    frames: list[list[Frame]] = [[] for _ in stages]
    while all(s.pipeline.pending(state) for s, state in zip(stages, states, strict=True)):
        results = stages[0].runner.step(
            [s.pipeline.features(state) for s, state in zip(stages, states, strict=True)],
            [s.pipeline.model_state(state) for s, state in zip(stages, states, strict=True)],
        )
        for i, result in enumerate(results):
            states[i], more = stages[i].pipeline.advance(states[i], *result)
            frames[i] += more
    for i, s in enumerate(stages):
        frames[i] += run(s.pipeline, s.runner, states[i])[1]
        contract.verify_same(f"session {i}", values(frames[i], s.pipeline.profile.stride), s.rows([clips[i]]))


def values(frames: Sequence[Frame], stride: int) -> Floats:
    return np.stack([frame.values for frame in frames]) if frames else np.zeros((0, stride), np.float32)


@pytest.fixture(scope="session", params=["tiny", "tiny_fast", "tiny_studio", *bundle.shipped()])
def any_bundle(
    request: pytest.FixtureRequest, tiny_bundle: Bundle, tiny_fast_bundle: Bundle, tiny_studio_bundle: Bundle
) -> Bundle:
    """Each bundle in turn: the tiny ones with random weights, and those that ship."""
    made = {"tiny": tiny_bundle, "tiny_fast": tiny_fast_bundle, "tiny_studio": tiny_studio_bundle}
    return made[request.param] if request.param in made else bundle.load(request.param)


@lru_cache(maxsize=8)
def _runner(path: str) -> BatchRunner:
    return BatchRunner(OnnxModel(bundle.read(path)))


EVERYTHING = Style(
    lips=1.4,
    jaw=1.3,
    sharpness=1.5,
    effort=0.8,
    tongue=0.6,
    lip_offset=-0.3,
    rest={"mouthCornerPullL": 0.1, "mouthLowerLipDepressR": 0.08, "browDownL": 0.2},
    controls={"jawOpen": ControlStyle(1.2, 0.02), "mouthFunnelUL": ControlStyle(0.7, -0.05)},
)


def make_stage(
    bundle: Bundle,
    rate: int = 16_000,
    fps: str = "60",
    rig: str = "metahuman",
    style: Style = NATURAL,
    character: Character = SPEECH_ALONE,
) -> Stage:
    listener = None if character.layers == NO_LIFE else shipped_listener()
    mover = shipped_mover() if character.layers.body else None
    pipeline = Pipeline(
        bundle.spec,
        profile(rig),
        FrameRate.parse(fps),
        rate,
        style,
        character=character,
        listener=listener,
        mover=mover,
    )
    return Stage(pipeline, _runner(str(bundle.path)))


@pytest.fixture(scope="session")
def stage(tiny_bundle: Bundle) -> Callable[..., Stage]:
    """`make_stage` with the tiny bundle: speech alone, unless a character is given."""
    return partial(make_stage, tiny_bundle)


@pytest.fixture(scope="session")
def any_stage(any_bundle: Bundle) -> Callable[..., Stage]:
    """`make_stage` with each bundle in turn."""
    return partial(make_stage, any_bundle)


@pytest.fixture(scope="session", name="verify_session")
def provide_verify_session() -> Callable[[Callable[[int], list[Frame]], Sequence[int]], None]:
    """`verify_session(session, sizes)`."""
    return verify_session


@pytest.fixture(scope="session", name="verify_together")
def provide_verify_together() -> Callable[[Sequence[Stage], Sequence[Floats]], None]:
    """`verify_together(stages, clips)`."""
    return verify_together


@pytest.fixture(scope="session")
def everything() -> Style:
    """A style in which nothing stands at its neutral value."""
    return EVERYTHING
