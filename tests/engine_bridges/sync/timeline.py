"""What is spoken and what is heard, as media time against wall time: straight pieces."""

from bisect import bisect_right
from typing import NamedTuple


class Piece(NamedTuple):
    """From wall second `start` on, the media time is `media` and runs on at `speed`, up to `end`."""

    start: float
    media: float
    speed: float
    end: float = float("inf")


class Timeline:
    """Media time at any wall time."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def add(self, piece: Piece) -> None:
        """Go on with `piece` from its start, whatever was to come."""
        while self.pieces and self.pieces[-1].start >= piece.start:
            self.pieces.pop()
        self.pieces.append(piece)

    def at(self, now: float) -> float | None:
        """Return the media time in seconds; None before the first piece."""
        place = bisect_right(self.pieces, now, key=lambda piece: piece.start)
        if place == 0:
            return None
        piece = self.pieces[place - 1]
        return piece.media + (min(now, piece.end) - piece.start) * piece.speed
