"""The viewer's WebSocket, as the page speaks it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from typing import Any

import msgpack
from bridges.journey import Journey
from websockets.asyncio.client import ClientConnection, connect


class WebBridge:
    """One session over one WebSocket."""

    def __init__(self, socket: ClientConnection, journey: Journey) -> None:
        self.journey = journey
        self._socket = socket
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self._say(hello={"version": 1, "client": "benchmark"})
        journey = self.journey
        audio = {"encoding": "S16LE", "sample_rate": journey.rate, "channels": 1}
        opening = {
            "rig": "arkit",
            "frame_rate": {"numerator": journey.fps, "denominator": 1},
            "audio": audio,
            "seed": 7,
        }
        await self._say(session=1, open=opening)
        while "opened" not in (answer := msgpack.unpackb(await self._socket.recv())):
            assert "hello" in answer, answer
        look_ahead = answer["opened"]["look_ahead"]
        journey.look_ahead = Fraction(look_ahead["numerator"], look_ahead["denominator"])
        self._reading = asyncio.create_task(self._read())

    async def send(self, first: int, samples: bytes) -> None:
        await self._say(session=1, audio={"first_sample": first, "samples": samples})

    async def finish(self) -> None:
        await self._say(session=1, close={})
        assert self._reading is not None
        await self._reading

    async def _say(self, **content: Any) -> None:
        await self._socket.send(msgpack.packb(content))

    async def _read(self) -> None:
        async for payload in self._socket:
            content = msgpack.unpackb(payload)
            if "frames" in content:
                frames = content["frames"]
                for row in range(len(frames["media_samples"])):
                    self.journey.arrived(frames["first_index"] + row)
            elif content.get("event", {}).get("kind") == "CLOSED":
                return


@asynccontextmanager
async def web(url: str, journey: Journey) -> AsyncIterator[WebBridge]:
    """`url`: of the page, http://HOST:PORT/."""
    origin = url.rstrip("/")
    async with connect(origin.replace("http", "ws") + "/link", origin=origin) as socket:  # type: ignore[arg-type]
        bridge = WebBridge(socket, journey)
        await bridge.open()
        yield bridge
