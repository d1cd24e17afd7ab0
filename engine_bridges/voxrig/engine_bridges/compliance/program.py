"""A puppet: the program under test, driven by lines on its standard input."""

import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence

from voxrig.engine_bridges.compliance.line import PATIENCE
from voxrig.engine_bridges.compliance.rule import RuleBrokenError

REFERENCE = (sys.executable, "-m", "voxrig.engine_bridges.compliance.puppet")
"""The Python clients as a puppet."""
_STARTING = 60.0
"""Seconds in which a program must say its first line: engines take their time."""


class Program:
    """A running puppet. What it has told so far is in `told`."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start it. Raises OSError where there is no such program."""
        self.told: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                encoding="utf-8",
                errors="replace",
            )
        except OSError:
            self._errors.close()
            raise
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def say(self, *lines: str) -> None:
        """Give commands. What a program does not take because it has ended is told by what it does not answer."""
        assert self._process.stdin is not None
        try:
            for line in lines:
                self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except OSError:
            return

    def answer(self, *words: str) -> str:
        """Wait for a line that begins with these words, and return it. Raises RuleBrokenError where none comes."""
        wanted = list(words)
        while True:
            line = self._next(f"{' '.join(words)!r}")
            if line.split()[: len(wanted)] == wanted:
                return line

    def finish(self) -> int:
        """Read to the end of the program, and return its exit code. Raises RuleBrokenError where it does not end."""
        try:
            while True:
                self._next("its end")
        except _EndedError:
            pass
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise RuleBrokenError("the program closed its output and does not end") from None

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except OSError:
                continue  # what was still to be written to a program that has ended
        self._errors.close()

    def _next(self, what: str) -> str:
        try:
            line = self._lines.get(timeout=PATIENCE if self.told else _STARTING)
        except queue.Empty:
            raise RuleBrokenError(f"the program did not say {what}; {self._last()}") from None
        if line is None:
            self._lines.put(None)
            raise _EndedError(f"the program ended before it said {what}; {self._last()}")
        self.told.append(line)
        return line

    def _last(self) -> str:
        """Say what the program told last, and what it complained of."""
        self._errors.seek(0)
        complaint = self._errors.read().decode("utf-8", "replace").strip()
        said = f"its last line was {self.told[-1]!r:.300}" if self.told else "it said nothing"
        return said + (f"; on stderr: {complaint[-500:]!r}" if complaint else "")

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip():
                self._lines.put(line.strip())
        self._lines.put(None)


class _EndedError(RuleBrokenError):
    """The program has ended."""
