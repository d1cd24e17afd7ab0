"""The same sessions over the engine link: two characters on one connection, cues, and how far away the server is.

python examples/python/link_live.py samples/healer.wav samples/gatekeeper.wav --port 52001
"""

import argparse
import asyncio
import wave

import numpy as np

from voxrig.engine_bridges.link_client import LinkClient, connect


async def character(connection: LinkClient, path: str, emotion: str) -> str:
    """Say a file as fast as the server can, look to a side in the middle; tell what came."""
    with wave.open(path) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    session = await connection.open("arkit", sample_rate=rate)
    # Cues go by media samples, so it does not matter when they are sent, if it is before the sound of their time.
    await session.cue("emotion", 0, {emotion: 0.7})
    await session.cue("gaze", len(samples) // 2, {"yaw": 20, "hold": 1.0})
    await session.send(samples)
    await session.close()
    frames = [frame async for frame in session]
    return f"{path}: {len(frames)} frames of {len(session.controls)} curves, {emotion}"


async def main() -> None:
    """Have each file said by a character of its own."""
    parser = argparse.ArgumentParser(description="Have WAVs said by as many characters.")
    parser.add_argument("wavs", nargs="+")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=52001, help="of the engine link: gRPC's and one")
    given = parser.parse_args()
    emotions = ["joy", "anger", "surprise", "sadness"]
    async with connect(given.host, given.port) as connection:
        pong = await connection.ping()
        print(f"the server is {1000 * pong.round_trip:.1f} ms away, there and back")
        told = await asyncio.gather(
            *(character(connection, path, emotions[n % len(emotions)]) for n, path in enumerate(given.wavs))
        )
    print("\n".join(told))


if __name__ == "__main__":
    asyncio.run(main())
