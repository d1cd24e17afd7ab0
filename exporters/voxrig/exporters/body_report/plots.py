"""Plots as inline SVG: steps of histograms, bars, confusions, and a time line. Colours are the page's (`--s0`, ...)."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import numpy as np

from voxrig.exporters.body_report.motion import Doubles

WIDTH: Final = 420
HEIGHT: Final = 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 30


class _Axes:
    """A frame with a scale on both sides; turns values into places."""

    def __init__(
        self, across: tuple[float, float], up: tuple[float, float], words: tuple[str, str], width: int = WIDTH,
        height: int = HEIGHT,
    ) -> None:  # fmt: skip
        self.width, self.height = width, height
        self.across, self.up = across, (up[0], up[1] if up[1] > up[0] else up[0] + 1)
        self.parts: list[str] = []
        for value in ticks(*self.up):
            y = self.y(value)
            self.parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{width - _RIGHT}"/>')
            self.parts.append(
                f'<text class="tick" x="{_LEFT - 5}" y="{y + 3.5:.1f}" text-anchor="end">{value:g}</text>'
            )
        self.parts.append(f'<text class="name" x="4" y="{_TOP + 2}">{escape(words[1])}</text>')
        self.parts.append(
            f'<text class="name" x="{width - _RIGHT}" y="{height - 3}" text-anchor="end">{escape(words[0])}</text>'
        )

    def x(self, value: float) -> float:
        low, high = self.across
        return _LEFT + (value - low) / (high - low) * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.up
        return self.height - _BOTTOM - (value - low) / (high - low) * (self.height - _BOTTOM - _TOP - 8)

    def tick(self, value: float, text: str) -> None:
        self.parts.append(
            f'<text class="tick" x="{self.x(value):.1f}" y="{self.height - _BOTTOM + 13}" text-anchor="middle">'
            f"{escape(text)}</text>"
        )

    def path(self, points: Sequence[tuple[float, float]], style: str) -> None:
        line = "L".join(f"{self.x(a):.1f} {self.y(b):.1f}" for a, b in points)
        self.parts.append(f'<path {style} d="M{line}"/>')

    def drawn(self, told: str) -> str:
        """The SVG; `told` says in words what it shows."""
        return (
            f'<svg role="img" aria-label="{escape(told)}" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}">{"".join(self.parts)}</svg>'
        )


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values from `low` to `high`, about so many."""
    step = (high - low) / about
    size = 10.0 ** np.floor(np.log10(step))
    step = size * next(factor for factor in (1, 2, 5, 10) if factor * size >= step * 0.999)
    return [round(n * step, 10) + 0.0 for n in range(int(np.ceil(low / step - 1e-9)), int(high / step + 1e-9) + 1)]


def line_of(number: int, dashed: bool = False) -> str:
    """Return the attributes of a performer's line, by number."""
    return f'class="line" style="stroke:var(--s{number})"' + (' stroke-dasharray="4 3"' if dashed else "")


def histograms(
    edges: Sequence[float],
    shares: Mapping[str, Sequence[float]],
    words: tuple[str, str],
    marked: Mapping[str, float] | None = None,
    dashed: Sequence[str] = (),
) -> str:
    """Draw shares float[n] over edges float[n + 1] as steps, a colour each; dashed ones share the colour before them.

    `marked` are values across with a word at each.
    """
    most = max((max(row) for row in shares.values() if len(row)), default=1.0)
    axes = _Axes((edges[0], edges[-1]), (0.0, 1.08 * most), words)
    for value in ticks(edges[0], edges[-1], 6):
        axes.tick(value, f"{value:g}")
    for text, value in (marked or {}).items():
        axes.parts.append(f'<path class="mark" d="M{axes.x(value):.1f} {_TOP + 8}V{axes.height - _BOTTOM}"/>')
        axes.parts.append(f'<text class="tick" x="{axes.x(value) + 4:.1f}" y="{_TOP + 16}">{escape(text)}</text>')
    number = -1
    for name, row in shares.items():
        number += name not in dashed
        points = [(edges[0], 0.0)]
        for n, share in enumerate(row):
            points += [(edges[n], share), (edges[n + 1], share)]
        axes.path([*points, (edges[-1], 0.0)], line_of(max(number, 0), name in dashed))
    return axes.drawn(f"{words[1]} over {words[0]} of {', '.join(shares)}")


