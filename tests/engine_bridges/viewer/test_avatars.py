"""Avatars of one's own on the stage, in a real browser: files made from the built-in head, with other names."""

from collections.abc import Iterator

import numpy as np
import pytest
from browser import Browser, BrowserError, Page
from glb_file import GlbFile
from stage_page import changed, load, picture, show_built_in, stage_page

from viewer.make_head import HEAD
from voxrig.engine_bridges.writers.livelink_csv import COLUMNS
from voxrig.runtime.core.rotation import angles_to_quaternion


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with stage_page(browser) as tab:
        yield tab


def test_takes_a_glb_and_says_what_it_has(page: Page) -> None:
    told = load(page, HEAD.read_bytes(), "head.glb")
    assert told == {"matched": list(COLUMNS), "missing": []}
    page.call("pose", {"JawOpen": 0.7, "MouthClose": 0.7})
    assert page.call("influence", "Face", "MouthClose") == pytest.approx(0.7)


def renamed(name: str) -> str:
    return "blendShape1." + name[0].lower() + name[1:].replace("Left", "_L").replace("Right", "_R")


def test_finds_shapes_and_bones_by_other_names(page: Page) -> None:
    file = GlbFile(HEAD.read_bytes())
    for mesh in file.top["meshes"]:
        if "extras" in mesh:
            mesh["extras"]["targetNames"] = [renamed(name) for name in mesh["extras"]["targetNames"]]
    bones = {"Head": "mixamorig:Head", "Neck": "mixamorig:Neck", "LeftEye": "eye.L", "RightEye": "eye.R"}
    for node in file.top["nodes"]:
        node["name"] = bones.get(node["name"], node["name"])
    assert load(page, file.packed(), "other.glb")["missing"] == []
    assert renamed("EyeBlinkLeft") == "blendShape1.eyeBlink_L"
    page.call("pose", {"EyeBlinkLeft": 1.0})
    assert page.call("influence", "Face", "blendShape1.eyeBlink_L") == 1.0


def test_says_what_an_avatar_lacks(page: Page) -> None:
    file = GlbFile(HEAD.read_bytes())
    for mesh in file.top["meshes"]:
        names = mesh.get("extras", {}).get("targetNames", [])
        mesh.setdefault("extras", {})["targetNames"] = ["x" if name == "TongueOut" else name for name in names]
    for node in file.top["nodes"]:
        node["name"] = {"LeftEye": "a", "RightEye": "b"}.get(node["name"], node["name"])
    missing = load(page, file.packed(), "less.glb")["missing"]
    assert missing == ["TongueOut", *COLUMNS[55:]]


def vrm(version: int, expressions: dict[str, str]) -> bytes:
    """The head as a VRM whose morph targets have names of its own; expressions by the shape of ours behind each."""
    file = GlbFile(HEAD.read_bytes())
    nodes = [node["name"] for node in file.top["nodes"]]
    face = next(k for k, mesh in enumerate(file.top["meshes"]) if mesh["name"] == "Face")
    shapes = file.top["meshes"][face]["extras"]["targetNames"]
    humans = {"head": nodes.index("Head"), "leftEye": nodes.index("LeftEye"), "rightEye": nodes.index("RightEye")}
    for mesh in file.top["meshes"]:
        if "extras" in mesh:
            mesh["extras"]["targetNames"] = [f"Fcl_{k}" for k in range(len(mesh["extras"]["targetNames"]))]
    for node in file.top["nodes"]:
        node["name"] = f"N_{node['name']}"
    if version == 0:
        groups = [
            {"name": name, "presetName": name, "binds": [{"mesh": face, "index": shapes.index(shape), "weight": 100}]}
            for name, shape in expressions.items()
        ]
        bones = [{"bone": bone, "node": node} for bone, node in humans.items()]
        model = {"humanoid": {"humanBones": bones}, "blendShapeMaster": {"blendShapeGroups": groups}}
        file.top["extensions"] = {"VRM": model}
    else:
        binds = {
            name: {"morphTargetBinds": [{"node": nodes.index("Face"), "index": shapes.index(shape), "weight": 1.0}]}
            for name, shape in expressions.items()
        }
        bones1 = {bone: {"node": node} for bone, node in humans.items()}
        model = {"specVersion": "1.0", "humanoid": {"humanBones": bones1}, "expressions": {"preset": binds}}
        file.top["extensions"] = {"VRMC_vrm": model}
    return file.packed()


@pytest.mark.parametrize(
    ("version", "names"),
    [(0, {"a": "JawOpen", "blink_l": "EyeBlinkLeft"}), (1, {"aa": "JawOpen", "blinkLeft": "EyeBlinkLeft"})],
)
def test_takes_a_vrm_by_its_expressions(page: Page, version: int, names: dict[str, str]) -> None:
    told = load(page, vrm(version, names), "someone.vrm")
    assert {"JawOpen", "EyeBlinkLeft", "HeadYaw", "LeftEyePitch"} <= set(told["matched"])
    assert {"EyeBlinkRight", "TongueOut"} <= set(told["missing"])
    place = COLUMNS.index("JawOpen")
    page.call("pose", {"JawOpen": 0.4, "EyeBlinkLeft": 1.0, "HeadYaw": 0.3})
    assert page.call("influence", "N_Face", f"Fcl_{place}") == pytest.approx(0.6, abs=1e-6)
    assert page.call("influence", "N_Face", "Fcl_0") == 1.0
    wanted = angles_to_quaternion(np.array((0.3, 0, 0), np.float32))
    about = np.array([0.0, 1.0, 0.0, 0.0]) if version == 0 else np.array([0.0, 0.0, 0.0, 1.0])  # VRM 0 is turned round
    x, y, z, w = wanted
    turned = np.array([z, w, -x, -y]) if about[1] else wanted
    head = np.array(page.evaluate("turnOf('N_Head')"))
    assert abs(head @ turned) == pytest.approx(1.0, abs=1e-5)


def test_takes_a_vrm_with_perfect_sync(page: Page) -> None:
    told = load(page, vrm(1, {name[0].lower() + name[1:]: name for name in COLUMNS[:52]}), "perfect.vrm")
    assert set(COLUMNS[:52]) <= set(told["matched"])
    page.call("pose", {"NoseSneerRight": 0.3})
    assert page.call("influence", "N_Face", f"Fcl_{COLUMNS.index('NoseSneerRight')}") == pytest.approx(0.3)


def test_keeps_the_avatar_when_another_cannot_be_shown(page: Page) -> None:
    built_in = show_built_in(page)
    with pytest.raises(BrowserError, match=r"notes\.txt is not a GLB or VRM file"):
        load(built_in, b"no glTF at all", "notes.txt")
    file = GlbFile(HEAD.read_bytes())
    for mesh in file.top["meshes"]:
        mesh.pop("extras", None)
    with pytest.raises(BrowserError, match=r"still\.glb has none of ARKit's 52 morph targets"):
        load(built_in, file.packed(), "still.glb")
    assert changed(picture(built_in), picture(built_in, JawOpen=1.0)).sum() > 1_000
