"""`voxrig statistics` from sound files to a report, with a shipped model and every layer of life."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.models import bundle

SAMPLES = Path(__file__).parents[2] / "samples"
CLIPS = (SAMPLES / "warning.wav", SAMPLES / "healer.wav")
Call = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.skipif(not bundle.shipped(), reason="no bundle came with the package")


def test_a_report_for_people_and_for_machines(voxrig: Call, tmp_path: Path) -> None:
    page, figures = tmp_path / "life.html", tmp_path / "life.json"
    code, out, err = voxrig("statistics", *CLIPS, "-o", page, "--minutes", "1", "--seeds", "1", "--json", figures)
    assert (code, err) == (0, "")
    assert f"{page}: 0.0333 h simulated in " in out
    assert "published 26 (95 % range 10.5–32.5): " in out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    told = json.loads(figures.read_text(encoding="utf-8"))
    assert told["speech"].startswith("warning.wav, healer.wav, 10.4 s")
    values = {(f["topic"], f["name"], f["condition"]): f["value"] for f in told["figures"]}
    for condition in ("talking", "silent"):
        assert 5 <= values["blinks", "rate", condition] <= 50
        assert values["saccades", "rate, of 1° and more", condition] > 5
        assert 10 <= values["gaze", "time at the partner", condition] <= 100
        assert values["head", "standard deviation of yaw", condition] > 0.1
    assert values["head", "mean speed while the voice is heard", "talking"] > values["head", "mean speed", "silent"]


def test_equal_runs_give_equal_figures_in_one_process_or_many(voxrig: Call, tmp_path: Path) -> None:
    """More than two minutes in all are shared out to processes; the second seed is the same in either."""
    told = []
    for name, seeds in (("one", 1), ("many", 2)):
        path = tmp_path / f"{name}.json"
        arguments = ("-o", tmp_path / "r.html", "--minutes", "0.6", "--seeds", seeds, "--json", path)
        assert voxrig("statistics", CLIPS[0], *arguments)[0] == 0
        told.append(json.loads(path.read_text(encoding="utf-8"))["figures"])
    one, many = ({(f["name"], f["condition"]): f["seeds"] for f in figures} for figures in told)
    assert {key: (many[key][0], seeds[0]) for key, seeds in one.items() if many[key][0] != seeds[0]} == {}


def test_errors_are_one_line_and_no_file(voxrig: Call, tmp_path: Path) -> None:
    output, text = tmp_path / "life.html", tmp_path / "text.wav"
    text.write_text("no sound at all")
    empty = tmp_path / "empty.wav"
    soundfile.write(empty, np.zeros(0), 24_000)
    for arguments, message in (
        ((tmp_path / "none.wav", "-o", output), "none.wav: cannot be read"),
        ((text, "-o", output), "this is a text file"),
        ((empty, "-o", output), "the clip is empty"),
        ((CLIPS[0], "-o", output, "--model", "best"), "there is no bundle 'best'"),
        ((CLIPS[0], "-o", tmp_path), "is a folder"),
        ((CLIPS[0], "-o", tmp_path / "no" / "life.html"), "make it first"),
        ((CLIPS[0], "-o", output, "--json", tmp_path / "no" / "life.json"), "make it first"),
        ((CLIPS[0], "-o", output, "--json", output), "give them two names"),
    ):
        code, out, err = voxrig("statistics", *arguments)
        assert (code, out) == (1, "")
        assert message in err
        assert err.count("\n") == 1
        assert not output.exists()
