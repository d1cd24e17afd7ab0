"""The way of a mean frame, from the sound that it needs to the screen: where its time goes."""

from typing import Final

from voxrig.profiling.record_values import Record, figure, found, parts
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.escaping import label
from voxrig.profiling.report.panel import RIGHT, plain
from voxrig.profiling.report.scale import linear
from voxrig.profiling.report.words import digits, quantity

CHOSEN: Final = ("look-ahead", "chunk", "playout")
"""What a frame waits for because client and model chose so; the rest is work and transport, and is shown enlarged."""
_LEFT: Final = 104.0
_RIGHT: Final = 490.0
_ROW: Final = 18.0
_TOP: Final = 108.0

Stage = tuple[str, float]


def waterfall_chart(run: Record, look_ahead_ms: float | None, name: str) -> Chart:
    """Return the plot of a run; the look-ahead of the settings stands in where the run doesn't tell it."""
    title = "The way of a mean frame"
    stages = waterfall(run, look_ahead_ms)
    if not stages:
        return Chart(name, title, "", None)
    whole = sum(ms for _, ms in stages)
    way = [(stage, ms) for stage, ms in stages if stage not in CHOSEN]
    drawing = Drawing(_TOP + _ROW * len(way) + 40)
    _bar(drawing, stages)
    _steps(drawing, way)
    told = (
        f"From sound to screen {quantity(whole, 'ms')}, of which {quantity(sum(ms for _, ms in way), 'ms')} are work "
        "and transport, enlarged; what is dashed is waited by choice of the client and the model."
    )
    rows, at = [], 0.0
    for stage, ms in stages:
        rows.append((stage, f"{at:.3f}", f"{ms:.3f}"))
        at += ms
    return Chart(name, title, told, drawing, ("stage", "begins, ms", "takes, ms"), rows)


def waterfall(run: Record, look_ahead_ms: float | None = None) -> list[Stage]:
    """Return the stages of a mean frame and their milliseconds, in order, the look-ahead first where it is known."""
    told = [(str(found(part, "stage") or "not told"), figure(part, "ms")) for part in parts(run, "waterfall_ms")]
    stages = [(stage, ms) for stage, ms in told if ms is not None and ms >= 0]
    if stages and look_ahead_ms and all(stage != "look-ahead" for stage, _ in stages):
        stages.insert(0, ("look-ahead", look_ahead_ms))
    return stages


def _bar(drawing: Drawing, stages: list[Stage]) -> None:
    """The whole way as one bar, with lines from its work to the enlargement."""
    scale = linear([sum(ms for _, ms in stages)], 8.0, RIGHT)
    scale = scale._replace(high=sum(ms for _, ms in stages) or 1.0)
    at, edges = 0.0, []
    for stage, ms in stages:
        left, right = scale.place(at), scale.place(at + ms)
        chosen = stage in CHOSEN
        drawing.rectangle(left, 26, right - left, 22, "ahead" if chosen else "way", f"{stage} {digits(ms)} ms")
        if chosen and right - left > 14 + 6.2 * len(stage):
            drawing.text((left + right) / 2, 18, f"{stage} {digits(ms)}", "tick", "middle")
        if not chosen:
            edges += [left, right]
        at += ms
    if edges:
        fan = [(min(edges), 48.0), (max(edges), 48.0), (_RIGHT, _TOP - 24), (_LEFT, _TOP - 24)]
        drawing.area(fan, "fan")


def _steps(drawing: Drawing, way: list[Stage]) -> None:
    """Work and transport one below the other, each beginning where the one before ends."""
    if not way:
        return
    whole = sum(ms for _, ms in way)
    x = linear([whole], _LEFT, _RIGHT)
    floor = _TOP + _ROW * len(way)
    for value in x.ticks(5):
        place = x.place(value)
        drawing.line([(place, _TOP - 8), (place, floor)], "grid")
        drawing.text(place, floor + 16, plain(value), "tick", "middle")
    drawing.text(_RIGHT, floor + 32, "milliseconds after the chunk was sent", "name", "end")
    at = 0.0
    for row, (stage, ms) in enumerate(way):
        left, right, top = x.place(at), x.place(at + ms), _TOP + _ROW * row
        drawing.line([(left, top - 3), (left, top + _ROW - 5)], "axis")
        drawing.rectangle(left, top, right - left, _ROW - 6, "step", f"{stage} {digits(ms)} ms")
        drawing.text(_LEFT - 8, top + 10, label(stage, 16), "tick", "end")
        drawing.text(max(right + 6, left + 6), top + 10, _short(ms), "tick")
        at += ms


def _short(milliseconds: float) -> str:
    return f"{digits(milliseconds)} ms" if milliseconds >= 0.1 else f"{1000 * milliseconds:.1f} µs"
