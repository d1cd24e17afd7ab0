"""Plots show the numbers of the profile: places are read back against the ticks, as an eye does."""

import math

import pytest

from voxrig.profiling.record_values import histogram
from voxrig.profiling.report.capacity_charts import cost_chart, late_chart, p99_chart
from voxrig.profiling.report.floors_chart import floors_chart
from voxrig.profiling.report.histogram_chart import histogram_chart
from voxrig.profiling.report.offset_chart import offset_chart
from voxrig.profiling.report.stage_chart import GROUPS, REST, segments, stage_chart
from voxrig.profiling.report.timeline_chart import timeline_chart
from voxrig.profiling.report.waterfall_chart import CHOSEN, waterfall_chart
from voxrig.runtime.serving.stage_times import STAGES

from ..profile_record import LOOK_AHEAD_MS, full_record, full_run
from .drawn import boxes, kinds, of_kind, plot, points, ruler, texts

PIXEL = 0.011
"""Places are written with two digits."""


def close(value: float, unit: float) -> object:
    """The value, as exactly as places tell it: `unit` is what one unit of the plot is worth."""
    return pytest.approx(value, abs=PIXEL * unit)


def test_areas_of_the_histogram_are_its_shares() -> None:
    run = full_run("grpc", 16)
    drawing = plot(histogram_chart(run, LOOK_AHEAD_MS, "h"))
    x, y = ruler(drawing, log=True), ruler(drawing, across=False)
    bars, bins = boxes(drawing, "bar"), [one for one in histogram(run) if one[2]]
    assert len(bars) == len(bins) > 5
    for (left, top, width, height), (low, high, count) in zip(bars, bins, strict=True):
        begin, end = x.value(left), x.value(left + width)
        assert end == pytest.approx(high, rel=1e-3)
        assert begin == pytest.approx(low or high / 2, rel=1e-3)
        share = (y.value(top) - y.value(top + height)) * math.log2(end / begin)
        assert share == pytest.approx(100 * count / run["frames"], abs=0.05)
    marks = [points(mark)[0][0] for mark in of_kind(drawing, "path", "mark")]
    assert [x.value(place) for place in marks] == pytest.approx(
        [run["latency_ms"][key] for key in ("p50", "p90", "p99")], rel=1e-3
    )


def test_the_look_ahead_stands_apart_from_the_latency() -> None:
    run = full_run("grpc", 1)
    drawing = plot(histogram_chart(run, LOOK_AHEAD_MS, "h"))
    ((left, _, width, _),) = boxes(drawing, "ahead")
    assert "81.2 ms" in texts(drawing)
    assert left + width < min(box[0] for box in boxes(drawing, "bar"))
    assert boxes(plot(histogram_chart(run, None, "h")), "ahead") == []


def test_what_is_longer_than_every_bound_reaches_to_the_longest() -> None:
    run = {"histogram_ms": {"bounds": [1, 2], "counts": [0, 5, 5]}, "latency_ms": {"max": 40.0}}
    drawing = plot(histogram_chart(run, None, "h"))
    x = ruler(drawing, log=True)
    (_, _, _, _), (left, _, width, _) = boxes(drawing, "bar")
    assert (x.value(left), x.value(left + width)) == (pytest.approx(2, rel=1e-3), pytest.approx(40, rel=1e-3))


def test_the_timeline_shows_each_second() -> None:
    run = full_run("grpc", 1)
    run["timeline"][3]["late"], run["timeline"][5]["p50"] = 4, None
    drawing = plot(timeline_chart(run, "t"))
    latency = ruler(drawing, across=False, between=(0, 160))
    (p99,) = [path for path in of_kind(drawing, "path", "line", "s1") if len(points(path)) > 2]
    assert [latency.value(y) for _, y in points(p99)] == pytest.approx(
        [second["p99"] for second in run["timeline"]], abs=0.02
    )
    seconds = ruler(drawing)
    assert [seconds.value(x) for x, _ in points(p99)] == pytest.approx(range(30), abs=0.01)
    halves = [len(points(path)) for path in of_kind(drawing, "path", "line", "s0") if len(points(path)) > 2]
    assert halves == [5, 24]  # broken where nothing is known
    crosses = [path for path in of_kind(drawing, "path", "s4") if path.find("title") is not None]
    assert [path.find("title").text for path in crosses] == ["second 3: 4 frames late"]  # type: ignore[union-attr]
    cpu = ruler(drawing, across=False, between=(170, 300))
    (share,) = [path for path in of_kind(drawing, "path", "line", "s2") if len(points(path)) > 2]
    assert [cpu.value(y) for _, y in points(share)] == pytest.approx(
        [100 * second["cpu_share"] for second in run["timeline"]], abs=0.01
    )


