"""Takes, names and turns: what the add-on does before Blender comes in."""

import math
from array import array

import numpy as np
import pytest

from blender.voxrig_addon.names import key_of, matches
from blender.voxrig_addon.take import TakeError, read_take
from blender.voxrig_addon.turns import from_angles, in_bone, product, to_z_up, turn_at, turns_of
from voxrig.runtime.core.rotation import angles_to_quaternion


def write(path, codes, header="Timecode,BlendshapeCount,JawOpen,HeadYaw"):
    rows = [f"{code},2,{place / 10},{place}" for place, code in enumerate(codes)]
    path.write_text("\r\n".join([header, *rows]) + "\r\n", encoding="utf-8")
    return path


def test_live_link_face(tmp_path):
    codes = [f"00:00:{second:02d}:{frame:02d}.000" for second in range(2) for frame in range(30)]
    take = read_take(write(tmp_path / "take.csv", codes))
    assert (take.rate, take.curves, take.bones, len(take.frames)) == (30.0, ("JawOpen", "HeadYaw"), (), 60)
    assert take.times[45] == 1.5
    assert take.at(0.05) == array("f", [0.15, 1.5])
    assert take.at(-1.0) == take.frames[0]
    assert take.at(9.0) == take.frames[-1]


def test_a_short_take_is_taken_for_60_and_a_given_rate_counts(tmp_path):
    path = write(tmp_path / "take.csv", ["00:00:00:00.000", "00:00:00:01.000"])
    assert read_take(path).times[1] == pytest.approx(1 / 60)
    assert read_take(path, 30000 / 1001).times[1] == pytest.approx(1001 / 30000)


def test_frames_that_the_app_dropped_leave_their_time_free(tmp_path):
    codes = [f"10:00:{n // 60:02d}:{n % 60:02d}.000" for n in (*range(20), *range(23, 130))]
    take = read_take(write(tmp_path / "take.csv", codes))
    assert take.times[20] == pytest.approx(23 / 60)


def test_timecodes_that_stand_still_are_not_believed(tmp_path):
    take = read_take(write(tmp_path / "take.csv", ["00:00:00:00.000"] * 3))
    assert list(take.times) == pytest.approx([0, 1 / 60, 2 / 60])


def test_metahuman(tmp_path):
    path = tmp_path / "take.csv"
    header = "Frame,Time,CTRL_expressions_jawOpen,head.x,head.y,head.z,head.w"
    times = [f"{place},{1001 * place / 30000:.6f},0.5,0,0,0,1" for place in range(40)]
    path.write_text("\n".join([header, *times]) + "\n", encoding="utf-8")
    take = read_take(path)
    assert (take.curves, take.bones) == (("CTRL_expressions_jawOpen",), ("head",))
    assert take.rate == pytest.approx(30000 / 1001)
    assert turns_of("head", take.curves, take.bones) == (1, False)
    assert turn_at(take.frames[0], 1, False) == (0, 0, 0, 1)
    assert len(take.resampled(24.0).frames) == int(39 * 1001 / 30000 * 24) + 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("Timecode,BlendshapeCount,JawOpen\n", "no frames"),
        ("time,JawOpen\n0,0\n", "begins with the column 'time'"),
        ("Timecode,BlendshapeCount,JawOpen\n00:00:00:00.000,1,x\n", "line 2 of take.csv is broken"),
        ("Timecode,BlendshapeCount,JawOpen\n00:00:00:00.000,1\n", "has 2 cells, the header has 3"),
    ],
)
def test_no_takes(tmp_path, text, says):
    path = tmp_path / "take.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TakeError, match=says):
        read_take(path)


def test_names():
    assert key_of("blendShape2.eyeBlink_L") == key_of("EyeBlinkLeft") == key_of("CTRL_expressions_eye_blink_L")
    assert matches(("JawOpen", "EyeBlinkLeft"), ["Basis", "jaw_open", "eyeBlink_L", "x"]) == {
        "jaw_open": 0,
        "eyeBlink_L": 1,
    }


@pytest.mark.parametrize("angles", [(0.3, 0, 0), (0, 0.2, 0), (0, 0, -0.4), (0.5, -0.3, 0.2)])
def test_turns_are_the_runtimes(angles):
    assert from_angles(*angles) == pytest.approx(angles_to_quaternion(np.array(angles, np.float32)).tolist(), abs=1e-6)


def turned(turn, way):
    x, y, z, w = turn
    return product(product(turn, (*way, 0.0)), (-x, -y, -z, w))[:3]


def test_in_blenders_axes_the_face_looks_where_it_should():
    """The face is at -Y, its left at X, up is Z."""
    face, quarter = (0.0, -1.0, 0.0), math.pi / 2
    assert turned(to_z_up(from_angles(quarter, 0, 0)), face) == pytest.approx((1, 0, 0)), "to its own left"
    assert turned(to_z_up(from_angles(0, quarter, 0)), face) == pytest.approx((0, 0, -1)), "down"
    left = turned(to_z_up(from_angles(0, 0, quarter)), (1.0, 0.0, 0.0))
    assert left == pytest.approx((0, 0, 1)), "tilted to its right, the left side is up"
    rest = from_angles(0.7, 0.2, -0.4)
    turn = to_z_up(from_angles(0.3, 0.1, 0.2))
    assert product(rest, in_bone(turn, rest)) == pytest.approx(product(turn, rest)), "a pose on top of any rest"
