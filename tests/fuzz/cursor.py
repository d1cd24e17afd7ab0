"""Bytes read as choices, so that a fuzzer's bytes become something with a structure. Any bytes will do."""

import struct
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Cursor:
    """Reads from the front; behind the end everything is 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def more(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        found = self._data[self._at : self._at + count]
        self._at += count
        return found

    def rest(self) -> bytes:
        return self.take(max(0, len(self._data) - self._at))

    def whole(self, size: int) -> int:
        """An unsigned number of `size` bytes."""
        return int.from_bytes(self.take(size), "little")

    def below(self, limit: int) -> int:
        return self.whole(1 if limit <= 256 else 4) % limit

    def choice(self, ring: Sequence[T]) -> T:
        return ring[self.below(len(ring))]

    def float32(self) -> float:
        return float(struct.unpack("<f", self.take(4).ljust(4, b"\0"))[0])

    def text(self) -> str:
        return self.take(self.below(64)).decode("utf-8", "replace")
