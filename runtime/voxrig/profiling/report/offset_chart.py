"""How far pictures are from their sound, beside what people notice and bear (ITU-R BT.1359)."""

from collections.abc import Sequence
from typing import Final

from voxrig.profiling.record_values import Record, figure, run_name
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.escaping import label
from voxrig.profiling.report.panel import RIGHT, plain
from voxrig.profiling.report.scale import Scale
from voxrig.profiling.report.words import percent, quantity

NOTICED_MS: Final = (-125.0, 45.0)
"""Picture less sound from where on half of all people notice: the picture early, and late."""
BORNE_MS: Final = (-185.0, 90.0)
"""From where on they mind."""

_FARTHEST: Final = (-450.0, 300.0)
"""Of the scale, so that the bands stay wide; what lies beyond is told at the edge."""
_LEFT, _TOP, _ROW = 128.0, 62.0, 24.0


def offset_chart(runs: Sequence[Record], name: str = "offsets") -> Chart:
    """Return the plot of all runs, a row each."""
    title = "Picture against sound"
    told = [(run, p1, p99) for run in runs for p1, p99 in [_middle(run)] if p1 is not None and p99 is not None]
    if not told:
        return Chart(name, title, "", None)
    floor = _TOP + _ROW * len(told)
    drawing = Drawing(floor + 40)
    ends = [end for run, p1, p99 in told for end in _ends(run, p1, p99)]
    x = Scale(max(min(-220.0, *ends), _FARTHEST[0]), min(max(130.0, *ends), _FARTHEST[1]), _LEFT, RIGHT)
    for (low, high), kind in ((BORNE_MS, "borne"), (NOTICED_MS, "unseen")):
        drawing.rectangle(x.place(low), _TOP - 8, x.place(high) - x.place(low), floor - _TOP + 8, kind)
    drawing.text((x.place(-125) + x.place(45)) / 2, 22, "unnoticed", "tick", "middle")
    drawing.text((x.place(-125) + x.place(45)) / 2, 36, "−125 to +45", "tick", "middle")
    drawing.text(x.place(BORNE_MS[1]), 22, "acceptable", "tick", "end")
    drawing.text(x.place(BORNE_MS[1]), 36, "to +90", "tick", "end")
    for value in x.ticks(7):
        drawing.text(x.place(value), floor + 16, plain(value), "tick", "middle")
    drawing.line([(x.place(0), _TOP - 8), (x.place(0), floor)], "axis")
    drawing.text(RIGHT, floor + 33, "picture later than sound, ms (early is negative)", "name", "end")
    for row, (run, p1, p99) in enumerate(told):
        _row(drawing, x, _TOP + _ROW * row, run, p1, p99)
    rows = [
        (
            run_name(run),
            *(quantity(figure(run, "av_offset_ms", key), "ms") for key in ("min", "p1", "p99", "max")),
            percent(figure(run, "av_offset_ms", "within_bt1359")),
        )
        for run, _, _ in told
    ]
    words = "From the earliest to the latest picture of a run, and thick the middle 98 %, through the playout."
    return Chart(name, title, words, drawing, ("run", "min", "p1", "p99", "max", "within BT.1359"), rows)


def _row(drawing: Drawing, x: Scale, top: float, run: Record, p1: float, p99: float) -> None:
    low, high = _ends(run, p1, p99)
    drawing.text(_LEFT - 8, top + 12, label(run_name(run).removesuffix("s").replace(" session", ""), 18), "tick", "end")
    drawing.line([(x.place(low), top + 8), (x.place(high), top + 8)], "line s0")
    told = f"p1 {quantity(p1, 'ms')}, p99 {quantity(p99, 'ms')}"
    drawing.rectangle(x.place(p1), top + 3, x.place(p99) - x.place(p1), 10, "spread", told)
    drawing.dot(x.place((p1 + p99) / 2), top + 8, "dot s0", told)
    if high > x.high:
        drawing.text(x.end - 4, top + 1, f"to {quantity(high, 'ms')} →", "note", "end")
    if low < x.low:
        drawing.text(x.start + 4, top + 1, f"← from {quantity(low, 'ms')}", "note")


def _middle(run: Record) -> tuple[float | None, float | None]:
    return figure(run, "av_offset_ms", "p1"), figure(run, "av_offset_ms", "p99")


def _ends(run: Record, p1: float, p99: float) -> tuple[float, float]:
    """Least and most; the percentiles where these were not told."""
    low, high = figure(run, "av_offset_ms", "min"), figure(run, "av_offset_ms", "max")
    return p1 if low is None else low, p99 if high is None else high
