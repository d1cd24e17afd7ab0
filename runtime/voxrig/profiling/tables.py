"""A profile in a terminal: the runs as they go, and the summary."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from voxrig.profiling.record_values import figure, found, parts

_HEADS: Final = (
    "transport", "sessions", "frames", "late", "p50 ms", "p90 ms", "p99 ms", "max ms", "first p99", "in step",
    "server µs", "cores", "client", "",
)  # fmt: skip
_CAPTION: Final = (
    "latency beyond look-ahead; in step: pictures that BT.1359 finds no fault with; server µs: CPU for a character's "
    "frame; cores, client: CPU of server and client"
)
_NUMBERS: Final = range(1, 13)


def runs_table(runs: Sequence[Mapping[str, Any]], now: Mapping[str, Any] | None = None) -> Table:
    """Return the runs that are done, and how the one under way goes."""
    table = Table(*_HEADS, header_style="bold", caption=_CAPTION)
    table.caption_justify = "left"
    for place in _NUMBERS:
        table.columns[place].justify = "right"
    for run in runs:
        table.add_row(*_cells(run))
    if now is not None:
        cells = _cells(now)
        cells[-1] = f"{now['second']:.0f} of {now['of']:.0f} s"
        table.add_row(*cells, style="dim")
    return table


def _cells(run: Mapping[str, Any]) -> list[str]:
    client = figure(run, "client", "cpu_share")
    limited = "client too slow" if found(run, "client", "limited") else ""
    return [
        str(run["transport"]),
        f"{run['sessions']}",
        f"{run['frames']}",
        _number(figure(run, "late_share"), "{:.2%}"),
        *(_number(figure(run, "latency_ms", name), "{:.1f}") for name in ("p50", "p90", "p99", "max")),
        _number(figure(run, "first_frame_ms", "p99"), "{:.1f}"),
        _number(figure(run, "av_offset_ms", "within_bt1359"), "{:.1%}"),
        _number(figure(run, "server", "cpu_us_per_frame"), "{:.0f}"),
        _number(figure(run, "server", "cpu_share") or figure(run, "cpu_share"), "{:.2f}"),
        _number(figure(run, "client_share") if client is None else client, "{:.2f}"),
        limited,
    ]


def _number(value: float | None, pattern: str) -> str:
    return "-" if value is None else pattern.format(value)


def summary(record: Mapping[str, Any]) -> Group:
    """Return what was measured, for people."""
    parted: list[Table | Text] = [runs_table(parts(record, "runs"))]
    parted += [Text(line) for line in _lines(record)]
    if capacities := parts(record, "capacity"):
        table = Table("transport", "characters", "a server core", "what broke", header_style="bold")
        for one in capacities:
            core = _number(figure(one, "per_core"), "{:.0f}")
            table.add_row(str(one["transport"]), f"{one['characters']}", core, str(one["limit"]))
        parted.append(table)
    return Group(*parted)


def _lines(record: Mapping[str, Any]) -> list[str]:
    lines = []
    if cold := found(record, "cold_start"):
        lines.append(
            f"cold start: ready after {cold['ready_s']:.2f} s, first frame after {cold['first_frame_s']:.2f} s"
        )
    if floors := found(record, "floors"):
        lines.append(
            f"floors ({found(record, 'settings', 'floors_of')}): network {floors['network_us']:.1f}, mel "
            f"{floors['mel_us']:.1f}, echo {floors['echo_us']:.1f} µs a frame; the server takes "
            f"{_number(figure(floors, 'ratio'), '{:.2f}')} times their sum"
        )
    if cost := found(record, "overhead"):
        shares = f"{cost['server_share']:.2%} of the server's CPU, {cost['client_share']:.2%} of the client's"
        lines.append(f"measuring took {shares}")
    return lines
