"""The engine link: the sessions of `Perform` for clients that have no gRPC, as msgpack maps over any line of bytes.

proto/README.md has the page for those who write a client.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import grpc

from voxrig.runtime.serving import announce
from voxrig.runtime.serving.access.account import Account
from voxrig.runtime.serving.access.door import OPEN
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.link_codec import from_map, pack, shown, to_map, unpack
from voxrig.runtime.serving.link_stream import AnswerPacker, audio_message
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.refusal import RefusalError, Refused
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

log = logging.getLogger(__name__)

VERSION: Final = 1
HELLO_BYTES: Final = 4096
"""The most of a first payload."""
_LONGEST_READING: Final = 0.002
"""Seconds that a client's payloads may be read on end: what waits to be read must not hold up everybody else."""
_LONGEST_KIND: Final = 80
_LARGEST_SESSION: Final = 2**32 - 1


class Line(Protocol):
    """A way for payloads to and fro."""

    async def receive(self) -> bytes | None:
        """Wait for a payload; None when the client has done writing.

        Raises RefusalError for one that is too large, OSError or EOFError where the line is broken.
        """

    async def send(self, payloads: Sequence[bytes]) -> None:
        """Send payloads in order, and wait while the client does not read.

        Raises OSError or EOFError where the line is broken.
        """


async def converse(
    line: Line,
    stage: Stage,
    pacer: Pacer,
    metrics: Metrics,
    transport: str = "link",
    known: Callable[[object], Account] = OPEN.account,
) -> bool:
    """Serve one client until it is done or lost; tell whether it was done.

    Args:
        line: to the client.
        stage, pacer, metrics: of the server.
        transport: what the client counts as.
        known: gives the account of the token in a hello, None for none; it raises RefusalError for one that is wrong.
    """
    try:
        account = known(await _greeted(line, stage.settings.handshake_seconds))
        with pacer.connection(stage, transport, account) as connection, account.while_good():
            await line.send([_hello(stage)])
            reader = asyncio.create_task(_Reader(line, stage, pacer, metrics, connection).run())
            reader.add_done_callback(lambda task: None if _went_well(task) else connection.lose())
            try:
                await _answer(line, connection)
                if reader.done():
                    await reader  # which raises what ended it
                return True
            finally:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)
    except RefusalError as refusal:
        try:
            await line.send([pack({"error": to_map(_error(refusal))})])
        except (OSError, EOFError):
            log.debug("a refused client was gone")
    except (OSError, EOFError) as error:
        log.debug("a client was lost: %r", error)  # a WebSocket's has what its client wrote
    return False


async def _greeted(line: Line, seconds: float) -> object:
    """Read the client's hello and return the token in it, None for none.

    Raises:
        RefusalError: it says no hello within so many seconds, or one of another version.
    """
    try:
        async with asyncio.timeout(seconds):
            payload = await line.receive()
    except TimeoutError as error:
        raise RefusalError(
            grpc.StatusCode.DEADLINE_EXCEEDED, f"no hello came within {seconds:g} s of connecting"
        ) from error
    if payload is None:
        raise EOFError("it left without a word")
    content = unpack(payload)
    hello = content.get("hello")
    if not isinstance(hello, dict):
        raise RefusalError(
            grpc.StatusCode.FAILED_PRECONDITION, f'the first packet must be {{"hello": {{"version": {VERSION}}}}}'
        )
    if hello.get("version") != VERSION:
        raise RefusalError(
            grpc.StatusCode.UNIMPLEMENTED,
            f"version {shown(hello.get('version'))} of the engine link is not spoken here, version {VERSION} is; "
            "take a client and a server that belong together",
        )
    return hello.get("token")


def _hello(stage: Stage) -> bytes:
    limits = to_map(announce.limits(stage.settings))
    return pack({"hello": {"version": VERSION, "server": announce.software_version(), "limits": limits}})


def _went_well(task: asyncio.Task[None]) -> bool:
    return not task.cancelled() and task.exception() is None


async def _answer(line: Line, connection: Connection) -> None:
    """Send what the sessions have to say, until nothing more can come."""
    packer = AnswerPacker()
    while answers := await connection.take():
        await line.send(packer.payloads(answers))


class _Reader:
    """Takes a client's payloads, for as long as it writes."""

    def __init__(self, line: Line, stage: Stage, pacer: Pacer, metrics: Metrics, connection: Connection) -> None:
        self._line = line
        self._stage = stage
        self._pacer = pacer
        self._metrics = metrics
        self._connection = connection

    async def run(self) -> None:
        """Read until the client has done writing. Raises as `Line.receive`, and RefusalError for what is no message."""
        rested = self._pacer.now()
        while (payload := await self._line.receive()) is not None:
            arrived = self._pacer.now()
            if arrived - rested > _LONGEST_READING:
                await asyncio.sleep(0)
                rested = self._pacer.now()
            content = unpack(payload)
            if (audio := audio_message(content)) is not None:
                await self._connection.readable()
                self._connection.put((audio,), arrived)
            elif "ping" in content:
                await self._line.send([pack({"pong": _pong(content["ping"], arrived, self._pacer.now())})])
            elif "done" in content:  # as a half-close, which TLS and WebSockets don't have
                break
            elif "describe" in content:
                self._metrics.sessions = self._stage.sessions
                description = to_map(announce.description(self._stage, self._metrics))
                await self._line.send([pack({"describe": description})])
            else:
                await self._put(_client_message(content), arrived)
        self._connection.done_writing()

    async def _put(self, message: pb.ClientMessage | Refused, arrived: float) -> None:
        if isinstance(message, pb.ClientMessage) and message.HasField("open"):
            await asyncio.to_thread(self._stage.prepare, message.open)
        await self._connection.readable()
        self._connection.put([message], arrived)


def _client_message(content: dict[str, Any]) -> pb.ClientMessage | Refused:
    """Read a message to a session; what cannot be read is that session's refusal.

    Raises:
        RefusalError: it is for no session.
    """
    session = content.get("session")
    keys = f"{', '.join(content) or 'none':.200}"
    if type(session) is not int or not 0 <= session <= _LARGEST_SESSION:
        raise RefusalError(
            grpc.StatusCode.INVALID_ARGUMENT,
            f"a packet with the keys {keys} is for session {shown(session)}; give one of 0 to {_LARGEST_SESSION}",
        )
    kinds = [key for key in content if key != "session"]
    try:
        if len(kinds) != 1:
            raise RefusalError(
                grpc.StatusCode.INVALID_ARGUMENT,
                f"a packet has the keys {keys}; it must have session and one more, which says what it is",
            )
        return from_map(pb.ClientMessage, content)
    except RefusalError as refusal:
        return Refused(session, refusal, kinds[0][:_LONGEST_KIND] if len(kinds) == 1 else "")


def _pong(ping: Any, received: float, replied: float) -> Mapping[str, object]:
    asked = ping if isinstance(ping, dict) else {}
    return {"id": asked.get("id", 0), "sent": asked.get("sent", 0.0), "received": received, "replied": replied}


def _error(refusal: RefusalError) -> pb.Error:
    return pb.Error(code=refusal.code, message=str(refusal), session_closed=True)
