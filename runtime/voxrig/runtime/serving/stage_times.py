"""Where the time of a server's ticks goes, stage by stage."""

import time
from collections.abc import Callable
from typing import Final

STAGES: Final = (
    "ingest", "resample", "mel", "prosody", "network", "listener", "mover", "speech", "voice", "emotion", "gaze",
    "blink", "idle", "head", "body", "compose", "rig", "encode", "deliver",
)  # fmt: skip
"""The stages in the order of a frame's way; proto/README.md says what each is."""

OTHER: Final = "other"
"""What belongs to no stage: the handling of sessions around them."""


class StageTimes:
    """Sums the seconds of each stage; a `core.laps.Laps`. Written by one thread at a time.

    Args:
        on: whether anything is timed; else the seconds stay 0.
        clock: seconds.
    """

    def __init__(self, on: bool = True, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = dict.fromkeys((*STAGES, OTHER), 0.0)
        """Since the start, by stage."""
        self.laps = 0
        """How often a stage was told of, since the start: what the telling costs is so many times its price."""
        self._on = on
        self._clock = clock
        self._since = clock()

    def begin(self) -> None:
        """Let what was done until now belong to no stage and not be counted."""
        if self._on:
            self._since = self._clock()

    def clear(self) -> None:
        """Begin anew, as after a warm-up."""
        self.seconds.update(dict.fromkeys(self.seconds, 0.0))
        self.laps = 0

    def lap(self, name: str) -> None:
        """Note that what was done since the last call was stage `name`, one of `STAGES` or `OTHER`."""
        if not self._on:
            return
        now = self._clock()
        self.seconds[name] += now - self._since
        self._since = now
        self.laps += 1
