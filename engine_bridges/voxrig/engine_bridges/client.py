"""Talk to a Voxrig server: one connection, one or many sessions. (`blocking` is the same for plain code.)

    async with connect("127.0.0.1:52000") as connection:
        session = await connection.open("arkit", sample_rate=48000)
        await session.send(samples)  # float32 -1..1, int16, or the bytes themselves
        await session.close()
        async for frame in session:  # until everything sent is shown
            draw(session.controls, frame.values)

An error of a session is raised by that session alone, where its frames are read. Needs the protocol, grpc and numpy
only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio

from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, Samples, SessionError, decode, encode, open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

MAX_MESSAGE_BYTES = 64 << 20
BUNDLE_BYTES = 1 << 20  # a request takes in waiting messages until it holds this much audio
QUEUED_MESSAGES = 256  # more wait in `send`


class PerformClient:
    """One `Perform` call and its sessions. Made by `connect`."""

    def __init__(self, channel: grpc.aio.Channel, description: pb.DescribeResponse) -> None:
        self.description = description
        self.max_chunk_bytes = int(description.limits.max_chunk_bytes)
        self._stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        self._call = self._stub.Perform()
        self._numbers = 0
        self._sessions: dict[int, PerformSession] = {}
        self._opening: dict[int, tuple[asyncio.Future[PerformSession], pb.AudioFormat]] = {}
        self._outbox: asyncio.Queue[pb.ClientMessage | None] = asyncio.Queue(QUEUED_MESSAGES)
        self._lost: ConnectionLostError | None = None
        self._tasks = (asyncio.create_task(self._write()), asyncio.create_task(self._read()))

    @property
    def is_lost(self) -> bool:
        """Whether the call has ended."""
        return self._lost is not None

    async def open(self, rig: str, sample_rate: int, **settings: Any) -> PerformSession:
        """Open a session; `settings` are those of `wire.open_message`. Raises SessionError where the server refuses."""
        message = open_message(rig, sample_rate, **settings)
        self._numbers += 1
        number = self._numbers
        answer: asyncio.Future[PerformSession] = asyncio.get_running_loop().create_future()
        self._opening[number] = (answer, message.audio)
        await self.send_message(pb.ClientMessage(session=number, open=message))
        return await answer

    async def bake(
        self, rig: str, sample_rate: int, samples: Samples, **settings: Any
    ) -> tuple[pb.SessionOpened, list[Frame]]:
        """Send a whole clip, return its header and all its frames. Raises grpc.aio.AioRpcError as Bake is refused."""
        opening = open_message(rig, sample_rate, **settings)
        request = pb.BakeRequest(open=opening, samples=encode(samples, opening.audio.encoding))
        opened, frames = pb.SessionOpened(), list[Frame]()
        async for response in self._stub.Bake(request):
            match response.WhichOneof("message"):
                case "opened":
                    opened = response.opened
                case "frames":
                    frames += decode(response.frames, opened.stride)
        return opened, frames

    async def describe(self) -> pb.DescribeResponse:
        """Ask the server what it is, with its counters as they are now."""
        response: pb.DescribeResponse = await self._stub.Describe(pb.DescribeRequest())
        return response

    async def send_message(self, message: pb.ClientMessage) -> None:
        """Queue one message; it travels with whatever else waits. Raises ConnectionLostError."""
        if self._lost is not None:
            raise self._lost
        await self._outbox.put(message)
        if self._lost is not None:  # meanwhile: make room again, so that whoever else waits comes to know as well
            self._outbox.get_nowait()
            raise self._lost

    async def done_writing(self) -> None:
        """Say that nothing more is sent: the server closes every session once all that was sent is done."""
        await self._outbox.put(None)

    async def stop(self) -> None:
        """End the call now, whatever is under way."""
        self._lose("the connection was closed by this side")
        self._call.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self) -> None:
        try:
            while (message := await self._outbox.get()) is not None:
                bundle = [message]
                size = len(message.audio.samples)
                while size < BUNDLE_BYTES and not self._outbox.empty():
                    if (message := self._outbox.get_nowait()) is None:
                        break
                    bundle.append(message)
                    size += len(message.audio.samples)
                await self._call.write(pb.PerformRequest(messages=bundle))
                if message is None:
                    break
            await self._call.done_writing()
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass  # the reader meets the same end and tells the sessions why

    async def _read(self) -> None:
        try:
            async for response in self._call:
                for message in response.messages:
                    self._receive(message)
            self._lose("the server has finished the call")
        except grpc.aio.AioRpcError as error:
            self._lose(f"the call ended with {error.code().name}: {error.details()}")

    def _receive(self, message: pb.ServerMessage) -> None:
        number = message.session
        if number in self._opening:
            answer, audio = self._opening.pop(number)
            if message.HasField("opened"):
                self._sessions[number] = PerformSession(self, number, audio, message.opened)
                if not answer.done():
                    answer.set_result(self._sessions[number])
            elif not answer.done():
                answer.set_exception(SessionError(message.error))
        elif number in self._sessions and self._sessions[number].receive(message):
            del self._sessions[number]

    def _lose(self, reason: str) -> None:
        if self._lost is not None:
            return
        self._lost = ConnectionLostError(reason)
        for session in self._sessions.values():
            session.lose(self._lost)
        for answer, _ in self._opening.values():
            if not answer.done():
                answer.set_exception(self._lost)
        while not self._outbox.empty():  # whoever waits in `send` wakes; the call takes nothing more
            self._outbox.get_nowait()


@asynccontextmanager
async def connect(target: str, timeout: float = 5.0) -> AsyncIterator[PerformClient]:
    """Connect to the server at `target` ("host:port"); leaving the block ends the call and all its sessions.

    Raises ConnectionLostError where no server answers within `timeout` seconds.
    """
    options = [("grpc.max_receive_message_length", MAX_MESSAGE_BYTES), ("grpc.max_send_message_length", -1)]
    async with grpc.aio.insecure_channel(target, options=options) as channel:
        stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        try:
            description = await stub.Describe(pb.DescribeRequest(), timeout=timeout, wait_for_ready=True)
        except grpc.aio.AioRpcError as error:
            raise ConnectionLostError(
                f"no Voxrig server answers at {target} ({error.code().name}): start one with `voxrig serve`"
            ) from error
        client = PerformClient(channel, description)
        try:
            yield client
        finally:
            await client.stop()
