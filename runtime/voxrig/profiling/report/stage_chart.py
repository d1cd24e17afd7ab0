"""What a character-frame costs the server, stage by stage, and how that falls with more sessions."""

from collections.abc import Sequence
from typing import Final

from voxrig.profiling.record_values import Record, figure, found, run_name, sums, transport_name
from voxrig.profiling.report.chart import Chart
from voxrig.profiling.report.drawing import Drawing
from voxrig.profiling.report.escaping import label
from voxrig.profiling.report.panel import plain
from voxrig.profiling.report.scale import linear
from voxrig.profiling.report.words import digits, quantity
from voxrig.runtime.serving.stage_times import STAGES

GROUPS: Final = {
    "sound": ("ingest", "resample", "mel", "prosody"),
    "models": ("network", "listener", "mover"),
    "layers": ("speech", "voice", "emotion", "gaze", "blink", "idle", "head", "body"),
    "out": ("compose", "rig", "encode", "deliver"),
}
"""Stages of one hue; others are told as "other"."""
REST: Final = "outside stages"
"""Server CPU that no stage accounts for: the event loop, the transport's own threads, the system's calls."""

_LEFT, _RIGHT, _ROW, _BAR, _TOP = 128.0, 508.0, 26.0, 16.0, 46.0


def stage_chart(runs: Sequence[Record], name: str = "stages") -> Chart:
    """Return the plot of all runs, a bar each."""
    title = "Where a character-frame's time goes"
    told = [(run, segments(run)) for run in runs]
    told = [(run, parts) for run, parts in told if parts]
    if not told:
        return Chart(name, title, "", None)
    floor = _TOP + _ROW * len(told)
    drawing = Drawing(floor + 38)
    x = linear([sum(parts.values()) for _, parts in told], _LEFT, _RIGHT)
    for value in x.ticks(6):
        drawing.line([(x.place(value), _TOP - 6), (x.place(value), floor)], "grid")
        drawing.text(x.place(value), floor + 15, plain(value), "tick", "middle")
    drawing.text(_RIGHT, floor + 31, "µs per character-frame", "name", "end")
    for row, (run, parts) in enumerate(told):
        top, at = _TOP + _ROW * row, 0.0
        drawing.text(_LEFT - 8, top + 12, _short_name(run), "tick", "end")
        for stage, cost in parts.items():
            left, right = x.place(at), x.place(at + cost)
            drawing.rectangle(left, top, right - left, _BAR, f"part {_kind(stage)}", f"{stage} {digits(cost)} µs")
            at += cost
        drawing.text(x.place(at) + 6, top + 12, digits(at), "value")
        cpu = figure(run, "server", "cpu_us_per_frame")
        if cpu is not None and cpu < at * (1 - 1e-9):  # stages are timed by the clock, and had to wait
            drawing.line([(x.place(cpu), top - 3), (x.place(cpu), top + _BAR + 3)], "mark")
    _hues(drawing)
    stages = list(dict.fromkeys(stage for _, parts in told for stage in parts))
    ordered = [stage for stage in (*STAGES, *stages) if stage in stages and stage != REST]
    columns = [*dict.fromkeys(ordered), *([REST] if REST in stages else [])]
    rows = [[run_name(run), *(quantity(parts.get(stage), "µs") for stage in columns)] for run, parts in told]
    words = (
        "Microseconds of the server for one frame of one character; each step of a hue is a stage, which a pointer "
        "names. Stages are timed by the clock, the whole bar is the CPU used; where stages had to wait for a core and "
        "took longer, a mark shows the CPU."
    )
    return Chart(name, title, words, drawing, ["run", *columns], rows)


def segments(run: Record) -> dict[str, float]:
    """Return the parts of a run's bar, microseconds by stage in the order of a frame's way, and the rest of its CPU."""
    stages = {stage: cost for stage, cost in sums(run, "stages_us_per_frame").items() if cost > 0}
    told = {stage: stages[stage] for stage in STAGES if stage in stages} | stages
    whole = figure(run, "server", "cpu_us_per_frame")
    if whole is not None and whole > sum(told.values()):
        told[REST] = whole - sum(told.values())
    return told


def _kind(stage: str) -> str:
    """The hue of a stage's group and its step in it."""
    for group, stages in GROUPS.items():
        if stage in stages:
            return f"{group} n{stages.index(stage) % 4}"
    return "rest" if stage == REST else "other"


def _hues(drawing: Drawing) -> None:
    """Draw the groups' names above the bars."""
    at = _LEFT
    for name, kind in (*((group, f"{group} n0") for group in GROUPS), ("other", "other"), (REST, "rest")):
        drawing.rectangle(at, 8, 12, 12, f"part {kind}")
        drawing.text(at + 17, 18, name, "tick")
        at += 34 + 6.3 * len(name)


def _short_name(run: Record) -> str:
    sessions = figure(run, "sessions")
    name = label(transport_name(run), 13) if found(run, "transport") != "link-bundled" else "link bundled"
    return name if sessions is None else f"{name} × {sessions:.0f}"
