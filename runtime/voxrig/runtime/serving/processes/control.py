"""What a parent and its processes say to each other: lines of JSON, over the child's standard input and output."""

import asyncio
import dataclasses
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from voxrig.runtime.serving.settings import Settings, load

DRAIN: Final = "drain"
"""What a parent asks: stop in good order."""
STOP: Final = "stop"
"""... stop at once."""
RELOAD: Final = "reload"
"""... load the models again."""

_READ_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a process is to do.

    Attributes:
        settings: its own, not those of the whole.
        number: which it is, from 0.
        count: how many there are.
        shared_ports: whether the others listen on its ports too.
        page_secret: of its page of numbers, which is for the parent alone; empty: it has its page as settings say.
    """

    settings: Settings
    number: int
    count: int
    shared_ports: bool
    page_secret: str = field(default="", repr=False)

    def at(self, port: int, link_port: int) -> "Assignment":
        """Return the same with these ports, 0 for any."""
        return dataclasses.replace(self, settings=dataclasses.replace(self.settings, port=port, link_port=link_port))

    def line(self) -> bytes:
        """Return the line that tells it."""
        return _line(dataclasses.asdict(self))

    @classmethod
    def read(cls, line: str | bytes) -> "Assignment":
        """Read such a line. Raises SettingsError, and ValueError for what is none."""
        try:
            told = json.loads(line)
            settings = load(None, **told["settings"])
            return cls(settings, told["number"], told["count"], told["shared_ports"], told["page_secret"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(f"{line!r:.80} is no assignment; leave starting it to voxrig serve --processes") from error


def asking(what: str) -> bytes:
    """Return the line with which a parent asks for `DRAIN`, `STOP` or `RELOAD`."""
    return _line({"ask": what})


def report(event: str, content: Mapping[str, Any]) -> None:
    """Tell the parent of an event; one that is gone hears nothing. In one thread."""
    try:
        sys.stdout.buffer.write(_line({"event": event, **content}))
        sys.stdout.buffer.flush()
    except OSError:
        pass


def lines() -> Iterator[str]:
    """Yield what the parent says, until it is gone.

    Read straight from the descriptor: Python's own stdin, held by a thread that waits, can't be closed at the end.
    """
    rest = b""
    while data := os.read(0, _READ_BYTES):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line.decode("utf-8")


def obey(told: Iterator[str], drain: Callable[[], None], stop: Callable[[], None], reload: Callable[[], None]) -> None:
    """Call what the parent asks for, in the running event loop; a parent that is gone asks for `drain`."""
    loop = asyncio.get_running_loop()

    def call(act: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(act)
        except RuntimeError:  # the loop has ended meanwhile
            return

    def read() -> None:
        acts = {STOP: stop, RELOAD: reload}
        for line in told:
            call(acts.get(json.loads(line)["ask"], drain))
        call(drain)

    threading.Thread(target=read, name="voxrig-control", daemon=True).start()


def _line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content).encode("utf-8") + b"\n"
