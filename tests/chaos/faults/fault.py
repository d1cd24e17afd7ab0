"""What may be wrong with a line, one way."""

import math
from dataclasses import dataclass
from enum import Enum


class End(Enum):
    """How a direction ends before its time."""

    TRUNCATE = "both sides see an orderly end, one of them within a message"
    RESET = "both sides see a reset"
    SILENCE = "nobody is told, and nothing comes or goes any more, either way"
    HALF_CLOSE = "the receiver sees an end, the sender is not told, and the other way goes on"


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to bytes on their way; nothing by default.

    Attributes:
        delay: seconds that every segment takes.
        jitter: up to so many seconds more, drawn for each segment. TCP keeps the order: what comes behind waits.
        bytes_per_second: as fast as the line is.
        loss: share of segments that are lost. TCP sends them again `stall` seconds later, and what is behind waits.
        segment: bytes at most that travel together; 1 dribbles.
        corrupt: share of bytes that arrive with some bit turned over (TCP's checksum misses some, proxies err too), ...
        spared: ... of those after the first so many.
        at: after so many bytes the direction ends, ...
        end: ... in this way.
    """

    delay: float = 0.0
    jitter: float = 0.0
    bytes_per_second: float = math.inf
    loss: float = 0.0
    stall: float = 0.1
    segment: int = 1 << 16
    corrupt: float = 0.0
    spared: int = 0
    at: int | None = None
    end: End = End.TRUNCATE


CLEAN = Fault()


@dataclass(frozen=True, slots=True)
class Line:
    """Both ways of one connection: `up` to the server, `down` to the client."""

    up: Fault = CLEAN
    down: Fault = CLEAN
