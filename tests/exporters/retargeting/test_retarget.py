"""What our skeleton did, told by skeletons of others, comes back as the same postures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voxrig.exporters.datasets.motion import bvh_motion
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.exporters.retargeting.retarget import postures, retargeted
from voxrig.exporters.retargeting.turns import frame
from voxrig.runtime.core.body.kinematics import places, positions, skeleton_rotations
from voxrig.runtime.core.body.posture import BREATH, HIGH, INDEX, LOW, NAMES, SIT, SITTING, SIZE, STANDING
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import BVH_NAMES, ENDS, PLACES, SKELETON

from ..body_recording import write_recording
from ..foreign_skeleton import EYE, Foreign, about_fore, write_foreign

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
Z_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
COUNT = 240


def swaying(rest: np.ndarray = STANDING, size: float = 0.22, seed: int = 0) -> np.ndarray:
    """Slow waves about gestures or a rest, float64[240, 34]."""
    random = np.random.default_rng(seed)
    centre = rest.copy()
    if rest is STANDING:
        centre[[INDEX["up_l"], INDEX["up_r"]]], centre[[INDEX["fore_l"], INDEX["fore_r"]]] = -0.5, 0.55
        centre[[INDEX["out_l"], INDEX["out_r"]]] = 0.25
    time = np.arange(COUNT)[:, None] / 60
    waves = np.sin(2 * np.pi * random.uniform(0.2, 0.6, SIZE) * time + random.uniform(0, 6, SIZE))
    made = np.clip(centre + size * waves * (HIGH - LOW) / 2, LOW, HIGH)
    made[:, BREATH], made[:, SIT] = 0.0, rest[SIT]
    return made


def a_pose(joint: str) -> np.ndarray:
    if joint.split("_")[0] in ("upperarm", "lowerarm", "hand", *FINGERS):
        return about_fore(-0.9 if joint.endswith("_l") else 0.9)
    return EYE


def along_x(joint: str) -> np.ndarray:
    """As programs with joint orientation lay bones: with nothing turned each is along X."""
    child = next((k for k in SKELETON if k.parent == PLACES[joint] and "eye" not in k.name), None)
    offset = np.array(child.offset if child else ENDS.get(joint, (0.0, 1.0, 0.0)))
    if not offset.any():
        return EYE
    other = np.array([0.3, -0.2, 1.0]) if abs(offset[2]) < 0.9 * np.linalg.norm(offset) else np.array([1.0, 0.0, 0.0])
    return frame(offset, other, (0, 2)).T


def fewer(*left_out: str, fingers: bool = True) -> Callable[[str], str | None]:
    def name(joint: str) -> str | None:
        finger = joint.split("_")[0] in FINGERS
        return None if joint in left_out or (finger and not fingers) else BVH_NAMES[joint]

    return name


ONE_SPINE = ("spine_01", "spine_02", "spine_03", "spine_04", "neck_02", "eye_l", "eye_r")
TWO_SPINES = ("spine_01", "spine_02", "spine_04", "neck_02", "root")
SKELETONS = {
    "ours": Foreign(fewer()),
    "A-pose": Foreign(fewer(), a_pose),
    "Z up, inches, four spines, facing elsewhere": Foreign(fewer("spine_02"), world=Z_UP, scale=39.4, facing=2.0),
    "two spines, A-pose, facing elsewhere": Foreign(fewer(*TWO_SPINES), a_pose, facing=-1.5),
    "one spine, no fingers": Foreign(fewer(*ONE_SPINE, fingers=False)),
    "A-pose, no fingers": Foreign(fewer(fingers=False), a_pose),
}


@pytest.mark.parametrize("name", SKELETONS)
def test_the_same_postures_from_every_skeleton(tmp_path: Path, name: str) -> None:
    made = swaying()
    write_foreign(tmp_path / "take.bvh", SKELETONS[name], skeleton_rotations(solve(made)))
    found = postures(bvh_motion(tmp_path / "take.bvh"))
    told = [n for n, number in enumerate(NAMES) if "no fingers" not in name or number[:-2] not in FINGERS]
    assert len(found.postures) == COUNT
    assert np.abs(found.postures - made)[:, told].max() < 0.02
    wrists = [PLACES["hand_l"], PLACES["hand_r"], PLACES["lowerarm_l"], PLACES["lowerarm_r"]]
    apart = np.linalg.norm(positions(found.postures) - positions(made), axis=-1)[:, wrists]
    assert apart.max() < 2e-3
    assert found.residual.farthest < 0.2


@pytest.mark.parametrize("world", [EYE, Z_UP], ids=["Y up", "Z up"])
def test_joints_that_lie_along_x_are_read_by_where_they_are(tmp_path: Path, world: np.ndarray) -> None:
    """Nothing tells how such a trunk is upright but its own motion; arms and palms are still exact."""
    made = swaying()
    write_foreign(tmp_path / "take.bvh", Foreign(fewer(), along_x, world, facing=0.7), skeleton_rotations(solve(made)))
    found = postures(bvh_motion(tmp_path / "take.bvh"))
    error = np.abs(found.postures - made)
    for name in ("swivel_l", "pronation_l", "flexion_r", "deviation_r", "index_l", "pinky_r"):
        assert error[:, INDEX[name]].max() < 0.12, name
    for name in ("lean", "side", "twist", "hip_roll"):
        assert error[:, INDEX[name]].max() < 0.12, name
        assert np.corrcoef(found.postures[:, INDEX[name]], made[:, INDEX[name]])[0, 1] > 0.98, name
    wrists = [PLACES["hand_l"], PLACES["hand_r"]]
    apart = np.linalg.norm(positions(found.postures) - positions(made), axis=-1)[:, wrists]
    assert apart.max() < 0.04


def test_one_who_sits_and_what_a_planner_would_write_comes_back_to_a_tenth_of_a_degree(tmp_path: Path) -> None:
    made = np.concatenate((swaying(SITTING, 0.1), swaying()))
    sound = np.zeros(len(made) * 400, np.float32)
    motion = bvh_motion(write_recording(tmp_path, "take", made, sound, 24_000))
    rotations, own = retargeted(motion), skeleton_rotations(solve(made))
    near = np.abs((rotations.astype(np.float64) * own).sum(-1)).clip(0, 1)
    apart = 2 * np.degrees(np.arccos(near))
    thumbs = [PLACES[f"thumb_0{joint}_{side}"] for joint in (1, 2, 3) for side in "lr"]
    others = [place for place in range(len(SKELETON)) if place not in thumbs]
    assert apart[:, others].max() < 0.1
    assert apart.max() < 0.5
    assert np.linalg.norm(places(rotations) - places(own), axis=-1).max() < 1e-3
    steps = (rotations[1:] * rotations[:-1]).sum(-1)
    assert (steps > 0).all()  # the nearer quaternion of the two


def test_frames_of_another_rate_are_put_on_poses(tmp_path: Path) -> None:
    made = swaying()
    write_foreign(tmp_path / "take.bvh", SKELETONS["ours"], skeleton_rotations(solve(made[::2])), "0.033333")
    found = postures(bvh_motion(tmp_path / "take.bvh")).postures
    assert len(found) == COUNT - 1
    np.testing.assert_allclose(found[::2], made[::2], atol=0.01)
    np.testing.assert_allclose(found, made[:-1], atol=0.03)


def test_one_who_walks_round_still_stands_square(tmp_path: Path) -> None:
    """Feet, and with them the whole body, turn round: that is where the body faces, and no posture."""
    made = swaying(size=0.1)
    rotations = skeleton_rotations(solve(made))
    angle = np.linspace(0.0, 2 * np.pi, COUNT)
    rotations[:, PLACES["root"]] = np.stack((0 * angle, np.sin(angle / 2), 0 * angle, np.cos(angle / 2)), axis=-1)
    write_foreign(tmp_path / "take.bvh", SKELETONS["ours"], rotations)
    found = postures(bvh_motion(tmp_path / "take.bvh")).postures
    middle = slice(60, -60)  # at the ends the smoothing of feet holds on
    np.testing.assert_allclose(found[middle], made[middle], atol=0.02)


def test_who_lies_is_refused_and_who_hangs_together_wrongly(tmp_path: Path) -> None:
    rotations = skeleton_rotations(solve(STANDING[None]))
    write_foreign(tmp_path / "take.bvh", SKELETONS["ours"], np.repeat(rotations, 2, axis=0))
    motion = bvh_motion(tmp_path / "take.bvh", {"lowerarm_l": "RightForeArm"})
    with pytest.raises(DatasetError, match="'RightForeArm' does not hang below the upperarm; name the joints"):
        retargeted(motion)
    spinning = np.repeat(rotations, COUNT, axis=0)
    angle = np.linspace(0.0, 2 * np.pi, COUNT)
    spinning[:, PLACES["root"]] = np.stack((np.sin(angle / 2), 0 * angle, 0 * angle, np.cos(angle / 2)), axis=-1)
    write_foreign(tmp_path / "take.bvh", SKELETONS["ours"], spinning)
    with pytest.raises(DatasetError, match="the head is not above the hips for most of the take"):
        retargeted(bvh_motion(tmp_path / "take.bvh"))
