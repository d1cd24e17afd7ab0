"""A newcomer's way: the wheel, a new environment outside of any checkout, and the commands of the first page.

Slow, and needs a package index; VOXRIG_NEWCOMER_PYTHON chooses another Python than this one.
"""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = os.environ.get("VOXRIG_NEWCOMER_PYTHON", sys.executable)
KEPT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "VOXRIG"))}


def run(*command: object, folder: Path, **variables: str) -> str:
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, env=KEPT | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def clean(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new environment's programs, with the release's wheel and whatever pip resolves for it."""
    folder = tmp_path_factory.mktemp("newcomer")
    run(PYTHON, "-m", "venv", folder / "venv", folder=folder)
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    [wheel] = made.glob("*.whl")
    command = [programs / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel]
    done = subprocess.run([*map(str, command)], cwd=folder, env=KEPT, capture_output=True, text=True, check=False)
    if done.returncode and re.search("No matching distribution|Could not find a version|Connection", done.stderr):
        pytest.skip(f"no package index has what the wheel needs: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return programs


@contextmanager
def serving(programs: Path, folder: Path) -> Iterator[str]:
    """`voxrig serve` on a free port; yields where."""
    command = [str(programs / "voxrig"), "serve", "--port", "0", "--json"]
    process = subprocess.Popen(command, cwd=folder, env=KEPT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["target"])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_everything_on_the_first_page_works(clean: Path, tmp_path: Path) -> None:
    voxrig = clean / "voxrig"
    assert run(voxrig, "--version", folder=tmp_path) == "voxrig 0.1.0\n"
    place = run(clean / "python", "-c", "import voxrig.cli.app as a; print(a.__file__)", folder=tmp_path)
    assert Path(place.strip()).is_relative_to(clean.parent)
    run(clean / "python", "-m", "pip", "check", "--disable-pip-version-check", folder=tmp_path)
    clip = ROOT / "samples" / "warning.wav"
    told = run(voxrig, "bake", clip, "-o", "baked.csv", "--model", "live", "--seed", "7", folder=tmp_path)
    assert "baked.csv" in told
    assert len((tmp_path / "baked.csv").read_text("utf-8").splitlines()) == 1 + 162  # 2.7 s at 60 frames a second
    checks = json.loads(run(voxrig, "doctor", "--json", "--port", "59990", folder=tmp_path))["checks"]
    assert [one["name"] for one in checks if one["needed"] and not one["ok"]] == []
    assert {"torch", "onnx"} <= {one["name"] for one in checks if not one["ok"]}  # a newcomer's has no extras
    with serving(clean, tmp_path) as target:
        run(voxrig, "stream", clip, "--target", target, "-o", "live.csv", "--seed", "7", folder=tmp_path)
        told = run(voxrig, "doctor", "--target", target, folder=tmp_path)
    assert "60 frames of 60" in told
    assert (tmp_path / "live.csv").read_bytes() == (tmp_path / "baked.csv").read_bytes()


def test_the_source_package_builds_the_same_wheel(made: Path, tmp_path: Path, program: Callable[..., str]) -> None:
    [source] = made.glob("voxrig-*.tar.gz")
    run(program("tar"), "xzf", source, folder=tmp_path)
    [unpacked] = tmp_path.iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "built", folder=unpacked)
    [built], [released] = (tmp_path / "built").glob("*.whl"), made.glob("*.whl")
    theirs, ours = ({one.filename: one.CRC for one in zipfile.ZipFile(path).infolist()} for path in (built, released))
    assert theirs == ours
    assert (unpacked / "tests" / "conftest.py").is_file()
    assert (unpacked / "requirements" / "runtime.txt").is_file()
