"""The body on the page: a figure for the built-in head, and avatars' own bones, in a real browser."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from browser import Browser, BrowserError, Page
from glb_file import GlbFile
from stage_page import changed, load, picture, show_built_in, stage_page
from viewing import SAMPLES

from viewer.make_head import HEAD
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.posture import INDEX, STANDING
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES, SKELETON, VRM_NAMES

from ..body_case import HUMANOID, BodyCase, make_case

LIVE = "window.voxrig?.performer.state === 'live' && voxrig.history.count > 3"
MIXAMO = {
    "pelvis": "mixamorigHips",
    "spine_01": "mixamorigSpine",
    "spine_03": "mixamorigSpine1",
    "spine_05": "mixamorigSpine2",
    "neck_01": "mixamorigNeck",
    "head": "mixamorigHead",
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with stage_page(browser) as tab:
        yield tab


def with_body(case: BodyCase, vrm: bool = False) -> bytes:
    """The built-in head's file with the case's skeleton beside the face."""
    file = GlbFile(HEAD.read_bytes())
    nodes: list[dict[str, Any]] = file.top["nodes"]
    for node in nodes:
        node["name"] = f"Face{node['name']}"
    first = len(nodes)
    for bone, name in enumerate(case.names):
        turn, place = case.local(bone)
        nodes.append(
            {"name": name, "rotation": [*map(float, turn)], "translation": [*map(float, place)], "children": []}
        )
        if case.parents[bone] >= 0:
            nodes[first + case.parents[bone]]["children"].append(first + bone)
    for node in nodes[first:]:
        if not node["children"]:
            del node["children"]
    file.top["scenes"][0]["nodes"].append(first)
    if vrm:
        bones = {VRM_NAMES[ours]: {"node": first + k} for k, ours in enumerate(case.ours) if ours in VRM_NAMES}
        file.top["extensions"] = {"VRMC_vrm": {"specVersion": "1.0", "humanoid": {"humanBones": bones}}}
        file.top["extensionsUsed"] = ["VRMC_vrm"]
    return file.packed()


def show_body(page: Page, names: tuple[str, ...], values: Any) -> None:
    script = "(names, values) => { stage.setBones(names); stage.setBody(Float32Array.from(values)); pose({}); }"
    page.call(script, list(names), [float(x) for x in np.asarray(values).ravel()])


def test_the_table_of_bones_is_the_skeleton(page: Page) -> None:
    rows = "m => [...m.JOINTS].map(([n, j]) => [n, m.parentOf(n), m.aimOf(n), ...j.offset])"
    said = page.evaluate(f"import('/stage/body_bones.js').then({rows})")
    assert {row[0] for row in said} == {*BODY_BONES, "head"}
    for name, parent, aim, *offset in said:
        joint = SKELETON[PLACES[name]]
        assert (parent or "root") == SKELETON[joint.parent].name
        np.testing.assert_allclose(offset, joint.offset, atol=1e-9, err_msg=name)
        assert aim in ("", *BODY_BONES)


@pytest.mark.parametrize("degrees", [0.0, 45.0])
@pytest.mark.parametrize("names", [{}, MIXAMO, "vrm"], ids=["unreal", "mixamo", "vrm"])
def test_an_avatars_own_bones_stand_as_the_frame_says(page: Page, names: Any, degrees: float) -> None:
    vrm = names == "vrm"
    case = make_case({name: f"n{theirs}" for name, theirs in HUMANOID.items()} if vrm else names, degrees)
    load(page, with_body(case, vrm), "own.vrm")
    show_body(page, case.announced, case.frame)
    turns = page.call("names => names.map(turnOf)", list(case.names))
    case.check(np.array(turns), 1e-5)
    page.evaluate("stage.setBones([])")
    rest = np.array(page.call("names => names.map(turnOf)", list(case.names)))
    np.testing.assert_allclose(np.abs((rest * case.rests).sum(1)), 1.0, atol=1e-5)


def test_the_built_in_head_gets_a_figure_and_keeps_facing_ahead(page: Page) -> None:
    show_built_in(page)
    page.until("stage.builtIn")
    alone = picture(page)
    lean, ahead = STANDING.copy(), STANDING.copy()
    lean[INDEX["lean"]], lean[INDEX["twist"]] = 0.3, 0.4
    ahead[[INDEX["up_l"], INDEX["fore_l"]]] = -0.3, 0.7
    standing, leaning, showing = solve(np.stack([STANDING, lean, ahead]))
    show_body(page, BODY_BONES, standing)
    whole = picture(page)
    assert changed(alone, whole).mean() > 0.1, "it is looked at from farther away"
    assert page.evaluate("stage.figure !== null") is True
    show_body(page, BODY_BONES, showing)
    rows, columns = np.nonzero(changed(whole, picture(page)))
    assert columns.mean() > 200, "its left hand is to the right of the picture"
    assert len(rows) > 300
    show_body(page, BODY_BONES, leaning)
    page.evaluate("stage.render(0)")
    *_, w = page.call("turnOf", "Head")
    assert abs(w) > 1 - 1e-5, "neck bones undo what the spine does"
    _, y, _, _ = page.call("turnOf", "Chest")
    assert y > 0.15, "the chest has turned to its left"
    page.evaluate("stage.setBones([])")
    np.testing.assert_array_equal(picture(page), alone)


def test_a_body_of_another_length_is_refused(page: Page) -> None:
    page.evaluate("stage.setBones(['pelvis', 'spine_01'])")
    with pytest.raises(BrowserError, match="2 bones have 8 values, not 4"):
        page.evaluate("stage.setBody(new Float32Array(4))")
    page.evaluate("stage.setBones([])")


def test_the_page_shows_a_body_in_step_with_the_face(browser: Browser, viewing: Any) -> None:
    page = browser.open(f"{viewing.url}?rate=24000&seed=7", 420, 360, 0.25)
    page.until(LIVE, 60)
    assert page.evaluate("document.getElementById('layer-body').checked") is False
    assert page.evaluate("voxrig.stage.figure === null") is True
    page.evaluate("document.getElementById('layer-body').click()")
    page.until("voxrig.performer.bones !== null && voxrig.stage.figure !== null")
    assert tuple(page.evaluate("voxrig.bones")) == BODY_BONES
    page.files("#sound", SAMPLES / "warning.wav")
    page.until("voxrig.voice.state === 'clip' && voxrig.performer.pose[17] > 0.1")
    shown = json.loads(page.evaluate("JSON.stringify([[...voxrig.performer.bones], [...voxrig.performer.pose]])"))
    assert shown[0] == shown[1][61:], "bones and face of one moment"
    np.testing.assert_allclose(np.linalg.norm(np.reshape(shown[0], (-1, 4)), axis=1), 1.0, atol=1e-5)
    assert page.evaluate("voxrig.stage.figure.nodes.get('upperarm_l').quaternion.w") < 0.95, "its arms hang"
    page.until("voxrig.voice.state === 'idle'", 40)
    page.evaluate("document.getElementById('layer-body').click()")
    page.until("voxrig.performer.state === 'live' && voxrig.stage.figure === null")
    page.until("voxrig.performer.pose.length === 61")
    assert page.errors == []
    page.close()