def test_the_waterfall_falls_without_a_gap() -> None:
    run = full_run("grpc", 16)
    drawing = plot(waterfall_chart(run, LOOK_AHEAD_MS, "w"))
    way = [(part["stage"], part["ms"]) for part in run["waterfall_ms"] if part["stage"] not in CHOSEN]
    steps, x = boxes(drawing, "step"), ruler(drawing)
    per_place = (x.values[1] - x.values[0]) / (x.places[1] - x.places[0])
    assert [width * per_place for _, _, width, _ in steps] == [close(ms, per_place) for _, ms in way]
    at = 0.0
    for (left, _, _, _), (_, ms) in zip(steps, way, strict=True):
        assert x.value(left) == close(at, per_place)
        at += ms
    assert [name for name in texts(drawing) if name in dict(way)] == [name for name, _ in way]
    tops = [top for _, top, _, _ in steps]
    assert tops == sorted(tops)


def test_the_whole_way_tells_what_is_waited_by_choice() -> None:
    run = full_run("grpc", 1)
    drawing = plot(waterfall_chart(run, LOOK_AHEAD_MS, "w"))
    whole = sum(part["ms"] for part in run["waterfall_ms"])
    chosen = boxes(drawing, "ahead")
    total = sum(box[2] for box in chosen + boxes(drawing, "way"))
    waits = [part["ms"] for part in run["waterfall_ms"] if part["stage"] in CHOSEN]
    assert [box[2] / total * whole for box in chosen] == pytest.approx(waits, abs=0.02)
    run["waterfall_ms"] = [part for part in run["waterfall_ms"] if part["stage"] != "look-ahead"]
    again = boxes(plot(waterfall_chart(run, LOOK_AHEAD_MS, "w")), "ahead")
    assert again == chosen


def test_bars_of_stages_are_as_long_as_they_cost() -> None:
    runs = full_record()["runs"]
    drawing = plot(stage_chart(runs))
    x = ruler(drawing)
    per_place = (x.values[1] - x.values[0]) / (x.places[1] - x.places[0])
    bars = [box for box in boxes(drawing, "part") if box[1] > 30]  # below the key
    wanted = [list(segments(run).values()) for run in runs]
    assert [box[2] * per_place for box in bars] == [close(cost, per_place) for row in wanted for cost in row]
    for row, run in zip(wanted, runs, strict=True):
        assert sum(row) == pytest.approx(run["server"]["cpu_us_per_frame"])
        assert f"{sum(row):.0f}" in texts(drawing)
    assert list(segments(runs[0])) == [*STAGES, REST]


def test_each_stage_has_a_hue() -> None:
    assert sorted(stage for stages in GROUPS.values() for stage in stages) == sorted(STAGES)
    run = {"transport": "grpc", "sessions": 1, "stages_us_per_frame": {"dreams": 5.0, "mel": 3.0, "body": None}}
    assert segments(run) == {"mel": 3.0, "dreams": 5.0}
    drawing = plot(stage_chart([run]))
    assert [kinds(rect) for rect in of_kind(drawing, "rect")][:2] == [{"part", "sound", "n2"}, {"part", "other"}]


@pytest.mark.parametrize(("make", "key", "log"), [(p99_chart, "p99_ms", True), (cost_chart, "cpu_us_per_frame", False)])
def test_curves_of_capacity(make: object, key: str, log: bool) -> None:
    record = full_record()
    for capacity in record["capacity"]:
        capacity["points"] = capacity["points"][::-1]
    drawing = plot(make(record))  # type: ignore[operator]
    x, y = ruler(drawing, log=True), ruler(drawing, across=False, log=log)
    for number, capacity in enumerate(record["capacity"]):
        (line,) = [path for path in of_kind(drawing, "path", "line", f"s{number}") if "m" not in path.get("d", "")][1:]
        wanted = sorted((point["sessions"], point[key]) for point in capacity["points"])
        assert [x.value(place) for place, _ in points(line)] == pytest.approx([w[0] for w in wanted], rel=2e-3)
        assert [y.value(place) for _, place in points(line)] == pytest.approx([w[1] for w in wanted], rel=1e-2)
        (held,) = of_kind(drawing, "path", "held", f"s{number}")
        assert x.value(points(held)[0][0]) == pytest.approx(capacity["characters"], rel=2e-3)
        broken = [path for path in of_kind(drawing, "path", f"s{number}") if path.find("title") is not None]
        assert len(broken) == sum(not point["ok"] for point in capacity["points"])
    assert len(of_kind(drawing, "circle", "dot")) == sum(p["ok"] for c in record["capacity"] for p in c["points"])


