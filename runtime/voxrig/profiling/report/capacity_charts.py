"""How a server bears more and more sessions, until a budget breaks."""

from collections.abc import Callable, Sequence
from typing import Final

from voxrig.profiling.record_values import Record, figure, found, parts, transport_name
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.panel import LEFT, RIGHT, Panel, keys, plain
from voxrig.profiling.report.scale import Scale, linear, logarithmic
from voxrig.profiling.report.words import digits, quantity
from voxrig.profiling.targets import LATE_SHARE, P99_MS

LEAST_SHARE: Final = 1e-5
"""Late share at the floor of its plot, which is logarithmic: none is there too."""
_CEILING, _FLOOR, _HEIGHT = 48.0, 222.0, 262.0


def late_chart(record: Record) -> Chart:
    """Return the share of late frames over sessions, a line for each transport."""

    def scale(values: list[float]) -> Scale:
        return logarithmic([LEAST_SHARE, *values, 0.01], _FLOOR, _CEILING)

    title, up = "Late frames over sessions", "late frames, logarithmic"
    return _chart(record, "capacity-late", title, up, "late_share", scale, (LATE_SHARE, "budget"), _share)


def p99_chart(record: Record) -> Chart:
    """Return the last percentile of latency over sessions."""

    def scale(values: list[float]) -> Scale:
        return logarithmic(values, _FLOOR, _CEILING)

    title, up = "p99 over sessions", "latency p99, ms, logarithmic"
    return _chart(record, "capacity-p99", title, up, "p99_ms", scale, (P99_MS, "a frame"))


def cost_chart(record: Record) -> Chart:
    """Return what a character-frame costs the server over sessions."""

    def scale(values: list[float]) -> Scale:
        return linear(values, _FLOOR, _CEILING)

    title, up = "Cost over sessions", "server CPU, µs per character-frame"
    return _chart(record, "capacity-cost", title, up, "cpu_us_per_frame", scale)


def _share(value: float) -> str:
    return "none" if value <= LEAST_SHARE * 1.001 else f"{100 * value:.3g} %"


def _chart(
    record: Record,
    name: str,
    title: str,
    y_title: str,
    key: str,
    scale: Callable[[list[float]], Scale],
    limit: tuple[float, str] | None = None,
    told: Callable[[float], str] = plain,
) -> Chart:
    lines = [(one, _points(one, key)) for one in parts(record, "capacity") if parts(one, "points")]
    every = [point for _, points in lines for point in points]
    if not every:
        return Chart(name, title, "", None)
    drawing = Drawing(_HEIGHT)
    counts = sorted({sessions for sessions, _, _ in every})
    x = logarithmic(counts, LEFT, RIGHT)
    y = scale([value for _, value, _ in every] + ([limit[0]] if limit else []))
    keys(drawing, 16, [(f"s{number % 5}", transport_name(one)) for number, (one, _) in enumerate(lines)])
    panel = Panel(drawing, x, y, y_title, "sessions, logarithmic", told, _apart(counts, x))
    if limit:
        panel.level(limit[0], limit[1], "target")
    for number, (one, points) in enumerate(lines):
        kind = f"s{number % 5}"
        panel.curve([(sessions, value) for sessions, value, _ in points], kind)
        for sessions, value, ok in points:
            words = f"{transport_name(one)}, {sessions:.0f} sessions: {told(value)}"
            mark = drawing.cross if ok is False else drawing.dot
            mark(*panel.place(sessions, value), f"line {kind}" if ok is False else f"dot {kind}", words)
        held = figure(one, "characters")
        if held and x.low <= held <= x.high:
            drawing.line([(x.place(held), _FLOOR), (x.place(held), _CEILING)], f"held {kind}")
    rows = [
        (transport_name(one), f"{sessions:.0f}", told(value) if told is _share else digits(value), _verdict(ok))
        for one, points in lines
        for sessions, value, ok in points
    ]
    words = "Crosses broke a budget; the upright line of a transport is the most characters that held all of them."
    return Chart(name, title, words, drawing, ("transport", "sessions", y_title.partition(", log")[0], "budgets"), rows)


def _points(capacity: Record, key: str) -> list[tuple[float, float, bool | None]]:
    """Sessions, value and whether the budgets held, in the order of sessions."""
    told = [(figure(point, "sessions"), figure(point, key), found(point, "ok")) for point in parts(capacity, "points")]
    known = [(sessions, value, ok) for sessions, value, ok in told if sessions and value is not None]
    return sorted(known, key=lambda point: point[:2])


def _apart(counts: Sequence[float], x: Scale) -> list[float]:
    """The counts that have room for their numbers, from the smallest on."""
    kept: list[float] = []
    for count in counts:
        if not kept or x.place(count) - x.place(kept[-1]) >= 26:
            kept.append(count)
    return kept


def _verdict(ok: bool | None) -> str:
    return "not told" if ok is None else "held" if ok else "broken"


def capacity_rows(record: Record) -> list[tuple[str, ...]]:
    """Return transport, characters, characters per core and what broke, of each transport."""
    return [
        (
            transport_name(one),
            quantity(figure(one, "characters"), ""),
            quantity(figure(one, "per_core"), ""),
            str(found(one, "limit") or "not told"),
        )
        for one in parts(record, "capacity")
    ]
