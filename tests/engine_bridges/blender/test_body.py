"""The body on armatures of others: worked out without Blender, and in a real one."""

import json
from array import array
from pathlib import Path

import numpy as np
import pytest

from blender.voxrig_addon.body_bones import BONES, aim_of, find_bones, parent_of
from blender.voxrig_addon.body_fit import BodyFit, Rest, rest_in_our_axes
from blender.voxrig_addon.playout_buffer import PlayoutBuffer
from blender.voxrig_addon.turns import on_one_side, product, to_z_up
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.skeleton import PLACES, SKELETON

from ..body_case import HUMANOID, BodyCase, make_case
from .conftest import BLENDER

SCRIPT = Path(__file__).with_name("in_blender.py")


def rests_of(case: BodyCase) -> dict[str, Rest]:
    found = find_bones(case.names)
    places = {ours: case.names.index(theirs) for ours, theirs in found.items()}
    return {
        ours: Rest(tuple(map(float, case.rests[k])), tuple(map(float, case.places[k]))) for ours, k in places.items()
    }


def posed(case: BodyCase, fit: BodyFit) -> np.ndarray:
    """Rotations of all bones of the case with the poses that a fit gives."""
    found = find_bones(case.names)
    poses = dict(zip([found[name] for name in fit.moved], fit.poses([0.5, *map(float, case.frame)], 1), strict=True))
    world: list[np.ndarray] = []
    for bone, name in enumerate(case.names):
        local, _ = case.local(bone)
        turn = np.array(product(tuple(local), poses.get(name, (0.0, 0.0, 0.0, 1.0))))
        parent = case.parents[bone]
        world.append(turn if parent < 0 else np.array(product(tuple(world[parent]), tuple(turn))))
    return np.array(world)


def test_the_bones_hang_as_in_the_skeleton():
    assert set(BONES) == set(BODY_BONES)
    for name in BONES:
        assert parent_of(name) == SKELETON[SKELETON[PLACES[name]].parent].name.replace("root", "")
        assert aim_of(name) in ("", *BONES)
    assert aim_of("hand_l") == "middle_01_l"
    assert aim_of("thumb_01_l") == aim_of("index_03_r") == aim_of("spine_01") == ""


@pytest.mark.parametrize("degrees", [0.0, 40.0, 75.0])
@pytest.mark.parametrize("names", [{}, HUMANOID], ids=["unreal", "humanoid"])
def test_the_body_stands_as_the_frame_says(names, degrees):
    case = make_case(names, degrees)
    rests = rests_of(case)
    fit = BodyFit(case.announced, rests)
    assert len(fit.moved) == len(rests) == 49
    case.check(posed(case, fit))


def test_a_part_of_the_body_alone():
    case = make_case()
    arms = [name for name in case.announced if name.startswith(("clavicle", "upperarm", "lowerarm", "hand"))]
    fit = BodyFit(arms, rests_of(case))
    poses = fit.poses([0.0, 0.0, 0.0, 1.0] * len(arms), 0)
    assert fit.moved == arms
    lowered = 2 * np.degrees(np.arccos(abs(poses[arms.index("upperarm_l")][3])))
    assert lowered == pytest.approx(40.0, abs=1e-3), "from the A-pose to the T-pose"


def test_axes_of_an_armature_with_z_up():
    turn = (0.1, 0.2, 0.3, np.sqrt(1 - 0.14))
    rest = rest_in_our_axes((0.0, 0.0, 0.0, 1.0), (1.0, -0.2, 1.7), y_up=False)
    assert rest.place == (1.0, 1.7, 0.2)
    back = tuple(np.array(rest.turn) * [-1, -1, -1, 1])
    assert product(product(back, turn), rest.turn) == pytest.approx(to_z_up(turn))
    assert rest_in_our_axes(turn, (1.0, 2.0, 3.0), y_up=True) == Rest(turn, (1.0, 2.0, 3.0))


def test_keys_take_the_shorter_way():
    turns = on_one_side([(0.0, 0.0, 0.0, -1.0), (0.1, 0.0, 0.0, 0.99), (-0.2, 0.0, 0.0, -0.98)])
    assert [turn[3] for turn in turns] == [1.0, 0.99, 0.98]


def test_a_take_with_a_body_in_blender(blender, tmp_path):
    """A take of one frame on an armature with an A-pose, Z up: its arms point as the frame says."""
    case = make_case(HUMANOID)
    take, file = tmp_path / "take.csv", tmp_path / "case.json"
    columns = [f"{name}.{axis}" for name in case.announced for axis in "xyzw"]
    rows = [
        ",".join([str(frame), f"{frame / 60:.6f}", "0.5", *(f"{number:.9g}" for number in case.frame)])
        for frame in (0, 1)
    ]
    take.write_text("\n".join([",".join(["Frame", "Time", "jawOpen", *columns]), *rows]) + "\n", "utf-8")
    up = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # ours to Blender's
    bones = []
    for k, (name, parent) in enumerate(zip(case.names, case.parents, strict=True)):
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = up @ _matrix(case.rests[k]), up @ case.places[k]
        given = {"parent": case.names[parent] if parent >= 0 else "", "matrix": matrix.tolist()}
        bones.append({"name": name.replace("Head", "Skull"), **given})
    file.write_text(json.dumps(bones), "utf-8")
    told = json.loads(blender(SCRIPT, BLENDER, "body", file, take).strip().splitlines()[-1])
    assert told["done"] == ["FINISHED"]
    turned = [up.T @ np.array(told["posed"][bone["name"]]) for bone in bones]
    case.check(np.array([_quaternion(matrix) for matrix in turned]), 1e-4)


def _matrix(q: np.ndarray) -> np.ndarray:
    x, y, z, w = q
    return np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip


def _quaternion(matrix: np.ndarray) -> np.ndarray:
    """Of a rotation matrix, by the largest of the four."""
    r = matrix
    trace = np.array([r[0, 0] - r[1, 1] - r[2, 2], r[1, 1] - r[0, 0] - r[2, 2], r[2, 2] - r[0, 0] - r[1, 1], r.trace()])
    k = int(trace.argmax())
    if k == 3:
        q = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1], 1 + trace[3]])
    else:
        a, b, c = k, (k + 1) % 3, (k + 2) % 3
        q = np.zeros(4)
        q[a], q[b], q[c], q[3] = 1 + trace[k], r[b, a] + r[a, b], r[c, a] + r[a, c], r[c, b] - r[b, c]
    return np.asarray(q / np.linalg.norm(q))


def test_a_starved_body_stays_while_the_head_goes_to_rest():
    turned = [0.6, 0.0, 0.0, 0.8]
    buffer = PlayoutBuffer(1, 2, 1000, eased=1)
    buffer.push(0, 0, array("f", [1.0, *turned, *turned]))
    for sample in range(0, 2000, 10):
        shown = buffer.sample(sample)
    assert list(shown) == pytest.approx([0.0, 0.0, 0.0, 0.0, 1.0, *turned], abs=1e-6)
