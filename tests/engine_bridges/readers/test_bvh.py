"""BVH files: what an independent reader finds in ours, what other programs write, and what is refused."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.readers.bvh import parse_bvh, read_bvh
from voxrig.engine_bridges.readers.bvh_hierarchy import BvhError
from voxrig.engine_bridges.writers.bvh import write_bvh
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

from ..writers.reading import bvh_file
from ..writers.reading.turns import matrices, matrices_apart

HEAD = """HIERARCHY
ROOT Hips
{
  OFFSET 1 2 3
  CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation
  JOINT left arm
  {
    OFFSET 4 0 0
    CHANNELS 3 yrotation XROTATION Zrotation
    JOINT Stiff { OFFSET 1 0 0 CHANNELS 0 JOINT Slider { OFFSET 1 1 1 CHANNELS 2 Yposition Xrotation
      End Site { OFFSET 0 0 9 } } }
  }
}
"""
MOTION = """MOTION
Frames: 2
Frame Time: 0.0333333
10 20 30 90 0 0 0 0 0 7 0
10 20 30 30 40 50 10 20 30 8 90
"""


def about(axis: str, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return {
        "X": np.array([[1, 0, 0], [0, c, -s], [0, s, c]]),
        "Y": np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]),
        "Z": np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]),
    }[axis]


def test_any_order_of_channels_positions_anywhere_and_names_with_spaces() -> None:
    read = parse_bvh((HEAD + MOTION).encode())
    assert [joint.name for joint in read.joints] == ["Hips", "left arm", "Stiff", "Slider"]
    assert [joint.parent for joint in read.joints] == [-1, 0, 1, 2]
    assert read.joints[0].offset == (1, 2, 3)
    assert read.joints[1].channels == ("Yrotation", "Xrotation", "Zrotation")
    assert read.joints[3].end == (0, 0, 9)
    assert read.joints[0].end is None
    np.testing.assert_allclose(read.positions[1], [[10, 20, 30], [4, 0, 0], [1, 0, 0], [1, 8, 1]])
    hips = about("Z", 30) @ about("Y", 40) @ about("X", 50)
    arm = about("Y", 10) @ about("X", 20) @ about("Z", 30)
    for place, turn in ((0, hips), (1, arm), (2, np.eye(3)), (3, about("X", 90))):
        np.testing.assert_allclose(matrices(read.rotations[1, place : place + 1])[0], turn, atol=1e-6)
    assert read.rotations.dtype == np.float32


def test_the_same_as_an_independent_reader_finds_in_what_we_write(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    bones = random.standard_normal((40, len(BONES) + len(BODY_BONES), 4)).astype(np.float32)
    bones /= np.linalg.norm(bones, axis=-1, keepdims=True)
    names = profile("metahuman").names
    values = np.concatenate((np.zeros((40, len(names)), np.float32), bones.reshape(40, -1)), axis=1)
    take = Take("metahuman", names, (*BONES, *BODY_BONES), FrameRate.parse("29.97"), values, 0, 24_000)
    path = tmp_path / "take.bvh"
    write_bvh(Clip(name="take", take=take), path)
    read = read_bvh(path)
    others, _, rows = bvh_file.read_bvh(path)
    turns = bvh_file.bvh_turns(others, rows)
    assert read.fps == Fraction(30_000, 1001)
    assert len(read.rotations) == 40
    for place, (joint, other) in enumerate(zip(read.joints, others, strict=True)):
        assert joint.name == other.name
        assert (read.joints[joint.parent].name if joint.parent >= 0 else None) == other.parent
        np.testing.assert_allclose(joint.offset, other.offset)
        assert list(joint.end or ()) == other.end
        apart = matrices_apart(matrices(read.rotations[:, place]), turns[joint.name])
        assert apart.max() < 2e-6


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_ends_of_lines_blank_lines_and_a_mark_of_byte_order(newline: str) -> None:
    text = (HEAD + MOTION.replace("\n10", "\n\n10")).replace("\n", newline)
    read = parse_bvh(text.encode("utf-8-sig"))
    np.testing.assert_array_equal(read.rotations, parse_bvh((HEAD + MOTION).encode()).rotations)


def test_a_name_that_is_no_utf_8() -> None:
    read = parse_bvh((HEAD + MOTION).replace("Stiff", "Hüfte").encode("latin-1"))
    assert read.joints[2].name == "Hüfte"


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("0.008333", 120), ("0.00833333", 120), ("0.0083333333333", 120), ("0.016667", 60), ("0.016666", 60),
        ("0.033", 30), ("0.0333667", Fraction(30_000, 1001)), ("0.03337", Fraction(30_000, 1001)),
        ("0.016683", Fraction(60_000, 1001)), ("0.04", 25), ("0.05", 20), ("0.01", 100), ("4.0e-2", 25),
        ("0.0137", Fraction(10_000, 137)),
    ],
)  # fmt: skip
def test_rounded_frame_times_are_the_rates_that_are_meant(text: str, fps: Fraction | int) -> None:
    assert parse_bvh((HEAD + MOTION.replace("0.0333333", text)).encode()).fps == fps


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("HIERARCHY", "HIERARCHIE", r"line 1: found 'HIERARCHIE' instead of HIERARCHY; this is no BVH file"),
        ("MOTION", "", r"there is no MOTION; the file is no BVH or cut short"),
        ("OFFSET 4 0 0", "OFFSET 4 O 0", r"line 8: 'O' is no number where an offset should be"),
        ("OFFSET 4 0 0", "OFFSET 4,5 0 0", r"line 8: '4,5' has a decimal comma; export with points"),
        ("CHANNELS 6", "CHANNELS 7", r"line 5: a joint cannot have 7 channels; it has 0 to 6"),
        ("XROTATION", "Wrotation", r"line 9: channel 'Wrotation' is not known; write X, Y or Z"),
        ("XROTATION", "Yrotation", r"line 9: channel Yrotation comes twice"),
        ("left arm", "Hips", r"line 7: there is a second joint 'Hips'; rename one of them"),
        ("JOINT left", "BONE left", r"line 6: 'BONE' cannot be here"),
        ("  }\n}\n", "  }\n", r"the hierarchy ends where a joint or } should be"),
        ("}\nMOTION", "}\nROOT Other { }\nMOTION", r"write each character to a file of its own"),
        ("End Site { OFFSET 0 0 9 }", "End Site { 0 0 9 }", r"line 11: found '0' instead of the end site's OFFSET"),
        ("End Site { OFFSET 0 0 9 }", "End Site { OFFSET 0 0 9", r"line 12: found .* the end site|ends where"),
        ("Frames: 2", "Frames: 3", r"line \d+: there are 2 frames where `Frames:` says 3; the file is cut short"),
        ("Frames: 2", "Frames: 1", r"line \d+: there are 2 frames where `Frames:` says 1; the count is wrong"),
        ("Frames: 2", "Frames: 0", r"line 15: there are 0 frames; export one at least"),
        ("Frame Time: 0.0333333\n", "", r"there are no `Frames:` and `Frame Time:` after MOTION"),
        ("0.0333333", "0", r"line 16: a frame time of 0 s; it must be 1/240 to 1 s"),
        ("0.0333333", "0,0333", r"line 16: '0,0333' has a decimal comma"),
        ("10 20 30 90 0 0", "10 20 30 90 0", r"line 17: the frame has 10 numbers for 11 channels"),
        ("10 20 30 30", "10 20 30 3O", r"line 18: '3O' is no number where a channel should be"),
        ("10 20 30 30", "10 20 30 30,5", r"line 18: '30,5' has a decimal comma; export with points"),
        ("10 20 30 30", "10 20 30 nan", r"line 18: the frame has NaN or infinity; mend the motion there"),
        ("10 20 30 30", "10 20 30 3_0", r"line 18: '3_0' is no number"),
        ("10 20 30 30", "10 20 30 1e39", r"line 18: the frame has a number beyond 1e\+30; mend the motion there"),
        ("OFFSET 4 0 0", "OFFSET 1e300 0 0", r"line 8: '1e300' where an offset should be; mend"),
        ("Frames: 2", "Frames: 1e308", r"line 15: '1e308' where the number of frames should be"),
        ("0.0333333", "0.0" + 5000 * "3", r"line 16: '0.033333333333333333' where the frame time should be"),
    ],
)  # fmt: skip
def test_faults_are_told_with_line_and_remedy(old: str, new: str, says: str) -> None:
    text = HEAD + MOTION
    assert old in text
    with pytest.raises(BvhError, match=says):
        parse_bvh(text.replace(old, new, 1).encode())


def test_a_skeleton_without_end() -> None:
    joints = "".join(f"JOINT j{n} {{ OFFSET 0 0 0 CHANNELS 0\n" for n in range(3000))
    with pytest.raises(BvhError, match="there are more than 2048 joints; this is no character"):
        parse_bvh(f"HIERARCHY\nROOT Hips {{ OFFSET 0 0 0 CHANNELS 0\n{joints}{3001 * '}'}\n{MOTION}".encode())


def test_a_frame_too_many_numbers_in_every_line() -> None:
    motion = "MOTION\nFrames: 2\nFrame Time: 0.04\n" + 2 * (" ".join(["0"] * 12) + "\n")
    with pytest.raises(BvhError, match="line 17: the frame has 12 numbers for 11 channels"):
        parse_bvh((HEAD + motion).encode())


@pytest.mark.parametrize("data", [b"", b"\0\1\2\xff" * 100, b"hello\n"])
def test_what_is_no_bvh(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "no.bvh").write_bytes(data)
    with pytest.raises(BvhError, match=r"no\.bvh: line \d+: there is no MOTION"):
        read_bvh(tmp_path / "no.bvh")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BvhError, match=r"none\.bvh: cannot be read .*; check the path"):
        read_bvh(tmp_path / "none.bvh")
