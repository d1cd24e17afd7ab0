"""Bodies in Unreal: the tracks that the script makes, on a skeleton that rests otherwise, against the take."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.metahuman_json import write_metahuman_json
from voxrig.engine_bridges.writers.unreal_script import ListedTake, write_unreal_script
from voxrig.runtime.core.body.kinematics import places, world_turns
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.skeleton import PLACES, SKELETON, rotations

from ..reading.turns import Floats, matrices, matrices_apart, quaternion

BODY = "/Game/MetaHumans/Common/Female/Medium/NormalWeight/Body/metahuman_base_skel"
TO_MESH = np.array([[1.0, 0, 0], [0, 0, 1], [0, 1, 0]])
"""From our axes to a mesh's component space, and back: X to the left, Y out of the face, Z up; a mirror."""
LOWERED = np.array([[0.0, 0, -np.sin(np.radians(20)), np.cos(np.radians(20))]])
"""Arms 40 degrees below the T-pose, as a MetaHuman's are."""


def rest(rng: np.random.Generator, lacking: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, str]]:
    """Matrices [4, 4] of the bones in an A-pose, in the component space, centimetres, each with axes of its own.

    And the parents of the bones that there are.
    """
    turns = np.tile(np.array([0.0, 0, 0, 1]), (1, len(SKELETON), 1))
    turns[:, PLACES["upperarm_l"]] = LOWERED
    turns[:, PLACES["upperarm_r"]] = LOWERED * [1, 1, -1, 1]
    found: dict[str, Any] = {}
    parents: dict[str, str] = {}
    for place, joint in enumerate(SKELETON):
        if joint.name in lacking or joint.name.startswith("eye"):
            continue
        whole = np.eye(4)
        whole[:3, :3] = matrices(rng.normal(size=(1, 4)))[0]
        whole[:3, 3] = TO_MESH @ places(turns)[0, place] * 100
        found[joint.name] = whole
        at = joint.parent
        while at >= 0 and SKELETON[at].name in lacking:
            at = SKELETON[at].parent
        parents[joint.name] = SKELETON[at].name if at >= 0 else ""
    return found, parents


def transform(editor: Any, whole: Floats) -> Any:
    return editor.Transform(editor.Vector(*whole[:3, 3].tolist()), editor.Quat(*quaternion(whole[:3, :3])))


def posed(tracks: dict[str, Any], local: dict[str, Floats], parents: dict[str, str], frame: int) -> dict[str, Floats]:
    """Where the bones are in the component space at a frame, as Unreal has it: [4, 4] each."""
    found = {"": np.eye(4)}
    for name, parent in parents.items():
        own = local[name].copy()
        if name in tracks:
            key = tracks[name][frame]
            own[:3, :3] = matrices([[key.rotation.x, key.rotation.y, key.rotation.z, key.rotation.w]])[0]
            own[:3, 3] = key.translation.x, key.translation.y, key.translation.z
        found[name] = found[parent] @ own
    return found


@pytest.fixture
def baked(tmp_path: Path, lively_body: Callable[..., Clip]) -> tuple[Path, Clip]:
    clip = lively_body(frames=40)
    write_metahuman_json(clip, tmp_path / "gate_01.curves.json", bound=0.0, turn=0.0)
    write_unreal_script([ListedTake("gate_01.curves.json")], tmp_path / "import_to_unreal.py")
    return tmp_path, clip


def run(folder: Path) -> None:
    runpy.run_path(str(folder / "import_to_unreal.py"), run_name="__main__")


@pytest.mark.parametrize("lacking", [(), ("spine_04", "neck_02")])
def test_a_body_stands_as_the_take_has_it(baked: tuple[Path, Clip], editor: Any, lacking: tuple[str, ...]) -> None:
    folder, clip = baked
    whole, parents = rest(np.random.default_rng(4), lacking)
    local = {name: np.linalg.inv(whole.get(parents[name], np.eye(4))) @ matrix for name, matrix in whole.items()}
    kept = ({name: transform(editor, matrix) for name, matrix in some.items()} for some in (local, whole))
    editor.assets[BODY] = editor.BodySkeleton(*kept)
    run(folder)
    sequence = editor.assets["/Game/Voxrig/AS_gate_01_Body"]
    assert sequence.tracks.keys() == {*clip.take.bones, "head"} - {"eye_l", "eye_r", *lacking}
    assert (sequence.steps, sequence.rate.numerator, sequence.rate.denominator) == (39, 60, 1)
    assert sequence in editor.saved
    turned = rotations(clip.take)
    wanted, turns = places(turned), world_turns(turned)
    at_rest = {name: matrix[:3, :3] for name, matrix in whole.items()}
    for frame in (0, 17, 39):
        found = posed(sequence.tracks, local, parents, frame)
        for name in whole:
            place = PLACES[name]
            here = TO_MESH @ found[name][:3, 3] / 100
            assert np.linalg.norm(here - wanted[frame, place]) < (0.03 if lacking else 1e-5), name
            if name.startswith(("pelvis", "spine", "head", "calf")) and name not in lacking:
                turn = TO_MESH @ (found[name][:3, :3] @ at_rest[name].T) @ TO_MESH
                assert matrices_apart(turn, turns[frame, place]) < 1e-5, name


def test_without_the_skeleton_the_face_is_made_and_the_body_later(baked: tuple[Path, Clip], editor: Any) -> None:
    folder, _ = baked
    run(folder)
    assert "/Game/Voxrig/AS_gate_01" in editor.assets
    assert "/Game/Voxrig/AS_gate_01_Body" not in editor.assets
    assert [text for kind, text in editor.told if kind == "warning"] == [
        f"Voxrig: no skeleton at {BODY}; set BODY_SKELETON in this script for bodies"
    ]
    whole, parents = rest(np.random.default_rng(5), ())
    local = {name: np.linalg.inv(whole.get(parents[name], np.eye(4))) @ matrix for name, matrix in whole.items()}
    kept = ({name: transform(editor, matrix) for name, matrix in some.items()} for some in (local, whole))
    editor.assets[BODY] = editor.BodySkeleton(*kept)
    editor.saved.clear()
    run(folder)
    assert editor.saved == [editor.assets["/Game/Voxrig/AS_gate_01_Body"]]
    editor.saved.clear()
    run(folder)
    assert editor.saved == []


def test_a_face_alone_has_no_body(tmp_path: Path, lively_clip: Callable[..., Clip], editor: Any) -> None:
    write_metahuman_json(lively_clip(frames=20), tmp_path / "gate_01.curves.json")
    write_unreal_script([ListedTake("gate_01.curves.json")], tmp_path / "import_to_unreal.py")
    run(tmp_path)
    assert [asset for asset in editor.assets if asset.endswith("_Body")] == []
    assert not [text for kind, text in editor.told if kind == "warning"]
