"""Reading a profile whose parts may be missing: what was not measured is None."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

Record = Mapping[str, Any]
"""A profile, or a part of one, as its JSON has it."""

TRANSPORTS: Final = {
    "grpc": "gRPC",
    "grpc-bundled": "gRPC bundled",
    "link": "engine link",
    "link-bundled": "engine link bundled",
    "a2f": "Audio2Face",
}
"""What a reader calls each transport."""


def found(record: Record | None, *keys: str) -> Any:
    """Return what lies below `keys`, one inside the other; None where there is nothing."""
    value: Any = record
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def figure(record: Record | None, *keys: str) -> float | None:
    """Return the finite number below `keys`, None where there is none."""
    value = found(record, *keys)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def parts(record: Record | None, *keys: str) -> Sequence[Record]:
    """Return the objects of the list below `keys`, none where there is no list."""
    value = found(record, *keys)
    return [part for part in value if isinstance(part, Mapping)] if isinstance(value, Sequence) else []


def sums(record: Record | None, *keys: str) -> dict[str, float]:
    """Return the numbers below `keys` by their names, without those that are missing."""
    value = found(record, *keys)
    names = value if isinstance(value, Mapping) else ()
    told = {str(name): figure(value, name) for name in names}
    return {name: number for name, number in told.items() if number is not None}


def histogram(run: Record) -> list[tuple[float, float, float]]:
    """Return the run's latencies as (from, to, frames), milliseconds, in order.

    `bounds` are edges: a count lies between two of them. One count more at each end is what lies outside of them, and
    as many counts as bounds lie each at most at its own; what has no lower edge begins at 0, and what has no upper one
    ends where it begins.
    """
    bounds, counts = found(run, "histogram_ms", "bounds"), found(run, "histogram_ms", "counts")
    if not bounds or not counts:
        return []
    edges = [float(bound) for bound in bounds]
    if len(counts) >= len(edges):
        edges = [min(0.0, edges[0]), *edges]
    if len(counts) >= len(edges):
        edges.append(edges[-1])
    return [(low, high, float(count)) for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)]


def transport_name(part: Record) -> str:
    """Return what a reader calls the transport of a run or a capacity."""
    told = str(found(part, "transport") or "unknown transport")
    return TRANSPORTS.get(told, told)


def run_name(run: Record) -> str:
    """Return what a reader calls a run: "gRPC, 16 sessions"."""
    sessions = figure(run, "sessions")
    if sessions is None:
        return transport_name(run)
    return f"{transport_name(run)}, {sessions:.0f} session{'' if sessions == 1 else 's'}"
