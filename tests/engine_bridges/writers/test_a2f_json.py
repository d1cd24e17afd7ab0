import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.a2f_json import write_a2f_json
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.timing import FrameRate

from .reading.frame_tables import imported_weights


def test_importers_find_every_weight(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(FrameRate(30), frames=75)
    write_a2f_json(clip, tmp_path / "a.a2f.json")
    keys = imported_weights(tmp_path / "a.a2f.json")
    take = clip.arkit()
    assert list(keys) == [name[0].lower() + name[1:] for name in take.names[:52]]
    for place, name in enumerate(take.names[:52]):
        times, values = zip(*keys[name[0].lower() + name[1:]], strict=True)
        np.testing.assert_allclose(times, np.arange(75) / 30, atol=1e-12)
        np.testing.assert_allclose(values, take.values[:, place], atol=5.1e-7)
    assert max(value for _, value in keys["jawOpen"]) > 0.5


def test_the_keys_are_audio2faces(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    write_a2f_json(lively_clip(FrameRate(30), frames=4), tmp_path / "a.a2f.json")
    data = json.loads((tmp_path / "a.a2f.json").read_text("utf-8"))
    assert list(data) == [
        *("exportFps", "trackPath", "numPoses", "numFrames", "facsNames", "weightMat"),
        *("joints", "rotations", "translations"),
    ]
    assert (data["numPoses"], data["numFrames"], data["trackPath"]) == (52, 4, "gate_01.wav")
    assert (data["joints"], data["rotations"], data["translations"]) == ([], [[]] * 4, [[]] * 4)


@pytest.mark.parametrize(
    ("rate", "written"), [("30", 30), ("60", 60), ("29.97", 30_000 / 1001), ("59.94", 60_000 / 1001)]
)
def test_any_rate_is_told(tmp_path: Path, lively_clip: Callable[..., Clip], rate: str, written: float) -> None:
    write_a2f_json(lively_clip(FrameRate.parse(rate), frames=2), tmp_path / "a.a2f.json")
    found = json.loads((tmp_path / "a.a2f.json").read_text("utf-8"))["exportFps"]
    assert (found, type(found)) == (written, type(written))


def test_no_frames_and_the_same_bytes_again(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=0)
    write_a2f_json(clip, tmp_path / "a.a2f.json")
    assert json.loads((tmp_path / "a.a2f.json").read_text("utf-8"))["weightMat"] == []
    for name in ("b", "c"):
        write_a2f_json(lively_clip(frames=20), tmp_path / f"{name}.a2f.json")
    assert (tmp_path / "b.a2f.json").read_bytes() == (tmp_path / "c.a2f.json").read_bytes()
    assert b"-0.0," not in (tmp_path / "b.a2f.json").read_bytes()
