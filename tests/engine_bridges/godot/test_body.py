"""The body on a skeleton in a running Godot, whatever its bones are called and however it rests."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ..body_case import HUMANOID, as_json, make_case, product
from .conftest import GODOT

MIXAMO = {
    "pelvis": "mixamorig_Hips", "spine_01": "mixamorig_Spine", "spine_03": "mixamorig_Spine1",
    "spine_05": "mixamorig_Spine2", "neck_01": "mixamorig_Neck", "thigh_l": "mixamorig_LeftUpLeg",
    **{f"{ours}_{side}": f"mixamorig_{of}{theirs}" for side, of in (("l", "Left"), ("r", "Right")) for ours, theirs in (
        ("clavicle", "Shoulder"), ("upperarm", "Arm"), ("lowerarm", "ForeArm"), ("hand", "Hand"),
        *((f"{f.lower()}_0{k}", f"Hand{f}{k}")
          for f in ("Thumb", "Index", "Middle", "Ring", "Pinky") for k in (1, 2, 3)),
    )},
}  # fmt: skip


def put_on(godot: str, folder: Path, content: dict[str, object]) -> tuple[NDArray[np.float64], int]:
    project = folder / "project"
    shutil.copytree(GODOT / "godot3", project)
    shutil.copy(Path(__file__).with_name("body.gd"), project)
    case, out = folder / "case.json", folder / "told.json"
    case.write_text(json.dumps(content), "utf-8")
    script = ["-s", "res://body.gd", f"--case={case}", f"--out={out}"]
    environment = os.environ | {"HOME": str(folder), "LANG": "en_US.UTF-8"}
    command = [godot, "--no-window", "--path", str(project), *script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "SCRIPT ERROR" not in done.stderr, done.stderr
    told = json.loads(out.read_text("utf-8"))
    return np.array(told["posed"]), int(told["size"])


@pytest.mark.parametrize("names", [{}, HUMANOID, MIXAMO], ids=["unreal", "humanoid", "mixamo"])
@pytest.mark.parametrize("degrees", [0.0, 45.0])
def test_the_body_stands_as_the_frame_says(godot, tmp_path, names, degrees):
    case = make_case(names, degrees)
    posed, size = put_on(godot, tmp_path, as_json(case))
    assert size == len(case.announced) - 3, "all but two of the spine and one of the neck"
    case.check(posed, 1e-4)  # Godot calculates with 32 bits


def test_a_part_is_left_to_animations(godot, tmp_path):
    case = make_case()
    posed, size = put_on(godot, tmp_path, as_json(case) | {"leave": ["arms", "fingers", "legs"]})
    assert size == 5, "pelvis, spine and neck"
    upper = case.ours.index("upperarm_l")
    clavicle = case.parents[upper]
    near = np.abs(posed[upper] @ product(posed[clavicle], case.local(upper)[0]))
    assert near > 1 - 1e-6, "as it rests on what it hangs from"
