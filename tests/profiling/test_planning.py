"""Capacity planning: characters from a profile, and the page that they stand in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from voxrig.profiling.planning import BEGIN, END, markdown, planned, replaced

PAGE = Path(__file__).resolve().parents[2] / "docs" / "capacity.md"


@pytest.fixture
def record() -> dict[str, Any]:
    """A profile of two transports."""
    point = {"sessions": 64, "late_share": 0.0, "p99_ms": 9.0, "cpu_share": 0.8, "cpu_us_per_frame": 208.0, "ok": True}
    broken = point | {"sessions": 128, "cpu_us_per_frame": 150.0, "ok": False}
    server = {"cpu_us_per_frame": 208.0, "memory_bytes": 264e6, "memory_bytes_per_character": 1e6}
    return {
        "format": "voxrig-profile",
        "version": 1,
        "when": "2026-11-23T17:20:00Z",
        "command": "voxrig profile --find-capacity",
        "machine": {"processor": "A <fast> one", "cores": 2},
        "server": {"version": "0.1.0", "processes": 2},
        "runs": [{"transport": "grpc", "sessions": 64, "server": server}],
        "capacity": [
            {
                "transport": "grpc",
                "characters": 64,
                "per_core": 80.0,
                "limit": "late | early",
                "points": [point, broken],
            },
            {"transport": "grpc-bundled", "characters": 256, "per_core": 301.5, "limit": "", "points": []},
            {"transport": "link", "characters": 0, "per_core": None, "limit": "refused", "points": []},
        ],
    }


def test_characters_are_cores_times_rate_times_headroom(record: dict[str, Any]) -> None:
    rows = planned(record, (4, 16), headroom=0.5)
    assert [row.characters for row in rows] == [
        {"grpc": 160, "grpc-bundled": 603},
        {"grpc": 640, "grpc-bundled": 2412},
    ]
    # 264 MB for 64 characters of 1 MB: 100 MB for each of two processes.
    assert [row.memory_bytes for row in rows] == [4 * 100e6 + 603e6, 16 * 100e6 + 2412e6]


def test_the_tables_have_what_was_measured(record: dict[str, Any]) -> None:
    text = markdown(record, (8,), headroom=0.7)
    assert "A <fast> one, 2 cores, voxrig 0.1.0, 2026-11-23" in text
    assert "| gRPC | 64 | 80.0 | 208 | late \\| early |" in text
    assert "| engine link | 0 | – | – | refused |" in text
    assert "| 8 | 448 | 1688 | 2.5 GB |" in text
    assert "not measured on such machines" in text


def test_what_was_not_measured_is_told_as_such(record: dict[str, Any]) -> None:
    assert "| 4 | 224 | 844 | – |" in markdown(record | {"runs": []}, (4,))
    with pytest.raises(ValueError, match="no capacity per core; measure one with voxrig profile --find-capacity"):
        planned(record | {"capacity": []})
    with pytest.raises(ValueError, match=r"headroom of 1\.5 is no share"):
        planned(record, headroom=1.5)


def test_the_page_has_a_place_for_them(record: dict[str, Any], tmp_path: Path) -> None:
    profile, page = tmp_path / "capacity.json", tmp_path / "capacity.md"
    profile.write_text(json.dumps(record), "utf-8")
    page.write_text(PAGE.read_text("utf-8"), "utf-8")
    command = [sys.executable, "-m", "voxrig.profiling.planning", str(profile), str(page)]
    for _ in range(2):  # again and again gives the same
        subprocess.run(command, check=True)
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        tables, _, after = rest.partition(END)
        assert tables == f"\n{markdown(record)}\n"
        assert PAGE.read_text("utf-8").startswith(before)
        assert PAGE.read_text("utf-8").endswith(after)


def test_errors_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no place for the tables"):
        replaced("# Capacity", "| |")
    command = [sys.executable, "-m", "voxrig.profiling.planning", str(tmp_path / "none.json"), str(PAGE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("planning: error: ")
    assert done.stderr.count("\n") == 1
