"""What the exporters' README says is so."""

import json
import shlex
import textwrap
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.exporters.datasets.captures import recordings
from voxrig.exporters.datasets.joint_names import NEEDED, known_joints
from voxrig.exporters.datasets.lag import USUAL
from voxrig.exporters.datasets.motion_folder import read_motion
from voxrig.runtime.core.body.posture import STANDING

from .body_recording import write_recording

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


def test_the_layout_of_motion_is_read(tmp_path: Path) -> None:
    (layout,) = [textwrap.dedent(block) for block in blocks("text") if "MOTION/" in block]
    postures = np.tile(STANDING, (90, 1))
    for name in {line.split()[0].partition(".")[0] for line in layout.splitlines()[2:]}:
        write_recording(tmp_path / "anna", name, postures, np.zeros(36_000, np.float32), 24_000)
    (tmp_path / "anna" / "take_01.txt").write_text("Hello.", encoding="utf-8")
    found = [(r.name, r.speaker, r.text) for r in read_motion(tmp_path)]
    assert found == [("anna/take_01", "anna", "Hello."), ("anna/take_02", "anna", "")]


def test_the_names_of_joints_are_enough() -> None:
    (names,) = [json.loads(block) for block in blocks("json") if "pelvis" in block]
    assert set(known_joints(list(names.values()), names)) >= set(NEEDED) == set(names)


def test_figures_of_the_body_are_those_of_the_code() -> None:
    pytest.importorskip("torch")
    from voxrig.cli.train import _EPOCHS
    from voxrig.exporters.training.body import TRAINED
    from voxrig.exporters.training.body_corpus import LATE
    from voxrig.exporters.training.corpus import HELD_OUT_EVERY

    assert f"taught to be {1000 * LATE / 60:.0f} ms behind" in README
    assert f"({_EPOCHS}; more" in README
    assert f"{TRAINED.sessions} sessions of a minute" in README
    assert TRAINED.takes == 3
    assert TRAINED.sessions * TRAINED.takes == 12 * 60
    assert (HELD_OUT_EVERY, "Every twelfth recording" in README) == (12, True)


def test_figures_are_those_of_the_code() -> None:
    assert f"between {USUAL[0] * 1000:.0f} and +{USUAL[1] * 1000:.0f} ms" in README
    assert json.loads(blocks("json")[0])["*"] == {"fps": "59.94"}
