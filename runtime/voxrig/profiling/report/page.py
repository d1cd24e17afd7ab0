"""A profile as one HTML file: no scripts, no network, light or dark, on a screen or on paper."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from voxrig.engine_bridges.writers.whole_file import whole_binary_file
from voxrig.profiling.record_reading import checked
from voxrig.profiling.record_values import Record, parts
from voxrig.profiling.report.capacity_charts import capacity_rows, cost_chart, late_chart, p99_chart
from voxrig.profiling.report.chart import Chart, table
from voxrig.profiling.report.comparison_section import comparison_section
from voxrig.profiling.report.escaping import escaped
from voxrig.profiling.report.floors_chart import floors_chart
from voxrig.profiling.report.head_section import head_section
from voxrig.profiling.report.offset_chart import offset_chart
from voxrig.profiling.report.runs_section import run_sections, runs_table
from voxrig.profiling.report.stage_chart import stage_chart
from voxrig.profiling.report.target_section import target_section

_STYLE: Final = Path(__file__).with_name("report.css")


def write_html(record: Record, path: Path, old: Record | None = None) -> None:
    """Write the report of a profile.

    Args:
        record: the profile; what is missing or None was not measured, and is told so.
        path: of the file to write.
        old: another profile to hold it against.

    Raises:
        ValueError: either is of another format or version, or has a part that is something else.
        OSError: the file cannot be written.
    """
    content = page(record, old).encode("utf-8", "replace")
    with whole_binary_file(path) as file:
        file.write(content)


def page(record: Record, old: Record | None = None) -> str:
    """Return the report's HTML; ValueError as of `write_html`."""
    checked(record, "the profile")
    if old is not None:
        checked(old, "the old profile")
    runs = parts(record, "runs")
    sections = (
        head_section(record),
        target_section(record),
        comparison_section(old, record) if old is not None else "",
        f"<section><h2>Runs</h2>{runs_table(record)}</section>",
        f"<section><h2>Cost</h2>{_columns([stage_chart(runs)], [floors_chart(record), cost_chart(record)])}</section>",
        _capacity(record),
        f"<section><h2>In step</h2>{_columns([offset_chart(runs)])}</section>",
        f"<section><h2>Run by run</h2></section>{run_sections(record)}" if runs else "",
    )
    title = escaped(f"Voxrig profile {record.get('when') or ''}".strip())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE.read_text('utf-8')}</style></head>"
        f"<body><main>{''.join(sections)}</main></body></html>\n"
    )


def _capacity(record: Record) -> str:
    rows = capacity_rows(record)
    heads, kinds = ("transport", "characters", "per server core", "what broke"), ("", "", "", "word")
    told = table(heads, rows, [kinds] * len(rows)) if rows else ""
    return f"<section><h2>Capacity</h2>{told}{_columns([late_chart(record)], [p99_chart(record)])}</section>"


def _columns(*columns: Sequence[Chart]) -> str:
    """Columns of charts, side by side where the page is wide enough."""
    told = "".join(f"<div>{''.join(chart.html() for chart in column)}</div>" for column in columns)
    return f'<div class="plots">{told}</div>'
