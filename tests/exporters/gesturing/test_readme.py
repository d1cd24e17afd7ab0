"""What the planner's page says is so."""

import re
from pathlib import Path

import pytest

from voxrig.exporters.gesturing import luck
from voxrig.exporters.gesturing.luck import IDLE
from voxrig.exporters.gesturing.talking import EARLY

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "exporters" / "voxrig" / "exporters" / "gesturing"
PAGE = (FOLDER / "README.md").read_text("utf-8")


def test_the_example_performs_a_clip(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    shape, strokes = re.fullmatch(r"\((\d+, 34)\) (\d+)\n", capsys.readouterr().out).groups()  # type: ignore[union-attr]
    assert shape == "459, 34"
    assert int(strokes) > 0


def test_the_table_of_luck_is_the_planners() -> None:
    row = re.compile(r"^\| (\d+) \| ([\d.]+ s) \| ([^|]+) \|", re.MULTILINE)
    assert row.findall(PAGE) == row.findall(str(luck.__doc__))
    assert [int(number) for number, *_ in row.findall(PAGE)] == list(range(IDLE + 1))


def test_the_modules_named_are_there() -> None:
    rules = PAGE.partition("## The rules")[2].partition("\n\nBreath")[0]
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"\| ([^|]+) \|$", rules, re.MULTILINE)))
    assert len(named) >= 9
    assert all((FOLDER / f"{name}.py").is_file() for name in named)
    assert f"apex {1000 * EARLY / 60:.0f} ms before" in PAGE
