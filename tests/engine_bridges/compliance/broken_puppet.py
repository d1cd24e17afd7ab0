"""The reference puppet with one fault: `broken_puppet.py FAULT HOST PORT`, or `broken_puppet.py FAULT --playout`."""

import asyncio
import itertools
import sys

from voxrig.engine_bridges.compliance import puppet
from voxrig.engine_bridges.compliance.live_puppet import drive
from voxrig.engine_bridges.compliance.playout_puppet import PlayoutPuppet

COUNT = itertools.count(1)


def changed(fault: str, line: str) -> list[str]:
    """Return what is told in the place of a line."""
    words = line.split()
    match fault, words[0]:
        case "loses frames", "frame":
            return [] if next(COUNT) % 7 == 0 else [line]
        case "tells frames twice", "frame":
            return [line, line]
        case "other values", "frame":
            return [" ".join((*words[:-1], "00000000"))]
        case "tells frames late", "frame":
            late.append(line)
            return []
        case "tells frames late", "event":
            told, late[:] = [*late], []
            return [line, *told]
        case "no errors", "error":
            return []
        case "samples in 32 bits", "frame" | "event":
            return [" ".join(str(int(word) % 2**32) if word.isdecimal() else word for word in words)]
        case "done for lost", "lost":
            return ["done"]
        case "silent", "lost":
            return []
        case "rounds", "shown":
            return [f"{words[0]} {float(words[1]) + 1.0!r} {' '.join(words[2:])}"]
        case "miscounts", "counts":
            return [line + "1"]
        case "takes all", "refused":
            return []
    return [line]


late: list[str] = []


def main() -> int:
    fault, *rest = sys.argv[1:]

    def say(line: str) -> None:
        for told in changed(fault, line):
            puppet.say(told)

    if rest == ["--playout"]:
        playout = PlayoutPuppet()
        for line in sys.stdin:
            if line.strip() == "quit":
                break
            for answer in playout.obey(line):
                say(answer)
        return 0
    code = asyncio.run(drive("link", rest[0], int(rest[1]), puppet.lines(), say))
    return 3 if fault == "ends badly" else code


if __name__ == "__main__":
    sys.exit(main())
