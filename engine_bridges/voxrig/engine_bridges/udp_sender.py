"""Packets out over UDP: never waits, never raises; what could not be sent is counted."""

import logging
import socket
from dataclasses import dataclass
from typing import Final, NamedTuple

log = logging.getLogger(__name__)

_BUFFER_BYTES: Final = 1 << 20
_LONGEST_COMPLAINTS: Final = 64


class Address(NamedTuple):
    """Where packets go: a family of `socket`, and the address as its `sendto` takes it."""

    family: int
    place: tuple[str, int] | tuple[str, int, int, int]

    def __str__(self) -> str:
        host, port = self.place[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@dataclass
class SendCounts:
    """What became of packets, since the start."""

    sent: int = 0
    """Packets that the system took."""
    failed: int = 0
    """Packets that it did not take: no route, no such network, its buffer full."""


class UdpSender:
    """One socket for each address family, made when it is first needed."""

    def __init__(self) -> None:
        self.counts = SendCounts()
        self._sockets: dict[int, socket.socket] = {}
        self._complained: set[Address] = set()

    def send(self, packet: bytes | bytearray, address: Address) -> bool:
        """Send a packet; return whether the system took it. The first failure of an address is logged."""
        try:
            (self._sockets.get(address.family) or self._open(address.family)).sendto(packet, address.place)
        except OSError as error:
            self.counts.failed += 1
            if address not in self._complained and len(self._complained) < _LONGEST_COMPLAINTS:
                self._complained.add(address)
                log.warning("cannot send to %s: %s; further failures are only counted", address, error)
            return False
        self.counts.sent += 1
        return True

    def close(self) -> None:
        """Close the sockets."""
        for one in self._sockets.values():
            one.close()
        self._sockets.clear()

    def _open(self, family: int) -> socket.socket:
        opened = socket.socket(family, socket.SOCK_DGRAM)
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        self._sockets[family] = opened
        return opened
