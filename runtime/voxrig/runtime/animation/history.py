"""The frames a session showed last, kept so that an interruption can cut where the listener really was."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

_CHUNK: Final = 16


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """What is remembered of frames, oldest first: its every change shares what it keeps, so a long one costs no more.

    Attributes:
        full: chunks of 16 frames.
        recent: fewer than 16 frames after them.
    """

    full: tuple[tuple[T, ...], ...] = ()
    recent: tuple[T, ...] = ()

    def __len__(self) -> int:
        return _CHUNK * len(self.full) + len(self.recent)

    def __reversed__(self) -> Iterator[T]:
        yield from reversed(self.recent)
        for chunk in reversed(self.full):
            yield from reversed(chunk)

    @property
    def last(self) -> T | None:
        """The newest frame's; None before the first."""
        if self.recent:
            return self.recent[-1]
        return self.full[-1][-1] if self.full else None

    def added(self, values: list[T], limit: int) -> "History[T]":
        """Add frames; forget the oldest chunks that the newest `limit` frames don't reach into."""
        if not values:
            return self
        full, recent = self.full, (*self.recent, *values)
        while len(recent) >= _CHUNK:
            full, recent = (*full, recent[:_CHUNK]), recent[_CHUNK:]
        while full and _CHUNK * (len(full) - 1) + len(recent) >= limit:
            full = full[1:]
        return History(full, recent)

    def without(self, count: int) -> "History[T]":
        """Take back the newest `count` frames, at most all."""
        kept = len(self) - count
        if kept >= _CHUNK * len(self.full):
            return History(self.full, self.recent[: kept - _CHUNK * len(self.full)])
        chunk, rest = divmod(kept, _CHUNK)
        return History(self.full[:chunk], self.full[chunk][:rest])
