"""`voxrig bake` of a living face: its options, its seed, and each layer as a track of its own."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS

Call = Callable[..., tuple[int, str, str]]

SPEECH_ALONE = ("--emotion", "off", "--blink", "off", "--gaze", "off", "--head", "off", "--idle", "off")
LAYERS = ("emotion", "blink", "gaze", "head", "idle")

pytestmark = pytest.mark.usefixtures("shipped_models")


@pytest.fixture
def clip(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """4 s at 16 kHz."""
    path = tmp_path / "clip.wav"
    soundfile.write(path, speech(4.0, 16_000), 16_000, subtype="FLOAT")
    return path


@pytest.fixture
def bake(voxrig: Call, clip: Path, tmp_path: Path) -> Callable[..., dict[str, np.ndarray]]:
    """`bake("--gaze", "off")`: the curves by name."""

    def call(*options: object) -> dict[str, np.ndarray]:
        code, _, err = voxrig("bake", clip, "-o", tmp_path / "take.csv", *options)
        assert (code, err) == (0, "")
        return curves(tmp_path / "take.csv")

    return call


def curves(path: Path) -> dict[str, np.ndarray]:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    values = np.array([row[2:] for row in rows], np.float64)
    return dict(zip(header[2:], values.T, strict=True))


def same(left: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(left[name], right[name]) for name in left.keys() | right.keys())


def test_the_seed_is_1_and_another_one_is_another_performance(bake):
    plain = bake()
    assert same(plain, bake("--seed", 1))
    assert not same(plain, bake("--seed", 2))
    assert same(bake("--seed", 1, *SPEECH_ALONE), bake("--seed", 2, *SPEECH_ALONE))


def test_everything_is_on_by_itself_and_each_layer_can_be_off(bake):
    everything, nothing = bake(), bake(*SPEECH_ALONE)
    for name in ("HeadYaw", "LeftEyeYaw", "EyeLookDownLeft"):
        assert everything[name].std() > 1e-4
        assert not nothing[name].any()
    straight = bake("--gaze", "off")
    assert not straight["LeftEyeYaw"].any()
    assert straight["HeadYaw"].any()
    assert not bake("--head", "off", "--gaze", "off")["HeadYaw"].any()
    assert not same(everything, bake("--idle", "off"))
    assert same(everything, bake("--blink", "on", "--gaze", "on", "--head", "on", "--idle", "on", "--emotion", "auto"))


def test_an_emotion_is_shown(bake):
    calm, joyful = bake("--emotion", "neutral"), bake("--emotion", "joy=0.8")
    assert (joyful["MouthSmileRight"] - calm["MouthSmileRight"]).mean() > 0.15
    angry = bake("--emotion", "brows.anger=0.9")
    assert (angry["BrowDownRight"] - calm["BrowDownRight"]).mean() > 0.2


def test_the_summary_tells_who_lived(voxrig, clip, tmp_path):
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--json")
    told = json.loads(out)
    assert (told["seed"], told["emotion"], told["heard"]) == (1, "auto", 0.8)
    assert (told["layers"], told["tracks"]) == (list(LAYERS), {})
    options = ("--emotion", "joy=0.8,brows.anger=0.2", "--gaze", "off", "--seed", 9)
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", "--json", *options)
    told = json.loads(out)
    assert (told["seed"], told["emotion"], told["heard"]) == (9, "joy=0.8,brows.anger=0.2", 0.0)
    assert told["layers"] == ["emotion", "blink", "head", "idle"]
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", *options, "--heard", "0.25")
    assert "emotion joy=0.8,brows.anger=0.2; emotion, blink, head, idle on; seed 9" in out
    _, out, _ = voxrig("bake", clip, "-o", tmp_path / "take.csv", *SPEECH_ALONE)
    assert "no layer on; seed 1" in out


@pytest.mark.parametrize("rig", ["arkit", "metahuman"])
def test_each_layer_is_a_track_of_its_own(voxrig, clip, tmp_path, rig):
    output = tmp_path / "take.csv"
    options = ("--rig", rig, "--emotion", "joy=0.8", "--json")
    assert voxrig("bake", clip, "-o", tmp_path / "alone.csv", *options, *SPEECH_ALONE[2:], "--emotion", "off")[0] == 0
    _, out, _ = voxrig("bake", clip, "-o", output, *options, "--tracks")
    told = json.loads(out)
    paths = {name: Path(path) for name, [path] in told["tracks"].items()}
    assert told["files"] == [str(output), *(str(path) for path in paths.values())]
    assert paths == {name: tmp_path / f"take.{name}.csv" for name in ("speech", *LAYERS)}
    whole, tracks = curves(output), {name: curves(path) for name, path in paths.items()}
    assert all(track.keys() == whole.keys() for track in tracks.values())
    assert same(tracks["speech"], curves(tmp_path / "alone.csv")), "speech is what a face without life shows"
    moved = {name: {key for key, curve in track.items() if np.ptp(curve) > 1e-6} for name, track in tracks.items()}
    if rig == "arkit":
        assert "MouthSmileRight" in moved["emotion"]
        assert {"EyeLookDownRight", "LeftEyeYaw"} <= moved["gaze"]
        assert {"HeadYaw", "HeadPitch", "HeadRoll"} <= moved["head"]
        assert moved["blink"] <= {"EyeBlinkLeft", "EyeBlinkRight"}
        assert not moved["head"] & (moved["blink"] | moved["emotion"])
        np.testing.assert_allclose(
            whole["HeadRoll"], tracks["head"]["HeadRoll"], atol=0.02, err_msg="only gaze turns it besides"
        )
    else:
        assert set(list(whole)[:251]) == set(NATIVE_CONTROLS)
        assert len(whole) == 251 + 4 * len(BONES)


def test_a_layer_that_is_off_has_no_track(voxrig, clip, tmp_path):
    code, out, _ = voxrig(
        "bake", clip, "-o", tmp_path / "take.csv", "--tracks", *SPEECH_ALONE[2:], "--emotion", "joy=0.5"
    )
    assert code == 0
    assert "files take.csv, take.speech.csv, take.emotion.csv" in out
    assert sorted(path.name for path in tmp_path.glob("take*.csv")) == [
        "take.csv", "take.emotion.csv", "take.speech.csv",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--emotion", "jou=1"], "emotion: there is no emotion 'jou'"),
        (["--emotion", "joy=2"], "emotion: joy is 2; it must be from 0 to 1"),
        (["--blink", "often"], "blink is 'often'; it must be on or off"),
        (["--heard", "1.5"], "heard is '1.5'; it must be a number from 0 to 1"),
    ],
)
def test_a_wrong_option_is_one_line_and_no_file(voxrig, clip, tmp_path, options, message):
    code, out, err = voxrig("bake", clip, "-o", tmp_path / "take.csv", *options)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "take.csv").exists()
