"""New inputs to every target, a few thousand; and the runner's word on what it did. Where atheris is there."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from . import minimise, run, target

pytestmark = pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")

RUNS = 2000


@pytest.mark.parametrize("name", target.names())
def test_no_new_input_breaks_anything(name: str, tmp_path: Path) -> None:
    told = run.fuzz(name, RUNS, tmp_path)
    assert told["finding"] is None, told["finding"]["log"]
    assert told["rc"] == 0
    assert told["inputs"] >= RUNS
    assert told["edges"] > 20, "hardly anything of it is watched"
    assert told["peak_rss_mb"] < run.MEMORY


BROKEN = """
from ..target import Target
def check(data):
    if len(data) == 5:
        raise RuntimeError("found")
TARGET = Target(check, lambda: [b"nn", b"yes"])
"""


def test_a_finding_is_told_and_kept(tmp_path: Path) -> None:
    """The runner and its target from a copy of this folder, so that the broken one is nowhere else."""
    here = tmp_path / "tests" / "fuzz"
    (here / "targets").mkdir(parents=True)
    for name in ("run.py", "engine.py", "target.py", "minimise.py"):
        (here / name).write_text((Path(__file__).parent / name).read_text("utf-8"), encoding="utf-8")
    (here / "targets" / "broken.py").write_text(BROKEN, encoding="utf-8")
    command = [sys.executable, str(here / "run.py"), "broken", "--runs", "200000", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert "RuntimeError: found" in told["finding"]["log"]
    assert Path(told["finding"]["file"]).stat().st_size == 5
    shown = subprocess.run(
        [*command[:3], "--show", told["finding"]["file"]], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 1
    assert "RuntimeError: found" in shown.stderr


def test_what_is_kept_comes_to_every_line_that_all_come_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "CORPUS", tmp_path / "kept")
    given = tmp_path / "given"
    given.mkdir()
    seeds = target.load("style").seeds()
    for number, data in enumerate([*seeds, *seeds]):
        (given / str(number)).write_bytes(data)
    count = minimise.keep("style", given)
    kept = [path.read_bytes() for path in target.corpus("style")]
    assert 0 < count == len(kept) < len(seeds)
    reached = [{line for data in ring for line in minimise.Lines().of("style", data)} for ring in (seeds, kept)]
    assert reached[0] == reached[1]
