"""Axes with a grid, and curves between them; several may share a drawing."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Final

from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.escaping import label
from voxrig.profiling.report.scale import Scale

LEFT: Final = 50.0
RIGHT: Final = 540.0
"""Where a panel's plot begins and ends, from left to right."""

Point = tuple[float, float | None]


def plain(value: float) -> str:
    """Return a tick's value as short as it is exact."""
    return f"{value:g}".replace("-", "−")


class Panel:
    """A plot area: scales across and up, drawn when made.

    Args:
        drawing: is drawn into.
        x: scale across.
        y: scale up: starts at the floor, ends at the ceiling.
        title: above it, with the unit of y.
        x_label: below it; empty where another panel below has the same scale.
        told: of a tick's value up, its text.
        x_ticks: values below; None: round ones.
    """

    def __init__(
        self,
        drawing: Drawing,
        x: Scale,
        y: Scale,
        title: str,
        x_label: str = "",
        told: Callable[[float], str] = plain,
        x_ticks: Sequence[float] | None = None,
    ) -> None:
        self.drawing, self.x, self.y = drawing, x, y
        for value in y.ticks(4):
            height = y.place(value)
            drawing.line([(x.start, height), (x.end, height)], "grid")
            drawing.text(x.start - 6, height + 4, told(value), "tick", "end")
        drawing.text(x.start, y.end - 9, title, "name")
        drawing.line([(x.start, y.start), (x.end, y.start)], "axis")
        for value in x.ticks(8) if x_ticks is None else x_ticks:
            place = x.place(value)
            drawing.line([(place, y.start), (place, y.start + 4)], "axis")
            drawing.text(place, y.start + 17, plain(value), "tick", "middle")
        if x_label:
            drawing.text(x.end, y.start + 33, x_label, "name", "end")

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is."""
        return self.x.place(x), self.y.place(y)

    def curve(self, points: Iterable[Point], kind: str) -> None:
        """Draw a line through points; it is broken where there is no value."""
        for known, run in groupby(points, lambda point: point[1] is not None):
            placed = [self.place(x, y) for x, y in run if y is not None]
            if known and len(placed) == 1:
                self.drawing.dot(*placed[0], f"dot {kind}", size=2.5)
            elif known:
                self.drawing.line(placed, f"line {kind}")

    def bar(self, low: float, high: float, value: float, kind: str, told: str) -> None:
        """Draw a bar from the floor to a value, between two values across."""
        left, right, top = self.x.place(low), self.x.place(high), self.y.place(value)
        self.drawing.rectangle(left, top, right - left, self.y.start - top, kind, told)

    def upright(self, value: float, text: str, kind: str = "mark", row: int = 0) -> None:
        """Mark a value across, with a text at its top; `row` counts lines of text down."""
        place = self.x.place(value)
        self.drawing.line([(place, self.y.start), (place, self.y.end)], kind)
        left = place + 5 + 6.5 * len(text) > self.x.end
        x = place - 5 if left else place + 5
        self.drawing.text(x, self.y.end + 11 + 14 * row, text, "note", "end" if left else "start")

    def level(self, value: float, text: str, kind: str = "mark") -> None:
        """Mark a value up, with a text at its right end."""
        place = self.y.place(value)
        self.drawing.line([(self.x.start, place), (self.x.end, place)], kind)
        self.drawing.text(self.x.end, place - 4, text, "note", "end")


def keys(drawing: Drawing, y: float, named: Iterable[tuple[str, str]]) -> None:
    """Draw what each kind of line is, from left to right, as (kind, name)."""
    at = LEFT
    for kind, name in named:
        told = label(name)
        drawing.line([(at, y - 4), (at + 16, y - 4)], f"line {kind}")
        drawing.text(at + 21, y, told, "tick")
        at += 36 + 6.3 * len(told)
