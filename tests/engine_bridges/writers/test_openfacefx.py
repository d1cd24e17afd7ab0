"""PyPI's openfacefx, in an environment of its own, reads what we write: CSV layers, NTSC, Audio2Face and mouth cues."""

import json
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.a2f_json import write_a2f_json
from voxrig.engine_bridges.writers.cue_json import mouth_cues, write_cue_json
from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.runtime.core.clip import Clip, in_profile
from voxrig.runtime.core.timecode_clock import Timecode
from voxrig.runtime.core.timing import FrameRate

NTSC = FrameRate(30_000, 1001)


def imported(openfacefx: list[str], *arguments: str, out: Path) -> dict[str, Any]:
    subprocess.run([*openfacefx, *arguments, "-o", str(out)], check=True, timeout=120, capture_output=True)
    track: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return track


def curve(track: dict[str, Any], name: str, times: np.ndarray) -> np.ndarray:
    """A channel at some times; one that is 0 throughout is not in the track."""
    found = {channel["name"]: np.array(channel["keys"]) for channel in track["channels"]}
    keys = found.get(name, np.zeros((1, 2)))
    return np.interp(times, keys[:, 0], keys[:, 1])


@pytest.mark.parametrize("layer", ["", "speech"])
def test_a_live_link_csv_of_a_layer_and_at_29_97(
    tmp_path: Path, openfacefx: list[str], lively_clip: Callable[..., Clip], layer: str
) -> None:
    clip = lively_clip(NTSC, frames=90)
    take = in_profile(clip.layers[layer] if layer else clip.take, "arkit")
    path = tmp_path / "take.csv"
    write_livelink_csv(take, path, Timecode.parse("01:00:00:00", NTSC))
    track = imported(openfacefx, "from-csv", str(path), "--fps", "30", out=tmp_path / "track.json")
    # It reads timecode as seconds: those of timecode, which without drop-frame run 0.1 % slow.
    times = 3600 + np.arange(90) / 30
    for name in ("JawOpen", "MouthSmileLeft", "EyeBlinkRight"):
        wanted = take.values[:, take.names.index(name)]
        np.testing.assert_allclose(curve(track, name, times), wanted, atol=0.06)  # it thins keys out
    assert take.values[:, take.names.index("JawOpen")].max() > 0.5
    assert take.values[:, take.names.index("EyeBlinkRight")].any() == (layer == "")


@pytest.mark.parametrize("fps", [FrameRate(30), NTSC])
def test_audio2faces_json(
    tmp_path: Path, openfacefx: list[str], lively_clip: Callable[..., Clip], fps: FrameRate
) -> None:
    clip = lively_clip(fps, frames=90)
    write_a2f_json(clip, tmp_path / "take.json")
    track = imported(openfacefx, "from-a2f", str(tmp_path / "take.json"), out=tmp_path / "track.json")
    assert track["fps"] == pytest.approx(float(fps.fraction), abs=1e-6)
    assert track["duration"] == pytest.approx(89 / float(fps.fraction), abs=1e-3)
    take = clip.arkit()
    times = np.arange(90) / float(fps.fraction)
    for name in ("JawOpen", "MouthPucker", "EyeBlinkLeft", "BrowDownLeft"):
        found = curve(track, name[0].lower() + name[1:], times)
        np.testing.assert_allclose(found, take.values[:, take.names.index(name)], atol=0.06)


def test_mouth_cues(tmp_path: Path, openfacefx: list[str], lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=150)
    write_cue_json(clip, tmp_path / "line.json")
    track = imported(
        openfacefx, "from-cues", str(tmp_path / "line.json"), "--format", "json-cues", out=tmp_path / "track.json"
    )
    assert track["duration"] == pytest.approx(float(clip.seconds), abs=0.01)
    # Its own visemes for our cues: A is PP, D aa, G FF, X sil; each is on in the middle of its cue.
    theirs = {"A": "PP", "D": "aa", "G": "FF", "X": "sil"}
    for cue in mouth_cues(clip.visemes):
        middle = np.array([float(Fraction(cue["start"] + cue["end"]) / 2)])
        on = {c["name"]: np.interp(middle, *np.array(c["keys"]).T)[0] for c in track["channels"]}
        assert max(on, key=lambda name: on[name]) == theirs[cue["value"]]
