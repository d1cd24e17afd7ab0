"""The report as a page: one file, no scripts, light or dark."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import numpy as np

from voxrig.exporters.body_report import apexes, energy, plots
from voxrig.exporters.body_report.motion import smoothed
from voxrig.exporters.body_report.session import Session
from voxrig.exporters.body_report.table import ROWS
from voxrig.runtime.core.timing import STEP_RATE

_STYLE: Final = """
:root{color-scheme:light dark;--s0:#2a7f9e;--s1:#c8641e;--s2:#6c8a2c;--ink:#20262e;--faint:#7a838d;--line:#d8dde2;
--back:#fbfcfd;--card:#fff}
@media(prefers-color-scheme:dark){:root{--s0:#57b5d6;--s1:#f0955a;--s2:#a9c763;--ink:#e6eaee;--faint:#98a2ac;
--line:#343c44;--back:#15191d;--card:#1c2126}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:980px;margin:0 auto;
padding:24px 20px 60px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 6px}p{margin:6px 0 12px;max-width:75ch}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;vertical-align:top;
padding:5px 10px 5px 0;border-bottom:1px solid var(--line)}td.about,p.about{color:var(--faint)}.wide{overflow-x:auto}
figure{margin:12px 0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto}
figcaption{color:var(--faint);font-size:13px;margin-top:6px}img{max-width:100%;height:auto;display:block}
.row{display:flex;flex-wrap:wrap;gap:12px}.row figure{margin:0;flex:1 1 400px}
svg{max-width:100%;height:auto;font:11px system-ui,sans-serif;fill:var(--ink)}
.tick,.name{fill:var(--faint)}.grid{stroke:var(--line);fill:none}.line{fill:none;stroke-width:1.8}
.mark{stroke:var(--faint);stroke-dasharray:3 3;fill:none}.voice{fill:var(--line);stroke:none}
.stress{stroke:var(--ink);stroke-width:1.5}
.key{display:inline-block;width:12px;height:12px;border-radius:3px;margin:0 5px 0 14px;vertical-align:-1px}
.warning{border-left:3px solid var(--s1);padding-left:12px}
"""


def page(
    title: str, about: str, told: Mapping[str, Any], shown: Session, motion: bytes, notes: Sequence[str] = ()
) -> str:
    """Return the report's HTML.

    Args:
        title: of the report.
        about: what was learned from what, in a sentence or two.
        told: as of `measures`.
        shown: the session that is drawn.
        motion: of it, an animated WebP.
        notes: sentences at the end.
    """
    performers = list(told["performers"])
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p>",
        f'<p class="about">{len(told["sessions"])} sessions of {told["voices"]} voices, '
        f"{_minutes(told)} minutes of motion. Reference: {escape(told['reference'])}.{_keys(performers)}</p>",
        _motion(shown, motion, performers),
        f"<h2>Figures</h2>{_table(told)}",
        f"<h2>Strokes and speech</h2>{_strokes(told)}",
        f"<h2>Speed</h2>{_speeds(told)}",
        f"<h2>Emotions</h2>{_emotions(told)}",
        f"<h2>Beat alignment</h2>{_beats(told)}",
        f"<h2>Sessions</h2>{_sessions(told)}",
        "".join(f'<p class="about">{escape(note)}</p>' for note in notes),
    ]
    head = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
    )
    return f"{head}<body>{''.join(parts)}</body></html>\n"


def _keys(performers: Sequence[str]) -> str:
    return "".join(
        f'<span class="key" style="background:var(--s{n})"></span>{escape(name)}' for n, name in enumerate(performers)
    )


def _minutes(told: Mapping[str, Any]) -> str:
    return f"{sum(figures['energy']['minutes'] for figures in told['performers'].values()):.0f}"


def _figure(content: str, words: str) -> str:
    return f"<figure>{content}<figcaption>{escape(words)}</figcaption></figure>"


def _motion(shown: Session, motion: bytes, performers: Sequence[str]) -> str:
    picture = f'<img alt="" src="data:image/webp;base64,{base64.b64encode(motion).decode()}">'
    voices = shown.voices
    loud = smoothed(np.where(voices[:, 0] > 0, np.clip(0.6 + voices[:, 2] / 30, 0.0, 1.0), 0.0), 9)
    speeds = {name: smoothed(shown.motions[name][0].speeds.max(axis=1), 9) for name in performers}
    found = {name: apexes.apexes(shown.motions[name][0]).tolist() for name in performers}
    line = plots.time_line(loud, shown.stressed, speeds, found, STEP_RATE)
    words = (
        f"{shown.name}: {shown.emotion}, {shown.style}. {', then '.join(performers)}, from the front and from the left."
    )
    return _figure(picture, words) + _figure(
        line,
        "The quicker wrist's speed over the loudness of the same speech; ticks below are stressed syllables, dots "
        "above the apexes of strokes that the detector finds.",
    )


def _table(told: Mapping[str, Any]) -> str:
    performers = told["performers"]
    head = "".join(f"<th>{escape(name)}</th>" for name in performers)
    rows = []
    for row in ROWS:
        cells = "".join(f"<td>{escape(row.read(figures))}</td>" for figures in performers.values())
        rows.append(f'<tr><td>{escape(row.name)}</td>{cells}<td class="about">{escape(row.against)}</td></tr>')
    return f'<div class="wide"><table><tr><th></th>{head}<th></th></tr>{"".join(rows)}</table></div>'


def _strokes(told: Mapping[str, Any]) -> str:
    shares: dict[str, Sequence[float]] = {}
    for name, figures in told["performers"].items():
        if "histogram" in figures["timing"]:
            shares[name] = figures["timing"]["histogram"]
            shares[f"{name}, chance"] = figures["timing"]["chance_histogram"]
    if not shares:
        return "<p>No strokes were found.</p>"
    dashed = [name for name in shares if name.endswith(", chance")]
    offsets = plots.histograms(
        apexes.EDGES.tolist(), shares, ("ms after the stress", "share of apexes"), {"stress": 0.0}, dashed
    )
    margins = {
        name: [None if test is None else test["margin"] for test in figures["matching"].values()]
        for name, figures in told["performers"].items()
    }
    matched = plots.bars(["speed and loudness", "speed and stress"], margins, ("", "correlation"))
    words = (
        "Apexes against the nearest stressed syllable; dashed: the same apexes against the speech shifted in time. "
        "What is stressed is what the planner takes for it, which favours the planner.",
        "Correlation of motion with its own speech minus that with the speech of other sessions.",
    )
    return f'<div class="row">{_figure(offsets, words[0])}{_figure(matched, words[1])}</div>'


def _speeds(told: Mapping[str, Any]) -> str:
    performers = told["performers"]
    shares = {name: figures["energy"]["speed_histogram"] for name, figures in performers.items()}
    human = {"human mean": energy.HUMAN_SPEED}
    spread = plots.histograms(energy.EDGES.tolist(), shares, ("wrist speed while gesturing, m/s", "share"), human)
    emotions = list(next(iter(performers.values()))["speed_by_emotion"])
    rows = {name: [f["speed_by_emotion"].get(emotion) for emotion in emotions] for name, f in performers.items()}
    by_emotion = plots.bars(emotions, rows, ("", "wrist speed, m/s"), ("human", energy.HUMAN_SPEED))
    return (
        f'<div class="row">{_figure(spread, "Speeds of both wrists.")}'
        f"{_figure(by_emotion, 'Mean wrist speed while gesturing, by emotion.')}</div>"
    )


def _emotions(told: Mapping[str, Any]) -> str:
    parts = []
    for number, (name, figures) in enumerate(told["performers"].items()):
        found = figures["emotions_by_movement"]
        if found["recall"] is not None:
            words = f"{name}: {100 * found['recall']:.0f} % by movement alone, chance {100 * found['chance']:.0f} %."
            parts.append(_figure(plots.confusion(found["classes"], found["confusion"], number), words))
    if not parts:
        return "<p>One emotion or one voice only: nothing can be told apart.</p>"
    return (
        "<p>A linear classifier of eight-second stretches, trained on the other voices: rows what the character was "
        "told to feel, columns what the classifier says, in percent. It finds what was put there, not what people "
        "would see.</p>"
        f'<div class="row">{"".join(parts)}</div>'
    )


def _beats(told: Mapping[str, Any]) -> str:
    rows = []
    for name, figures in told["performers"].items():
        found = figures["beat_alignment"]
        cells = "".join(f"<td>{_or_dash(found[key])}</td>" for key in ("matched", "mismatched"))
        rows.append(f"<tr><td>{escape(name)}</td>{cells}</tr>")
    warning = next(iter(told["performers"].values()))["beat_alignment"]["warning"]
    return (
        f'<p class="warning">{escape(warning)}</p><table><tr><th></th><th>matched</th><th>mismatched</th></tr>'
        f"{''.join(rows)}</table>"
    )


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _sessions(told: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one['name'])}</td><td>{escape(one['voice'])}</td><td>{escape(one['emotion'])}</td>"
        f"<td>{escape(one['style'])}</td><td>{one['seconds']:.0f} s</td></tr>"
        for one in told["sessions"]
    )
    return f"<details><summary>{len(told['sessions'])} sessions</summary><table>{rows}</table></details>"
