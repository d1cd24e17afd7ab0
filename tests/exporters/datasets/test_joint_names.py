"""Skeletons of many programs by the names of their joints."""

import json
from pathlib import Path

import pytest

from voxrig.exporters.datasets.joint_names import NEEDED, known_joints, read_names
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.runtime.core.skeleton import BVH_NAMES, UNITY_NAMES, VRM_NAMES


def words(text: str) -> list[str]:
    return text.split()


CMU = words(
    "Hips LHipJoint LeftUpLeg LeftLeg LeftFoot LeftToeBase RHipJoint RightUpLeg RightLeg RightFoot RightToeBase \
LowerBack Spine Spine1 Neck Neck1 Head LeftShoulder LeftArm LeftForeArm LeftHand LeftFingerBase LeftHandIndex1 LThumb \
RightShoulder RightArm RightForeArm RightHand RightFingerBase RightHandIndex1 RThumb"
)
XSENS = words(
    "Hips Chest Chest2 Chest3 Chest4 Neck Head RightCollar RightShoulder RightElbow RightWrist LeftCollar \
LeftShoulder LeftElbow LeftWrist RightHip RightKnee RightAnkle RightToe LeftHip LeftKnee LeftAnkle LeftToe"
)
ROKOKO = words(
    "Hip Spine1 Spine2 Spine3 Spine4 Neck Head LeftShoulder LeftArm LeftForeArm LeftHand LeftFinger2Proximal \
LeftFinger2Medial RightShoulder RightArm RightForeArm RightHand LeftThigh LeftShin LeftFoot LeftToe RightThigh \
RightShin RightFoot RightToe"
)
GENEA = words(
    "body_world b_root b_spine0 b_spine3 b_neck0 b_head b_l_shoulder b_l_arm b_l_arm_twist b_l_forearm \
b_l_wrist_twist b_l_wrist b_l_index1 b_l_index2 b_r_shoulder b_r_arm b_r_forearm b_r_wrist b_l_upleg b_l_leg \
b_r_upleg b_r_leg"
)
BIPED = ["Bip01", "Bip01 Pelvis", "Bip01 Spine", "Bip01 Head"] + [
    f"Bip01 {side} {joint}" for side in "LR" for joint in ("Clavicle", "UpperArm", "Forearm", "Hand", "Thigh", "Calf")
]


def where(names: list[str], **wanted: str) -> None:
    found = known_joints(names)
    assert {joint: names[found[joint]] for joint in wanted} == wanted
    assert set(NEEDED) <= set(found)


def test_names_that_are_in_use() -> None:
    where(CMU, upperarm_l="LeftArm", lowerarm_r="RightForeArm", thigh_l="LeftUpLeg", index_01_r="RightHandIndex1")
    where(XSENS, upperarm_l="LeftShoulder", lowerarm_l="LeftElbow", hand_r="RightWrist", thigh_r="RightHip")
    where(ROKOKO, pelvis="Hip", upperarm_l="LeftArm", thigh_l="LeftThigh", calf_r="RightShin", toe_l="LeftToe")
    where(GENEA, pelvis="b_root", upperarm_r="b_r_arm", hand_l="b_l_wrist", index_02_l="b_l_index2")
    where(BIPED, pelvis="Bip01 Pelvis", upperarm_l="Bip01 L UpperArm", thigh_r="Bip01 R Thigh")
    where([f"mixamorig:{name}" for name in CMU], upperarm_l="mixamorig:LeftArm", head="mixamorig:Head")
    where([f"mixamorig1:{name}" for name in CMU], upperarm_l="mixamorig1:LeftArm")
    where([f"mixamorig{name}" for name in CMU], upperarm_l="mixamorigLeftArm")


@pytest.mark.parametrize("names", [BVH_NAMES, UNITY_NAMES, VRM_NAMES, {name: name for name in BVH_NAMES}])
def test_our_own_skeleton_under_each_of_its_names(names: dict[str, str]) -> None:
    found = known_joints(list(names.values()))
    ours = list(names)
    for joint, place in found.items():
        assert ours[place] == joint
    assert {"thigh_l", "foot_r", "thumb_01_l", "pinky_03_r"} <= set(found)


def test_own_names_go_before_the_tables(tmp_path: Path) -> None:
    names = [name.replace("LeftHand", "Linke.Hand") for name in CMU]
    with pytest.raises(DatasetError, match=r"no joint that is known as hand_l; .*\{\"hand_l\": \"ITS NAME\""):
        known_joints(names)
    (tmp_path / "names.json").write_text(json.dumps({"hand_l": "linke hand"}), encoding="utf-8")
    found = known_joints(names, read_names(tmp_path / "names.json"))
    assert names[found["hand_l"]] == "Linke.Hand"
    with pytest.raises(DatasetError, match=r"'hend_l' is no joint that is looked for; there are .*hand_l"):
        known_joints(names, {"hend_l": "Linke.Hand"})
    with pytest.raises(DatasetError, match="hand_l: the skeleton has no joint 'nothing'"):
        known_joints(names, {"hand_l": "nothing"})


@pytest.mark.parametrize("text", ["[1]", '{"hand_l": 3}', "{"])
def test_a_file_of_names_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "names.json").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=r"JSON|must be an object of names"):
        read_names(tmp_path / "names.json")
