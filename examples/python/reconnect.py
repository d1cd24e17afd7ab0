"""A character that outlives its server.

    python examples/python/reconnect.py samples/healer.wav --times 3

A connection that is lost is made again by the client itself, for as long as `resume_seconds`, and its sessions go on as
if nothing had been: no frame is lost, none comes twice. `watch` is told. What to do after that is in `say`: it connects
anew, and says the line that was cut off again; with the same seed it is the same character.
"""

import argparse
import asyncio
import wave

import numpy as np

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.reconnecting import Notice
from voxrig.engine_bridges.wire import ConnectionLostError, Frame

FIRST_WAIT = 0.25
LONGEST_WAIT = 8.0
SEED = 7


class Speaker:
    """Says lines to a server at `target`, and goes on after a lost connection; `patience` tries in a row may fail."""

    def __init__(self, target: str, patience: int = 10) -> None:
        self.target = target
        self.patience = patience
        self.losses = 0
        """Connections that were lost for good."""
        self.notices: list[str] = []
        """What the client told: "lost", "back", "resumed", "rebuilt", "ended"."""

    async def say(self, lines: list[np.ndarray], rate: int) -> list[list[Frame]]:
        """Return the frames of each line. Raises ConnectionLostError after `patience` tries without a line done."""
        said: list[list[Frame]] = []
        failed = 0
        while len(said) < len(lines):
            try:
                async with connect(self.target, watch=self._told) as connection:
                    while len(said) < len(lines):
                        session = await connection.open("arkit", sample_rate=rate, seed=SEED)
                        await session.send(lines[len(said)])
                        await session.close()
                        said.append([frame async for frame in session])
                        failed = 0
                        print(f"line {len(said)} is said", flush=True)
            except ConnectionLostError as error:
                self.losses, failed = self.losses + 1, failed + 1
                if failed == self.patience:
                    raise
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failed - 1))
                print(f"{error}; trying again in {wait:g} s", flush=True)
                await asyncio.sleep(wait)
        return said

    def _told(self, notice: Notice) -> None:
        self.notices.append(notice.kind)
        print(f"{notice.kind}: {notice.text}", flush=True)


async def main() -> None:
    """Say a file some times."""
    parser = argparse.ArgumentParser(description="Say a WAV some times, whatever becomes of the server.")
    parser.add_argument("wav")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--target", default="127.0.0.1:52000")
    given = parser.parse_args()
    with wave.open(given.wav) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    speaker = Speaker(given.target)
    said = await speaker.say([samples] * given.times, rate)
    same = all(np.array_equal(a.values, b.values) for line in said for a, b in zip(said[0], line, strict=True))
    print(f"{len(said)} lines, {sum(map(len, said))} frames, {speaker.losses} losses; same to the bit: {same}")


if __name__ == "__main__":
    asyncio.run(main())
