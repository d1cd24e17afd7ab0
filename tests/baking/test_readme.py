"""What the page on baking says is so."""

import re
from pathlib import Path

from voxrig.baking.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "runtime" / "voxrig" / "baking" / "README.md").read_text(encoding="utf-8")


def test_the_table_has_all_formats_with_their_endings() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ((?:`\.[.\w]+` ?)+)\|", PAGE, re.MULTILINE)
    told = {name: tuple(re.findall(r"`([.\w]+)`", endings)) for name, endings in rows}
    assert told == {name: one.endings for name, one in FORMATS.items()}


def test_the_table_says_where_keys_are_left_out() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `\..*\| (.*)\|$", PAGE, re.MULTILINE))
    assert {name: bool(few.strip()) for name, few in rows.items()} == {n: one.reduced for n, one in FORMATS.items()}


def test_the_example_in_python_bakes_the_scene(tmp_path: Path, capsys) -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    code = code.replace('"samples/', f'"{(ROOT / "samples").as_posix()}/')
    code = code.replace('"out/bridge"', repr((tmp_path / "bridge").as_posix()))
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out == "20 0\n"
    assert len(list((tmp_path / "bridge" / "take").iterdir())) == 20
