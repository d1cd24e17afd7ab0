"""The line of the viewer's page, as a browser has it, and a scrape of the metrics page."""

import asyncio
import re
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray
from talking.heard import CHUNK, RATE, SEED, Heard, Row
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

_STRIDE = 4 * 61  # bytes of a frame: ARKit's


async def viewer(port: int, audio: NDArray[np.int16]) -> Heard:
    """See `Talker`."""
    heard = Heard([[]])
    origin = f"http://127.0.0.1:{port}"
    finding = {"open_timeout": 4.0, "ping_interval": 1.0, "ping_timeout": 2.0, "close_timeout": 1.0}
    try:
        async with connect(f"ws://127.0.0.1:{port}/link", origin=origin, **finding) as socket:  # type: ignore[arg-type]
            sending = asyncio.create_task(_send(socket, audio))
            try:
                await _read(socket, heard)
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
    except (WebSocketException, OSError, EOFError, ValueError, LookupError, TypeError, AttributeError) as failure:
        heard.failure = failure
    return heard


async def _send(socket: ClientConnection, audio: NDArray[np.int16]) -> None:
    async def say(**content: Any) -> None:
        await socket.send(msgpack.packb(content))

    await say(hello={"version": 1})
    form = {"encoding": "S16LE", "sample_rate": RATE, "channels": 1}
    rate = {"numerator": 60, "denominator": 1}
    await say(session=1, open={"rig": "arkit", "frame_rate": rate, "audio": form, "seed": SEED})
    for first in range(0, len(audio), CHUNK):
        await say(session=1, audio={"first_sample": first, "samples": audio[first : first + CHUNK].tobytes()})
    await say(session=1, close={})


async def _read(socket: ClientConnection, heard: Heard) -> None:
    async for payload in socket:
        content = msgpack.unpackb(payload)
        if frames := content.get("frames"):
            for row in range(len(frames["media_samples"])):
                values = frames["values"][row * _STRIDE : (row + 1) * _STRIDE]
                heard.rows[0].append(Row(frames["first_index"] + row, values))
        elif "error" in content:
            raise ValueError(content["error"]["message"])
        elif content.get("event", {}).get("kind") == "CLOSED":
            return
    raise EOFError("the line was closed before the session was")


async def scrape(port: int, audio: NDArray[np.int16]) -> Heard:
    """Read the page of numbers: its one row is the names that are there. `audio` is not said."""
    heard = Heard([[]])
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            head, _, body = (await _all(reader)).partition(b"\r\n\r\n")
            if b" 200 " not in head.partition(b"\r\n")[0]:
                raise EOFError(f"no page: {head[:60]!r}")
            if (length := re.search(rb"(?i)content-length: (\d+)", head)) is None or int(length[1]) != len(body):
                raise EOFError(f"no whole page: {len(body)} bytes after {head!r}")
            names = b"\n".join(re.split(rb"[{ ]", line, maxsplit=1)[0] for line in body.splitlines())
            heard.rows[0].append(Row(0, names))
        finally:
            writer.close()
    except (OSError, EOFError) as failure:
        heard.failure = failure
    return heard


async def _all(reader: asyncio.StreamReader) -> bytes:
    """Read to the end. Raises EOFError where that does not come in the time that a scrape may take."""
    try:
        async with asyncio.timeout(4.0):
            return await reader.read(-1)
    except TimeoutError as error:
        raise EOFError("no answer came in time") from error
