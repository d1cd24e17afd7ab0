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

from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, Samples, decode, encode, open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

MAX_MESSAGE_BYTES = 64 << 20
BUNDLE_BYTES = 1 << 20  # a request takes in waiting messages up to this size
QUEUED_MESSAGES = 256  # more wait in `send`
KEEPALIVE_MS = 20_000  # a server that says nothing for so long is asked whether it is there, ...
KEEPALIVE_PATIENCE_MS = 20_000  # ... and taken for lost if it has not answered after so long

_ENVELOPE_BYTES = 64  # what a request with one audio chunk has besides the samples, at most


class PerformClient(PerformConnection):
    """One `Perform` call and its sessions. Made by `connect`."""

    def __init__(self, channel: grpc.aio.Channel, description: pb.DescribeResponse) -> None:
        limits = description.limits
        most = min(int(limits.max_chunk_bytes), int(limits.max_message_bytes) - _ENVELOPE_BYTES)
        super().__init__(most, QUEUED_MESSAGES)
        self.description = description
        self._bundle_bytes = min(BUNDLE_BYTES, int(limits.max_message_bytes))
        self._stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        self._call = self._stub.Perform()
        self._begin(self._write())
        self._begin(self._read())

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

    async def stop(self) -> None:
        """End the call now, whatever is under way."""
        self._lose("the connection was closed by this side")
        self._call.cancel()
        await super().stop()

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
            self._lose("the server has finished the call", in_order=True)
        except grpc.aio.AioRpcError as error:
            self._lose(f"the call ended with {error.code().name}: {error.details()}")
        except Exception as error:  # frames that are none: nobody reads on, so nobody may go on waiting
            self._lose(f"the server's answer breaks the protocol: {error}")
            self._call.cancel()


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
