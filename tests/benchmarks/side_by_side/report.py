"""The comparison written down: JSON, a page, a table for a README, and tables in the terminal."""

import html
import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from side_by_side.clips import BABBLE, CLEAN, MUSIC
from side_by_side.summary import Row

COLUMNS: Final = {
    "closure_recall": "closure", "false_closure": "false", "dental_auc": "dental", "rounding_auc": "rounding",
    "openness_rho": "openness", "lag_ms": "lag ms", "silence_gap": "silence", "jitter": "jitter",
    "aperture_r": "aperture r", "aperture_r_in_speech": "in speech", "jaw_r": "jaw r", "jaw_r_in_speech": "in speech",
    "cpu_ms": "CPU ms/s",
}  # fmt: skip
LEGEND: Final = (
    "closure and false closure: share of all p b m on which the lips meet, of all open vowels on which they wrongly "
    "do; the rest: medians over clips. aperture r and jaw r: against the tracked face, over the whole clip and from "
    "0.2 s before the first phone to 0.2 s after the last. CPU: milliseconds for a second of sound."
)


@dataclass(frozen=True, slots=True)
class Board:
    """All figures of one run.

    Attributes:
        animators: what each was and how far it looks ahead, by its own account and measured.
        clips: how many clips a set has, by its title.
        rows: figures by set and animator; see `summary.summarise`, and `cpu_ms`.
        left_out: animators that couldn't be had, and why.
    """

    animators: dict[str, dict[str, str | float | None]]
    clips: dict[str, int]
    rows: dict[str, dict[str, Row]]
    left_out: dict[str, str]


def write(board: Board, folder: Path) -> None:
    """Write `lips.json`, `lips.html` and `lips.md` into `folder`."""
    folder.mkdir(exist_ok=True)
    figures = {"machine": platform.processor() or platform.machine(), **asdict(board)}
    (folder / "lips.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False), encoding="utf-8")
    (folder / "lips.html").write_text(_page(board), encoding="utf-8")
    (folder / "lips.md").write_text(_markdown(board), encoding="utf-8")


def show(board: Board) -> None:
    """Print the tables."""
    console = Console(width=150)
    for title, rows in board.rows.items():
        table = Table(title=f"{title}: {board.clips[title]} clips")
        table.add_column("lips by")
        columns = _columns(rows)
        for column in columns:
            table.add_column(COLUMNS[column], justify="right")
        for name, row in rows.items():
            table.add_row(name, *_cells(row, columns))
        console.print(table)
    table = Table("animator", "look-ahead, documented", "measured ms", title="how far they look ahead")
    for name, facts in board.animators.items():
        table.add_row(name, str(facts["documented"]), _text(facts["measured_ms"], ".0f"))
    console.print(table)
    console.print(LEGEND)
    for name, fall in falls(board).items():
        console.print(f"{name}: closure falls by {fall[BABBLE]:.2f} in babble, {fall[MUSIC]:.2f} over music")
    for name, reason in board.left_out.items():
        console.print(f"{name} is left out: {reason}")


def falls(board: Board) -> dict[str, dict[str, float]]:
    """How much less often each animator's lips meet in noise than without, on the same clips, by animator and noise."""
    clean = board.rows[CLEAN]
    return {
        name: {noise: row["closure_recall"] - board.rows[noise][name]["closure_recall"] for noise in (BABBLE, MUSIC)}
        for name, row in clean.items()
    }


def _columns(rows: dict[str, Row]) -> list[str]:
    """The columns in which any of the rows has a figure."""
    return [column for column in COLUMNS if any(column in row for row in rows.values())]


def _cells(row: Row, columns: list[str]) -> list[str]:
    kinds = {"lag_ms": "+.0f", "cpu_ms": ".1f"}
    return [_text(row.get(column), kinds.get(column, ".2f")) for column in columns]


def _text(value: str | float | None, kind: str) -> str:
    if not isinstance(value, float):
        return "–"
    return format(value, kind).replace("-0.00", "0.00")


def _markdown(board: Board) -> str:
    """All sets in one table."""
    columns = [column for column in COLUMNS if not column.endswith("_in_speech")]
    lines = [["clips", "lips by", *(COLUMNS[column] for column in columns)]]
    lines.append(["---"] * len(lines[0]))
    for title, rows in board.rows.items():
        places = [f"{title}, {board.clips[title]}", *[""] * len(rows)]
        lines += [
            [place, name, *_cells(row, columns)] for place, (name, row) in zip(places, rows.items(), strict=False)
        ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _page(board: Board) -> str:
    """The tables as one page of HTML that needs nothing else."""
    parts = [
        "<!doctype html><meta charset=utf-8><title>Lips side by side</title><style>body{font:14px system-ui;margin:2em}"
        "table{border-collapse:collapse}td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #ccc}"
        "td:first-child,th:first-child{text-align:left}</style><h1>Lips side by side</h1>",
        f"<p>{html.escape(LEGEND)}</p>",
    ]
    for title, rows in board.rows.items():
        columns = _columns(rows)
        head = "".join(f"<th>{COLUMNS[column]}</th>" for column in columns)
        parts.append(f"<h2>{html.escape(title)}: {board.clips[title]} clips</h2><table><tr><th>lips by</th>{head}</tr>")
        for name, row in rows.items():
            cells = "".join(f"<td>{cell}</td>" for cell in _cells(row, columns))
            parts.append(f"<tr><td>{html.escape(name)}</td>{cells}</tr>")
        parts.append("</table>")
    parts.append("<h2>Look-ahead</h2><table><tr><th>animator</th><th>documented</th><th>measured ms</th></tr>")
    for name, facts in board.animators.items():
        told = html.escape(str(facts["documented"]))
        parts.append(
            f"<tr><td>{html.escape(name)}</td><td>{told}</td><td>{_text(facts['measured_ms'], '.0f')}</td></tr>"
        )
    parts.append("</table>")
    parts += [f"<p>{html.escape(name)} is left out: {html.escape(why)}</p>" for name, why in board.left_out.items()]
    return "\n".join(parts) + "\n"
