"""Taking a report apart: its plots as XML, and places in them turned back into values."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from voxrig.profiling.report.chart import Chart

Element = ElementTree.Element


def plots(html: str) -> list[Element]:
    """Every plot of a page; ElementTree refuses what is not well-formed XML."""
    return [ElementTree.fromstring(text) for text in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]


def plot(chart: Chart) -> Element:
    (found,) = plots(chart.html())
    return found


def kinds(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def of_kind(drawing: Element, tag: str, *names: str) -> list[Element]:
    return [element for element in drawing.iter(tag) if set(names) <= kinds(element)]


def boxes(drawing: Element, *names: str) -> list[tuple[float, float, float, float]]:
    """x, y, width and height of the rectangles that have all these classes."""
    return [
        tuple(float(element.get(key, "nan")) for key in ("x", "y", "width", "height"))  # type: ignore[misc]
        for element in of_kind(drawing, "rect", *names)
    ]


def points(element: Element) -> list[tuple[float, float]]:
    """The places of a line."""
    numbers = [float(text) for text in re.findall(r"-?\d+\.?\d*", element.get("d", ""))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def texts(drawing: Element) -> list[str]:
    return [element.text or "" for element in drawing.iter("text")]


@dataclass(frozen=True)
class Ruler:
    """What a reader makes of an axis: two of its ticks give all other values."""

    places: tuple[float, float]
    values: tuple[float, float]
    log: bool = False

    def value(self, place: float) -> float:
        share = (place - self.places[0]) / (self.places[1] - self.places[0])
        low, high = self.values
        return low * (high / low) ** share if self.log else low + share * (high - low)


def ruler(
    drawing: Element, across: bool = True, log: bool = False, between: tuple[float, float] = (0.0, math.inf)
) -> Ruler:
    """Read the first and the last tick of an axis; of several panels that which lies between two heights."""
    ticks = [tick for tick in _ticks(drawing, across) if between[0] <= tick[0 if across else 1] <= between[1]]
    lines = [line for line, _, _ in ticks]
    longest = max(set(lines), key=lines.count)
    chosen = sorted((place, value) for line, place, value in ticks if line == longest)
    (low, a), (high, b) = chosen[0], chosen[-1]
    assert not math.isclose(a, b)
    return Ruler((low, high), (a, b), log)


def _ticks(drawing: Element, across: bool) -> Iterator[tuple[float, float, float]]:
    """The line on which a tick's text stands, where on it, and its value."""
    anchor = "middle" if across else "end"
    for element in of_kind(drawing, "text", "tick"):
        number = re.fullmatch(r"(−?[\d.]+)( %)?", element.text or "")
        if number and element.get("text-anchor") == anchor:
            x, y = float(element.get("x", "nan")), float(element.get("y", "nan"))
            value = float(number[1].replace("−", "-"))
            yield (y, x, value) if across else (x, y - 4, value)
