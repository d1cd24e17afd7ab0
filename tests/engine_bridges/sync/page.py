"""A page without anything from elsewhere that shows the errors of a playout over time."""

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT, _RANGE = 1200, 90, 40.0

Point = tuple[float, float | None, bool]
"""Seconds, error in milliseconds (None: the face is at rest), and whether it counts."""


def page_of(tracks: Sequence[tuple[str, Sequence[Point]]], near: float) -> str:
    """Return HTML with a plot for each (name, points); `near` milliseconds on either side are a frame."""
    plots = "\n".join(f"<h2>{escape(name)}</h2>\n{_plot(points, near)}" for name, points in tracks)
    return f"""<!doctype html><meta charset="utf-8"><title>Face against sound</title>
<style>body{{font:14px sans-serif;margin:2em;max-width:{_WIDTH}px}} h2{{font-size:14px;margin:1em 0 .2em}}
svg{{background:#f6f6f4;display:block}}</style>
<h1>How far the shown face is from the audible sound</h1>
<p>Media time shown minus media time heard, at each picture; up is ahead, the scale ends at ±{_RANGE:g} ms. The band is
one frame on either side. Grey: left out of the share &ldquo;near&rdquo;, because the frame had not come, or for up to
100 ms after a disturbance. Red ticks below: the face is wholly at rest. Simulated, Python's playout.</p>
{plots}
"""


def _plot(points: Sequence[Point], near: float) -> str:
    start, end = points[0][0], points[-1][0]
    scale = _HEIGHT / (2.0 * _RANGE)
    marks = []
    for now, error, counts in points:
        x = (now - start) / (end - start) * _WIDTH
        if error is None:
            marks.append(f'<rect x="{x:.1f}" y="{_HEIGHT - 6}" width="1" height="6" fill="#c33"/>')
            continue
        y = _HEIGHT / 2.0 - max(-_RANGE, min(_RANGE, error)) * scale
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1" fill="{"#1667a8" if counts else "#aaa"}"/>')
    top, height = _HEIGHT / 2.0 - near * scale, 2.0 * near * scale
    band = f'<rect x="0" y="{top:.1f}" width="{_WIDTH}" height="{height:.1f}" fill="#e2efe2"/>'
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}">{band}{"".join(marks)}</svg>'
