"""Bytes on the wire for a character, both ways: what docs/capacity.md says of the network.

python dev.py test tests/benchmarks/test_bandwidth.py -m benchmarks -s
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb

RATE = 16_000
CHUNK = RATE // 50
SECONDS = 3
FPS = 60
BUNDLE = 32

pytestmark = pytest.mark.benchmarks


class Relay:
    """Stands between a client and a server, and counts what passes."""

    def __init__(self, port: int) -> None:
        self.up = self.down = 0
        self._port = port

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, name: str) -> None:
            while data := await source.read(1 << 16):
                setattr(self, name, getattr(self, name) + len(data))
                target.write(data)
            target.close()

        try:
            await asyncio.gather(pump(reader, far_writer, "up"), pump(far_reader, writer, "down"))
        except (OSError, asyncio.CancelledError):
            far_writer.close()
            writer.close()


@asynccontextmanager
async def relayed(port: int) -> AsyncIterator[tuple[Relay, int]]:
    relay = Relay(port)
    server = await asyncio.start_server(relay.carry, "127.0.0.1", 0)
    try:
        yield relay, int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def counted(relay: Relay, connection, count: int, rig: str, body: str) -> tuple[float, float]:
    """Bits a second of a character, up and down, in steps of a chunk as a live voice has them; without opening."""
    voice = np.random.default_rng(3).integers(-8000, 8000, RATE * SECONDS).astype(np.int16)
    sessions = [
        await connection.open(rig, RATE, encoding=pb.AudioFormat.S16LE, options={"body": body}, seed=1)
        for _ in range(count)
    ]
    frames = [aiter(session) for session in sessions]
    shown = [0] * count
    up, down = relay.up, relay.down
    for end in range(CHUNK, len(voice) + 1, CHUNK):
        for session in sessions:
            await session.send(voice[end - CHUNK : end])
        for number, session in enumerate(sessions):
            while shown[number] < due(session, end):
                await anext(frames[number])
                shown[number] += 1
    return (relay.up - up) * 8 / SECONDS / count, (relay.down - down) * 8 * FPS / sum(shown)


def due(session: PerformSession, samples: int) -> int:
    """Frames that so many samples are enough for."""
    ready = samples / RATE - float(session.look_ahead)
    return max(0, int(ready * FPS))


@asynccontextmanager
async def connected(transport: str, port: int):
    if transport == "grpc":
        async with client.connect(f"127.0.0.1:{port}") as connection:
            yield connection
    else:
        async with link_client.connect("127.0.0.1", port) as connection:
            yield connection


async def test_bytes_of_a_character() -> None:
    print("\n| rig, 60 fps | body | transport | up, kbit/s | down, kbit/s | a hundred characters, Mbit/s |")
    print("| --- | --- | --- | --- | --- | --- |")
    async with running(Settings(port=0, link_port=0)) as server:
        for rig in ("metahuman", "arkit"):
            for body in ("off", "on") if rig == "metahuman" else ("off",):
                for transport, count in (("grpc", 1), ("grpc", BUNDLE), ("link", 1), ("link", BUNDLE)):
                    port = server.port if transport == "grpc" else server.link_port
                    assert port is not None
                    async with relayed(port) as (relay, near), connected(transport, near) as connection:
                        up, down = await counted(relay, connection, count, rig, body)
                    name = {"grpc": "gRPC", "link": "engine link"}[transport] + (" bundled" if count > 1 else "")
                    total = f"{up / 1e4:.0f} up, {down / 1e4:.0f} down"
                    print(f"| {rig} | {body} | {name} | {up / 1e3:.0f} | {down / 1e3:.0f} | {total} |")
                    assert up >= RATE * 16
                    assert down >= 60 * 4 * 50 * 8
