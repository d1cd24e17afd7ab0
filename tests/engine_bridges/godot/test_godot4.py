"""The Godot 4 add-on can't be run here: its scripts are parsed, and held against those of Godot 3, which are."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import GODOT, ROOT

OLD, NEW = (GODOT / name / "addons" / "voxrig" for name in ("godot3", "godot4"))
NAMES = sorted(path.name for path in OLD.glob("*.gd"))
PARSER = ROOT / ".cache" / "gdtoolkit"
GONE = r"\b(Pool\w+Array|Reference|Quat|Spatial|yield|AudioStreamSample|setget|OS\.get_ticks_usec|subarray)\b"


@pytest.fixture(scope="session")
def parse() -> Path:
    """`gdparse` of PyPI's gdtoolkit, in an environment of its own."""
    scripts = PARSER / ("Scripts" if os.name == "nt" else "bin")
    if not (found := list(scripts.glob("gdparse*"))):
        subprocess.run([sys.executable, "-m", "venv", str(PARSER)], check=True, capture_output=True)
        pip = [str(scripts / "python"), "-m", "pip", "install", "-q", "gdtoolkit==4.5.0"]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        found = list(scripts.glob("gdparse*"))
        if not found:
            pytest.skip(f"gdtoolkit can't be installed: {done.stderr.strip().splitlines()[-1:]}")
    return found[0]


def declared(script: Path, pattern: str) -> list[str]:
    """What a script declares for others, in order."""
    found: list[str] = re.findall(pattern, script.read_text("utf-8"), re.MULTILINE)
    return found


def test_godot_4_parses(parse):
    done = subprocess.run([parse, *sorted(NEW.glob("*.gd"))], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_both_versions_offer_the_same(name):
    old, new = OLD / name, NEW / name
    for pattern in (
        r"^(?:static )?func ([a-z]\w*\([^)]*\))",  # private helpers may differ
        r"^signal (\w+)",
        r"^(?:export |@export )?var ([a-z]\w*)",
        r"^const (\w+ := .*)",
        r"^enum (.*)",
    ):
        wanted = [as_new(text) for text in declared(old, pattern)]
        assert declared(new, pattern) == wanted, pattern


def as_new(text: str) -> str:
    """Types and names of Godot 3 as Godot 4 has them."""
    names = {
        "PoolByteArray": "PackedByteArray",
        "PoolRealArray": "PackedFloat32Array",
        "AudioStreamSample": "AudioStreamWAV",
        "MeshInstance": "MeshInstance3D",
        "Skeleton": "Skeleton3D",
        "Quat": "Quaternion",
        "Reference": "RefCounted",
        "Godot 3": "Godot 4",
    }
    for old, new in names.items():
        text = re.sub(rf"\b{old}\b", new, text)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_godot_3_is_left(name):
    code = [line.partition("# ")[0] for line in (NEW / name).read_text("utf-8").splitlines()]
    assert [line for line in code if re.search(GONE, line) or 'emit_signal("' in line] == []


def test_the_same_files_and_no_others():
    assert sorted(path.name for path in NEW.iterdir()) == sorted(path.name for path in OLD.iterdir())
