"""A puppet on its strings: commands in, lines out as they come, and nobody waits for ever."""

import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

PATIENCE = 60.0  # seconds; what hangs fails


class Driver:
    """A running puppet; leaving the block ends it."""

    def __init__(self, puppet: Path, *arguments: str) -> None:
        self.process = subprocess.Popen([puppet, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self._coming: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def say(self, *lines: str) -> None:
        """Give commands."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def until(self, *beginnings: str) -> str:
        """Wait for a line that begins so, and return it; all lines are kept in `lines`."""
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
            if line.startswith(beginnings):
                return line
        raise AssertionError(f"the puppet ended before it said {' or '.join(beginnings)}: {self.lines[-3:]}")

    def rest(self) -> int:
        """Read to the end, and return the exit code."""
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
        return self.process.wait(PATIENCE)

    def told(self, *beginnings: str) -> list[str]:
        """Return the lines read that begin so."""
        return [line for line in self.lines if line.startswith(beginnings)]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._coming.put(line.rstrip("\n"))
        self._coming.put(None)


def audio(session: int, samples: bytes, first: int = 0, chunk: int = 320) -> Sequence[str]:
    """Return the commands that send s16le mono samples from media sample `first` on, `chunk` samples at a time."""
    return [
        f"audio {session} {first + start // 2} {samples[start : start + 2 * chunk].hex()}"
        for start in range(0, len(samples), 2 * chunk)
    ]


Puppet = Callable[..., Driver]
