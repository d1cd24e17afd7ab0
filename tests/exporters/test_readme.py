"""What the exporters' README says is so."""

import json
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
import soundfile

from voxrig.exporters.datasets.captures import recordings
from voxrig.exporters.datasets.lag import USUAL

README = (Path(__file__).resolve().parents[2] / "exporters" / "README.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return [block.partition("```")[0] for block in README.split(f"```{kind}\n")[1:]]


@pytest.mark.parametrize("command", [line[2:] for block in blocks("console") for line in block.splitlines()])
def test_the_commands_are_there(command: str) -> None:
    words = shlex.split(command)
    assert words[0] in ("python", "voxrig")
    if words[0] == "python":
        assert words[1] == "-m"
        assert find_spec(words[2]) is not None


def test_the_layout_is_read(tmp_path: Path) -> None:
    """The folder as drawn, with its captures.json."""
    (layout,) = [block for block in blocks("text") if block.startswith("CAPTURES/")]
    names = [line.split()[0] for line in layout.splitlines()[2:]]
    folder = tmp_path / "anna"
    folder.mkdir()
    for name in names:
        path = folder / name
        if path.suffix == ".csv":
            path.write_text(
                "Timecode,JawOpen\n" + "".join(f"00:00:{i // 60:02d}:{i % 60:02d},0.2\n" for i in range(90))
            )
        elif path.suffix == ".wav":
            soundfile.write(path, [0.0] * 24_000, 16_000)
        elif path.suffix == ".TextGrid":
            path.write_text('class = "IntervalTier"\nname = "phones"\nxmin = 0.1\nxmax = 0.2\ntext = "AH0"\n')
    (folder / "MySlate_1_iPhone.json").write_text('[["b", 0.31, 0.38]]')
    (tmp_path / "captures.json").write_text(blocks("json")[0])
    found = list(recordings(tmp_path))
    assert [(r.name, r.speaker, len(r.phones)) for r in found] == [
        ("anna/MySlate_1_iPhone", "anna", 1), ("anna/MySlate_2_iPhone", "anna", 1)
    ]  # fmt: skip
    assert [r.first for r in found] == [0, 75]


def test_figures_are_those_of_the_code() -> None:
    assert f"between {USUAL[0] * 1000:.0f} and +{USUAL[1] * 1000:.0f} ms" in README
    assert json.loads(blocks("json")[0])["*"] == {"fps": "59.94"}
