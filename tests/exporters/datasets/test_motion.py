"""Folders of BVH files with their sound, as BEAT and studios have them."""

import re
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.exporters.datasets.beat_motion import beat_name, read_bvh_pairs
from voxrig.exporters.datasets.motion import bvh_motion
from voxrig.exporters.datasets.motion_folder import read_motion
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.runtime.core.body.posture import STANDING

from ..body_recording import write_recording

RATE = 16_000


def record(folder: Path, stem: str, seconds: float = 2.0) -> Path:
    sound = (0.1 * np.sin(np.arange(round(seconds * RATE)) / 20)).astype(np.float32)
    return write_recording(folder, stem, np.tile(STANDING, (round(seconds * 60), 1)), sound, RATE)


def test_pairs_are_found_at_any_depth_with_whose_they_are(tmp_path: Path) -> None:
    record(tmp_path / "anna" / "day 1", "take_1")
    record(tmp_path / "1", "1_wayne_0_65_72")
    record(tmp_path / "1", "1_wayne_1_2_2")
    record(tmp_path, "065_Happy_0_x_1_0", 3.0)
    (tmp_path / "1" / "1_wayne_0_65_72.json").write_text("{}", encoding="utf-8")  # the face: not looked at
    (tmp_path / "anna" / "day 1" / "take_1.txt").write_text("Stop,\n who goes there?", encoding="utf-8")
    found = {recording.name: recording for recording in read_motion(tmp_path)}
    assert {name: (r.dataset, r.speaker, r.emotion) for name, r in found.items()} == {
        "065_Happy_0_x_1_0": ("motion", tmp_path.name, "happy"),
        "1/1_wayne_0_65_72": ("beat", "1_wayne", "happiness"),
        "1/1_wayne_1_2_2": ("beat", "1_wayne", ""),
        "anna/day 1/take_1": ("motion", "anna", ""),
    }
    take = found["anna/day 1/take_1"]
    assert take.text == "Stop, who goes there?"
    assert take.sound == tmp_path / "anna" / "day 1" / "take_1.wav"
    assert take.motion.fps == Fraction(60)
    assert take.motion.rotations.shape == (120, 56, 4)
    assert take.motion.seconds == pytest.approx(2.0)
    assert [name for name in take.motion.joints if name.startswith("index_01")] == ["index_01_l", "index_01_r"]


@pytest.mark.parametrize(
    ("sentence", "emotion"),
    [(1, "neutral"), (64, "neutral"), (73, "anger"), (81, "sadness"), (94, "contempt"), (95, "surprise"),
     (110, "fear"), (118, "disgust"), (119, "")],
)  # fmt: skip
def test_beats_sentences_tell_the_emotion_in_speeches(sentence: int, emotion: str) -> None:
    assert beat_name(f"2_scott_0_{sentence}_{sentence}") == ("2_scott", emotion)
    assert beat_name(f"2_scott_3_{sentence}_{sentence}") == ("2_scott", "")
    assert beat_name("take_1") is None


def test_sound_may_lie_in_a_folder_of_its_own(tmp_path: Path) -> None:
    record(tmp_path / "bvh", "one")
    (tmp_path / "wave16k").mkdir()
    shutil.move(tmp_path / "bvh" / "one.wav", tmp_path / "wave16k" / "one.wav")
    (recording,) = read_bvh_pairs(tmp_path)
    assert recording.sound == tmp_path / "wave16k" / "one.wav"


def test_two_speakers_with_the_same_names_of_takes_keep_their_own_sound(tmp_path: Path) -> None:
    for speaker in ("anna", "ben"):
        record(tmp_path / speaker, "take")
    assert [r.sound.parent.name for r in read_bvh_pairs(tmp_path)] == ["anna", "ben"]


@pytest.mark.parametrize(("offset", "position"), [("0", "28"), ("28.0000", "0")])
def test_lengths_that_are_only_in_positions_or_only_in_offsets(tmp_path: Path, offset: str, position: str) -> None:
    path = record(tmp_path, "take", 0.5)
    plain = bvh_motion(path)
    head, motion = path.read_text("utf-8").split("MOTION\n")
    joint = re.compile(r"(JOINT LeftForeArm\s+{\s+OFFSET )28\.0+( \S+ \S+\s+CHANNELS )3 ")
    head, count = joint.subn(rf"\g<1>{offset}\g<2>4 Xposition ", head)
    assert count == 1
    column = 6 + 3 * (list(plain.names).index("LeftForeArm") - 1)
    lines = motion.splitlines()
    rows = [line.split() for line in lines[2:]]
    rows = [[*row[:column], position, *row[column:]] for row in rows]
    path.write_text("\n".join([head + "MOTION", *lines[:2], *(" ".join(row) for row in rows)]), encoding="utf-8")
    moved = bvh_motion(path)
    np.testing.assert_allclose(moved.offsets, plain.offsets, atol=1e-4)
    np.testing.assert_allclose(moved.rotations, plain.rotations, atol=1e-6)


def test_what_is_missing_or_does_not_fit_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is no folder; give the one that holds the recordings"):
        list(read_motion(tmp_path / "none"))
    with pytest.raises(DatasetError, match=r"holds no motion; put NAME\.bvh \(or SMPL-X's NAME\.npz\)"):
        list(read_motion(tmp_path))
    path = record(tmp_path, "take", 4.0)
    soundfile.write(tmp_path / "take.wav", np.zeros(RATE), RATE)
    with pytest.raises(DatasetError, match=r"take\.bvh lasts 4\.00 s but take\.wav 1\.00 s; trim one of them"):
        list(read_motion(tmp_path))
    (tmp_path / "take.wav").unlink()
    with pytest.raises(DatasetError, match=r"take\.bvh has no sound; put take\.wav beside it"):
        list(read_motion(tmp_path))
    path.write_text(path.read_text("utf-8").replace("LeftForeArm", "Unterarm"), encoding="utf-8")
    with pytest.raises(DatasetError, match=r"take\.bvh: the skeleton .* lowerarm_l; .* --names"):
        bvh_motion(path)
    path.write_text("HIERARCHY", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"take\.bvh: line 1: there is no MOTION"):
        bvh_motion(path)
    np.savez(tmp_path / "other.npz", poses=np.zeros((3, 165)))
    with pytest.raises(DatasetError, match="holds both BVH and NPZ files; give one kind at a time"):
        list(read_motion(tmp_path))
    record(tmp_path / "short", "take", 0.2)
    with pytest.raises(DatasetError, match=r"leave takes shorter than 0\.5 s out"):
        list(read_motion(tmp_path / "short"))
