"""Two profiles held against each other: the same is the same, and what is better is worse the other way round."""

import copy
import io
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from voxrig.profiling.capacity import Budget, broken
from voxrig.profiling.comparing import Judgement, Verdict, compared, differences
from voxrig.profiling.comparison_table import comparison_table
from voxrig.profiling.metrics_compared import OF_RUN, client_was_limit
from voxrig.profiling.noise import Bound, noise, waited
from voxrig.runtime.serving.stage_times import STAGES

from .profile_record import full_record, full_run, minimal_record, without

OTHER_WAY = {Judgement.BETTER: Judgement.WORSE, Judgement.WORSE: Judgement.BETTER}


def by_name(verdicts: tuple[Verdict, ...]) -> dict[tuple[str, str], Verdict]:
    return {(verdict.run, verdict.metric): verdict for verdict in verdicts}


def random_record(seed: int) -> dict[str, Any]:
    """A profile whose figures are anything, of which some are missing."""
    rng = np.random.default_rng(seed)

    def shaken(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: shaken(one) for key, one in value.items() if key in ("transport", "sessions") or rng.random() > 0.1
            }
        if isinstance(value, list):
            return [shaken(one) for one in value]
        return value * float(rng.lognormal(0, 0.3)) if isinstance(value, float) else value

    record = full_record()
    for run in record["runs"]:
        run["late_share"] = float(rng.choice([0.0, 0.0004, 0.003]))
    return {**record, **{key: shaken(record[key]) for key in ("runs", "capacity", "floors", "cold_start")}}


@pytest.mark.parametrize("record", [full_record(), minimal_record(), random_record(1)], ids=["full", "minimal", "any"])
def test_the_same_profile_is_the_same(record: dict[str, Any]) -> None:
    verdicts = compared(record, copy.deepcopy(record))
    assert {verdict.judgement for verdict in verdicts} <= {Judgement.SAME}
    assert [told for told in differences(record, copy.deepcopy(record)) if "took up to" not in told] == []


@pytest.mark.parametrize("seed", range(8))
def test_swapped_better_is_worse(seed: int) -> None:
    old, new = random_record(2 * seed), random_record(2 * seed + 1)
    there, back = by_name(compared(old, new)), by_name(compared(new, old))
    assert there.keys() == back.keys()
    kinds = {verdict.judgement for verdict in there.values()}
    assert kinds == set(Judgement)
    for name, verdict in there.items():
        other = back[name]
        assert other.judgement == OTHER_WAY.get(verdict.judgement, verdict.judgement)
        assert (other.old, other.new, other.noise) == (verdict.new, verdict.old, verdict.noise)


def test_every_metric_of_every_run_has_a_verdict() -> None:
    verdicts = by_name(compared(full_record(), full_record(0.5)))
    for run in ("gRPC, 1 session", "gRPC bundled, 16 sessions", "engine link, 64 sessions"):
        names = {metric for place, metric in verdicts if place == run}
        assert names == {metric.name for metric in OF_RUN} | {f"stage {name}" for name in STAGES}
    assert verdicts["gRPC, 64 sessions", "server CPU"].judgement == Judgement.BETTER
    assert verdicts["gRPC, 64 sessions", "server CPU"].change == pytest.approx(-0.5, rel=1e-3)
    assert verdicts["gRPC, capacity", "characters"].judgement == Judgement.BETTER
    assert verdicts["gRPC, capacity", "characters"].new == 2 * verdicts["gRPC, capacity", "characters"].old
    assert verdicts["server", "CPU over the sum of floors"].judgement == Judgement.BETTER
    assert verdicts["gRPC, 64 sessions", "server memory"].judgement == Judgement.SAME


def test_bounds_of_lone_runs() -> None:
    def judgement(run: dict[str, Any], **change: float) -> Judgement:
        old, new = minimal_record() | {"runs": [run]}, minimal_record() | {"runs": [run | change]}
        (verdict,) = [verdict for verdict in compared(old, new) if verdict.metric == "late frames"]
        return verdict.judgement

    run = {"transport": "grpc", "sessions": 1, "late_share": 0.0}
    assert judgement(run, late_share=0.0005) == Judgement.SAME
    assert judgement(run, late_share=0.0006) == Judgement.WORSE
    assert judgement(run | {"late_share": 0.01}, late_share=0.0076) == Judgement.SAME
    assert judgement(run | {"late_share": 0.01}, late_share=0.0074) == Judgement.BETTER


def test_what_only_one_has_is_not_comparable() -> None:
    old, new = full_record(), without(full_record(), "runs", "jitter_ms")
    new["runs"] = new["runs"][:1]
    verdicts = by_name(compared(old, new))
    jitter = verdicts["gRPC, 1 session", "jitter p99"]
    assert (jitter.judgement, jitter.new, jitter.why) == (Judgement.NOT_COMPARABLE, None, "only in the old profile")
    gone = verdicts["gRPC, 64 sessions", "latency p50"]
    assert (gone.judgement, gone.noise) == (Judgement.NOT_COMPARABLE, None)
    assert verdicts["gRPC, 1 session", "latency p50"].judgement == Judgement.SAME
    assert compared(minimal_record(), minimal_record()) == ()


def test_a_client_that_was_the_limit_is_not_compared() -> None:
    new = full_record(2.0)
    new["runs"][0]["client"]["limited"] = True
    new["runs"][1]["client"] = {"cpu_share": 0.95}
    new["capacity"][0]["limit"] = broken(new["runs"][0] | {"client": {"limited": True, "lag_ms": None, "cpu_share": 1}},
                                         Budget(), 1.0)  # fmt: skip
    verdicts = by_name(compared(full_record(), new))
    for run in ("gRPC, 1 session", "gRPC, 16 sessions"):
        assert verdicts[run, "latency p50"].judgement == Judgement.NOT_COMPARABLE
        assert "load generator" in verdicts[run, "latency p50"].why
    assert verdicts["gRPC, capacity", "characters"].judgement == Judgement.NOT_COMPARABLE
    assert verdicts["gRPC, 64 sessions", "server CPU"].judgement == Judgement.WORSE
    assert not client_was_limit({"client": {"limited": False, "cpu_share": 0.99}})


