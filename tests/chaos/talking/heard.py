"""What a client of any transport has of a performance when it is over, however it ended."""

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
CHUNK = 480
"""Samples sent at a time: 20 ms."""
SEED = 20


class Row(NamedTuple):
    """A frame as it came: its index and the bytes of its values."""

    index: int
    values: bytes


@dataclass
class Heard:
    """Frames of each session in the order they came; `failure`: what the client was told, None if all went well."""

    rows: list[list[Row]] = field(default_factory=list)
    failure: Exception | None = None

    def is_beginning_of(self, whole: "Heard") -> bool:
        """Whether every session has the same frames to the bit as in `whole`, as far as it came."""
        return all(
            rows == expected[: len(rows)] for rows, expected in zip(self.rows, whole.rows, strict=False)
        ) and len(self.rows) <= len(whole.rows)


class Talker(Protocol):
    """Says `audio` (int16) in every session of one connection to `port` of this machine, and closes."""

    async def __call__(self, port: int, audio: NDArray[np.int16]) -> Heard: ...
