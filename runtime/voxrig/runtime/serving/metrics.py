"""What a server counts about itself. Written by one thread at a time; a snapshot is plain numbers, for any thread."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from grpc import StatusCode

from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.serving.census import Census, none_each
from voxrig.runtime.serving.histogram import SIZES, Histogram
from voxrig.runtime.serving.load import Load
from voxrig.runtime.serving.stage_times import StageTimes
from voxrig.runtime.serving.usage import Usage
from voxrig.v1 import performance_pb2 as pb

_REFUSALS: Final = (
    *(StatusCode.INVALID_ARGUMENT, StatusCode.NOT_FOUND, StatusCode.ALREADY_EXISTS, StatusCode.RESOURCE_EXHAUSTED),
    *(StatusCode.FAILED_PRECONDITION, StatusCode.OUT_OF_RANGE, StatusCode.UNAVAILABLE, StatusCode.INTERNAL),
    *(StatusCode.DEADLINE_EXCEEDED, StatusCode.ABORTED, StatusCode.UNKNOWN),
)
_CODES: Final = {code.value[0]: code.name for code in _REFUSALS}
_COUNTERS: Final = (
    *("connections", "connections_congested", "sessions", "sessions_opened", "sessions_refused", "sessions_shed"),
    *("sessions_parked", "sessions_resumed"),
    *("unauthenticated", "load", "ticks", "rows", "frames", "late", "interruptions", "errors"),
)
_HISTOGRAMS: Final = ("tick_ms", "batch", "queue_ms", "wait_ms")


def _no_code() -> dict[str, int]:
    return dict.fromkeys(_CODES.values(), 0)


PATIENCE: Final = 2.0 / STEP_RATE
"""Seconds after it was due from which a step is late."""


@dataclass
class Metrics:
    """A server's counters and timings; proto/README.md says what each means.

    Attributes:
        opened: sessions in all, by transport.
        refused: sessions that were refused, by the name of the status code.
        codes: errors that clients were told, by the name of the status code; those of refused sessions too.
        times: of the stages of ticks, since the start.
        census: counts who is served now.
        strangers: counts those who were not let in.
        busy: how busy the tick loop is with what is due, and what it refused therefore.
    """

    connections: int = 0
    sessions: int = 0
    sessions_opened: int = 0
    sessions_resumed: int = 0
    ticks: int = 0
    rows: int = 0
    frames: int = 0
    late: int = 0
    interruptions: int = 0
    errors: int = 0
    opened: dict[str, int] = field(default_factory=none_each)
    refused: dict[str, int] = field(default_factory=_no_code)
    codes: dict[str, int] = field(default_factory=_no_code)
    tick_ms: Histogram = field(default_factory=Histogram)
    batch: Histogram = field(default_factory=lambda: Histogram(SIZES))
    queue_ms: Histogram = field(default_factory=Histogram)
    wait_ms: Histogram = field(default_factory=Histogram)
    times: StageTimes = field(default_factory=StageTimes)
    usage: Usage = field(default_factory=Usage)
    census: Callable[[], Census] = Census
    strangers: Callable[[], int] = int
    busy: Load = field(default_factory=Load)

    @property
    def sessions_refused(self) -> int:
        """Sessions that were refused, whatever the reason."""
        return sum(self.refused.values())

    @property
    def sessions_shed(self) -> int:
        """Of the refused ones, those for which the server was too busy."""
        return self.busy.shed

    @property
    def unauthenticated(self) -> int:
        """Calls and connections that were refused for want of a good token or certificate."""
        return self.strangers()

    @property
    def load(self) -> float:
        """How busy the tick loop is with what is due in real time: 1 is as busy as can be."""
        return self.busy.share

    @property
    def sessions_parked(self) -> int:
        """Sessions that wait now for a client that was lost."""
        return self.census().parked

    @property
    def connections_congested(self) -> int:
        """Connections whose sessions rest now because their client does not read."""
        return self.census().congested

    def answered(self, answer: pb.ServerMessage, transport: str) -> None:
        """Count an answer to a client that came by `transport`."""
        kind = answer.WhichOneof("message")
        if kind == "frames":
            self.frames += len(answer.frames.media_samples)
        elif kind == "event":
            self.interruptions += answer.event.kind == pb.Event.INTERRUPTED
        elif kind == "opened":
            self.sessions_opened += 1
            self.opened[transport] += 1
        elif kind == "resumed":
            self.sessions_resumed += 1
        elif kind == "error":
            code = _CODES.get(answer.error.code, StatusCode.UNKNOWN.name)
            self.errors += 1
            self.codes[code] += 1
            self.refused[code] += answer.error.refused == "open"

    def snapshot(self) -> dict[str, float]:
        """Return every number by its name."""
        numbers = {name: float(getattr(self, name)) for name in _COUNTERS}
        for name in _HISTOGRAMS:
            numbers |= getattr(self, name).snapshot(name)
        numbers |= {f"stage_{stage}_seconds": seconds for stage, seconds in self.times.seconds.items()}
        numbers["stage_laps"] = float(self.times.laps)
        return numbers | self.usage.snapshot()


class Punctuality:
    """Tells which model steps of one session came late.

    A step is due when its audio came, or one step after the step before it was due, whichever is later. So a client in
    real time has each step due at once, and a clip sent in one piece is due as it would be played. Late is what comes
    more than `PATIENCE` after that: about what a client's playout allows for.
    """

    def __init__(self) -> None:
        self._arrivals: deque[tuple[int, float]] = deque()
        self._pending = 0
        self._due = float("-inf")  # of the next step, at the earliest
        self.wait = 0.0
        """Seconds from the arrival of the last step's audio to its result."""
        self.behind = 0.0
        """Seconds from when the last step was due to its result; below 0 ahead of its time."""

    def heard(self, pending: int, now: float) -> None:
        """Note that `pending` steps are ready after a message that arrived at `now` seconds."""
        if pending < self._pending:  # an interruption threw the old ones away
            self._arrivals.clear()
            self._pending = 0
            self._due = float("-inf")
        if pending > self._pending:
            self._arrivals.append((pending - self._pending, now))
            self._pending = pending

    def due(self, until: float, most: int) -> int:
        """Return how many of the steps that are ready are due by `until` seconds, of the first `most`."""
        count, due = 0, self._due
        for steps, arrival in self._arrivals:
            for _ in range(steps):
                due = max(arrival, due)
                if count == most or due > until:
                    return count
                count += 1
                due += 1.0 / STEP_RATE
        return count

    def done(self, now: float) -> tuple[float, bool]:
        """Note that one step is computed; return the seconds since its audio came, and whether it is late."""
        if not self._arrivals:
            self.behind = 0.0
            return 0.0, False
        steps, arrival = self._arrivals[0]
        if steps > 1:
            self._arrivals[0] = (steps - 1, arrival)
        else:
            self._arrivals.popleft()
        self._pending -= 1
        due = max(arrival, self._due)
        self._due = due + 1.0 / STEP_RATE
        self.wait, self.behind = now - arrival, now - due
        return self.wait, now > due + PATIENCE