def bars(
    groups: Sequence[str], values: Mapping[str, Sequence[float | None]], words: tuple[str, str],
    line: tuple[str, float] | None = None,
) -> str:  # fmt: skip
    """Draw bars: for each group one of each name, a colour each; `line` is a word and where it lies."""
    most = max([v for row in values.values() for v in row if v is not None] + ([line[1]] if line else []), default=1.0)
    axes = _Axes((0.0, float(len(groups))), (0.0, 1.08 * most), words)
    wide = 0.76 / max(len(values), 1)
    for group, name in enumerate(groups):
        axes.tick(group + 0.5, name)
        for number, row in enumerate(values.values()):
            value = row[group]
            if value is None:
                continue
            left, top = axes.x(group + 0.12 + number * wide), axes.y(value)
            across = axes.x(group + 0.12 + (number + 1) * wide) - left - 1.5
            axes.parts.append(
                f'<rect x="{left:.1f}" y="{top:.1f}" width="{across:.1f}" height="{axes.y(0) - top:.1f}" '
                f'style="fill:var(--s{number})"><title>{value:.3g}</title></rect>'
            )
    if line:
        y = axes.y(line[1])
        axes.parts.append(f'<path class="mark" d="M{_LEFT} {y:.1f}H{axes.width - _RIGHT}"/>')
        axes.parts.append(
            f'<text class="tick" x="{axes.width - _RIGHT - 2}" y="{y - 4:.1f}" text-anchor="end">{escape(line[0])}'
            "</text>"
        )
    return axes.drawn(f"{words[1]} of {', '.join(values)} for {', '.join(groups)}")


def confusion(classes: Sequence[str], shares: Sequence[Sequence[float]], number: int) -> str:
    """Draw a confusion matrix in a performer's colour: rows what it was, columns what was told."""
    cell, left, top = 54, 66, 22
    parts = []
    for n, name in enumerate(classes):
        parts.append(
            f'<text class="tick" x="{left + cell * (n + 0.5)}" y="{top - 7}" text-anchor="middle">{escape(name)}</text>'
        )
        parts.append(
            f'<text class="tick" x="{left - 6}" y="{top + cell * (n + 0.5) + 4}" text-anchor="end">'
            f"{escape(name)}</text>"
        )
        for column, share in enumerate(shares[n]):
            x, y = left + cell * column, top + cell * n
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 2}" height="{cell - 2}" '
                f'style="fill:var(--s{number});fill-opacity:{0.06 + 0.84 * share:.2f}"/>'
            )
            parts.append(
                f'<text x="{x + cell / 2 - 1}" y="{y + cell / 2 + 4}" text-anchor="middle">{100 * share:.0f}</text>'
            )
    wide, tall = left + cell * len(classes), top + cell * len(classes)
    return (
        f'<svg role="img" aria-label="confusions of {escape(", ".join(classes))} in percent" '
        f'viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}">{"".join(parts)}</svg>'
    )


def time_line(
    voice: Doubles, stressed: Doubles, speeds: Mapping[str, Doubles], found: Mapping[str, Sequence[int]], rate: int
) -> str:
    """Draw wrist speeds over the loudness of a voice.

    Args:
        voice: float64[T], 0 to 1.
        stressed: poses of stressed syllables.
        speeds: by performer: float64[T] in m/s.
        found: by performer: poses of the strokes' apexes.
        rate: poses a second.
    """
    every = max(1, rate // 15)
    most = max(1.0, *(float(row.max()) for row in speeds.values()))
    axes = _Axes((0.0, len(voice) / rate), (0.0, 1.1 * most), ("seconds", "wrist speed, m/s"), 900, 230)
    for second in range(0, len(voice) // rate + 1, 2):
        axes.tick(second, str(second))
    loud = [(n / rate, 0.9 * most * float(voice[n])) for n in range(0, len(voice), every)]
    axes.path([(0.0, 0.0), *loud, (len(voice) / rate, 0.0)], 'class="voice"')
    for pose in stressed:
        x = axes.x(pose / rate)
        axes.parts.append(f'<path class="stress" d="M{x:.1f} {axes.y(0):.1f}v-9"/>')
    for number, (name, row) in enumerate(speeds.items()):
        axes.path([(n / rate, float(row[n])) for n in range(0, len(row), every)], line_of(number))
        for pose in found.get(name, ()):
            x, y = axes.x(pose / rate), axes.y(1.1 * most) + 5 + 9 * number
            axes.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" style="fill:var(--s{number})"/>')
    return axes.drawn("wrist speeds over the loudness of the voice, with stresses and apexes of strokes")
