"""`voxrig emotion`: the track on the command line is what a session hears."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import HEARD

Call = Callable[..., tuple[int, str, str]]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
EMODB = Path(__file__).resolve().parents[3] / "shared" / "data" / "emodb"


def test_json_has_an_answer_every_tenth_of_a_second(voxrig: Call) -> None:
    code, out, err = voxrig("emotion", SAMPLES / "gatekeeper.wav", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["model"].startswith("listener ")
    track = told["track"]
    assert len(track) == -(-told["seconds"] * 10 // 1)
    assert np.allclose(np.diff([answer["time"] for answer in track]), 0.1, atol=2e-4)
    assert track[0]["time"] == pytest.approx(5 / 60, abs=1e-4)
    for answer in track:
        assert set(answer) == {"time", "probabilities", "valence", "arousal", "dominance", "confidence"}
        assert tuple(answer["probabilities"]) == HEARD[:8]
        assert sum(answer["probabilities"].values()) == pytest.approx(1.0, abs=1e-3)
    assert set(told["mean_probabilities"]) == set(HEARD[:8])
    assert 0 < told["mean_confidence"] < 1


def test_rate_and_container_hardly_matter(voxrig: Call, tmp_path: Path) -> None:
    samples, rate = soundfile.read(SAMPLES / "warning.wav", dtype="float32")
    soundfile.write(tmp_path / "a.flac", samples, rate)
    one = json.loads(voxrig("emotion", SAMPLES / "warning.wav", "--json")[1])
    other = json.loads(voxrig("emotion", tmp_path / "a.flac", "--json")[1])
    assert one["track"] == other["track"]


def test_the_table_ends_with_a_summary(voxrig: Call) -> None:
    code, out, _ = voxrig("emotion", SAMPLES / "healer.wav")
    assert code == 0
    first, heading, *lines, last = out.splitlines()
    assert first.startswith(f"{SAMPLES / 'healer.wav'}: 7.65 s, heard by listener ")
    assert heading.split() == ["time", "s", "strongest", "valence", "arousal", "dominance", "confidence"]
    assert len(lines) == 15
    assert [line.split()[0] for line in lines[:3]] == ["0.48", "0.98", "1.48"]
    assert last.startswith("strongest: ")
    assert "mean confidence 0." in last


@pytest.mark.parametrize("seconds", [0.001, 0.05, 0.12])
def test_a_very_short_clip_has_an_answer(voxrig: Call, tmp_path: Path, seconds: float) -> None:
    soundfile.write(tmp_path / "short.wav", np.full(max(1, int(8000 * seconds)), 0.1), 8000)
    code, out, _ = voxrig("emotion", tmp_path / "short.wav")
    assert code == 0
    assert out.splitlines()[-1].startswith("strongest: neutral, mean confidence 0.0")


@pytest.mark.skipif(not EMODB.is_dir(), reason="../shared/data/emodb is not there")
def test_anger_is_told(voxrig: Call) -> None:
    told = json.loads(voxrig("emotion", EMODB / "03a01Wa.opus", "--json")[1])
    assert told["strongest"]["emotion"] == "anger"
    assert told["strongest"]["probability"] > 0.5
    assert 0 < told["strongest"]["time"] < 2


def test_what_is_wrong_is_one_line(voxrig: Call, tmp_path: Path, tiny_bundle: Bundle) -> None:
    assert voxrig("emotion", tmp_path / "none.wav") == (
        1, "", f"voxrig: error: {tmp_path / 'none.wav'}: cannot be read (No such file or directory); check the path\n",
    )  # fmt: skip
    (tmp_path / "text.wav").write_text("hello")
    code, _, err = voxrig("emotion", tmp_path / "text.wav", "--json")
    assert (code, err.count("\n")) == (1, 1)
    bundle.write(tmp_path / "face", tiny_bundle.spec, tiny_bundle.model)
    code, _, err = voxrig("emotion", SAMPLES / "warning.wav", "--model", tmp_path / "face")
    assert code == 1
    assert "has the role 'face', 'emotion' is wanted: the package has listener" in err


def test_bake_refuses_the_listener(voxrig: Call, tmp_path: Path) -> None:
    code, _, err = voxrig("bake", SAMPLES / "warning.wav", "-o", tmp_path / "x.csv", "--model", "listener")
    assert code == 1
    assert "no bundle 'listener': the package has fast" in err
