import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

Speech = Callable[..., np.ndarray]
Call = Callable[..., tuple[int, str, str]]

SPEECH_ALONE = ("--emotion", "off", "--blink", "off", "--gaze", "off", "--head", "off", "--idle", "off")


pytestmark = pytest.mark.usefixtures("shipped_models")


@pytest.fixture
def clip(tmp_path: Path, speech: Speech) -> Path:
    """1.31 s at 22,050 Hz: no whole number of frames."""
    path = tmp_path / "clip.wav"
    soundfile.write(path, speech(1.31, 22_050), 22_050, subtype="FLOAT")
    return path


def read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def streamed(path: Path, loaded: Bundle, rig: str, fps: FrameRate) -> np.ndarray:
    """The frames of a live session that is fed in small chunks."""
    samples, rate = soundfile.read(path, dtype="float32")
    pipeline = Pipeline(loaded.spec, profile(rig), fps, rate, character=Character(1))
    runner = BatchRunner(OnnxModel(loaded))
    state, frames = pipeline.start(), []
    for start in range(0, len(samples), 441):
        state, more = run(pipeline, runner, pipeline.push(state, samples[start : start + 441]))
        frames += more
    frames += run(pipeline, runner, pipeline.end(state))[1]
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize(
    ("fps", "count"), [("60", 79), ("30", 40), ("24", 32), ("29.97", 40), ("60000/1001", 79), ("50", 66)]
)
def test_a_baked_take_is_what_a_live_session_would_show(
    voxrig: Call, clip: Path, tmp_path: Path, tiny_studio_bundle: Bundle, fps: str, count: int
) -> None:
    code, out, err = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--rig", "metahuman", "--fps", fps)
    assert (code, err) == (0, "")
    assert f"{count} frames" in out
    header, rows = read(tmp_path / "take.csv")
    assert tuple(header[2:253]) == NATIVE_CONTROLS
    assert rows[0][:2] == ["0", "0.000000"]
    values = np.array([row[2:] for row in rows], np.float64).astype(np.float32)
    np.testing.assert_array_equal(values, streamed(clip, tiny_studio_bundle, "metahuman", FrameRate.parse(fps)))
    assert len(rows) == count
    assert values[:, :251].std(axis=0).max() > 0.01


def test_arkit_is_the_default_in_the_live_link_layout(
    voxrig: Call, clip: Path, tmp_path: Path, tiny_studio_bundle: Bundle
) -> None:
    assert voxrig("bake", clip, "-o", tmp_path / "take.csv")[0] == 0
    header, rows = read(tmp_path / "take.csv")
    assert header == ["Timecode", "BlendshapeCount", *profile("arkit").names]
    assert rows[0][:2] == ["00:00:00:00.000", "61"]
    values = np.array([row[2:] for row in rows], np.float64)
    np.testing.assert_allclose(values, streamed(clip, tiny_studio_bundle, "arkit", FrameRate(60)), atol=1e-9)


