"""A client that talks until it is killed: `python forever.py WAY PORT SESSIONS`; it says so once frames come."""

import asyncio
import sys

import numpy as np

from voxrig.engine_bridges import client, link_client

_RATE = 24_000


async def _talk(way: str, port: int, count: int) -> None:
    connecting = client.connect(f"127.0.0.1:{port}") if way == "grpc" else link_client.connect("127.0.0.1", port)
    audio = (np.sin(np.arange(_RATE) / 20.0) * 9000).astype(np.int16)
    async with connecting as connection:
        sessions = [await connection.open("arkit", _RATE) for _ in range(count)]
        reading = [asyncio.create_task(_read(session)) for session in sessions]
        while True:
            for start in range(0, len(audio), 480):
                for session in sessions:
                    await session.send(audio[start : start + 480].astype(np.float32) / 32768)
                await asyncio.sleep(0.02)
            assert not any(task.done() for task in reading)


async def _read(session) -> None:  # type: ignore[no-untyped-def]
    told = False
    async for _ in session:
        if not told:
            print("frames come", flush=True)
            told = True


asyncio.run(_talk(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
