"""The report as one page of HTML that needs nothing else."""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Final

from voxrig.cli.liveliness.figures import Figure
from voxrig.cli.liveliness.plots import STYLE, Plot

_CSS: Final = (
    """
:root{color-scheme:light dark;--ink:#222;--soft:#666;--paper:#fff;--grid:#e4e4e4;--a:#1f6fb4;--b:#d9822b;--c:#3a9a5b;
--good:#2a7f3f;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--soft:#9a9a9a;--paper:#16181b;--grid:#33373c;--a:#6fb1f0;
--b:#f0ab62;--c:#7fd19b;--good:#7fd19b;--bad:#ff8a80}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:1180px;margin:2em auto;
padding:0 1em}
h2{margin-top:2em}table{border-collapse:collapse;width:100%;font-size:14px}
td,th{padding:.25em .7em .25em 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}small,.soft{color:var(--soft)}
.inside{color:var(--good)}.outside{color:var(--bad);font-weight:600}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:1.2em;margin:1.2em 0}
figure{margin:0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em}dt{color:var(--soft)}dd{margin:0}
"""
    + STYLE
)
_INTRODUCTION: Final = (
    "Everything here is read off the frames, as an onlooker would: blinks from the lids, saccades and gaze from the "
    "bones of eyes and head. Values are means over the seeds; each seed's own stand in brackets."
)


def report_page(about: Mapping[str, str], figures: Sequence[Figure], charts: Mapping[str, Sequence[Plot]]) -> str:
    """Write the report.

    Args:
        about: what was run, name and value, for the head of the page.
        figures: its tables, by topic in their order.
        charts: plots of the topics.
    """
    verdicts = [figure.verdict for figure in figures if figure.verdict]
    inside = verdicts.count("inside")
    facts = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in about.items())
    topics = dict.fromkeys(figure.topic for figure in figures)
    sections = "".join(
        _section(topic, [figure for figure in figures if figure.topic == topic], charts.get(topic, ()))
        for topic in topics
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Voxrig: signs of life</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_CSS}</style></head><body><h1>Signs of life</h1><p>{_INTRODUCTION}</p><dl>{facts}</dl>"
        f"<p><b>{inside} of {len(verdicts)}</b> figures with a published number lie inside its range.</p>"
        f"{sections}</body></html>\n"
    )


def number(value: float) -> str:
    """Return a value as a reader wants it: three digits, or a dash where nothing was measured."""
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}".replace("-", "−")


def _section(topic: str, figures: Sequence[Figure], plots: Sequence[Plot]) -> str:
    rows = "".join(map(_row, figures))
    drawn = "".join(f"<figure>{plot.svg()}</figure>" for plot in plots)
    return (
        f'<h2>{html.escape(topic.capitalize())}</h2><table><tr><th>figure</th><th>while</th><th class="n">measured</th>'
        f'<th class="n">seeds</th><th>published</th><th></th></tr>{rows}</table><div class="plots">{drawn}</div>'
    )


def _row(figure: Figure) -> str:
    known = figure.published
    text = f"{html.escape(known.text)}<br><small>{html.escape(known.source)}</small>" if known else ""
    seeds = ", ".join(map(number, figure.seeds))
    return (
        f'<tr><td>{html.escape(figure.name)}</td><td class="soft">{figure.condition}</td>'
        f'<td class="n"><b>{number(figure.value)}</b> {html.escape(figure.unit)}</td>'
        f'<td class="n soft">({seeds})</td><td>{text}</td><td class="{figure.verdict}">{figure.verdict}</td></tr>'
    )
