"""Godot 3 as Debian has it, without a window: a real engine with the add-on in a real project."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[3]
GODOT = ROOT / "engine_bridges" / "godot"
SEED = 7  # as in drive.gd
sys.path.insert(0, str(GODOT.parent))  # an editable install has it already


@pytest.fixture(scope="session")
def clip() -> tuple[Path, NDArray[np.int16], int]:
    """A sample clip: its path, samples and rate."""
    path = ROOT / "samples" / "warning.wav"
    samples, rate = soundfile.read(path, dtype="int16")
    return path, samples, rate


@pytest.fixture(scope="session")
def godot(program: Callable[..., str]) -> str:
    return program("godot3-server")


@pytest.fixture
def drive(godot, serving, clip, tmp_path) -> Callable[[str], dict[str, Any]]:
    """`drive("speak")`: run drive.gd in a copy of the project; returns what it wrote down."""

    def run(way: str) -> dict[str, Any]:
        project, out = tmp_path / "project", tmp_path / "told.msgpack"
        shutil.copytree(GODOT / "godot3", project)
        shutil.copy(Path(__file__).with_name("drive.gd"), project)
        script = ["-s", "res://drive.gd", f"--port={serving.link_port}", f"--clip={clip[0]}"]
        command = [godot, "--no-window", "--path", str(project), *script, f"--out={out}", f"--way={way}"]
        environment = os.environ | {"HOME": str(tmp_path), "LANG": "en_US.UTF-8"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert "SCRIPT ERROR" not in done.stderr, done.stderr
        told: dict[str, Any] = msgpack.unpackb(out.read_bytes())
        return told

    return run
