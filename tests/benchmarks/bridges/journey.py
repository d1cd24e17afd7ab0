"""One paced clip through one bridge: when each chunk was sent, and when each frame came."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

CHUNK_MS = 20


@dataclass
class Journey:
    """Moments in seconds of the event loop's clock.

    Attributes:
        rate: of the audio, Hz.
        fps: of the frames.
        look_ahead: seconds of later audio that a frame needs.
        sent: one for each chunk of 20 ms.
        came: frame index -> when it was there.
    """

    rate: int
    fps: int
    look_ahead: Fraction = Fraction(0)
    sent: list[float] = field(default_factory=list)
    came: dict[int, float] = field(default_factory=dict)

    @property
    def chunk(self) -> int:
        """Samples sent at once."""
        return self.rate * CHUNK_MS // 1000

    def arrived(self, index: int) -> None:
        """Note a frame; the first time counts."""
        self.came.setdefault(index, asyncio.get_running_loop().time())

    def waits(self, frames: Iterable[int]) -> NDArray[np.float64]:
        """Milliseconds from sending the last sample that a frame needs to its arrival.

        Of `frames`, by their indices, as far as they do not wait for the end of the clip.
        """
        waits = []
        for index in frames:
            needed = ceil((Fraction(index, self.fps) + self.look_ahead) * self.rate)
            number = -(-max(1, needed) // self.chunk) - 1
            if number < len(self.sent):
                waits.append((self.came[index] - self.sent[number]) * 1e3)
        return np.array(waits)


class Bridge(Protocol):
    """A client of one kind, with one session open."""

    journey: Journey

    async def send(self, first: int, samples: bytes) -> None:
        """Send s16le mono audio."""

    async def finish(self) -> None:
        """Say that nothing more comes, and wait until every frame has come."""


async def travel(bridge: Bridge, samples: NDArray[np.int16]) -> Journey:
    """Send a clip in real time, and wait for the end."""
    journey, loop = bridge.journey, asyncio.get_running_loop()
    start = loop.time()
    for first in range(0, len(samples), journey.chunk):
        part = samples[first : first + journey.chunk]
        # A microphone has it no earlier.
        await asyncio.sleep(max(0.0, start + (first + len(part)) / journey.rate - loop.time()))
        journey.sent.append(loop.time())
        await bridge.send(first, part.astype("<i2").tobytes())
    await bridge.finish()
    return journey
