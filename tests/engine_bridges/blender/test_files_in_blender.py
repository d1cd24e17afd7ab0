"""Baked files in a real Blender (PyPI's bpy), where there is one: what it shows against the take."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.bvh import write_bvh
from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS
from voxrig.runtime.core.body.kinematics import places, world_turns
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN
from voxrig.runtime.core.skeleton import BVH_NAMES, PLACES, SKELETON, rest_places, rotations

from ..embodied_clip import embodied
from ..spoken_clip import spoken_clip

SCRIPT = Path(__file__).with_name("open_in_blender.py")
AXES = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""From ours (Y up, Z out of the face) to Blender's (Z up, the face to -Y)."""
BONES = ("head", "eye_l", "eye_r")

Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def clip() -> Clip:
    return spoken_clip("warning")


def shown(blender: Callable[..., str], kind: str, path: Path, clip: Clip) -> dict[str, Any]:
    told = blender(SCRIPT, kind, path, float(clip.take.fps.fraction), len(clip.take))
    return dict(json.loads(told.strip().splitlines()[-1]))


def wanted_turns(clip: Clip) -> dict[str, Floats]:
    """Rotations [F, 3, 3] of the bones in Blender's world: the eyes' with the head's."""
    turns = {}
    for place, bone in enumerate(BONES):
        x, y, z, w = clip.take.quaternions[:, place].astype(np.float64).T
        rows = [[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]]  # fmt: skip
        turns[bone] = np.moveaxis(np.array(rows), -1, 0)
    for eye in ("eye_l", "eye_r"):
        turns[eye] = turns["head"] @ turns[eye]
    return {bone: AXES @ turn @ AXES.T for bone, turn in turns.items()}


def apart(pictures: list[dict[str, Any]], bone: str, wanted: Floats) -> float:
    """The largest angle in radians by which a bone is off at any frame."""
    seen = np.array([picture["turns"][bone] for picture in pictures])
    distance = np.linalg.norm(seen - wanted, axis=(1, 2)) / np.sqrt(8.0)  # of rotation matrices: sin of half the angle
    return float(2 * np.arcsin(np.minimum(distance, 1.0)).max())


def test_a_glb_shows_every_frame_of_the_take(blender: Callable[..., str], tmp_path: Path, clip: Clip) -> None:
    write_glb(clip, tmp_path / "take.glb")
    scene = shown(blender, "glb", tmp_path / "take.glb", clip)
    take = clip.arkit()
    shapes = np.array([[picture["shapes"][name[0].lower() + name[1:]] for name in take.names[:52]]
                       for picture in scene["pictures"]])  # fmt: skip
    off = float(np.abs(shapes - take.controls[:, :52]).max())
    angles = {bone: apart(scene["pictures"], bone, wanted) for bone, wanted in wanted_turns(clip).items()}
    print(f"GLB in Blender: shapes {off:.5f}, {', '.join(f'{b} {np.degrees(a):.3f} deg' for b, a in angles.items())}")
    assert off <= BOUND + 1e-5
    assert angles["head"] <= TURN + 1e-3
    assert max(angles["eye_l"], angles["eye_r"]) <= 2 * TURN + 1e-3  # the head's and its own
    assert scene["actions"] == sorted(["warning", *(f"warning.{layer}" for layer in clip.layers)])
    for joint, place in zip(SKELETON, rest_places(), strict=True):
        assert abs(scene["heights"][joint.name] - place[1]) < 1e-5


def test_a_bvh_shows_every_frame_of_the_take(blender: Callable[..., str], tmp_path: Path, clip: Clip) -> None:
    write_bvh(clip, tmp_path / "take.bvh")
    scene = shown(blender, "bvh", tmp_path / "take.bvh", clip)
    angles = {}
    for bone, wanted in wanted_turns(clip).items():
        angles[bone] = apart(scene["pictures"], BVH_NAMES[bone], wanted)
    print(f"BVH in Blender: {', '.join(f'{b} {np.degrees(a):.5f} deg' for b, a in angles.items())}")
    assert max(angles.values()) < 1e-3
    for joint, place in zip(SKELETON, rest_places(), strict=True):
        if joint.name not in PARTS["fingers"]:
            assert abs(scene["heights"][BVH_NAMES[joint.name]] - place[1] * 100) < 1e-2


@pytest.mark.parametrize("kind", ["glb", "bvh"])
def test_a_body_stands_in_blender_as_the_take_has_it(
    blender: Callable[..., str], tmp_path: Path, clip: Clip, kind: str
) -> None:
    body = embodied(clip)
    path = tmp_path / f"take.{kind}"
    if kind == "glb":
        write_glb(body, path, bound=0.0, turn=0.0)
    else:
        write_bvh(body, path)
    scene = shown(blender, kind, path, body)
    turned = rotations(body.take)
    turns, wanted = world_turns(turned), places(turned)
    names = BVH_NAMES if kind == "bvh" else {joint.name: joint.name for joint in SKELETON}
    metre = 100.0 if kind == "bvh" else 1.0
    off = far = 0.0
    for joint in BODY_BONES:
        place, name = PLACES[joint], names[joint]
        off = max(off, apart(scene["pictures"], name, AXES @ turns[:, place] @ AXES.T))
        seen = np.array([picture["places"][name] for picture in scene["pictures"]]) / metre
        far = max(far, float(np.linalg.norm(seen - wanted[:, place] @ AXES.T, axis=1).max()))
    print(f"a body as {kind} in Blender: {np.degrees(off):.4f} deg, {far * 1000:.4f} mm")
    assert off < 2e-3
    assert far < 1e-3
