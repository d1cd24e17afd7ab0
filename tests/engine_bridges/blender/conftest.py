"""The Blender add-on: what needs no Blender is imported as it is, and Blender runs in an environment of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BLENDER = ROOT / "engine_bridges" / "blender"
ENVIRONMENT = ROOT / ".cache" / "bpy"
sys.path.insert(0, str(BLENDER.parent))  # an editable install has it already


@pytest.fixture(scope="session")
def blender() -> Callable[..., str]:
    """`blender(SCRIPT, ARGUMENTS...)`: run a script with PyPI's bpy, which is Blender as a module; returns its output.

    bpy is large, and asks for an older numpy: it is installed where VOXRIG_BPY=1 says so, and used where it is there.
    """
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if os.environ.get("VOXRIG_BPY") == "1" and not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "bpy==5.0.1", "numpy<2"]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    if not python.exists():
        pytest.skip("no bpy: VOXRIG_BPY=1 installs it into .cache/bpy (Python 3.11, 1 GB)")

    def run(script: Path, *arguments: object) -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        command = [str(python), str(script), *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
