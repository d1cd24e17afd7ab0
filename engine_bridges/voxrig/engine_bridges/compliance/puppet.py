"""The reference puppet: the Python clients and playout, driven by lines on standard input.

python -m voxrig.engine_bridges.compliance.puppet HOST PORT --over grpc|link
python -m voxrig.engine_bridges.compliance.puppet --playout
"""

import argparse
import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

from voxrig.engine_bridges.compliance.live_puppet import TRANSPORTS, drive
from voxrig.engine_bridges.compliance.playout_puppet import PlayoutPuppet


def say(line: str) -> None:
    """Write one line and flush it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def play() -> int:
    """Run the playout on standard input."""
    puppet = PlayoutPuppet()
    for line in sys.stdin:
        if line.split() == ["quit"]:
            break
        if line.strip():
            for answer in puppet.obey(line):
                say(answer)
    return 0


async def lines() -> AsyncIterator[str]:
    """Yield the lines of standard input; a thread reads them, which works on every system."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[str] = asyncio.Queue()

    def tell(text: bytes) -> None:
        with suppress(RuntimeError):  # the loop has ended, and this thread with it
            loop.call_soon_threadsafe(waiting.put_nowait, text.decode())

    def read() -> None:
        rest = b""
        while data := os.read(0, 1 << 16):  # not sys.stdin: that is locked when the program ends before its input does
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                tell(line)
        tell(rest)
        tell(b"quit")

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield await waiting.get()


def main() -> int:
    """Read the command line and run; return the exit code."""
    parser = argparse.ArgumentParser(description="The reference puppet of the compliance suite.")
    parser.add_argument("host", nargs="?")
    parser.add_argument("port", nargs="?", type=int)
    parser.add_argument("--over", choices=sorted(TRANSPORTS), default="link")
    parser.add_argument("--playout", action="store_true")
    given = parser.parse_args()
    if given.playout:
        return play()
    if given.host is None or given.port is None:
        parser.error("give HOST and PORT, or --playout")
    return asyncio.run(drive(given.over, given.host, given.port, lines(), say))


if __name__ == "__main__":
    sys.exit(main())
