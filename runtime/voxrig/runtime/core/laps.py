"""Where the time of a stream goes: what is timed says what it has done; whoever owns a clock reads it."""

from typing import Final, Protocol


class Laps(Protocol):
    """Is told of each part of the work once it is done.

    Nothing that a stream computes depends on it, and core, models and animation never read a clock themselves.
    """

    def lap(self, name: str) -> None:
        """Note that what was done since the last call was `name`."""


class _NoLaps:
    """Takes no notice."""

    def lap(self, name: str) -> None:
        """Do nothing."""


NO_LAPS: Final[Laps] = _NoLaps()
"""For those who don't ask where the time goes."""
