"""How many characters a server takes: doubled until a budget breaks, then the place between halved."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

LIMIT_CPU: Final = 0.9
LIMIT_LAG: Final = 0.01
"""Of the client: beyond this share of a core, or where one of a hundred chunks is sent so many seconds late, it is the
client that could do no more, and the server is not to blame."""

_FINE: Final = 16
"""The search ends where what holds and what breaks are within a sixteenth of each other."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What must hold.

    Attributes:
        late_share: of frames that may come too late, or not at all.
        p99_ms: of the latency; None: whatever it is.
    """

    late_share: float = 0.001
    p99_ms: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.late_share < 1:
            raise ValueError(f"a share of {self.late_share:g} late frames is no budget; give 0 up to 1, such as 0.001")
        if self.p99_ms is not None and not self.p99_ms > 0:
            raise ValueError(f"a p99 of {self.p99_ms:g} ms is no budget; give more than 0")


@dataclass(frozen=True, slots=True)
class Point:
    """What so many characters gave. `limit` says which budget broke, empty where all held."""

    sessions: int
    late_share: float | None
    p99_ms: float | None
    cpu_share: float | None
    cpu_us_per_frame: float | None
    ok: bool
    limit: str = ""


@dataclass(slots=True)
class Capacity:
    """What a search found; grows while it runs.

    Attributes:
        transport: how the characters were connected.
        points: in the order in which they were measured.
        ended: why the search is over: what broke, or why it went no further.
    """

    transport: str
    points: list[Point] = field(default_factory=list)
    ended: str = ""

    @property
    def best(self) -> Point | None:
        """The most characters with which all held, none where more had broken and fewer were not tried."""
        return max((point for point in self.points if point.ok), key=lambda point: point.sessions, default=None)

    def record(self) -> dict[str, Any]:
        """Return the search as the profile has it."""
        best = self.best
        share = best.cpu_share if best is not None else None
        return {
            "transport": self.transport,
            "characters": best.sessions if best is not None else 0,
            "per_core": round(best.sessions / share, 1) if best is not None and share else None,
            "limit": self.ended,
            "points": [asdict(point) for point in sorted(self.points, key=lambda point: point.sessions)],
        }


def judged(run: dict[str, Any], budget: Budget) -> Point:
    """Return a run as a point of the search."""
    p99 = (run["latency_ms"] or {}).get("p99")
    server, limit = run["server"], broken(run, budget, p99)
    return Point(
        sessions=run["sessions"],
        late_share=run["late_share"],
        p99_ms=p99,
        cpu_share=server["cpu_share"],
        cpu_us_per_frame=server["cpu_us_per_frame"],
        ok=not limit,
        limit=limit,
    )


def broken(run: dict[str, Any], budget: Budget, p99: float | None) -> str:
    """Return which budget a run breaks, empty for none."""
    client = run["client"]
    if client["limited"] and client["cpu_share"] > LIMIT_CPU:
        return f"the client: it took {client['cpu_share']:.0%} of a core; give it more --client-processes"
    if client["limited"]:
        lag = client["lag_ms"]["p99"]
        return f"the client: it sent {lag:.0f} ms late (p99), though it had little to do: this machine is too busy"
    if not run["frames"] or run["late_share"] > budget.late_share:
        return f"late frames {run['late_share'] * 100:.2g} % > {budget.late_share * 100:.2g} %"
    if budget.p99_ms is not None and p99 is not None and p99 > budget.p99_ms:
        return f"p99 {p99:.1f} ms > {budget.p99_ms:.1f} ms"
    return ""


async def find_capacity(
    found: Capacity, measure: Callable[[int], Awaitable[Point]], first: int = 8, most: int = 2048, tries: int = 2
) -> None:
    """Search, into `found`, which has what was measured so far also when this is cancelled.

    Args:
        found: a new one.
        measure: measures so many characters.
        first: how many to begin with.
        most: how many to try at most.
        tries: how often a budget must break in a row: what else the machine does may break one once.
    """
    good, bad, sessions = 0, 0, max(1, min(first, most))
    while True:
        for _ in range(tries):
            point = await measure(sessions)
            found.points.append(point)
            if point.ok or point.late_share is None:  # refused once is refused again
                break
        if point.ok:
            good = max(good, sessions)
        else:
            bad, found.ended = sessions, point.limit
        if good >= most:
            found.ended = f"no budget broke with {most}, the most that were tried"
            return
        if bad and bad - good <= max(1, good // _FINE):
            return
        sessions = (good + bad) // 2 if bad else min(most, good * 2)
