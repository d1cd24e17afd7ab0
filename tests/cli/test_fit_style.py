"""`voxrig fit-style` from a recording on disk to a bake in the fitted style, with a shipped model."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.models import bundle

SAMPLES = Path(__file__).parents[2] / "samples"
TRUE = '{"rest": {"mouthCornerPullL": 0.1}, "controls": {"jawOpen": {"gain": 1.5, "bias": 0.03}}}'
Call = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.skipif(not bundle.shipped(), reason="no bundle came with the package")


@pytest.fixture
def recording(voxrig: Call, tmp_path: Path) -> tuple[Path, Path]:
    """A Live Link CSV and its sound: a bake in a known style, recorded 6 frames late."""
    clips = [soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")[0] for name in ("gatekeeper", "healer")]
    sound = np.concatenate([part for clip in clips for part in (clip, np.zeros(24_000, np.float32))])
    wav, baked, capture, style = (tmp_path / name for name in ("take.wav", "baked.csv", "take.csv", "true.json"))
    soundfile.write(wav, sound, 24_000)
    style.write_text(TRUE)
    assert voxrig("bake", wav, "-o", baked, "--style", style, "--model", "live")[0] == 0
    header, *rows = baked.read_text(encoding="utf-8").splitlines()
    times = [row.split(",", 1)[0] for row in rows]
    values = [row.split(",", 1)[1] for row in rows]
    late = [*values[:1] * 6, *values[:-6]]
    text = "\n".join([header, *(f"{time},{row}" for time, row in zip(times, late, strict=True))])
    capture.write_text(text + "\n", encoding="utf-8")
    return capture, wav


def test_a_recording_becomes_a_style_that_bake_reads(
    voxrig: Call, recording: tuple[Path, Path], tmp_path: Path
) -> None:
    output = tmp_path / "style.json"
    code, out, err = voxrig("fit-style", *recording, "-o", output)
    assert (code, err) == (0, "")
    assert "the recording runs 100 ms behind the sound" in out
    assert "jawOpen" in out
    assert "left as they are" in out
    assert f"use it as --style {output}" in out
    style = style_from_source(str(output))
    assert style.controls["jawOpen"].gain == pytest.approx(1.5, rel=0.08)
    assert style.rest["mouthCornerPullL"] == pytest.approx(0.1, abs=0.01)
    assert json.loads(output.read_text())["about"].startswith("fitted to take.csv and take.wav, 1")
    assert voxrig("bake", recording[1], "-o", tmp_path / "again.csv", "--style", output)[0] == 0


def test_what_was_learned_as_json(voxrig: Call, recording: tuple[Path, Path], tmp_path: Path) -> None:
    code, out, err = voxrig("fit-style", *recording, "-o", tmp_path / "style.json", "--json", "--fps", "60")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["offset_ms"] == pytest.approx(100, abs=3)
    [jaw] = [row for row in told["controls"] if row["control"] == "jawOpen"]
    assert jaw["learned"] == 1.0
    assert jaw["error_after"] < 0.3 * jaw["error_before"]
    assert jaw["correlation_after"] >= jaw["correlation_before"] - 0.01


def test_errors_are_one_line_and_no_file(voxrig: Call, recording: tuple[Path, Path], tmp_path: Path) -> None:
    capture, wav = recording
    output, columns, silence = tmp_path / "style.json", tmp_path / "columns.csv", tmp_path / "silence.wav"
    columns.write_text("Timecode,Alpha,Beta\n00:00:00:00.000,1,2\n")
    soundfile.write(silence, np.zeros(24_000 * 12), 24_000)
    for arguments, message in (
        ((columns, wav), "columns.csv: line 1: none of ARKit's 52 names"),
        ((tmp_path / "none.csv", wav), "none.csv: cannot be read"),
        ((wav, wav), "take.wav: this is no CSV text"),
        ((capture, tmp_path / "none.wav"), "none.wav: cannot be read"),
        ((capture, SAMPLES / "warning.wav"), "have 2.7 s in common; at least 10 s are needed"),
        ((capture, silence), "hears 0.0 s of speech in the sound"),
        ((capture, wav, "--model", "best"), "there is no bundle 'best'"),
    ):
        code, out, err = voxrig("fit-style", *arguments, "-o", output)
        assert (code, out) == (1, "")
        assert message in err
        assert err.count("\n") == 1
        assert not output.exists()
    for place, message in (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "s.json", "make it first"),
        (capture, "itself"),
    ):
        code, _, err = voxrig("fit-style", capture, wav, "-o", place)
        assert code == 1
        assert message in err
