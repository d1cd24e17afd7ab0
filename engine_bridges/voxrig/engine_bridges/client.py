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
from contextlib import asynccontextmanager, suppress
from typing import Any

import grpc
import grpc.aio

from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, Samples, SessionError, decode, encode, open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

MAX_MESSAGE_BYTES = 64 << 20
BUNDLE_BYTES = 1 << 20  # a request takes in waiting messages up to this size
QUEUED_MESSAGES = 256  # more wait in `send`
KEEPALIVE_MS = 20_000  # a server that says nothing for so long is asked whether it is there, ...
KEEPALIVE_PATIENCE_MS = 20_000  # ... and taken for lost if it has not answered after so long

_ENVELOPE_BYTES = 64  # what a request with one audio chunk has besides the samples, at most


class PerformClient:
    """One `Perform` call and its sessions. Made by `connect`."""

    def __init__(self, channel: grpc.aio.Channel, description: pb.DescribeResponse) -> None:
        self.description = description
        limits = description.limits
        self.max_chunk_bytes = min(int(limits.max_chunk_bytes), int(limits.max_message_bytes) - _ENVELOPE_BYTES)
        self._bundle_bytes = min(BUNDLE_BYTES, int(limits.max_message_bytes))
        self._stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        self._call = self._stub.Perform()
        self._numbers = 0
        self._sessions: dict[int, PerformSession] = {}
        self._opening: dict[int, tuple[asyncio.Future[PerformSession], pb.AudioFormat]] = {}
        self._outbox: asyncio.Queue[pb.ClientMessage | None] = asyncio.Queue(QUEUED_MESSAGES)
        self._half_closed = False
        self._lost: ConnectionLostError | None = None
        self._tasks = {asyncio.create_task(self._write()), asyncio.create_task(self._read())}

    @property
    def is_lost(self) -> bool:
        """Whether the call has ended."""
        return self._lost is not None

    async def open(self, rig: str, sample_rate: int, **settings: Any) -> PerformSession:
        """Open a session; `settings` are those of `wire.open_message`. Raises SessionError where the server refuses.

        Cancelled, it leaves no session open.
        """
        message = open_message(rig, sample_rate, **settings)
        self._numbers += 1
        number = self._numbers
        await self.send_message(pb.ClientMessage(session=number, open=message))
        answer: asyncio.Future[PerformSession] = asyncio.get_running_loop().create_future()
        self._opening[number] = (answer, message.audio)
        try:
            return await answer
        except asyncio.CancelledError:
            self._abandon(number)
            raise

    async def bake(
        self, rig: str, sample_rate: int, samples: Samples, **settings: Any
    ) -> tuple[pb.SessionOpened, list[Frame]]:
        """Send a whole clip, return its header and all its frames. Raises grpc.aio.AioRpcError as Bake is refused."""
        opening = open_message(rig, sample_rate, **settings)
        request = pb.BakeRequest(open=opening, samples=encode(samples, opening.audio))
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
        """Queue one message; it travels with whatever else waits. Cancelled, it has not been queued.

        Raises ConnectionLostError, also after `done_writing`.
        """
        if self._lost is not None:
            raise self._lost
        if self._half_closed:
            raise ConnectionLostError("nothing can be sent: this side has said that it has done writing")
        await self._outbox.put(message)
        if self._lost is not None:  # meanwhile: make room again, so that whoever else waits comes to know as well
            self._outbox.get_nowait()
            raise self._lost

    async def done_writing(self) -> None:
        """Say that nothing more is sent: the server closes every session once all that was sent is done."""
        if self._lost is None and not self._half_closed:
            self._half_closed = True
            try:
                await self._outbox.put(None)
            except asyncio.CancelledError:
                self._half_closed = False
                raise

    async def stop(self) -> None:
        """End the call now, whatever is under way."""
        self._lose("the connection was closed by this side")
        self._call.cancel()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self) -> None:
        carried: list[pb.ClientMessage | None] = []  # what was taken for a request that it did not fit in
        try:
            while (message := carried.pop() if carried else await self._outbox.get()) is not None:
                bundle, size = [message], _size(message)
                while not carried and not self._outbox.empty():
                    following = self._outbox.get_nowait()
                    if following is None or size + _size(following) > self._bundle_bytes:
                        carried.append(following)
                    else:
                        bundle.append(following)
                        size += _size(following)
                await self._call.write(pb.PerformRequest(messages=bundle))
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
        except Exception as error:  # frames that are none: nobody reads on, so nobody may go on waiting
            self._lose(f"the server's answer breaks the protocol: {error}")
            self._call.cancel()

    def _receive(self, message: pb.ServerMessage) -> None:
        number = message.session
        if number in self._opening:
            answer, audio = self._opening[number]
            if message.HasField("opened"):
                self._sessions[number] = PerformSession(self, number, audio, message.opened)
            del self._opening[number]  # only now: had that failed, `_lose` would have to find it
            if not answer.done():
                if message.HasField("opened"):
                    answer.set_result(self._sessions[number])
                else:
                    answer.set_exception(SessionError(message.error))
        elif number in self._sessions and self._sessions[number].receive(message):
            del self._sessions[number]

    def _abandon(self, number: int) -> None:
        """Close a session that nobody waits for any more, whether it is open yet or not."""
        self._opening.pop(number, None)
        self._sessions.pop(number, None)

        async def close() -> None:
            with suppress(ConnectionLostError):
                await self.send_message(pb.ClientMessage(session=number, close=pb.CloseSession()))

        task = asyncio.create_task(close())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

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


def _size(message: pb.ClientMessage) -> int:
    """Return the bytes that a message takes in a request, at most."""
    return message.ByteSize() + 6


@asynccontextmanager
async def connect(target: str, timeout: float = 5.0) -> AsyncIterator[PerformClient]:
    """Connect to the server at `target` ("host:port"); leaving the block ends the call and all its sessions.

    Raises ConnectionLostError where no server answers within `timeout` seconds.
    """
    options = [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", -1),
        # A server that vanished without a word (power, cable, a stopped process) is found out.
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_PATIENCE_MS),
        ("grpc.http2.ping_timeout_ms", KEEPALIVE_PATIENCE_MS),  # of a ping that was under way already
        ("grpc.http2.max_pings_without_data", 0),
    ]
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
