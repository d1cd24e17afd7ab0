"""Every run in a row of figures, and what each looks like in plots."""

from collections.abc import Sequence
from typing import Final

from voxrig.profiling.metrics_compared import client_was_limit
from voxrig.profiling.record_values import Record, figure, found, parts, run_name
from voxrig.profiling.report.chart import table
from voxrig.profiling.report.escaping import escaped
from voxrig.profiling.report.histogram_chart import histogram_chart
from voxrig.profiling.report.timeline_chart import timeline_chart
from voxrig.profiling.report.waterfall_chart import waterfall_chart
from voxrig.profiling.report.words import NOT_MEASURED, digits, megabytes, percent
from voxrig.profiling.targets import LATE_SHARE, P99_MS

_HEADS: Final = (
    "run", "frames", "p50 ms", "p90 ms", "p99 ms", "max ms", "first frame p50 ms", "first frame p99 ms",
    "jitter p99 ms", "late", "dropped", "server µs", "server CPU", "memory", "memory each", "client CPU",
)  # fmt: skip
_COLUMNS: Final = (
    *(("latency_ms", key) for key in ("p50", "p90", "p99", "max")),
    *(("first_frame_ms", key) for key in ("p50", "p99")),
    ("jitter_ms", "p99"),
)
_NOTE: Final = (
    "Latency is beyond the look-ahead. Server µs are CPU per character-frame, client CPU is the load generator's, both "
    "CPU columns in percent of a core; memory each is what a character adds. A dash is what was not measured."
)


def runs_table(record: Record) -> str:
    """Return the table of all runs."""
    runs = parts(record, "runs")
    if not runs:
        return f'<p class="none">Runs: {NOT_MEASURED}.</p>'
    rows = [_row(run) for run in runs]
    return table(_HEADS, [cells for cells, _ in rows], [kinds for _, kinds in rows]) + f'<p class="soft">{_NOTE}</p>'


def run_sections(record: Record) -> str:
    """Return the plots of each run."""
    return "".join(_section(record, run, place) for place, run in enumerate(parts(record, "runs")))


def _row(run: Record) -> tuple[Sequence[str], Sequence[str]]:
    """The cells of a run and their classes: what breaks a budget is bad."""
    p99, late, client = figure(run, "latency_ms", "p99"), figure(run, "late_share"), figure(run, "client", "cpu_share")
    cells = [
        run_name(run),
        _whole(figure(run, "frames")),
        *(_number(figure(run, *keys)) for keys in _COLUMNS),
        _share(late),
        _whole(figure(run, "dropped")),
        _number(figure(run, "server", "cpu_us_per_frame")),
        _share(figure(run, "server", "cpu_share")),
        *(_size(figure(run, "server", key)) for key in ("memory_bytes", "memory_bytes_per_character")),
        _share(client),
    ]
    kinds = [""] * len(cells)
    kinds[_HEADS.index("p99 ms")] = "bad" if p99 is not None and p99 > P99_MS else ""
    kinds[_HEADS.index("late")] = "bad" if late is not None and late > LATE_SHARE else ""
    kinds[_HEADS.index("client CPU")] = "bad" if client_was_limit(run) else ""
    return cells, kinds


def _section(record: Record, run: Record, place: int) -> str:
    ahead = figure(record, "settings", "look_ahead_ms")
    name = f"run{place}"
    warning = ""
    if client_was_limit(run):
        warning = (
            '<p class="warning">The load generator was the limit, not the server: this run tells nothing of it.</p>'
        )
    gpu = found(run, "gpu")
    told = f'<p class="soft">GPU: {escaped(_gpu(gpu))}</p>' if gpu else ""
    return (
        f'<section class="run"><h3 id="{name}">{escaped(run_name(run))}</h3>{warning}{told}<div class="plots">'
        f"<div>{histogram_chart(run, ahead, f'{name}-latency').html()}"
        f"{timeline_chart(run, f'{name}-time').html()}</div>"
        f"<div>{waterfall_chart(run, ahead, f'{name}-way').html()}</div></div></section>"
    )


def _gpu(gpu: object) -> str:
    return ", ".join(f"{key} {value}" for key, value in gpu.items()) if isinstance(gpu, dict) else str(gpu)


def _number(value: float | None) -> str:
    return "–" if value is None else digits(value)


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _size(value: float | None) -> str:
    return "–" if value is None else megabytes(value)
