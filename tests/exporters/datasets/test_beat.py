import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voxrig.exporters.articulators import index
from voxrig.exporters.datasets.beat import read_beat
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.runtime.core.arkit import ARKIT_SHAPES

NAMES = sorted(name[0].lower() + name[1:] for name in ARKIT_SHAPES if name != "TongueOut")  # BEAT has 51


def face(count: int = 120, **moving: float) -> dict[str, Any]:
    """`count` frames at 60 fps whose named shapes rise by what is given in a second."""
    frames = [
        {"weights": [moving.get(name, 0.0) * i / 60 for name in NAMES], "time": round(i / 60, 6), "rotation": []}
        for i in range(count)
    ]
    return {"names": NAMES, "frames": frames}


def record(folder: Path, name: str, content: Any, seconds: float = 2.0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(content))
    soundfile.write(folder / f"{name}.wav", np.zeros(round(seconds * 16_000)), 16_000)


def test_weights_land_under_their_names_and_the_speaker_is_in_the_name(tmp_path: Path) -> None:
    record(tmp_path / "1", "1_wayne_0_1_1", face(jawOpen=0.2, mouthPucker=0.1, mouthSmileLeft=0.2, mouthSmileRight=0.1))
    (clip,) = read_beat(tmp_path)
    assert (clip.name, clip.dataset, clip.speaker) == ("1_wayne_0_1_1@0.0", "beat", "1_wayne")
    assert clip.trusted == {"jaw", "pucker", "smile"}
    assert clip.captured is not None
    time = np.arange(len(clip.captured)) / 60
    for name, slope in (("jaw", 0.2), ("pucker", 0.1), ("smile", 0.15)):
        np.testing.assert_allclose(clip.captured[:, index(name)], slope * time, atol=1e-6)
    assert clip.phones == ()


def test_one_folder_for_each_kind_of_file_will_do(tmp_path: Path) -> None:
    record(tmp_path / "facial52", "take", face(jawOpen=0.2))
    (tmp_path / "wave16k").mkdir()
    (tmp_path / "facial52" / "take.wav").rename(tmp_path / "wave16k" / "take.wav")
    (tmp_path / "text").mkdir()
    tier = 'item [1]:\nclass = "IntervalTier"\nname = "phones"\nintervals [1]:\nxmin = 0.2\nxmax = 0.5\ntext = "{}"\n'
    (tmp_path / "text" / "take.TextGrid").write_text(tier.format("AA1"))
    (clip,) = read_beat(tmp_path)
    assert clip.audio_path == tmp_path / "wave16k" / "take.wav"
    assert clip.phones == (("ɑ", 0.2, 0.5),)
    (tmp_path / "text" / "take.TextGrid").write_text(tier.format("zhuang4"))
    (clip,) = read_beat(tmp_path)
    assert clip.phones == ()


def test_frames_at_thirty_a_second_and_a_dropped_one_are_bridged(tmp_path: Path) -> None:
    content = face(jawOpen=0.2)
    content["frames"] = [f for i, f in enumerate(content["frames"]) if i % 2 == 0 and i != 40]
    record(tmp_path, "take", content)
    (clip,) = read_beat(tmp_path)
    assert clip.captured is not None
    np.testing.assert_allclose(clip.captured[:, index("jaw")], 0.2 * np.arange(len(clip.captured)) / 60, atol=1e-6)


def jump() -> dict[str, Any]:
    content = face()
    content["frames"][7]["time"] = 9.0
    return content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"frames": []}, "lacks 'names'; it must have"),
        ({"names": ["jawOpen"], "frames": []}, r"weights of shape \(0,\) do not fit 1 names"),
        ({"names": ["jawOpen"], "frames": [{"weights": [0.1, 0.2], "time": 0}]}, r"shape \(1, 2\) do not fit 1 names"),
        ({"names": ["jawOpen"], "frames": [{"weights": [0.1]}]}, "lacks 'time'"),
        ([1, 2], "must have"),
        (jump(), r"frame 7 comes 8\.900 s after the one before; cut there"),
        (face(300), r"lasts 4\.98 s but take\.wav 2\.00 s"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: Any, says: str) -> None:
    record(tmp_path, "take", content)
    with pytest.raises(DatasetError, match=says):
        list(read_beat(tmp_path))


def test_a_recording_without_sound_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no BEAT recordings"):
        list(read_beat(tmp_path))
    record(tmp_path, "take", face())
    (tmp_path / "take.wav").unlink()
    with pytest.raises(DatasetError, match=r"has no sound; put take\.wav beside it"):
        list(read_beat(tmp_path))
