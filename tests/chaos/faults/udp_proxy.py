"""A UDP proxy that does to packets what bad networks do; one way, as engines are sent poses."""

import asyncio
import random
import socket
from types import TracebackType
from typing import Self

from faults.packet_lane import PacketFault, PacketLane


class UdpProxy(asyncio.DatagramProtocol):
    """Takes packets on a free port of this machine, as long as the block runs, and sends what is left to `target`."""

    def __init__(self, target: tuple[str, int], fault: PacketFault, seed: int = 0) -> None:
        self.taken = 0
        """Packets so far."""
        self._target = target
        self._lane = PacketLane(fault, random.Random(seed))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._moved = asyncio.Event()
        self._transport: asyncio.DatagramTransport

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=self._socket)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def datagram_received(self, data: bytes, address: object) -> None:
        """Send on what arrives now."""
        self.taken += 1
        self._moved.set()
        self._send(self._lane.take(data))

    async def all_of(self, count: int) -> None:
        """Wait until so many packets have come, and send on those that are late too."""
        while self.taken < count:
            self._moved.clear()
            await self._moved.wait()
        self._send(self._lane.rest())

    def _send(self, packets: list[bytes]) -> None:
        for packet in packets:
            self._transport.sendto(packet, self._target)
