"""Bodies through every format that carries bones: where the joints of a file are against where the take has them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from voxrig.baking.formats import FORMATS, Manner
from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS, bones_of
from voxrig.runtime.core.body.kinematics import places, world_turns
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import TURN
from voxrig.runtime.core.skeleton import PLACES, UNITY_NAMES, VRM_NAMES, rotations
from voxrig.runtime.core.take import Take

from .reading import figures
from .reading.figures import Figure
from .reading.turns import matrices_apart

Bodies = Callable[..., Clip]

READERS: Mapping[str, Callable[[Path, Take], Figure]] = {
    "bvh": figures.of_bvh,
    "metahuman": figures.of_metahuman_csv,
    "take": figures.of_take,
    "unreal": figures.of_unreal,
    "glb": figures.of_glb,
    "usd": figures.of_usd,
    "vrma": figures.of_vrma,
    "anim": figures.of_unity,
}
HUMANOIDS = {"vrma": frozenset(VRM_NAMES), "anim": frozenset(UNITY_NAMES)}
"""Formats that lack some joints; what those do is carried over to others."""
CARRIED = {"spine_01", "spine_03", "neck_01"}
"""Joints that are turned by a share of what is missing above the next one."""


class Apart(NamedTuple):
    """The largest distance in millimetres and angle in degrees of a joint, in the world."""

    millimetres: dict[str, float]
    degrees: dict[str, float]

    def most(self, *joints: str) -> tuple[float, float]:
        """Of some joints, of all if none is named."""
        chosen = joints or tuple(self.millimetres)
        return max(self.millimetres[joint] for joint in chosen), max(self.degrees[joint] for joint in chosen)


def compared(figure: Figure, take: Take, joints: frozenset[str]) -> Apart:
    turned = rotations(take)
    wanted, turns = places(turned), world_turns(turned)
    far, off = {}, {}
    for joint in joints & figure.parents.keys() - {"eye_l", "eye_r"}:  # which are a gaze in VRM
        turn, place = figure.world(joint)
        far[joint] = float(np.linalg.norm(place - wanted[:, PLACES[joint]], axis=1).max() * 1000)
        off[joint] = float(np.degrees(matrices_apart(turn, turns[:, PLACES[joint]]).max()))
    return Apart(far, off)


def written(name: str, clip: Clip, folder: Path, manner: Manner = Manner()) -> Path:  # noqa: B008 (it never changes)
    if name == "usd":
        pytest.importorskip("pxr", reason='usd-core is not installed: pip install "voxrig[usd]"')
    path = folder / f"take{FORMATS[name].endings[0]}"
    FORMATS[name].write(clip, path, manner)
    return path


@pytest.mark.parametrize("name", READERS)
def test_without_a_bound_every_joint_is_where_the_take_has_it(name: str, lively_body: Bodies, tmp_path: Path) -> None:
    clip = lively_body(frames=90)
    figure = READERS[name](written(name, clip, tmp_path, Manner(bound=0.0, turn=0.0)), clip.take)
    there = HUMANOIDS.get(name, frozenset(PLACES))
    apart = compared(figure, clip.take, there)
    assert apart.most()[0] < (2.5 if name in HUMANOIDS else 0.01)
    assert apart.most(*(apart.degrees.keys() - CARRIED))[1] < 0.001
    if name not in HUMANOIDS:
        assert apart.most()[1] < 0.001


@pytest.mark.parametrize("name", [name for name in READERS if FORMATS[name].reduced])
def test_reduced_it_stays_near(name: str, lively_body: Bodies, tmp_path: Path) -> None:
    clip = lively_body(frames=240)
    figure = READERS[name](written(name, clip, tmp_path), clip.take)
    apart = compared(figure, clip.take, HUMANOIDS.get(name, frozenset(PLACES)))
    carried = 2.5 * (name in HUMANOIDS)
    print(f"{name}: all {apart.most()}, hands {apart.most('hand_l', 'hand_r')}, feet {apart.most('foot_l', 'foot_r')}")
    assert apart.most()[0] < 3.0 + carried
    assert apart.most("hand_l", "hand_r")[1] < 0.4
    assert apart.most("foot_l", "foot_r") < (1.0, 0.3)
    assert apart.most(*(apart.degrees.keys() - CARRIED))[1] < 3 * np.degrees(TURN) + 0.4


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("parts", [("torso",), ("arms", "fingers")])
def test_parts_of_a_body(name: str, parts: tuple[str, ...], lively_body: Bodies, tmp_path: Path) -> None:
    clip = lively_body(frames=30, parts=parts)
    figure = READERS[name](written(name, clip, tmp_path, Manner(bound=0.0, turn=0.0)), clip.take)
    apart = compared(figure, clip.take, HUMANOIDS.get(name, frozenset(PLACES)))
    assert apart.most()[0] < (2.5 if name in HUMANOIDS else 0.01)
    kept = {joint for part in PARTS if part not in parts for joint in PARTS[part]}
    for joint in kept & figure.turns.keys():
        assert (matrices_apart(figure.turns[joint], np.eye(3)) < 1e-6).all()  # for others to move, or as it rests


def test_reduction_is_worth_it(lively_body: Bodies, tmp_path: Path) -> None:
    clip = lively_body(frames=240)
    for name, share in (("unreal", 0.3), ("glb", 0.6), ("vrma", 0.5), ("anim", 0.45)):
        every = written(name, clip, tmp_path, Manner(bound=0.0, turn=0.0)).stat().st_size
        few = written(name, clip, tmp_path).stat().st_size
        print(f"{name}: {few} bytes of {every}")
        assert few < share * every


def test_bones_turn_on_without_a_jump(lively_body: Bodies, tmp_path: Path) -> None:
    """Numbers of a quaternion, and angles about the axes, lie near to those of the frame before."""
    clip = lively_body(frames=240)
    flipped = clip.take.values.copy()
    flipped[::2, -4 * len(BODY_BONES) :] *= -1.0  # the same turns from the other side
    clip = replace(clip, take=replace(clip.take, values=flipped))
    player = figures.GltfPlayer(written("glb", clip, tmp_path, Manner(bound=0.0, turn=0.0)))
    for bone in ("hand_l", "upperarm_r", "thumb_02_l"):
        found = player.keys("gate_01", player.node(bone), "rotation")
        assert found is not None
        assert ((found[1][1:] * found[1][:-1]).sum(axis=1) > 0.9).all()


def test_a_take_file_keeps_a_body_to_the_bit(lively_body: Bodies, tmp_path: Path) -> None:
    clip = lively_body(frames=60)
    read = read_take(written("take", clip, tmp_path)).take
    assert read.bones == clip.take.bones
    assert read.values.tobytes() == clip.take.values.tobytes()


def test_a_face_alone_has_no_keys_of_a_body(lively_clip: Callable[..., Clip], tmp_path: Path) -> None:
    clip = lively_clip(frames=60)
    for name in READERS:
        figure = READERS[name](written(name, clip, tmp_path), clip.take)
        moved = {
            joint for joint, turn in figure.turns.items() if name != "bvh" or matrices_apart(turn, np.eye(3)).any()
        }
        if name != "usd":  # it tells of all joints of the skeleton
            assert not moved & {*BODY_BONES}


def test_parts_are_in_the_order_of_the_frames(lively_body: Bodies) -> None:
    assert lively_body(frames=2).take.bones == ("head", "eye_l", "eye_r", *BODY_BONES)
    assert lively_body(frames=2, parts=("legs",)).take.bones[3:] == bones_of(("legs",))
