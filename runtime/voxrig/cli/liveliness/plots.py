"""Plots as inline SVG: axes, bars, lines and dots, coloured by the page's style sheet in light and dark."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

WIDTH: Final = 560
HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 44, 42
STYLE: Final = """
svg{width:100%;height:auto;font:12px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .title{font-size:13px;font-weight:600}svg .grid{stroke:var(--grid)}
svg .axis{stroke:var(--ink);fill:none}svg .bar{opacity:.45}svg .line{fill:none;stroke-width:2}svg .dot{opacity:.35}
svg .a{fill:var(--a)}svg .b{fill:var(--b)}svg .c{fill:var(--c)}svg .p{fill:var(--ink)}
svg .line.a{stroke:var(--a)}svg .line.b{stroke:var(--b)}svg .line.c{stroke:var(--c)}
svg .line.a,svg .line.b,svg .line.c,svg .line.p{fill:none}
svg .line.p{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4}svg .band{fill:var(--ink);opacity:.1}
"""
"""Series are of class a, b or c; p is what was published."""


@dataclass(slots=True)
class Plot:
    """One plot under construction; what lies outside its ranges is left out or cut off.

    Attributes:
        title: above it.
        x_label, y_label: with units.
        x, y: lowest and highest value shown.
    """

    title: str
    x_label: str
    y_label: str
    x: tuple[float, float]
    y: tuple[float, float]
    _shapes: list[str] = field(default_factory=list)
    _legend: list[tuple[str, str, str]] = field(default_factory=list)

    def bars(self, edges: Sequence[float], heights: Sequence[float], kind: str, name: str = "") -> None:
        """Draw a histogram: a bar from each edge to the next."""
        for left, right, height in zip(edges[:-1], edges[1:], heights, strict=True):
            x0, x1, y0, y1 = self._x(left), self._x(right), self._y(max(self.y[0], 0.0)), self._y(height)
            if height > 0 and x1 > x0:
                self._shapes.append(
                    f'<rect class="bar {kind}" x="{x0:.1f}" y="{y1:.1f}" width="{x1 - x0:.1f}" height="{y0 - y1:.1f}"/>'
                )
        self._named(name, "bar", kind)

    def line(self, xs: Sequence[float], ys: Sequence[float], kind: str, name: str = "") -> None:
        """Draw a line through points; NaN breaks it."""
        path, pen = [], "M"
        for x, y in zip(xs, ys, strict=True):
            if not math.isfinite(y):
                pen = "M"
                continue
            path.append(f"{pen}{self._x(x):.1f} {self._y(y):.1f}")
            pen = "L"
        if path:
            self._shapes.append(f'<path class="line {kind}" d="{"".join(path)}"/>')
            self._named(name, "line", kind)

    def dots(self, xs: Sequence[float], ys: Sequence[float], kind: str, name: str = "", size: float = 2.0) -> None:
        """Draw points."""
        inside = [
            f'<circle class="dot {kind}" cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="{size:g}"/>'
            for x, y in zip(xs, ys, strict=True)
            if self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]
        ]
        self._shapes += inside
        if inside:
            self._named(name, "dot", kind)

    def mark(self, x: float, name: str = "") -> None:
        """Draw a published number as an upright line."""
        self.line((x, x), self.y, "p", name)

    def band(self, low: float, high: float) -> None:
        """Shade a published range of x."""
        x0, x1 = self._x(low), self._x(high)
        self._shapes.append(
            f'<rect class="band" x="{x0:.1f}" y="{_TOP}" width="{x1 - x0:.1f}" height="{HEIGHT - _TOP - _BOTTOM}"/>'
        )

    def svg(self) -> str:
        """Return the plot."""
        label = html.escape(self.title)
        middle = (_TOP + HEIGHT - _BOTTOM) / 2
        return "".join(
            (
                f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">',
                f'<text class="title" x="{_LEFT}" y="16">{label}</text>',
                *self._legend_shapes(),
                *self._axes(),
                *self._shapes,
                f'<text x="{(_LEFT + WIDTH - _RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">'
                f"{html.escape(self.x_label)}</text>",
                f'<text x="14" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 14 {middle:.0f})">'
                f"{html.escape(self.y_label)}</text></svg>",
            )
        )

    def _x(self, value: float) -> float:
        share = (min(max(value, self.x[0]), self.x[1]) - self.x[0]) / (self.x[1] - self.x[0])
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def _y(self, value: float) -> float:
        share = (min(max(value, self.y[0]), self.y[1]) - self.y[0]) / (self.y[1] - self.y[0])
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)

    def _named(self, name: str, shape: str, kind: str) -> None:
        if name and (name, shape, kind) not in self._legend:
            self._legend.append((name, shape, kind))

    def _legend_shapes(self) -> list[str]:
        shapes, at = [], float(_LEFT)
        for name, shape, kind in self._legend:
            if shape == "line":
                shapes.append(f'<path class="line {kind}" d="M{at:.0f} 31h16"/>')
            elif shape == "bar":
                shapes.append(f'<rect class="bar {kind}" x="{at:.0f}" y="26" width="16" height="10"/>')
            else:
                shapes.append(f'<circle class="{kind}" cx="{at + 8:.0f}" cy="31" r="3"/>')
            shapes.append(f'<text x="{at + 20:.0f}" y="35">{html.escape(name)}</text>')
            at += 34 + 6.4 * len(name)
        return shapes

    def _axes(self) -> list[str]:
        floor, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
        shapes = []
        for value in ticks(*self.y):
            y = self._y(value)
            shapes.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>')
            shapes.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
        for value in ticks(*self.x):
            x = self._x(value)
            shapes.append(f'<path class="axis" d="M{x:.1f} {floor}v4"/>')
            shapes.append(f'<text x="{x:.1f}" y="{floor + 17}" text-anchor="middle">{value:g}</text>')
        return [*shapes, f'<path class="axis" d="M{_LEFT} {_TOP}V{floor}H{right}"/>']


def ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Return round numbers from `low` to `high`, about `wanted` of them."""
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def histogram(values: Sequence[float], low: float, high: float, bins: int) -> tuple[list[float], list[float]]:
    """Return edges and densities; values beyond the ends are counted in the total, so that the area is what's shown."""
    counts, edges = np.histogram(np.asarray(values, float), bins, (low, high))
    width = (high - low) / bins
    return [float(e) for e in edges], [float(c) for c in counts / (max(len(values), 1) * width)]
