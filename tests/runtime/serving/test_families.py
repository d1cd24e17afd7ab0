"""What Prometheus is told, read back by its own parsers."""

import dataclasses
import re

import pytest
from prometheus_client.exposition import choose_encoder
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from voxrig.runtime.serving.census import Census
from voxrig.runtime.serving.families import Families
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.stage_times import OTHER, STAGES

UNITS = ("seconds", "bytes")


@pytest.fixture
def metrics():
    metrics = Metrics(frames=7, late=2, rows=9, interruptions=1, sessions_resumed=8)
    metrics.opened["link"] = 3
    metrics.refused["RESOURCE_EXHAUSTED"] = 4
    metrics.times.seconds["mel"] = 0.125
    for milliseconds in (0.05, 1.0, 3.0, 3.0, 16.7, 20_000.0):
        metrics.tick_ms.add(milliseconds)
    for size in (1, 2, 32, 5000):
        metrics.batch.add(size)
    metrics.census = lambda: Census({"grpc": 2, "view": 1}, {"grpc": 5, "view": 1}, 1, 6)
    metrics.strangers = lambda: 5
    return metrics


@pytest.fixture(params=[("", read_text), ("application/openmetrics-text; version=1.0.0", read_openmetrics)])
def told(request, metrics, tiny_bundle):
    accept, read = request.param
    encode, _ = choose_encoder(accept)
    families = list(read(encode(Families(metrics, "1.2.3", lambda: [tiny_bundle.spec], 256)).decode()))
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_counters_and_gauges(told):
    assert told["voxrig_frames_total",] == 7
    assert told["voxrig_late_steps_total",] == 2
    assert told["voxrig_steps_total",] == 9
    assert told["voxrig_interruptions_total",] == 1
    assert told["voxrig_sessions_opened_total", "link"] == 3
    assert told["voxrig_sessions_refused_total", "RESOURCE_EXHAUSTED"] == 4
    assert told["voxrig_unauthenticated_total",] == 5
    assert told["voxrig_stage_seconds_total", "mel"] == 0.125
    assert (told["voxrig_sessions", "grpc"], told["voxrig_connections", "grpc"]) == (5, 2)
    assert (told["voxrig_parked_sessions",], told["voxrig_sessions_resumed_total",]) == (6, 8)
    assert (told["voxrig_congested_connections",], told["voxrig_max_sessions",]) == (1, 256)
    assert {key[1] for key in told if key[0] == "voxrig_stage_seconds_total"} == {*STAGES, OTHER}


def test_times_are_histograms_in_seconds(told):
    buckets = {float(key[1]): value for key, value in told.items() if key[0] == "voxrig_tick_seconds_bucket"}
    assert buckets[0.0001] == 1
    assert buckets[0.001] == 2
    assert buckets[0.004] == 4
    assert (buckets[0.016], buckets[0.025]) == (4, 5)
    assert (buckets[10.0], buckets[float("inf")]) == (5, 6)
    assert told["voxrig_tick_seconds_count",] == 6
    assert told["voxrig_tick_seconds_sum",] == pytest.approx(20.02375)
    assert list(buckets) == sorted(buckets)


def test_batches_are_a_histogram_of_steps(told):
    buckets = {float(key[1]): value for key, value in told.items() if key[0] == "voxrig_batch_steps_bucket"}
    assert (buckets[2.0], buckets[24.0], buckets[32.0], buckets[float("inf")]) == (2, 2, 3, 4)


def test_the_build_names_software_and_the_default_model_of_now(metrics, tiny_bundle):
    loaded = [tiny_bundle.spec]
    families = Families(metrics, "1.2.3", lambda: loaded, 256)
    for version in ("1", "2"):
        loaded[0] = dataclasses.replace(tiny_bundle.spec, version=version)
        [build] = next(iter(families.collect())).samples
        assert build.name == "voxrig_build_info"
        assert [build.labels[key] for key in ("version", "model", "model_version")] == ["1.2.3", "tiny", version]


def test_names_follow_the_rules(metrics, tiny_bundle):
    """Base units in the name, no milliseconds, a prefix, and a sentence about each."""
    families = list(Families(metrics, "1.2.3", lambda: [tiny_bundle.spec], 256).collect())
    assert len({family.name for family in families}) == len(families)
    for family in families:
        assert re.fullmatch(r"(voxrig|process)(_[a-z]+)+", family.name)
        assert not family.name.endswith(("_ms", "_total", "_count"))
        assert family.documentation.endswith(".")
        if family.unit:
            assert family.name.endswith(f"_{family.unit}")
        assert family.unit in ("", "steps", *UNITS)
