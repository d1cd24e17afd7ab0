"""What the server costs beside what cannot be had for less: the bare network, the bare features, the bare echo."""

from typing import Final

from voxrig.profiling.record_values import Record, figure
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.panel import plain
from voxrig.profiling.report.scale import linear
from voxrig.profiling.report.words import digits, quantity
from voxrig.profiling.targets import OVER_FLOORS

_KINDS: Final = {"network_us": "models n0", "mel_us": "sound n0", "echo_us": "out n0"}
_NAMES: Final = {
    "network_us": "network: a bare batch",
    "mel_us": "mel: bare features",
    "echo_us": "echo: the same bytes",
    "rest": "the rest of the server",
}
_LEFT, _RIGHT, _TOP, _BAR = 20.0, 520.0, 72.0, 30.0


def floors_chart(record: Record, name: str = "floors") -> Chart:
    """Return the plot."""
    title = "Server CPU over its floors"
    told = floor_parts(record)
    if not told:
        return Chart(name, title, "", None)
    whole, bare = sum(told.values()), sum(value for key, value in told.items() if key != "rest")
    drawing = Drawing(168)
    x = linear([whole, OVER_FLOORS * bare], _LEFT, _RIGHT)
    for value in x.ticks(6):
        drawing.line([(x.place(value), _TOP - 6), (x.place(value), _TOP + _BAR + 8)], "grid")
        drawing.text(x.place(value), _TOP + _BAR + 24, plain(value), "tick", "middle")
    drawing.text(_RIGHT, _TOP + _BAR + 42, "µs per character-frame", "name", "end")
    at = 0.0
    for number, (key, value) in enumerate(told.items()):
        kind = f"part {_KINDS.get(key, 'rest')}"
        left, right = x.place(at), x.place(at + value)
        drawing.rectangle(left, _TOP, right - left, _BAR, kind, f"{_NAMES[key]} {digits(value)} µs")
        column, row = 20 + 270 * (number % 2), 8 + 20 * (number // 2)
        drawing.rectangle(column, row, 12, 12, kind)
        drawing.text(column + 17, row + 10, f"{_NAMES[key]} {digits(value)} µs", "tick")
        at += value
    limit = x.place(OVER_FLOORS * bare)
    drawing.line([(limit, _TOP - 12), (limit, _TOP + _BAR + 8)], "target")
    drawing.text(limit - 5, _TOP - 9, f"{OVER_FLOORS:g} × floors", "note", "end")
    words = (
        f"The floors are {quantity(bare, 'µs')} together; the server takes "
        f"{quantity(figure(record, 'floors', 'ratio'), 'times')} as much. The target is {OVER_FLOORS:g} times at most."
    )
    rows = [(_NAMES[key], quantity(value, "µs")) for key, value in told.items()]
    return Chart(name, title, words, drawing, ("part", "per character-frame"), rows)


def floor_parts(record: Record) -> dict[str, float]:
    """Return the parts of the bar in microseconds: each floor, and "rest", what the server takes on top of them."""
    floors = {key: figure(record, "floors", key) for key in _KINDS}
    told = {key: value for key, value in floors.items() if value is not None and value >= 0}
    total, ratio = figure(record, "floors", "sum_us"), figure(record, "floors", "ratio")
    if len(told) == len(_KINDS) and ratio is not None:
        bare = sum(told.values()) if total is None else total
        told["rest"] = max(ratio * bare - sum(told.values()), 0.0)
    return told
