"""The command that lists motion capture."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from voxrig.runtime.core.body.posture import STANDING

from ..body_recording import write_recording


def listing(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voxrig.exporters.retargeting.listing", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "200"})


def test_each_recording_with_what_postures_say_of_it(tmp_path: Path) -> None:
    write_recording(tmp_path, "1_wayne_0_65_72", np.tile(STANDING, (90, 1)), np.zeros(24_000, np.float32), 16_000)
    done = listing(str(tmp_path))
    assert done.returncode == 0, done.stderr
    first, second, last = done.stdout.splitlines()
    assert first == "1_wayne_0_65_72: 1_wayne, happiness, 1.5 s at 60 frames a second"
    assert second.startswith("  wrists 0.0 and 0.0 cm off in the mean (0.0 at most), bones 0.0 degrees (most ")
    assert last == "0.0 min"


def test_an_error_is_one_line(tmp_path: Path) -> None:
    done = listing(str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1
