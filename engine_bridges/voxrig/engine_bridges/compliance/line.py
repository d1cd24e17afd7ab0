"""A bare connection to a server, to which anything can be said: over gRPC or the engine link."""

import queue
import socket
import threading
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import grpc

from voxrig.engine_bridges.compliance.rule import RuleBrokenError
from voxrig.engine_bridges.link_packets import VERSION, PacketReader, contents, packet, server_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

PATIENCE = 30.0
"""Seconds; whatever takes longer is taken for broken."""
_RESPONSE_BYTES = 64 << 20


class Line(ABC):
    """Messages of the client out, those of the server in, sorted by session."""

    def __init__(self) -> None:
        self._incoming: queue.Queue[pb.ServerMessage | str | None] = queue.Queue()
        self._waiting: dict[int, deque[pb.ServerMessage]] = defaultdict(deque)
        self._end: str | None = None
        self._is_over = False

    @abstractmethod
    def send(self, *messages: pb.ClientMessage) -> None:
        """Send messages in one go."""

    @abstractmethod
    def done_writing(self) -> None:
        """Say that nothing more comes; answers are still read."""

    @abstractmethod
    def drop(self) -> None:
        """Break the connection off, and free what it took."""

    def next(self, session: int) -> pb.ServerMessage:
        """Wait for the next message to a session. Raises RuleBrokenError where none comes."""
        while not self._waiting[session]:
            if self._is_over:
                raise RuleBrokenError(f"the connection has ended ({self._end or 'in good order'})")
            self._pull(f"nothing came for session {session} within {PATIENCE:g} s")
        return self._waiting[session].popleft()

    def end(self) -> None:
        """Wait until the server ends the connection in good order. Raises RuleBrokenError where it does otherwise."""
        while not self._is_over:
            self._pull(f"the server did not end the connection within {PATIENCE:g} s of its last answer")
        if self._end:
            raise RuleBrokenError(f"the connection did not end in good order: {self._end}")

    def rest(self, session: int) -> list[pb.ServerMessage]:
        """Return what came for a session and was not taken."""
        return list(self._waiting[session])

    def _pull(self, late: str) -> None:
        try:
            message = self._incoming.get(timeout=PATIENCE)
        except queue.Empty:
            raise RuleBrokenError(late) from None
        if isinstance(message, pb.ServerMessage):
            self._waiting[message.session].append(message)
        else:
            self._end, self._is_over = message, True


class GrpcLine(Line):
    """A `Perform` call."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self._requests: queue.SimpleQueue[pb.PerformRequest | None] = queue.SimpleQueue()
        self._channel = grpc.insecure_channel(target, [("grpc.max_receive_message_length", _RESPONSE_BYTES)])
        stub: Any = rpc.VoxrigStub(self._channel)  # type: ignore[no-untyped-call]
        self._call = stub.Perform(iter(self._requests.get, None))
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, *messages: pb.ClientMessage) -> None:
        """Send one request with all of them."""
        self._requests.put(pb.PerformRequest(messages=messages))

    def done_writing(self) -> None:
        """Half-close the call."""
        self._requests.put(None)

    def drop(self) -> None:
        """Cancel the call."""
        self._call.cancel()
        self._requests.put(None)
        self._channel.close()

    def _read(self) -> None:
        try:
            for response in self._call:
                for message in response.messages:
                    self._incoming.put(message)
            self._incoming.put(None)
        except grpc.RpcError as error:
            self._incoming.put(f"{self._call.code().name}: {error}" if self._call.code() else str(error))


class RawLink:
    """A socket of the engine link: bytes out, contents of packets in."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._contents = self._read()

    def send(self, *contents: dict[str, Any]) -> None:
        """Send packets in one go."""
        self.socket.sendall(b"".join(map(packet, contents)))

    def greet(self) -> dict[str, Any]:
        """Say hello; return what the server says."""
        self.send({"hello": {"version": VERSION, "client": "compliance suite"}})
        return self.next()

    def next(self) -> dict[str, Any]:
        """Return the content of the next packet. Raises RuleBrokenError where the connection ends or none comes."""
        try:
            return next(self._contents)
        except StopIteration:
            raise RuleBrokenError("the server closed the connection") from None
        except TimeoutError:
            raise RuleBrokenError(f"no packet came within {PATIENCE:g} s") from None

    def refusal(self) -> dict[str, Any]:
        """Wait for the error of the connection, and for the server to close it; return the error."""
        told: dict[str, Any] = {}
        try:
            for content in self._contents:
                if "error" in content and "session" not in content:
                    told = content["error"]
        except TimeoutError:
            raise RuleBrokenError(f"the server did not close the connection within {PATIENCE:g} s") from None
        except ConnectionError:
            pass  # closed with what it had not read: a reset
        if not told:
            raise RuleBrokenError("the server closed the connection without an error packet that has no session")
        return told

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def __enter__(self) -> "RawLink":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> Iterator[dict[str, Any]]:
        reader = PacketReader()
        while data := self.socket.recv(1 << 16):
            yield from reader.feed(data)


class LinkLine(Line):
    """An engine-link connection after its hello."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._raw = RawLink(host, port)
        answer = self._raw.greet()
        if "hello" not in answer:
            self._raw.close()
            raise RuleBrokenError(f"the server's first packet is {answer!r:.200}, not its hello")
        self._raw.socket.settimeout(None)
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, *messages: pb.ClientMessage) -> None:
        """Send a packet for each."""
        self._raw.send(*({"session": message.session, **contents(message)} for message in messages))

    def done_writing(self) -> None:
        """Half-close the connection."""
        self._raw.socket.shutdown(socket.SHUT_WR)

    def drop(self) -> None:
        """Close the socket, whatever is under way."""
        with suppress(OSError):  # ended by the server already
            self._raw.socket.shutdown(socket.SHUT_RDWR)  # wakes the reading thread
        self._raw.close()

    def _read(self) -> None:
        try:
            while True:
                content = self._raw.next()
                if "session" in content:
                    message = server_message(content)
                    if message is not None:
                        self._incoming.put(message)
                elif "error" in content:
                    self._incoming.put(f"the server says {content['error'].get('message')!r}")
        except RuleBrokenError:
            self._incoming.put(None)
        except (OSError, ValueError) as error:
            self._incoming.put(str(error))
