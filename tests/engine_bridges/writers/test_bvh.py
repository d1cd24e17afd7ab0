"""BVH files, read by a parser of our own."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.bvh import euler_degrees, write_bvh
from voxrig.runtime.core.body.bones import PARTS
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.runtime.core.skeleton import BVH_NAMES, ENDS, PLACES, SKELETON
from voxrig.runtime.core.timing import FrameRate

from .reading.bvh_file import Bone, bvh_turns, read_bvh
from .reading.turns import matrices


@pytest.fixture
def clip(lively_clip: Callable[..., Clip]) -> Clip:
    clip = lively_clip(frames=90)
    values, time = clip.take.values.copy(), np.arange(90) / 60
    wide = np.stack([1.2 * np.sin(3 * time), 0.9 * np.cos(5 * time), 1.5 * np.sin(2 * time)], axis=1)
    values[:, -12:-8] = angles_to_quaternion(wide.astype(np.float32))
    values[:, -8:-4] = angles_to_quaternion((0.5 * wide).astype(np.float32))
    values[:, -4:] = -angles_to_quaternion((0.4 * wide).astype(np.float32))  # the same turn from the other side
    return replace(clip, take=replace(clip.take, values=values))


def test_the_whole_skeleton_in_centimetres(tmp_path: Path, lively_body: Callable[..., Clip]) -> None:
    write_bvh(lively_body(frames=5), tmp_path / "take.bvh")
    bones, _, _ = read_bvh(tmp_path / "take.bvh")
    joints = {BVH_NAMES[joint.name]: joint for joint in SKELETON}
    assert sorted(bone.name for bone in bones) == sorted(joints)
    for bone in bones:
        joint = joints[bone.name]
        np.testing.assert_allclose(bone.offset, np.array(joint.offset) * 100, atol=1e-4)
        assert bone.parent == (BVH_NAMES[SKELETON[joint.parent].name] if joint.parent >= 0 else None)
        assert bone.channels[-3:] == ["Zrotation", "Xrotation", "Yrotation"]
        assert len(bone.channels) == (6 if bone.parent is None else 3)
        childless = all(other.parent != PLACES[joint.name] for other in SKELETON)
        assert bool(bone.end) == childless == (joint.name in ENDS)


def test_a_take_without_fingers_has_none(tmp_path: Path, clip: Clip) -> None:
    write_bvh(clip, tmp_path / "take.bvh")
    bones, _, rows = read_bvh(tmp_path / "take.bvh")
    assert {bone.name for bone in bones} == {name for joint, name in BVH_NAMES.items() if joint not in PARTS["fingers"]}
    assert rows.shape[1] == 3 + 3 * len(bones)
    for side, hand in (("l", "LeftHand"), ("r", "RightHand")):
        (found,) = [bone for bone in bones if bone.name == hand]
        np.testing.assert_allclose(found.end, np.array(SKELETON[PLACES[f"middle_01_{side}"]].offset) * 100, atol=1e-4)


def test_every_turn_of_every_frame(tmp_path: Path, clip: Clip) -> None:
    write_bvh(clip, tmp_path / "take.bvh")
    bones, _, rows = read_bvh(tmp_path / "take.bvh")
    assert len(rows) == len(clip.take)
    seen = set()
    for bone, turn in bvh_turns(bones, rows).items():
        name = next(name for name, other in BVH_NAMES.items() if other == bone)
        wanted = np.tile(np.eye(3), (len(rows), 1, 1))
        if name in clip.take.bones:
            wanted = matrices(clip.take.quaternions[:, clip.take.bones.index(name)])
            seen.add(name)
        assert np.abs(turn - wanted).max() < 2e-6
    assert seen == {"head", "eye_l", "eye_r"}


@pytest.mark.parametrize("fps", ["24", "29.97", "59.94", "60"])
def test_the_frame_time(tmp_path: Path, lively_clip: Callable[..., Clip], fps: str) -> None:
    rate = FrameRate.parse(fps)
    write_bvh(lively_clip(fps=rate, frames=3), tmp_path / "take.bvh")
    _, seconds, _ = read_bvh(tmp_path / "take.bvh")
    assert abs(Fraction(seconds) - 1 / rate.fraction) < Fraction(1, 10**12)


def test_angles_go_on_beyond_half_a_turn() -> None:
    turns = np.linspace(0.0, 2.0, 50) * np.pi
    angles = np.stack([turns, 0 * turns, 0 * turns], axis=1).astype(np.float32)
    about_y = euler_degrees(angles_to_quaternion(angles)[:, None])[:, 0, 2]
    np.testing.assert_allclose(about_y, np.degrees(turns), atol=1e-3)


def test_a_forearm_that_is_turned_over_goes_on_beyond_a_quarter_turn() -> None:
    x, z = np.radians(np.linspace(0.0, 170.0, 120)) / 2, np.radians(30.0) / 2
    rows = (np.cos(z) * np.sin(x), np.sin(z) * np.sin(x), np.sin(z) * np.cos(x), np.cos(z) * np.cos(x))
    quaternions = np.stack(rows, axis=1).astype(np.float32)  # about X, then by 30 degrees about Z
    degrees = euler_degrees(quaternions[:, None])[:, 0]
    np.testing.assert_allclose(degrees, np.degrees([[2 * z, 2 * part, 0.0] for part in x]), atol=0.01)
    bone = Bone("Arm", None, channels=["Zrotation", "Xrotation", "Yrotation"])
    assert np.abs(bvh_turns([bone], degrees)["Arm"] - matrices(quaternions)).max() < 1e-6


@pytest.mark.parametrize("x", [90.0, -90.0])
def test_turns_that_stay_at_a_quarter_turn(x: float) -> None:
    """Where Z and Y are one axis."""
    z = np.radians(np.linspace(-170.0, 170.0, 90)) / 2
    part = np.radians(x) / 2
    rows = (np.cos(z) * np.sin(part), np.sin(z) * np.sin(part), np.sin(z) * np.cos(part), np.cos(z) * np.cos(part))
    quaternions = np.stack(rows, axis=1).astype(np.float32)
    degrees = euler_degrees(quaternions[:, None])[:, 0]
    bone = Bone("Arm", None, channels=["Zrotation", "Xrotation", "Yrotation"])
    assert np.abs(bvh_turns([bone], degrees)["Arm"] - matrices(quaternions)).max() < 1e-6
    assert np.abs(np.diff(degrees, axis=0)).max() < 4.0


def test_the_same_text_again_and_no_minus_zero(tmp_path: Path, clip: Clip) -> None:
    for name in ("one.bvh", "two.bvh"):
        write_bvh(clip, tmp_path / name)
    one = (tmp_path / "one.bvh").read_bytes()
    assert one == (tmp_path / "two.bvh").read_bytes()
    assert b"\r" not in one
    assert b"-0.000000" not in one
    assert b"-0.0000 " not in one


def test_a_clip_without_frames_is_refused(tmp_path: Path, clip: Clip) -> None:
    empty = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={})
    with pytest.raises(ValueError, match="no frames"):
        write_bvh(empty, tmp_path / "take.bvh")
