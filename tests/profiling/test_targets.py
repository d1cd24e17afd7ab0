"""The targets: what meets them, what misses them, and what nobody measured."""

import pytest

from voxrig.profiling.targets import Judged, judged

from .profile_record import full_record, minimal_record


def by_name(record: dict[str, object]) -> dict[str, Judged]:
    return {target.name: target for target in judged(record)}


def test_values_are_those_of_the_profile() -> None:
    record = full_record()
    told = by_name(record)
    one, most = record["runs"][0], record["runs"][2]
    assert told["latency p50, 1 session"].value == one["latency_ms"]["p50"]
    assert told["latency p99, 1 session"].value == one["latency_ms"]["p99"]
    assert told["first frame p99, 1 session"].value == one["first_frame_ms"]["p99"]
    assert told["characters per core (one connection each)"].value == record["capacity"][0]["per_core"]
    assert told["characters per core (bundled)"].value == record["capacity"][1]["per_core"]
    assert told["server CPU over the sum of its floors"].value == 1.8
    assert told["start to first frame"].value == 1.4
    assert told["overhead of measuring"].value == 0.004
    rise = told["cost of a character beside fewer sessions"]
    middle = record["runs"][1]["server"]["cpu_us_per_frame"]
    assert rise.value == pytest.approx(most["server"]["cpu_us_per_frame"] / middle, rel=0.05)
    assert "16 to 64 sessions" in rise.where


def test_the_worst_run_decides_and_is_named() -> None:
    record = full_record()
    record["runs"][4] |= {"late_share": 0.002}
    record["runs"][5]["av_offset_ms"]["within_bt1359"] = 0.5
    told = by_name(record)
    assert (told["late frames"].met, told["late frames"].where) == (False, "gRPC bundled, 16 sessions")
    assert (told["A/V within BT.1359"].met, told["A/V within BT.1359"].where) == (False, "gRPC bundled, 64 sessions")


@pytest.mark.parametrize(("p50", "met"), [(2.99, True), (3.0, True), (3.01, False), (None, None)])
def test_limits_belong_to_what_is_met(p50: float | None, met: bool | None) -> None:
    record = full_record()
    record["runs"][0]["latency_ms"]["p50"] = p50
    assert by_name(record)["latency p50, 1 session"].met is met


def test_at_least_is_the_other_way_round() -> None:
    record = full_record()
    for value, met in ((99.0, False), (100.0, True), (400.0, True)):
        record["capacity"][0]["per_core"] = value
        assert by_name(record)["characters per core (one connection each)"].met is met


def test_a_cost_that_rises_is_missed() -> None:
    record = full_record()
    record["runs"][2]["server"]["cpu_us_per_frame"] = 2 * record["runs"][1]["server"]["cpu_us_per_frame"]
    rise = by_name(record)["cost of a character beside fewer sessions"]
    assert (rise.value, rise.met) == (pytest.approx(2.0), False)


def test_nothing_measured_is_neither_met_nor_missed() -> None:
    assert {target.met for target in judged(minimal_record())} == {None}
    limited = full_record()
    for run in limited["runs"]:
        run["client"]["limited"] = True
    assert by_name(limited)["late frames"].met is None
