"""A client in any language, through its puppet: a program that is driven by lines of text."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from fractions import Fraction

from bridges.journey import Journey


class PuppetBridge:
    """Session 1 of a running puppet."""

    def __init__(self, process: asyncio.subprocess.Process, journey: Journey) -> None:
        self.journey = journey
        self._process = process
        self._reading: asyncio.Task[None] | None = None

    async def open(self, rig: str, options: Sequence[str]) -> None:
        journey = self.journey
        self._say(f"open 1 {rig} {journey.fps} 1 {journey.rate} 7 {' '.join(options)}")
        while (words := await self._line())[0] != "opened":
            assert words[0] == "hello", words
        journey.look_ahead = Fraction(int(words[9]), int(words[10]))
        self._reading = asyncio.create_task(self._read())

    async def send(self, first: int, samples: bytes) -> None:
        self._say(f"audio 1 {first} {samples.hex()}")

    async def finish(self) -> None:
        self._say("close 1")
        self._say("done")
        assert self._reading is not None
        await self._reading

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.strip().encode() + b"\n")

    async def _line(self) -> list[str]:
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode().split()
        assert line, "the puppet has ended"
        return line

    async def _read(self) -> None:
        while (words := await self._line())[0] != "done":
            assert words[0] in {"frame", "event"}, words
            if words[0] == "frame":
                self.journey.arrived(int(words[3]))


@asynccontextmanager
async def puppet(
    command: Sequence[str], journey: Journey, rig: str = "arkit", options: Sequence[str] = ()
) -> AsyncIterator[PuppetBridge]:
    """Start the puppet of `command` (program, arguments, host and port) and open a session."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=1 << 20)
    bridge = PuppetBridge(process, journey)
    try:
        await bridge.open(rig, options)
        yield bridge
    finally:
        if process.returncode is None:
            process.kill()
            with suppress(TimeoutError):  # a program that it started may hold the pipe
                await asyncio.wait_for(process.wait(), 5.0)
