"""Shapes of inline SVG. Colours are classes of the page's style sheet, so that they follow light, dark and paper."""

from collections.abc import Iterable
from typing import Final

from voxrig.profiling.report.escaping import escaped

WIDTH: Final = 560
"""Of every plot, in its own units; the page shows one or two side by side."""


class Drawing:
    """A picture of `WIDTH` by `height` under construction."""

    def __init__(self, height: float) -> None:
        self.height = height
        self._shapes: list[str] = []

    def rectangle(self, x: float, y: float, width: float, height: float, kind: str, told: str = "") -> None:
        """Draw a rectangle; what is `told` shows when a pointer rests on it."""
        self._shapes.append(
            f'<rect class="{kind}" x="{x:.2f}" y="{y:.2f}" width="{max(width, 0.0):.2f}" '
            f'height="{max(height, 0.0):.2f}"{_closed("rect", told)}'
        )

    def line(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        """Draw a line through places."""
        path = "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        if path:
            self._shapes.append(f'<path class="{kind}" d="M{path}"/>')

    def area(self, points: Iterable[tuple[float, float]], kind: str) -> None:
        """Fill what lies between places."""
        path = "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        if path:
            self._shapes.append(f'<path class="{kind}" d="M{path}Z"/>')

    def dot(self, x: float, y: float, kind: str, told: str = "", size: float = 3.5) -> None:
        """Draw a point."""
        self._shapes.append(f'<circle class="{kind}" cx="{x:.2f}" cy="{y:.2f}" r="{size:g}"{_closed("circle", told)}')

    def cross(self, x: float, y: float, kind: str, told: str = "", size: float = 4.0) -> None:
        """Draw a point at which something failed."""
        arms = f"M{x - size:.2f} {y - size:.2f}l{2 * size:g} {2 * size:g}m0 {-2 * size:g}l{-2 * size:g} {2 * size:g}"
        self._shapes.append(f'<path class="{kind}" d="{arms}"{_closed("path", told)}')

    def text(self, x: float, y: float, text: object, kind: str = "", anchor: str = "start") -> None:
        """Write text; `anchor` is what lies at x: its start, middle or end."""
        style = f' class="{kind}"' if kind else ""
        end = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self._shapes.append(f'<text{style} x="{x:.2f}" y="{y:.2f}"{end}>{escaped(text)}</text>')

    def svg(self, name: str, title: str, told: str) -> str:
        """Return the picture.

        Args:
            name: its id, one of a kind on the page.
            title: what it is called.
            told: what it shows, for those who don't see it.
        """
        name = escaped(name)
        return (
            f'<svg viewBox="0 0 {WIDTH} {self.height:g}" role="img" aria-labelledby="{name}-t {name}-d">'
            f'<title id="{name}-t">{escaped(title)}</title><desc id="{name}-d">{escaped(told)}</desc>'
            f"{''.join(self._shapes)}</svg>"
        )


def _closed(element: str, told: str) -> str:
    return f"><title>{escaped(told)}</title></{element}>" if told else "/>"
