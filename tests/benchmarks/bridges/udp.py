"""Live Link Face and VMC: frames over UDP, while the audio goes in over gRPC.

A packet is told by the shapes in it: it has those of the frame that the session sends to its client as well.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from bridges.journey import Journey
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.v1 import performance_pb2 as pb

SHAPES = 52
Heard = list[tuple[float, bytes]]
"""Packets, and when they came."""


def livelink_shapes(heard: Heard) -> Iterator[tuple[float, bytes]]:
    """Yield when each packet came, and its 52 shapes as little-endian float32 in the order of the rig."""
    for moment, packet in heard:
        values = struct.unpack_from(f">{SHAPES}f", packet, len(packet) - 4 * 61)
        yield moment, struct.pack(f"<{SHAPES}f", *values)


def vmc_shapes(heard: Heard) -> Iterator[tuple[float, bytes]]:
    """The same of the bundles that make a frame, with the moment of its last."""
    values: list[float] = []
    for moment, packet in heard:
        for message in OscBundle(packet):
            if message.address == "/VMC/Ext/Blend/Val":
                values.append(message.params[1])
            elif message.address == "/VMC/Ext/Blend/Apply":
                yield moment, struct.pack(f"<{SHAPES}f", *values)
                values.clear()


class _Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: Heard = []

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard.append((asyncio.get_running_loop().time(), data))


Shapes = Callable[[Heard], Iterator[tuple[float, bytes]]]


class UdpBridge:
    """A session whose frames are taken from a UDP socket."""

    def __init__(self, session: PerformSession, journey: Journey, ear: _Ear, shapes: Shapes) -> None:
        self.journey = journey
        self._session = session
        self._ear = ear
        self._shapes = shapes
        self._frames: dict[bytes, int] = {}
        self._reading = asyncio.create_task(self._drain())

    async def send(self, first: int, samples: bytes) -> None:
        await self._session.send(samples)

    async def finish(self) -> None:
        await self._session.close()
        await self._reading
        await asyncio.sleep(0.5)  # what the sender still paces out
        for moment, shapes in self._shapes(self._ear.heard):
            if shapes in self._frames:
                self.journey.came.setdefault(self._frames[shapes], moment)

    async def _drain(self) -> None:
        async for frame in self._session:
            self._frames.setdefault(frame.values[:SHAPES].tobytes(), frame.index)


@asynccontextmanager
async def udp(target: str, journey: Journey, option: str) -> AsyncIterator[UdpBridge]:
    """`option`: livelink or vmc."""
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(_Ear, local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    try:
        async with connect(target) as client:
            options = {option: f"127.0.0.1:{port}"}
            session = await client.open("arkit", journey.rate, encoding=pb.AudioFormat.S16LE, seed=7, options=options)
            journey.look_ahead = session.look_ahead
            yield UdpBridge(session, journey, ear, vmc_shapes if option == "vmc" else livelink_shapes)
    finally:
        transport.close()