def repeated(*values: float) -> dict[str, Any]:
    runs = [{"transport": "grpc", "sessions": 1, "latency_ms": {"p50": value}} for value in values]
    return minimal_record() | {"runs": runs}


@pytest.mark.parametrize(
    ("old", "new", "judgement"),
    [
        ((10.0,), (8.5,), Judgement.SAME),  # a fifth of a lone run is noise
        ((10.0, 10.1, 9.9), (9.1, 9.2, 9.3), Judgement.BETTER),  # of three that agree it isn't
        ((10.0, 14.0, 8.0), (7.0, 6.5, 11.0), Judgement.SAME),  # they differ by as much among themselves
        ((10.0, 14.0), (7.0, 6.0), Judgement.BETTER),
        ((10.0, 18.0), (9.0, 8.0), Judgement.BETTER),
        ((10.0, 18.0), (10.5, 8.0), Judgement.SAME),
        ((2.0, 2.0, 2.0), (2.4, 2.4, 2.4), Judgement.SAME),  # nobody sees less than half a millisecond
    ],
)
def test_repeated_runs_bound_their_noise(old: tuple[float, ...], new: tuple[float, ...], judgement: Judgement) -> None:
    (verdict,) = compared(repeated(*old), repeated(*new))
    assert (verdict.old, verdict.new) == (np.median(old), np.median(new))
    assert verdict.judgement == judgement


def test_a_run_that_wanders_bounds_its_noise() -> None:
    def wandering(*values: float) -> dict[str, Any]:
        return {"timeline": [{"second": n, "p50": value, "cpu_share": value / 100} for n, value in enumerate(values)]}

    bound = Bound(0.1, 0.5, "p50")
    assert noise(bound, [10.0], [12.0]) == pytest.approx(1.2)
    assert noise(bound, [10.0], [12.0], [wandering(8, 8, 10, 12, 12)]) == pytest.approx(4.0)
    assert noise(bound, [10.0], [12.0], [wandering(8, 30, 10)]) == pytest.approx(1.2)  # too few seconds to tell
    cost = Bound(0.1, 2.0, "cpu_share", each_share=True)
    assert noise(cost, [300.0], [200.0], [wandering(8, 8, 10, 12, 12)]) == pytest.approx(120.0)
    assert noise(bound, [10.0] * 3, [12.0] * 3, [wandering(8, 8, 10, 12, 12)]) == 0.5  # runs tell more than seconds


def test_waiting_for_a_core_bounds_what_a_clock_measured() -> None:
    quiet, busy = full_record(), full_record()
    for run in busy["runs"]:
        run["stages_us_per_frame"] = {name: 3 * cost for name, cost in run["stages_us_per_frame"].items()}
        run["latency_ms"]["p50"] *= 2
        run["server"]["memory_bytes"] *= 2
    there = by_name(compared(quiet, busy))
    for name in ("latency p50", "stage network"):
        assert there["gRPC, 16 sessions", name].judgement == Judgement.SAME
    assert there["gRPC, 16 sessions", "server memory"].judgement == Judgement.WORSE
    (told,) = differences(quiet, busy)
    assert told.startswith("the new profile: stages took up to 2.")
    assert waited(quiet["runs"][0]) == 0.0


def test_what_else_differs_is_told() -> None:
    old, new = full_record(), full_record()
    new["machine"]["cores"] = 8
    new["server"]["models"][0] |= {"version": "0.3.0", "sha256": "beef" * 16}
    new["server"]["version"] = "0.2.0"  # what is to be compared, no reason for a warning
    new["settings"]["chunk_ms"] = 10
    new["floors"]["network_us"] = 40.0
    told = differences(old, new)
    assert told == (
        "machine: cores was 2, is 8",
        "server: models was live 0.2.0 0f3a0f3a, is live 0.3.0 beefbeef",
        "settings: chunk_ms was 20.0, is 10",
        "floors: network_us was 20.0, is 40.0: the machine has not the same speed",
    )
    assert "machine: cores was 2, is not told" in differences(old, minimal_record())


@pytest.mark.parametrize("change", [{"version": 2}, {"format": "voxrig-take"}, {"version": None}])
def test_other_formats_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"the old profile has (version|format)"):
        compared(full_record() | change, full_record())
    with pytest.raises(ValueError, match=r"the new profile has (version|format)"):
        compared(full_record(), full_record() | change)


def test_the_table_of_a_terminal() -> None:
    old = full_record()
    new = full_record() | {"runs": [full_run("grpc", 1, 2.0), *full_record()["runs"][1:]]}
    new["runs"][0]["transport"] = old["runs"][0]["transport"] = "[red]grpc[/red]"  # no markup
    verdicts = compared(old, new)
    console = Console(file=io.StringIO(), width=160, force_terminal=False)
    console.print(comparison_table(verdicts))
    told = console.file.getvalue()
    assert "[red]grpc[/red], 1 session" in told
    assert "▼ worse" in told
    assert "= same" not in told
    cpu = by_name(verdicts)["[red]grpc[/red], 1 session", "server CPU"]
    assert cpu.old is not None
    assert f"{cpu.old:.0f} µs" in told
    assert "+100 %" in told
    console.print(comparison_table(verdicts, every=True))
    assert "= same" in console.file.getvalue()
