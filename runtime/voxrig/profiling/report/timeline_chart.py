"""A run second by second: whether it was even, and what happened where it was not."""

from voxrig.profiling.record_values import Record, figure, parts
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.panel import LEFT, RIGHT, Panel, Point, keys
from voxrig.profiling.report.scale import Scale, linear
from voxrig.profiling.report.words import percent, quantity


def timeline_chart(run: Record, name: str) -> Chart:
    """Return the plot of a run."""
    title = "Second by second"
    seconds = [(figure(one, "second"), one) for one in parts(run, "timeline")]
    told = [(second, one) for second, one in seconds if second is not None]
    if not told:
        return Chart(name, title, "", None)
    drawing = Drawing(284)
    x = Scale(told[0][0], max(told[-1][0], told[0][0] + 1.0), LEFT, RIGHT)
    p50, p99, late, cpu = (_curve(told, key) for key in ("p50", "p99", "late", "cpu_share"))
    latency = linear([y for _, y in (*p50, *p99) if y is not None], 152, 44)
    keys(drawing, 14, (("s0", "p50"), ("s1", "p99"), ("s4", "late frames"), ("s2", "server CPU")))
    upper = Panel(drawing, x, latency, "latency, ms", x_ticks=())
    upper.curve(p99, "s1")
    upper.curve(p50, "s0")
    shares = [(second, None if share is None else 100 * share) for second, share in cpu]
    lower = Panel(drawing, x, linear([y for _, y in shares if y is not None], 244, 190), "server CPU, % of a core",
                  "seconds")  # fmt: skip
    lower.curve(shares, "s2")
    for second, count in late:
        if count:
            upper.drawing.cross(x.place(second), 152, "line s4", f"second {second:g}: {count:.0f} frames late", 3.0)
    rows = [
        (
            f"{second:g}",
            *(quantity(figure(one, key), "ms") for key in ("p50", "p99")),
            quantity(figure(one, "late"), ""),
            percent(figure(one, "cpu_share")),
        )
        for second, one in told
    ]
    heads = ("second", "p50", "p99", "late", "server CPU")
    words = "Latency beyond the look-ahead in each second; crosses on its floor are seconds with late frames."
    return Chart(name, title, words, drawing, heads, rows)


def _curve(seconds: list[tuple[float, Record]], key: str) -> list[Point]:
    return [(second, figure(one, key)) for second, one in seconds]
