"""One connection to a Voxrig server over the engine link, for programs with nothing but Python's own library.

Two threads move packets; whoever owns the connection sends and polls, and never waits. The protocol is told in
proto/README.md.
"""

import queue
import socket
import struct
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .msgpack import MsgpackError, pack, unpack

VERSION = 1
MAX_PACKET = 64 << 20
QUEUED_PACKETS = 65536
EVENTS = ("UTTERANCE_ENDED", "INTERRUPTED", "CLOSED", "CUE_IGNORED", "CUE_LATE", "VISEME", "EMOTION")
"""Kinds that this version knows; those of later ones are dropped."""
_LENGTH = struct.Struct("<I")


class LinkError(ConnectionError):
    """The connection was lost, refused or never made; the text says why and what to do.

    Where the server refused it, `refusal` is its error: code, message, ...
    """

    def __init__(self, text: str, refusal: Mapping[str, Any] | None = None) -> None:
        super().__init__(text)
        self.refusal = refusal


class LinkClient:
    """A connection that is open, with the server's hello in `hello`.

    Raises LinkError where no server answers within `timeout` seconds, or it refuses.
    """

    def __init__(self, host: str, port: int, client: str = "Blender, Voxrig 0.1", timeout: float = 5.0) -> None:
        self._address = f"{host}:{port}"
        self._inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._outbox: queue.Queue[bytes | None] = queue.Queue(QUEUED_PACKETS)
        self._done = False
        self._closing = False
        self._pings: dict[int, float] = {}
        self._numbers = 0
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise LinkError(
                f"no Voxrig server answers at {self._address} ({error}): start one with `voxrig serve`; "
                "the port is its link port"
            ) from error
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(_packet({"hello": {"version": VERSION, "client": client}}))
            self._stream = self._socket.makefile("rb")
            self.hello = self._greeting()
            self._socket.settimeout(None)
        except BaseException:
            self._socket.close()
            raise
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    def next_number(self) -> int:
        """Return a number for a new session, that no other of this connection has."""
        self._numbers += 1
        return self._numbers

    def send(self, message: Mapping[str, Any]) -> None:
        """Queue one message, such as {"session": 1, "close": {}}.

        Raises LinkError after `done_writing` and where QUEUED_PACKETS wait, MsgpackError for what can't be sent.
        """
        if self._done:
            raise LinkError("nothing can be sent: this side has said that it has done writing")
        try:
            self._outbox.put_nowait(_packet(message))
        except queue.Full as error:
            raise LinkError(f"the server at {self._address} has taken nothing for long: is it stopped?") from error

    def ping(self) -> int:
        """Ask for a pong and return its id; among what `poll` returns is {"pong": {"id", "round_trip" in seconds}}."""
        number = len(self._pings) + 1
        self._pings[number] = time.monotonic()
        self.send({"ping": {"id": number, "sent": self._pings[number]}})
        return number

    def done_writing(self) -> None:
        """Say that nothing more is sent: sessions close once all that was sent is done, then the server does."""
        if not self._done:
            self._done = True
            self._outbox.put(None)

    def poll(self, timeout: float = 0.0) -> list[dict[str, Any]]:
        """Return what has come, in order; waits up to `timeout` seconds for the first.

        The last of a connection is {"finished": {}} after `done_writing`, or {"lost": {"message": ...}}.
        """
        contents = []
        with suppress(queue.Empty):
            contents.append(self._inbox.get(timeout=timeout) if timeout > 0.0 else self._inbox.get_nowait())
            while True:
                contents.append(self._inbox.get_nowait())
        return contents

    def close(self) -> None:
        """End the connection now; the server frees its sessions."""
        self._closing = True
        self._done = True
        with suppress(queue.Full):
            self._outbox.put_nowait(None)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        self._stream.close()
        self._socket.close()

    def _greeting(self) -> dict[str, Any]:
        try:
            content = self._receive()
        except (OSError, MsgpackError) as error:
            raise LinkError(f"what answers at {self._address} is no link port ({error})") from error
        if content is not None and isinstance(content.get("hello"), dict):
            hello: dict[str, Any] = content["hello"]
            return hello
        refusal = (content or {}).get("error")
        why = "the connection was closed without a word" if refusal is None else refusal.get("message")
        raise LinkError(f"the server at {self._address} refuses: {why}", refusal)

    def _receive(self) -> dict[str, Any] | None:
        """Read one packet; None at the end of the stream between packets."""
        header = self._stream.read(_LENGTH.size)
        if not header:
            return None
        size = _LENGTH.unpack(header)[0] if len(header) == _LENGTH.size else 0
        if size > MAX_PACKET:
            raise MsgpackError(f"a packet of {size} bytes is announced, the most is {MAX_PACKET}")
        payload = self._stream.read(size)
        if len(header) < _LENGTH.size or len(payload) < size:
            raise MsgpackError("the connection ended within a packet")
        content = unpack(payload)
        if not isinstance(content, dict):
            raise MsgpackError("a payload is no map")
        return content

    def _read(self) -> None:
        reason = f"the server at {self._address} closed the connection"
        refused = False
        try:
            while (content := self._receive()) is not None:
                if "pong" in content:
                    self._time(content["pong"])
                refused = refused or ("error" in content and "session" not in content)
                if "event" not in content or content["event"].get("kind") in EVENTS:
                    self._inbox.put(content)
        except MsgpackError as error:
            reason, refused = f"the answer of the server at {self._address} breaks the protocol: {error}", True
        except OSError as error:
            reason, refused = f"the connection to {self._address} broke: {error}", True
        if self._closing:
            return
        self._inbox.put({"finished": {}} if self._done and not refused else {"lost": {"message": reason}})

    def _time(self, pong: dict[str, Any]) -> None:
        sent = self._pings.get(pong.get("id", 0))
        if sent is not None:
            pong["round_trip"] = time.monotonic() - sent

    def _write(self) -> None:
        with suppress(OSError):  # the reader meets the same end, and tells why
            while (packet := self._outbox.get()) is not None:
                self._socket.sendall(packet)
            if not self._closing:
                self._socket.shutdown(socket.SHUT_WR)


def _packet(message: Mapping[str, Any]) -> bytes:
    payload = pack(dict(message))
    return _LENGTH.pack(len(payload)) + payload
