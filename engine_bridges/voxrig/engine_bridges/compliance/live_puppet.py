"""The Python clients on strings: commands in, a transcript out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from fractions import Fraction
from typing import NamedTuple

from voxrig.engine_bridges import link_client
from voxrig.engine_bridges.compliance import transcript
from voxrig.engine_bridges.compliance.playout_puppet import CommandError
from voxrig.engine_bridges.link_client import LinkClient, LinkError
from voxrig.engine_bridges.link_packets import VERSION
from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, SessionError
from voxrig.v1 import performance_pb2 as pb


class Greeted(NamedTuple):
    """A connection, and the line that says so."""

    connection: PerformConnection
    hello: str


@asynccontextmanager
async def over_grpc(host: str, port: int) -> AsyncIterator[Greeted]:
    """Connect by gRPC. Raises ConnectionLostError."""
    from voxrig.engine_bridges import client  # takes its time, which a puppet over the engine link need not

    async with client.connect(f"{host}:{port}", resume_seconds=0) as connection:
        yield Greeted(connection, f"hello 1 {connection.description.version}")


@asynccontextmanager
async def over_link(host: str, port: int) -> AsyncIterator[Greeted]:
    """Connect by the engine link. Raises ConnectionLostError."""
    async with link_client.connect(host, port, resume_seconds=0) as connection:
        yield Greeted(connection, f"hello {VERSION} {connection.server_version}")


TRANSPORTS: dict[str, Callable[[str, int], AbstractAsyncContextManager[Greeted]]] = {
    "grpc": over_grpc,
    "link": over_link,
}


class LivePuppet:
    """One connection with its sessions, driven by lines; `say` takes the answers as they come."""

    def __init__(self, connection: PerformConnection, say: Callable[[str], None]) -> None:
        self._connection = connection
        self._say = say
        self._sessions: dict[int, PerformSession] = {}
        self._listening: set[asyncio.Task[None]] = set()

    async def obey(self, line: str) -> bool:
        """Run a command; return whether there may be more.

        Raises CommandError for a line that is none, ConnectionLostError where the connection ends.
        """
        word, *rest = line.split()
        match word:
            case "open":
                await self._open(rest)
            case "ping":
                await self._ping()
            case "done":
                await self._connection.done_writing()
                await self._connection.finished()
                await asyncio.gather(*self._listening)
                self._say("done")
                return False
            case "quit":
                return False
            case _:
                message = _message(word, rest[1:])
                await self._send(int(rest[0]), message)
        return True

    async def _open(self, words: list[str]) -> None:
        number, rig, numerator, denominator, rate, seed, *pairs = words
        options = dict(pair.split("=", 1) for pair in pairs)
        try:
            session = await self._connection.open(
                rig,
                int(rate),
                encoding=pb.AudioFormat.S16LE,
                frame_rate=Fraction(int(numerator), int(denominator)),
                seed=int(seed),
                options=options,
            )
        except SessionError as refusal:
            self._say(transcript.refusal_line(int(number), refusal))
            return
        self._sessions[int(number)] = session
        self._say(transcript.opened_line(int(number), session.opened))
        task = asyncio.create_task(self._listen(int(number), session))
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    async def _listen(self, number: int, session: PerformSession) -> None:
        """Tell of everything that a session gets, to its end."""
        closed = False
        while not closed:
            try:
                async for item in session.items():
                    if isinstance(item, Frame):
                        self._say(transcript.frame_line(number, item))
                    else:
                        self._say(transcript.event_line(number, item))
                closed = True
            except SessionError as refusal:
                self._say(transcript.refusal_line(number, refusal))
                closed = refusal.closed
            except ConnectionLostError:
                closed = True  # told once, by whoever waits for the connection

    async def _send(self, number: int, message: pb.ClientMessage) -> None:
        if number not in self._sessions:
            raise CommandError(f"session {number} is not open")
        try:
            await self._sessions[number].send_message(message)
        except SessionError as refusal:
            self._say(transcript.refusal_line(number, refusal))

    async def _ping(self) -> None:
        if isinstance(self._connection, LinkClient):
            pong = await self._connection.ping()
            self._say(f"pong {pong.round_trip:.9f}")
        else:
            self._say("pong 0")  # gRPC has a ping of its own, which nobody sees


def _message(word: str, rest: list[str]) -> pb.ClientMessage:
    match word:
        case "audio":
            samples = bytes.fromhex(rest[1]) if len(rest) > 1 else b""
            return pb.ClientMessage(audio=pb.AudioChunk(first_sample=int(rest[0]), samples=samples))
        case "end":
            return pb.ClientMessage(end_utterance=pb.EndUtterance(tail_samples=int(rest[0])))
        case "interrupt":
            return pb.ClientMessage(interrupt=pb.Interrupt(at_sample=int(rest[0]) if rest else None))
        case "cue":
            values = {key: float(value) for key, value in (pair.split("=", 1) for pair in rest[2:])}
            return pb.ClientMessage(cue=pb.Cue(media_sample=int(rest[0]), name=rest[1], values=values))
        case "close":
            return pb.ClientMessage(close=pb.CloseSession())
    raise CommandError(f"{word!r} is no command of the puppet protocol")


async def drive(over: str, host: str, port: int, commands: AsyncIterator[str], say: Callable[[str], None]) -> int:
    """Connect, run commands until there are no more, and return the exit code: 0, or 1 where the connection was lost.

    Raises CommandError for a line that is no command.
    """
    try:
        async with TRANSPORTS[over](host, port) as (connection, hello):
            say(hello)
            puppet = LivePuppet(connection, say)
            obeying = asyncio.create_task(_obey(puppet, commands))
            ending = asyncio.create_task(connection.finished())
            try:
                await asyncio.wait((obeying, ending), return_when=asyncio.FIRST_COMPLETED)
                if obeying.done() or ending.exception() is None:
                    await obeying
                    return 0
                await ending
            finally:
                for task in (obeying, ending):
                    task.cancel()
                await asyncio.gather(obeying, ending, return_exceptions=True)
                if isinstance(connection, LinkClient) and connection.refusal is not None:
                    say(transcript.error_line(None, connection.refusal))
    except ConnectionLostError as error:
        if isinstance(error, LinkError):
            say(transcript.error_line(None, error.error))
        say(transcript.lost_line(error))
    return 1


async def _obey(puppet: LivePuppet, commands: AsyncIterator[str]) -> None:
    async for line in commands:
        if line.strip() and not await puppet.obey(line):
            return
