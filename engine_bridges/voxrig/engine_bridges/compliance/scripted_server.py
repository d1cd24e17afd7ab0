"""An engine-link server without a model: nasty to its client in every legal way, and failing in some."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from voxrig.engine_bridges.compliance import transcript
from voxrig.engine_bridges.compliance.line import PATIENCE
from voxrig.engine_bridges.compliance.manner import Manner
from voxrig.engine_bridges.compliance.scripted_session import ScriptedSession, whole
from voxrig.engine_bridges.link_packets import VERSION, PacketReader, fill
from voxrig.engine_bridges.wire import decode
from voxrig.v1 import performance_pb2 as pb


@dataclass(frozen=True)
class Fault:
    """How a server fails.

    Attributes:
        in_hello: it refuses the connection instead of saying hello.
        dies_after: it vanishes in the middle of the packet after so many frames.
        gives_up_after: it ends the connection with an error after so many frames.
    """

    in_hello: bool = False
    dies_after: int | None = None
    gives_up_after: int | None = None


class ScriptedServer:
    """Serves one connection in a thread of its own. Use as a context manager.

    Attributes:
        sent: what it told its client, as a puppet's lines; sessions are numbered from 1 in the order of their opening,
            since a client may have numbers of its own on the wire.
        complaints: what was wrong with what the client sent.
    """

    def __init__(self, manner: Manner | None = None, fault: Fault | None = None) -> None:
        self.sent: list[str] = []
        self.complaints: list[str] = []
        self._manner = manner or Manner()
        self._fault = fault or Fault()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(2 * PATIENCE)
        self.host, self.port = self._listener.getsockname()[:2]
        self._sessions: dict[int, ScriptedSession] = {}
        self._names: dict[int, int] = {}
        self._opened = 0
        self._kept: list[bytes] = []
        self._late: list[tuple[int, pb.ServerMessage]] = []
        self._frames = 0
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._listener, self._connection):
            if end is not None:
                with suppress(OSError):  # nobody waits
                    end.shutdown(socket.SHUT_RDWR)  # wakes whoever does
                end.close()
        self._thread.join()

    def _serve(self) -> None:
        try:
            self._connection, _ = self._listener.accept()
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.settimeout(2 * PATIENCE)
            for content in self._contents(self._connection):
                if not self._take(content):
                    break
            else:
                for number in list(self._sessions):
                    self._answer(number, self._sessions.pop(number).close(pb.CloseSession()))
            self._flush()
            self._connection.shutdown(socket.SHUT_WR)
        except OSError:
            return  # the client, or the test, has gone

    def _contents(self, connection: socket.socket) -> Iterator[dict[str, Any]]:
        reader = PacketReader()
        while data := connection.recv(1 << 16):
            yield from reader.feed(data)

    def _take(self, content: dict[str, Any]) -> bool:
        """Answer one packet of the client; return whether the connection goes on."""
        if "hello" in content:
            return self._greet(content["hello"])
        if "ping" in content:
            ping, now = content["ping"], time.monotonic()
            self._send(
                {"pong": {"id": ping.get("id", 0), "sent": ping.get("sent", 0.0), "received": now, "replied": now}}
            )
            self._flush()
            return True
        kinds = set(content) - {"session"}
        if len(kinds) != 1 or "session" not in content:
            self.complaints.append(f"a packet with the keys {sorted(content)}")
            return True
        number, kind = content["session"], kinds.pop()
        message = pb.ClientMessage()
        self._require_known(kind, content[kind])
        fill(message, content)
        if kind == "open":
            self._opened += 1
            self._names[number] = self._opened
            self._sessions[number] = ScriptedSession(message.open)
            self._tell(number, pb.ServerMessage(opened=self._sessions[number].opened))
        elif number in self._sessions:
            session = self._sessions[number] if kind != "close" else self._sessions.pop(number)
            self._answer(number, getattr(session, kind)(getattr(message, kind)))
        else:
            self.complaints.append(f"{kind} for session {number}, which is not open")
        if self._fault.gives_up_after is not None and self._frames >= self._fault.gives_up_after:
            self._give_up(13, "the script gives up")
            return False
        self._flush()
        return True

    def _greet(self, hello: Any) -> bool:
        if not isinstance(hello, dict) or hello.get("version") != VERSION:
            self.complaints.append(f"hello is {hello!r}")
        if self._fault.in_hello:
            self._give_up(12, "this version is not spoken here")
            return False
        limits = {
            "max_sessions": 8,
            "max_chunk_bytes": 1 << 20,
            "max_message_bytes": 64 << 20,
            "max_buffered_seconds": 30,
        }
        self._send({"hello": {"version": VERSION, "server": "scripted", "limits": limits}})
        self._flush()
        return True

    def _give_up(self, code: int, text: str) -> None:
        error = pb.Error(code=code, message=text, session_closed=True)
        self.sent.append(transcript.error_line(None, error))
        self._send({"error": whole(error)})

    def _require_known(self, kind: str, content: Any) -> None:
        field = pb.ClientMessage.DESCRIPTOR.fields_by_name.get(kind)
        if field is None or field.message_type is None or not isinstance(content, dict):
            self.complaints.append(f"{kind!r} is no message of a client")
        elif unknown := set(content) - set(field.message_type.fields_by_name):
            self.complaints.append(f"{kind} has the unknown keys {sorted(unknown)}")

    def _answer(self, number: int, answers: Iterator[pb.ServerMessage]) -> None:
        for message in answers:
            if message.HasField("error") and self._manner.late_errors:
                self._late.append((number, message))
                continue
            if message.HasField("event"):
                for late in self._late:
                    self._tell(*late)
                self._late.clear()
            self._tell(number, message)

    def _tell(self, number: int, message: pb.ServerMessage) -> None:
        """Send a message, and note it as lines."""
        kind = message.WhichOneof("message")
        name = self._names[number]
        if kind == "opened":
            self.sent.append(transcript.opened_line(name, message.opened))
        elif kind == "frames":
            stride = len(message.frames.values) // (4 * len(message.frames.media_samples))
            frames = decode(message.frames, stride)
            self._frames += len(frames)
            self._die_if_it_is_time({"session": number, "frames": whole(message.frames)})
            self.sent += [transcript.frame_line(name, frame) for frame in frames]
        elif kind == "event":
            self.sent.append(transcript.event_line(name, message.event))
        else:
            self.sent.append(transcript.error_line(name, message.error))
        self._send({"session": number, str(kind): whole(getattr(message, str(kind)))})

    def _die_if_it_is_time(self, content: dict[str, Any]) -> None:
        if self._fault.dies_after is None or self._frames < self._fault.dies_after:
            return
        assert self._connection is not None
        self._flush()
        data = b"".join(self._manner.packets(content))
        self._connection.sendall(data[: len(data) // 2])
        self._connection.shutdown(socket.SHUT_RDWR)
        raise OSError("died as the script says")

    def _send(self, content: dict[str, Any]) -> None:
        self._kept += self._manner.packets(content)
        if len(self._kept) >= self._manner.gather:
            self._flush()

    def _flush(self) -> None:
        assert self._connection is not None
        data, self._kept = b"".join(self._kept), []
        if self._manner.pause and data:
            time.sleep(self._manner.pause)
        size = self._manner.piece or max(1, len(data))
        for place in range(0, len(data), size):
            self._connection.sendall(data[place : place + size])
