"""How long frames took beyond the look-ahead: the shape that percentiles are points of."""

import math
from typing import Final

from voxrig.profiling.record_values import Record, figure, histogram
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.panel import LEFT, RIGHT, Panel
from voxrig.profiling.report.scale import linear, logarithmic
from voxrig.profiling.report.words import digits, percent, quantity
from voxrig.profiling.targets import P99_MS

_AHEAD: Final = (8.0, 76.0)
"""From where to where the block is that stands for the look-ahead, which is no part of the scale."""
_BESIDE: Final = 126.0
"""Where the scale begins beside it."""
_CEILING, _FLOOR, _HEIGHT = 34.0, 222.0, 264.0


def histogram_chart(run: Record, look_ahead_ms: float | None, name: str) -> Chart:
    """Return the plot of a run; `look_ahead_ms` is what every frame waits for by design."""
    title = "Latency beyond the look-ahead"
    bins = histogram(run)
    shown = [(low, high, count) for low, high, count in bins if count > 0]
    if not shown:
        return Chart(name, title, "", None)
    frames = sum(count for _, _, count in shown)
    drawing = Drawing(_HEIGHT)
    if look_ahead_ms:
        _look_ahead(drawing, look_ahead_ms)
    left = _BESIDE if look_ahead_ms else LEFT
    bars = [_bar(low, high, count / frames, figure(run, "latency_ms", "max")) for low, high, count in shown]
    x = logarithmic([edge for low, high, _ in bars for edge in (low, high)], left, RIGHT)
    y = linear([height for _, _, height in bars], _FLOOR, _CEILING)
    panel = Panel(drawing, x, y, "% of frames in a doubling of the time", "milliseconds, logarithmic")
    for (low, high, height), (begin, end, count) in zip(bars, shown, strict=True):
        panel.bar(low, high, height, "bar", f"{_range(begin, end)}: {count:.0f} frames, {percent(count / frames)}")
    if x.low < P99_MS < x.high:
        panel.upright(P99_MS, "a frame", "target", row=3)
    for row, key in enumerate(("p50", "p90", "p99")):
        value = figure(run, "latency_ms", key)
        if value is not None and value > 0:
            panel.upright(value, f"{key} {digits(value)}", row=row)
    rows = [(_range(low, high), f"{count:.0f}", percent(count / frames)) for low, high, count in shown]
    ahead = f" on top of a look-ahead of {quantity(look_ahead_ms, 'ms')}, which is by design" if look_ahead_ms else ""
    told = f"Of {frames:.0f} frames, from the sending of the last chunk a frame needs to its arrival{ahead}."
    return Chart(name, title, told, drawing, ("latency", "frames", "share"), rows)


def _bar(low: float, high: float, share: float, most: float | None) -> tuple[float, float, float]:
    """From, to and height of a bar: its area is its share, whatever the widths of its neighbours.

    On a logarithmic scale that is percent in each doubling of the time. What begins at 0 is drawn from half its end,
    what has no end to the run's longest latency.
    """
    low, high = (low, high) if low > 0 else (high / 2, high)
    if high <= low:
        high = max(1.1 * low, most or 0.0)
    return low, high, 100 * share / math.log2(high / low)


def _range(low: float, high: float) -> str:
    return f"{low:g} to {high:g} ms" if high > low else f"over {low:g} ms"


def _look_ahead(drawing: Drawing, milliseconds: float) -> None:
    """Draw what lies before the scale: the same for all frames, so it would only squeeze what differs."""
    left, right = _AHEAD
    told = f"look-ahead {digits(milliseconds)} ms"
    drawing.rectangle(left, _CEILING, right - left, _FLOOR - _CEILING, "ahead", told)
    for row, text in enumerate(("look-ahead", f"{digits(milliseconds)} ms", "by design")):
        drawing.text((left + right) / 2, (_CEILING + _FLOOR) / 2 - 14 + 17 * row, text, "note", "middle")
    drawing.text(right + 10, (_CEILING + _FLOOR) / 2 + 3, "+", "name", "middle")
