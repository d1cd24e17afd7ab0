"""Reading a profile: what is one comes back as it is, what is none is told in one line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voxrig.profiling.record_reading import checked, read_record, same_version
from voxrig.profiling.record_values import figure, found, histogram, parts, run_name, sums

from .profile_record import full_record, minimal_record, without


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def to_file(text: str | bytes) -> Path:
        path = tmp_path / "profile.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to_file


@pytest.mark.parametrize("record", [full_record(), minimal_record()], ids=["full", "minimal"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_profile_comes_back_as_it_is(write: Callable[[str | bytes], Path], record: dict[str, Any], mark: str) -> None:
    assert read_record(write(mark + json.dumps(record))) == record


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not JSON"),
        ("voxrig", "is not JSON"),
        ("[1, 2]", "is no profile but"),
        ("null", "is no profile but None"),
        ("[" * 100_000, "profile"),
        (b"\xff\xfe{", "byte 0 is not UTF-8"),
        ('{"format": "voxrig-profile", "version": 1, "floors": {"mel_us": NaN}}', "NaN"),
        ('{"format": "voxrig-profile", "version": 1, "floors": {"mel_us": 1e999}}', "floors.mel_us is inf"),
        ('{"format": "voxrig-take", "version": 1}', "format 'voxrig-take'"),
        ('{"format": "voxrig-profile", "version": 2}', "version 2; this voxrig knows 1"),
        ('{"format": "voxrig-profile", "version": true}', "version True"),
        ('{"format": "voxrig-profile"}', "version None"),
        ("{}", "format None"),
        (f'{{"format": "voxrig-profile", "version": {"9" * 4200}}}', "version 99"),
        (f'{{"format": "voxrig-profile", "version": 1, "cores": {"9" * 5000}}}', "profile"),
    ],
)
def test_what_is_no_profile(write: Callable[[str | bytes], Path], text: str | bytes, told: str) -> None:
    with pytest.raises(ValueError, match="profile") as error:
        read_record(write(text))
    message = str(error.value)
    assert told in message
    assert "\n" not in message
    assert len(message.replace(str(write(text)), "")) < 250


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(write: Callable[[str | bytes], Path], share: float) -> None:
    text = json.dumps(minimal_record() | {"machine": {"processor": "x" * 300}})
    with pytest.raises(ValueError, match="is cut off after"):
        read_record(write(text[: int(share * len(text))]))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_record(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"runs": [{"transport": "grpc", "sessions": 1, "latency_ms": {"p99": "fast"}}]}, "runs[0].latency_ms.p99 is "),
        ({"runs": [{"transport": "grpc"}]}, "runs[0] has no sessions"),
        ({"runs": [{"sessions": 1}]}, "runs[0] has no transport"),
        ({"runs": [{"transport": 5, "sessions": 1}]}, "runs[0].transport is 5, a text is wanted"),
        ({"runs": {"grpc": 1}}, "runs is {'grpc': 1}, a list is wanted"),
        ({"runs": [None]}, "runs[0] is null"),
        ({"runs": ["grpc"]}, "runs[0] is 'grpc', an object is wanted"),
        ({"machine": {"cores": True}}, "machine.cores is True, a number is wanted"),
        ({"machine": "here"}, "machine is 'here', an object is wanted"),
        ({"floors": {"mel_us": [9]}}, "floors.mel_us is [9], a number is wanted"),
        ({"floors": {"mel_us": 10**400}}, "floors.mel_us is 1000"),
        ({"floors": {"mel_us": 1.1e18}}, "floors.mel_us is 1.1e+18"),
        ({"capacity": [{"points": [{"ok": 1}]}]}, "capacity[0].points[0].ok is 1, true or false is wanted"),
        ({"settings": [1]}, "settings is [1], an object is wanted"),
    ],
)
def test_a_part_that_is_something_else(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match="profile") as error:
        checked(minimal_record() | change, "p.json")
    assert told in str(error.value)
    assert str(error.value).startswith("p.json")


@pytest.mark.parametrize(
    ("bounds", "counts", "told"),
    [
        ([1, 2, 3], [5], "1 counts for 3 bounds"),
        ([], [5], "1 counts for 0 bounds"),
        ([1, 1, 2], [1, 2], "bounds that do not rise"),
        ([1, 2, 3], [1, -2], "-2 frames"),
    ],
)
def test_a_histogram_that_is_none(bounds: list[float], counts: list[float], told: str) -> None:
    run = {"transport": "grpc", "sessions": 1, "histogram_ms": {"bounds": bounds, "counts": counts}}
    with pytest.raises(ValueError, match=told):
        checked(minimal_record() | {"runs": [run]}, "p.json")


@pytest.mark.parametrize(
    ("counts", "bins"),
    [
        ([3, 4], [(1, 2, 3), (2, 4, 4)]),
        ([2, 3, 4], [(0, 1, 2), (1, 2, 3), (2, 4, 4)]),
        ([2, 3, 4, 5], [(0, 1, 2), (1, 2, 3), (2, 4, 4), (4, 4, 5)]),
    ],
)
def test_a_histogram_by_its_edges(counts: list[int], bins: list[tuple[float, float, float]]) -> None:
    run = {"transport": "grpc", "sessions": 1, "histogram_ms": {"bounds": [1, 2, 4], "counts": counts}}
    checked(minimal_record() | {"runs": [run]}, "p.json")
    assert histogram(run) == bins


def test_unknown_keys_and_nulls_are_welcome() -> None:
    record = without(full_record(), "runs", "latency_ms") | {"floors": None, "later": {"idea": 1}}
    assert checked(record, "p.json") == record
    assert same_version(record, "p.json") is record


def test_values_that_are_missing() -> None:
    record = {"a": {"b": 3, "text": "x", "yes": True, "far": float("inf"), "none": None}, "list": [{"c": 1}, 5, None]}
    assert figure(record, "a", "b") == 3.0
    assert [figure(record, "a", key) for key in ("text", "yes", "far", "none", "other")] == [None] * 5
    assert figure(record, "a", "b", "deeper") is None
    assert figure(None, "a") is None
    assert found(record, "list", "c") is None
    assert parts(record, "list") == [{"c": 1}]
    assert parts(record, "a") == []
    assert sums(record, "a") == {"b": 3.0}
    assert run_name({"transport": "link-bundled", "sessions": 1}) == "engine link bundled, 1 session"
    assert run_name({"transport": "smoke", "sessions": 16}) == "smoke, 16 sessions"
