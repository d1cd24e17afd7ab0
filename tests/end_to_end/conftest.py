"""A real server on a free port, with a tiny real model."""

import dataclasses
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import grpc
import grpc.aio
import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges.client import PerformClient, connect
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.style import NATURAL, Style
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import shipped_mover
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.serving.server import Server, running
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

Serve = Callable[..., AbstractAsyncContextManager[Server]]

SEED = 20
"""What the tests' server draws for every session that asks for no seed, so that it can be compared."""


@pytest.fixture
def settings(tiny_bundle: Bundle, tiny_fast_bundle: Bundle) -> Settings:
    """Port 0, and the tiny models, the slower one as the default; a busy machine refuses nobody."""
    return Settings(port=0, models=(str(tiny_bundle.path), str(tiny_fast_bundle.path)), max_load=0.0)


@pytest.fixture
def serve(settings: Settings) -> Serve:
    """`async with serve(max_sessions=3) as server`."""

    @asynccontextmanager
    async def run(**changes: object) -> AsyncIterator[Server]:
        async with running(dataclasses.replace(settings, **changes), lambda: SEED) as server:
            yield server

    return run


@pytest.fixture
async def server(serve: Serve) -> AsyncIterator[Server]:
    async with serve() as running_server:
        yield running_server


@pytest.fixture
async def connection(server: Server) -> AsyncIterator[PerformClient]:
    async with connect(server.target) as client:
        yield client


class Wire:
    """A bare `Perform` call: any message can be sent, and the answers of each session are read in order."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self._waiting: dict[int, deque[pb.ServerMessage]] = defaultdict(deque)

    async def send(self, session: int, *messages: pb.ClientMessage) -> None:
        """Send messages of one session in one request."""
        copies = [pb.ClientMessage.FromString(message.SerializeToString()) for message in messages]
        for message in copies:
            message.session = session
        await self.call.write(pb.PerformRequest(messages=copies))

    async def next(self, session: int) -> pb.ServerMessage:
        """Return the session's next message."""
        while not self._waiting[session]:
            response = await self.call.read()
            assert response != grpc.aio.EOF, "the call has ended"
            for message in response.messages:
                self._waiting[message.session].append(message)
        return self._waiting[session].popleft()

    async def until_closed(self, session: int) -> list[pb.ServerMessage]:
        """Return the session's messages up to its CLOSED event."""
        messages = [await self.next(session)]
        while messages[-1].event.kind != pb.Event.CLOSED:
            messages.append(await self.next(session))
        return messages


@pytest.fixture
async def wire(server: Server) -> AsyncIterator[Callable[[], Wire]]:
    """`wire()`: a bare call to the server."""
    async with grpc.aio.insecure_channel(server.target) as channel:
        yield lambda: Wire(rpc.VoxrigStub(channel).Perform())


class Offline:
    """The same stream without a server: what every served frame is compared with, bit for bit."""

    def __init__(self, rig: str, rate: int, fps: FrameRate, model: Bundle, style: Style, character: Character) -> None:
        self._runner = BatchRunner(OnnxModel(model))
        networks = {"listener": shipped_listener(), "mover": shipped_mover()}
        self.pipeline = Pipeline(model.spec, profile(rig), fps, rate, style, character=character, **networks)
        self.state = self.pipeline.start()
        self.frames: list[Frame] = []

    def say(self, audio: NDArray[np.float32], tail: int = 0) -> None:
        """One whole utterance."""
        self.state = self.pipeline.end(self.pipeline.push(self.state, audio), tail)
        self._run()

    def begin(self, audio: NDArray[np.float32]) -> None:
        """An utterance that goes on."""
        self.state = self.pipeline.push(self.state, audio)
        self._run()

    def cue(self, name: str, sample: int, values: Mapping[str, float]) -> int:
        """Tell the character something; return the media sample from which it acts."""
        self.state, start = self.pipeline.cue(self.state, sample, read_cue(name, values))
        return start

    def interrupt(self, at_sample: int | None = None) -> int:
        """Cut; return where audio goes on."""
        self.state, frames, next_sample = self.pipeline.interrupt(self.state, at_sample)
        self.frames += frames
        return next_sample

    def _run(self) -> None:
        self.state, frames = run(self.pipeline, self._runner, self.state)
        self.frames += frames


@pytest.fixture
def offline(tiny_bundle: Bundle) -> Callable[..., Offline]:
    """`offline("arkit", 48000)`: a stream with the server's default model, alive as the server has it."""

    def make(
        rig: str,
        rate: int,
        fps: FrameRate | None = None,
        model: Bundle = tiny_bundle,
        style: Style = NATURAL,
        character: Character | None = None,
    ) -> Offline:
        return Offline(rig, rate, fps or FrameRate(60), model, style, character or Character(SEED))

    return make


class _FrameLike(Protocol):
    index: int
    sample: int
    utterance: int
    values: NDArray[np.float32]


def same(left: Iterable[_FrameLike], right: Iterable[_FrameLike]) -> bool:
    """Whether two runs gave the same frames: numbers, times, utterances and every bit of the values."""
    return [_key(frame) for frame in left] == [_key(frame) for frame in right]


def _key(frame: _FrameLike) -> tuple[int, int, int, bytes]:
    return frame.index, frame.sample, frame.utterance, frame.values.tobytes()


@pytest.fixture(name="same")
def same_fixture() -> Callable[..., bool]:
    return same
