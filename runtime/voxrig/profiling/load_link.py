"""A connection of a load over the engine link, with one or many sessions."""

import asyncio
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import msgpack

from voxrig.engine_bridges.link_packets import VERSION, contents, packet
from voxrig.profiling.address import dialled
from voxrig.profiling.characters import Character
from voxrig.profiling.load_messages import link_packets, opening
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.session_line import SessionLine


class LinkLine(SessionLine, asyncio.Protocol):
    """Sessions 1, 2, ... of one link.

    Args:
        target: "host:port" of the engine link.
        characters: who speaks on it.
        speech: what they say.
        messages: of each variant, what is sent with each chunk, without the session.
        token: that it shows; empty: none.
    """

    def __init__(
        self,
        target: str,
        characters: Sequence[Character],
        speech: LoadSpeech,
        messages: dict[int, list[tuple[bytes, ...]]],
        token: str = "",
    ) -> None:
        super().__init__(target, characters, speech, messages)
        self._shown = {"token": token} if token else {}
        self._transport: asyncio.Transport | None = None
        self._in = bytearray()
        self.received = 0

    async def open(self) -> None:
        """Connect, say hello, and open all sessions."""
        self._opened = asyncio.get_running_loop().create_future()
        await dialled(self._target, self)
        rate, load = self._speech.rate, self._speech.load
        packets = [packet({"hello": {"version": VERSION, "client": "voxrig profile", **self._shown}})]
        for place, one in enumerate(self.characters):
            packets.append(packet({"session": place + 1, "open": contents(opening(load, rate, one.number))}))
        self._write(b"".join(packets))
        await self._opened

    def send(self, number: int) -> None:
        """Send chunk `number` of all characters."""
        now = time.perf_counter()
        self._write(b"".join([link_packets(place + 1, chunks[number]) for place, chunks in enumerate(self._messages)]))
        if self._sent(number, now):
            self._write(b"".join(packet({"session": place + 1, "close": {}}) for place in range(len(self.characters))))

    def stop(self) -> None:
        """Break off."""
        self._lost = True
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell whoever waits."""
        self._ended_early("connection", "connection: is it a Voxrig server's engine link?")

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        now = time.perf_counter()
        self.received += len(data)
        waiting = self._in
        waiting += data
        at, count = 0, len(waiting)
        while count - at >= 4:
            end = at + 4 + int.from_bytes(waiting[at : at + 4], "little")
            if count < end:
                break
            self._heard(msgpack.unpackb(waiting[at + 4 : end]), now)
            at = end
        del waiting[:at]

    def _heard(self, content: dict[str, Any], now: float) -> None:
        frames = content.get("frames")
        if frames is None:
            self._other(content)
            return
        self._came(content["session"], frames["first_index"], len(frames["media_samples"]), now)

    def _other(self, content: dict[str, Any]) -> None:
        error = content.get("error")
        if "session" not in content:
            if error is not None:
                self._refused(str(error["message"]))
            return
        if (opened := content.get("opened")) is not None:
            ahead = opened["look_ahead"]
            self._has_opened(content["session"], Fraction(ahead["numerator"], ahead["denominator"]))
        elif error is not None:
            self._failed(content["session"], str(error["message"]), bool(error["session_closed"]))
        elif content.get("event", {}).get("kind") == "CLOSED":
            self._closed += 1

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)