def test_no_late_frame_lies_on_the_floor_and_the_budget_is_marked() -> None:
    record = full_record()
    drawing = plot(late_chart(record))
    y = ruler(drawing, across=False, log=True)
    (budget,) = of_kind(drawing, "path", "target")
    assert y.value(points(budget)[0][1]) == pytest.approx(0.1, rel=1e-2)  # per cent
    floor = max(place for _, place in points(of_kind(drawing, "path", "line", "s0")[1]))
    assert y.value(floor) == pytest.approx(0.001, rel=2e-2)
    assert "none" in texts(drawing)


def test_offsets_lie_in_the_bands_of_bt1359() -> None:
    runs = full_record()["runs"]
    drawing = plot(offset_chart(runs))
    x = ruler(drawing)
    for kind, limits in (("borne", (-185, 90)), ("unseen", (-125, 45))):
        ((left, _, width, _),) = boxes(drawing, kind)
        assert (x.value(left), x.value(left + width)) == (
            pytest.approx(limits[0], abs=0.1),
            pytest.approx(limits[1], abs=0.1),
        )
    for (left, _, width, _), line, run in zip(
        boxes(drawing, "spread"), of_kind(drawing, "path", "line", "s0"), runs, strict=True
    ):
        told = run["av_offset_ms"]
        (low, _), (high, _) = points(line)
        values = (x.value(low), x.value(left), x.value(left + width), x.value(high))
        assert values == pytest.approx([told[key] for key in ("min", "p1", "p99", "max")], abs=0.05)


def test_an_offset_far_outside_is_told_at_the_edge() -> None:
    run = full_run("grpc", 1) | {"av_offset_ms": {"min": -600.0, "p1": -580.0, "p99": 900.0, "max": 950.0}}
    drawing = plot(offset_chart([run]))
    assert {"← from −600 ms", "to 950 ms →"} <= set(texts(drawing))
    ((left, _, width, _),) = boxes(drawing, "spread")
    ((near, _, wide, _),) = boxes(drawing, "unseen")
    assert left < near < near + wide < left + width
    assert wide > 80


def test_floors_and_what_the_server_takes_on_top() -> None:
    record = full_record()
    drawing = plot(floors_chart(record))
    x = ruler(drawing)
    per_place = (x.values[1] - x.values[0]) / (x.places[1] - x.places[0])
    bars = [box for box in boxes(drawing, "part") if box[3] > 20]
    assert [box[2] * per_place for box in bars] == [close(us, per_place) for us in (20.0, 9.0, 31.0, 48.0)]
    (limit,) = of_kind(drawing, "path", "target")
    assert x.value(points(limit)[0][0]) == close(90.0, per_place)


def test_tables_tell_what_plots_show() -> None:
    run = full_run("grpc", 1)
    chart = timeline_chart(run, "t")
    assert len(chart.rows) == len(run["timeline"])
    assert all(len(row) == len(chart.heads) for row in chart.rows)
    stages = stage_chart([run])
    assert dict(zip(stages.heads, stages.rows[0], strict=True))["network"] == "110 µs"
    assert f"<td>{stages.rows[0][1]}</td>" in stages.html()


def test_long_tables_are_thinned() -> None:
    run = full_run("grpc", 1)
    run["timeline"] = [run["timeline"][0] | {"second": second} for second in range(4000)]
    html = timeline_chart(run, "t").html()
    assert "every 27th of 4000 rows" in html
    assert html.count("<tr>") < 160


def test_stages_that_waited_for_a_core_show_the_cpu_beside_the_clock() -> None:
    run = full_run("grpc", 1)
    assert of_kind(plot(stage_chart([run])), "path", "mark") == []
    run["server"]["cpu_us_per_frame"] = 200.0
    drawing = plot(stage_chart([run]))
    (mark,) = of_kind(drawing, "path", "mark")
    assert ruler(drawing).value(points(mark)[0][0]) == pytest.approx(200.0, abs=0.1)
    assert REST not in segments(run)
