"""A live voice over gRPC: send 20 ms of sound at a time, take frames as they come, show them with the sound.

    python examples/python/grpc_live.py samples/healer.wav --target 127.0.0.1:52000

The WAV (16 bit, mono) stands in for a microphone; the wall clock for an audio device.
"""

import argparse
import asyncio
import time
import wave

import numpy as np

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.playout import PlayoutBuffer
from voxrig.engine_bridges.wire import Frame
from voxrig.v1 import performance_pb2 as pb

CHUNK_SECONDS = 0.02
MARGIN_SECONDS = 0.03
PICTURES_A_SECOND = 60


async def speak(session: PerformSession, samples: np.ndarray, rate: int) -> None:
    """Send the samples at the pace of a microphone, then say that nothing follows."""
    chunk = int(rate * CHUNK_SECONDS)
    begun = time.monotonic()
    for first in range(0, len(samples), chunk):
        await asyncio.sleep(max(0.0, begun + (first + chunk) / rate - time.monotonic()))
        await session.send(samples[first : first + chunk])
    await session.close()  # the last frames come: those within the look-ahead of the end


async def receive(session: PerformSession, buffer: PlayoutBuffer) -> None:
    """Put frames and interruptions into the buffer until the session is over."""
    async for item in session.items():
        if isinstance(item, Frame):
            buffer.push([item])
        elif item.kind == pb.Event.INTERRUPTED:  # frames from here on are void: others come in their place
            buffer.interrupt(item.frame_index)


async def show(session: PerformSession, buffer: PlayoutBuffer, length: int, rate: int) -> None:
    """Draw the pose of what is heard now, as often as a screen does."""
    jaw = list(session.controls).index("JawOpen")
    delay = float(session.look_ahead) + CHUNK_SECONDS + 1 / PICTURES_A_SECOND + MARGIN_SECONDS
    begun = time.monotonic() + delay  # a live voice is heard this much after it was recorded
    while (heard := (time.monotonic() - begun) * rate) < length:
        pose = buffer.sample(heard)  # float32 [stride]: interpolated, held, or eased to rest
        print("\rjaw", "#" * int(40 * pose[jaw]), end=" " * 40, flush=True)
        await asyncio.sleep(1 / PICTURES_A_SECOND)


async def main() -> None:
    """Speak a file."""
    parser = argparse.ArgumentParser(description="Speak a WAV to a Voxrig server in real time.")
    parser.add_argument("wav")
    parser.add_argument("--target", default="127.0.0.1:52000")
    given = parser.parse_args()
    with wave.open(given.wav) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    async with connect(given.target) as connection:
        session = await connection.open("arkit", sample_rate=rate, options={"emotion": "joy=0.4"})
        buffer = PlayoutBuffer(len(session.controls), len(session.bones), rate)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(speak(session, samples, rate))
            tasks.create_task(receive(session, buffer))
            tasks.create_task(show(session, buffer, len(samples), rate))
    print(f"\n{buffer.counts.pushed} frames, seed {session.opened.seed}")


if __name__ == "__main__":
    asyncio.run(main())
