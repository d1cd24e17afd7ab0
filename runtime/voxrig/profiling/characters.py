"""What is noted of each character of a load while it speaks: only moments, so that noting costs next to nothing."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import nan
from typing import Final, Protocol

from voxrig.profiling.load_speech import VARIANTS

_SPARE: Final = 64
"""Room for frames that nobody expects, so that one too many is seen and not an error of the reading."""


@dataclass(slots=True)
class Character:
    """One character's moments, in seconds of `time.perf_counter`.

    Attributes:
        number: among all of the load, from 0.
        begun: when its speech began to be recorded; the first chunk is sent one chunk later.
        sent: by chunk, when it was handed over for sending; NaN for one that was not.
        arrived: by frame, in the order of its `Timetable`; NaN for one that did not come.
        noted: how often a moment was noted.
        error: what the server refused, in its words.
    """

    number: int
    look_ahead: Fraction = Fraction(0)
    begun: float = 0.0
    sent: list[float] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    noted: int = 0
    error: str = ""

    @property
    def variant(self) -> int:
        """Which of the load's speeches it says."""
        return self.number % VARIANTS

    def prepare(self, chunks: int, frames: int) -> None:
        """Make room for so many moments."""
        self.sent = [nan] * chunks
        self.arrived = [nan] * (frames + _SPARE)


class Line(Protocol):
    """One connection of a load, with one or many characters that are in the same game tick."""

    characters: list[Character]

    async def open(self) -> None:
        """Connect, and open the sessions; fills in `look_ahead`.

        Raises LoadError where the server refuses, OSError where there is none.
        """

    def send(self, number: int) -> None:
        """Send chunk `number` of all its characters, now."""

    @property
    def received(self) -> int:
        """Bytes that came."""

    @property
    def done(self) -> bool:
        """Whether the server has said everything it had to."""

    def stop(self) -> None:
        """Break off, whatever is under way."""
