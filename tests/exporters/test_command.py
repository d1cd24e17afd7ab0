"""The exporters' commands tell what is wrong in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voxrig.exporters.training.face", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_an_error_is_one_line_and_debug_gives_the_traceback(tmp_path: Path) -> None:
    wrong = ("--captures", tmp_path, "--out", tmp_path / "run")
    told = call(*wrong)
    assert told.returncode == 1
    assert told.stderr.startswith("error: ")
    assert len(told.stderr.splitlines()) == 1
    assert str(tmp_path) in told.stderr
    assert "Traceback" in call(*wrong, "--debug").stderr
