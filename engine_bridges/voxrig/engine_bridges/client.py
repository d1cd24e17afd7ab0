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
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import grpc
import grpc.aio

from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.credentials import Credentials, Tls
from voxrig.engine_bridges.perform_connection import RESUME_SECONDS, PerformConnection
from voxrig.engine_bridges.perform_line import PerformLine, RefusedError
from voxrig.engine_bridges.reconnecting import Dial, Notice
from voxrig.engine_bridges.session_log import KEEP_SECONDS
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, Samples, decode, encode, open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

MAX_MESSAGE_BYTES = 64 << 20
BUNDLE_BYTES = 1 << 20  # a request takes in waiting messages up to this size
QUEUED_MESSAGES = 256  # more wait in `send`
KEEPALIVE_MS = 20_000  # a server that says nothing for so long is asked whether it is there, ...
KEEPALIVE_PATIENCE_MS = 20_000  # ... and taken for lost if it has not answered after so long

_BROKEN = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.UNKNOWN,
)
"""How a call ends whose server is lost: the latter three where a proxy in between breaks it off, or damages TLS."""
_REFUSED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNIMPLEMENTED)
"""How a server answers that won't have this client however often it asks."""
_LAST_AT_ONCE = 512  # messages of a request with last words
_ENVELOPE_BYTES = 64  # what a request with one audio chunk has besides the samples, at most


class GrpcLine(PerformLine):
    """One `Perform` call, on a channel of its own."""

    def __init__(
        self, channel: grpc.aio.Channel, description: pb.DescribeResponse, metadata: tuple[tuple[str, str], ...] = ()
    ) -> None:
        limits = description.limits
        most = min(int(limits.max_chunk_bytes), int(limits.max_message_bytes) - _ENVELOPE_BYTES)
        super().__init__(limits, most, QUEUED_MESSAGES)
        self.description = description
        self.stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        self.metadata = metadata
        self._channel = channel
        self._bundle_bytes = min(BUNDLE_BYTES, int(limits.max_message_bytes))
        self._call = self.stub.Perform(metadata=metadata)

    async def close(self) -> None:
        """End the call now, and the channel with it."""
        self._call.cancel()
        await super().close()
        await self._channel.close()

    async def _write(self) -> None:
        carried: list[pb.ClientMessage | None] = []  # what was taken for a request that it did not fit in
        try:
            while (message := carried.pop() if carried else await self.outbox.get()) is not None:
                bundle, size = [message], _size(message)
                while not carried and not self.outbox.empty():
                    following = self.outbox.get_nowait()
                    if following is None or size + _size(following) > self._bundle_bytes:
                        carried.append(following)
                    else:
                        bundle.append(following)
                        size += _size(following)
                await self._call.write(pb.PerformRequest(messages=bundle))
            await self._call.done_writing()
        except (grpc.RpcError, asyncio.InvalidStateError):
            pass  # the reader meets the same end and tells the sessions why

    async def _say_last(self, messages: Sequence[pb.ClientMessage]) -> None:
        with suppress(grpc.RpcError, asyncio.InvalidStateError):
            for start in range(0, len(messages), _LAST_AT_ONCE):
                await self._call.write(pb.PerformRequest(messages=messages[start : start + _LAST_AT_ONCE]))
            await self._call.done_writing()

    async def _read(self) -> None:
        try:
            async for response in self._call:
                for message in response.messages:
                    self._receive(message.session, message)
            self._end("the server has finished the call", in_order=True)
        except grpc.aio.AioRpcError as error:
            broken = error.code() in _BROKEN
            again = "; connect again" if broken else ""
            reason = f"the call ended with {error.code().name}: {error.details()}{again}"
            self._end(reason, for_good=not broken, for_now=error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED)
        except Exception as error:  # frames that are none: nobody reads on, so nobody may go on waiting
            self._end(f"the server's answer breaks the protocol: {error}", for_good=True)
            self._call.cancel()


