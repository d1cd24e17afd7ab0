"""A session of the protocol without gRPC: opened, cued, fed and run by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

RATE = 24000


class Character:
    """One session on a stage, ARKit at 60 frames a second and 24 kHz."""

    def __init__(self, stage: Stage, seed: int = 0, **options: str) -> None:
        audio = pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=RATE, channels=1)
        rate = pb.FrameRate(numerator=60, denominator=1)
        opening = pb.OpenSession(rig="arkit", frame_rate=rate, audio=audio, seed=seed, options=options)
        self.session = Session(1, stage)
        [self.answer] = self.session.receive(pb.ClientMessage(open=opening))
        """To the opening."""

    def cue(self, name: str, media_sample: int, **values: float) -> list[pb.ServerMessage]:
        """Send a cue; return the answers. `brows__joy` is "brows.joy"."""
        named = {key.replace("__", "."): value for key, value in values.items()}
        return self.session.receive(pb.ClientMessage(cue=pb.Cue(name=name, media_sample=media_sample, values=named)))

    def say(self, first: int, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Send audio and run what it makes; return float32 [frames, stride]: 61, and four a bone of a body."""
        values = b"".join(answer.frames.values for answer in self.answers(samples, first))
        return np.frombuffer(values, "<f4").reshape(-1, self.answer.opened.stride)

    def answers(self, samples: NDArray[np.float32], first: int = 0) -> list[pb.ServerMessage]:
        """Send audio and run what it makes; return every answer."""
        chunk = pb.AudioChunk(first_sample=first, samples=np.asarray(samples, "<f4").tobytes())
        answers = self.session.receive(pb.ClientMessage(audio=chunk))
        while self.session.pending:
            row = self.session.row()
            [(controls, state)] = row.runner.step([row.features], [row.state])
            answers += self.session.advance(controls, state)
        return answers


@pytest.fixture
def stage(tiny_bundle: Bundle) -> Stage:
    return Stage(Settings(models=(str(tiny_bundle.path),)))


@pytest.fixture
def character(stage: Stage) -> Callable[..., Character]:
    """`character(seed=0, on=stage, **options)`."""

    def make(seed: int = 0, on: Stage = stage, **options: str) -> Character:
        return Character(on, seed, **options)

    return make
