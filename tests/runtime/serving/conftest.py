"""A session of the protocol without gRPC: opened, cued, fed and run by hand."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.models.asking import alone
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from .client_messages import opening
from .lost_client import House


class Character:
    """One session on a stage, ARKit at 60 frames a second and 24 kHz."""

    def __init__(self, stage: Stage, seed: int = 0, **options: str) -> None:
        self.session = Session(1, stage)
        [self.answer] = self.session.receive(opening(seed=seed, options=options))
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
        self.session.hear()
        while self.session.pending:
            row = self.session.row(1)
            [(controls, state)] = row.runner.steps([row.features], [row.state])
            answers += alone(self.session.advancing(controls, state))
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


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds pass at once while it waits, and as `now` is moved while a thread works for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._working = 0
        self._really = self._selector.select
        self._selector.select = self._pass

    def time(self) -> float:
        return self.now

    def run_in_executor(self, executor, func, *args):
        self._working += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._done)
        return future

    async def ended(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _done(self, _) -> None:
        self._working -= 1

    def _pass(self, timeout):
        if self._working:
            return self._really(timeout and None)
        events = self._really(0)
        if not events:
            assert timeout is not None, "everybody waits for ever"
            self.now += timeout
        return events


@pytest.fixture
def virtual_time() -> Iterator[Callable[..., Any]]:
    """`virtual_time(main)`: what `main(loop)` returns, a coroutine function, run in a `VirtualLoop`."""
    loops = []

    def run(main: Callable[[VirtualLoop], Coroutine[Any, Any, Any]]) -> Any:
        loop = VirtualLoop()
        loops.append(loop)
        return loop.run_until_complete(main(loop))

    yield run
    for loop in loops:
        loop.run_until_complete(loop.ended())
        loop.close()


@pytest.fixture
async def house(tiny_bundle: Bundle) -> House:
    return House(tiny_bundle)