class PerformClient(PerformConnection):
    """A connection by gRPC and its sessions. Made by `connect`."""

    def __init__(self, line: GrpcLine, dial: Dial, *resuming: Any) -> None:
        super().__init__(line, dial, *resuming)
        self.description = line.description
        """Of the server, as it was when the connection was made."""

    async def bake(
        self, rig: str, sample_rate: int, samples: Samples, **settings: Any
    ) -> tuple[pb.SessionOpened, list[Frame]]:
        """Send a whole clip, return its header and all its frames. Raises grpc.aio.AioRpcError as Bake is refused."""
        opening = open_message(rig, sample_rate, **settings)
        request = pb.BakeRequest(open=opening, samples=encode(samples, opening.audio))
        opened, frames = pb.SessionOpened(), list[Frame]()
        line = await self._grpc_line()
        async for response in line.stub.Bake(request, metadata=line.metadata):
            match response.WhichOneof("message"):
                case "opened":
                    opened = response.opened
                case "frames":
                    frames += decode(response.frames, opened.stride)
        return opened, frames

    async def describe(self) -> pb.DescribeResponse:
        """Ask the server what it is, with its counters as they are now."""
        line = await self._grpc_line()
        response: pb.DescribeResponse = await line.stub.Describe(pb.DescribeRequest(), metadata=line.metadata)
        return response

    async def _grpc_line(self) -> GrpcLine:
        line = await self.online()
        assert isinstance(line, GrpcLine)
        return line


def _size(message: pb.ClientMessage) -> int:
    """Return the bytes that a message takes in a request, at most."""
    return message.ByteSize() + 6


async def _dial(target: str, credentials: Credentials, timeout: float) -> GrpcLine:
    """Call the server. Raises ConnectionLostError."""
    options = [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", -1),
        # A server that vanished without a word (power, cable, a stopped process) is found out.
        ("grpc.keepalive_time_ms", KEEPALIVE_MS),
        ("grpc.keepalive_timeout_ms", KEEPALIVE_PATIENCE_MS),
        ("grpc.http2.ping_timeout_ms", KEEPALIVE_PATIENCE_MS),  # of a ping that was under way already
        ("grpc.http2.max_pings_without_data", 0),
        # gRPC would put all channels of a process to one server on one TCP connection, and so on one of its processes.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.initial_reconnect_backoff_ms", 100),  # while it is waited for: a server that starts is soon there
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
    ]
    metadata, tls = credentials.metadata, credentials.tls
    if tls is None:
        channel = grpc.aio.insecure_channel(target, options=options)
    else:
        named = [("grpc.ssl_target_name_override", tls.name)] if tls.name else []
        channel = grpc.aio.secure_channel(target, tls.channel_credentials(), options=[*options, *named])
    try:
        stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
        request = pb.DescribeRequest()
        described = await stub.Describe(request, timeout=timeout, wait_for_ready=True, metadata=metadata)
        if described is None:  # so grpc.aio gives what it can't read
            raise ConnectionLostError(f"what answers at {target} is damaged on its way, or no Voxrig server")
        return GrpcLine(channel, described, metadata)
    except BaseException as error:
        await channel.close()
        if not isinstance(error, grpc.aio.AioRpcError):
            raise
        text = f"no Voxrig server answers at {target} ({error.code().name}): start one with `voxrig serve`"
        if error.code() is grpc.StatusCode.UNAUTHENTICATED:
            text = f"the server at {target} doesn't let this client in: {error.details()}"
        raise (RefusedError if error.code() in _REFUSED else ConnectionLostError)(text) from error


@asynccontextmanager
async def connect(
    target: str,
    timeout: float = 5.0,
    *,
    token: str = "",
    tls: Tls | None = None,
    resume_seconds: float = RESUME_SECONDS,
    watch: Callable[[Notice], None] | None = None,
    back_off: BackOff | None = None,
    keep_seconds: float = KEEP_SECONDS,
) -> AsyncIterator[PerformClient]:
    """Connect to the server at `target` ("host:port"); leaving the block ends the call and all its sessions.

    `token` is for a server that asks for one, `tls` for one that speaks it.

    A connection that is lost is made again, for as long as `resume_seconds`, and its sessions go on as if nothing had
    been: no frame comes twice and none is left out. Where the server was lost too, they are begun anew from what was
    sent: all of it, if that is no more than `keep_seconds` of audio, and then the frames are the same to the bit; else
    the latest of it, and the face eases over within 0.2 s. `watch` is told of all that, `back_off` has the pauses
    between tries. With `resume_seconds` 0 a lost connection has ended.

    Raises ConnectionLostError where no server answers within `timeout` seconds.
    """
    dial = partial(_dial, target, Credentials(token, tls))
    client = PerformClient(await dial(timeout), dial, resume_seconds, watch, back_off, keep_seconds)
    try:
        yield client
    finally:
        await client.stop()