def test_the_same_clip_and_seed_is_the_same_file(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        assert voxrig("bake", clip, "-o", tmp_path / name, "--seed", 5)[0] == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_the_summary_as_json(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    code, out, err = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--json", "--look-ahead", 50, "--seed", 3)
    summary = json.loads(out)
    assert (code, err) == (0, "")
    assert summary["frames"] == 79
    assert summary["seconds"] == pytest.approx(1.31, abs=1e-4)
    assert (summary["rig"], summary["fps"], summary["seed"]) == ("arkit", "60", 3)
    assert summary["look_ahead_ms"] == 31.25
    assert summary["times_real_time"] > 0


@pytest.mark.parametrize(
    ("asked", "got"), [(None, 481.25), (1000, 481.25), (481, 81.25), (81.25, 81.25), (81.2, 31.25), (31.25, 31.25)]
)
def test_the_longest_look_ahead_that_is_allowed_is_taken(
    voxrig: Call, clip: Path, tmp_path: Path, asked: float | None, got: float
) -> None:
    choice = () if asked is None else ("--look-ahead", asked)
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--json", *choice)
    assert json.loads(out)["look_ahead_ms"] == got


@pytest.mark.parametrize(("name", "got"), [("live", 81.25), ("fast", 31.25), ("studio", 481.25)])
def test_a_model_by_its_name(voxrig: Call, clip: Path, tmp_path: Path, name: str, got: float) -> None:
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--json", "--model", name)
    assert json.loads(out)["look_ahead_ms"] == got


def test_a_model_by_its_path(voxrig: Call, clip: Path, tmp_path: Path, tiny_fast_bundle: Bundle) -> None:
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--json", "--model", tiny_fast_bundle.path)
    assert json.loads(out)["look_ahead_ms"] == 31.25


def jaws(path: Path) -> np.ndarray:
    header, rows = read(path)
    return np.array([row[header.index("JawOpen")] for row in rows], np.float64)


def test_a_style_by_name_or_from_a_file(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "hero.json").write_text('{"jaw": 0, "rest": {"jawOpen": 0.25}}')
    for style in ("natural", "shout", tmp_path / "hero.json"):
        code, out, err = voxrig(
            "bake", clip, "-o", tmp_path / f"{Path(style).stem}.csv", "--style", style, *SPEECH_ALONE
        )
        assert (code, err) == (0, "")
        assert (f"style {style}, 0 overrides" in out) == (style != "natural")
    assert voxrig("bake", clip, "-o", tmp_path / "plain.csv", *SPEECH_ALONE)[0] == 0
    assert (tmp_path / "natural.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert jaws(tmp_path / "shout.csv").max() > 1.2 * jaws(tmp_path / "plain.csv").max()
    assert set(jaws(tmp_path / "hero.csv")) == {0.25}


def test_overrides_change_their_stretch_alone(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.json"
    words.write_text('[{"start": 0.3, "end": 0.5, "viseme": "aa", "ease": 0.05}, {"start": 1.0, "end": 1.1, "jaw": 0}]')
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "by_hand.csv", "--overrides", words, "--json", *SPEECH_ALONE)
    assert json.loads(out)["overrides"] == 2
    assert voxrig("bake", clip, "-o", tmp_path / "plain.csv", *SPEECH_ALONE)[0] == 0
    by_hand, plain = jaws(tmp_path / "by_hand.csv"), jaws(tmp_path / "plain.csv")
    np.testing.assert_allclose(by_hand[18:31], 0.3, atol=1e-6)
    assert by_hand[60:67].max() == 0.0
    untouched = np.r_[0:15, 34:56, 71:79]
    np.testing.assert_allclose(by_hand[untouched], plain[untouched], atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[{"start": 0, "end": 1, "jaw": 2}, {"start": 0.2, "end": 0.1, "jaw": 2}]',
            "words.json: entry 2: it ends at 0.1",
        ),
        ('[{"start": 7, "end": 8, "jaw": 2}]', "words.json: entry 1: it starts at 7 s, but the clip ends at 1.310 s"),
        ("{}", "words.json: the overrides are no list"),
        ("", "words.json: no JSON"),
        (None, "words.json: cannot be read"),
    ],
)
def test_wrong_overrides_are_one_line_and_no_file(
    voxrig: Call, clip: Path, tmp_path: Path, text: str | None, message: str
) -> None:
    words = tmp_path / "words.json"
    if text is not None:
        words.write_text(text)
    code, out, err = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--overrides", words)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "take.csv").exists()


def test_a_rate_that_unreal_would_misread_is_noted(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    assert "Unreal" in voxrig("bake", clip, "-o", tmp_path / "take.csv", "--fps", 30)[1]
    assert "Unreal" not in voxrig("bake", clip, "-o", tmp_path / "take.csv", "--fps", 59.94)[1]
    assert "Unreal" not in voxrig("bake", clip, "-o", tmp_path / "take.csv", "--fps", 30, "--rig", "metahuman")[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rig", "vrm"], "rig profile 'vrm' is unknown; use one of: metahuman, arkit"),
        (["--fps", "0"], "frame rate 0/1 is not positive"),
        (["--fps", "fast"], "frame rate 'fast' is no number"),
        (["--look-ahead", "10"], "no shipped bundle has a look-ahead of at most 10 ms"),
        (["--style", "shuot"], "there is no style preset and no file 'shuot'; the presets are natural, mumble"),
        (["--model", "best"], "there is no bundle 'best'"),
        (["--model", "live", "--look-ahead", "50"], "give one of them"),
    ],
)
def test_a_wrong_option_is_one_line_and_no_file(
    voxrig: Call, clip: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    code, out, err = voxrig("bake", clip, "-o", tmp_path / "take.csv", *options)
    assert (code, out) == (1, "")
    assert err.startswith("voxrig: error: ")
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "take.csv").exists()


def test_a_file_that_is_no_sound_is_refused_by_name(voxrig: Call, tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("these are only words")
    code, _, err = voxrig("bake", path, "-o", tmp_path / "take.csv")
    assert code == 1
    assert err.count("\n") == 1
    assert "notes.wav: this is a text file" in err


def test_a_damaged_model_is_refused(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    model = tmp_path / "bundles" / bundle.BAKING / bundle.MODEL_FILE
    model.write_bytes(model.read_bytes()[:-1] + b"\0")
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "take.csv")
    assert code == 1
    assert "checksum" in err


def test_places_where_no_take_can_go(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    before = clip.read_bytes()
    for place, message in ((tmp_path, "is a folder"), (tmp_path / "no" / "x.csv", "make it first"), (clip, "itself")):
        code, _, err = voxrig("bake", clip, "-o", place)
        assert code == 1
        assert message in err
    assert clip.read_bytes() == before


def test_debug_gives_the_traceback(voxrig: Call, tmp_path: Path) -> None:
    code, _, err = voxrig("bake", tmp_path / "none.wav", "-o", tmp_path / "take.csv", "--debug")
    assert code == 1
    assert "Traceback" in err
    assert "SoundFileError" in err


def test_version_and_help_load_no_engine() -> None:
    listing = (
        "import sys, voxrig.cli.app; print([m for m in ('numpy', 'numba', 'onnxruntime', 'grpc') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
    for option, words in (("--version", "voxrig "), ("--help", "bake")):
        shown = subprocess.run(
            [sys.executable, "-m", "voxrig.cli.app", option], capture_output=True, text=True, check=True
        )
        assert words in shown.stdout
