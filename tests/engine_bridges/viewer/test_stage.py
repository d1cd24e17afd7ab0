"""The stage in a real browser: it draws the built-in head, and poses it as the values say."""

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from browser import Browser, BrowserError, Page
from glb_file import GlbFile
from stage_page import changed, picture, show_built_in, stage_page

from viewer.make_head import HEAD
from voxrig.engine_bridges.writers.livelink_csv import COLUMNS
from voxrig.runtime.core.rotation import angles_to_quaternion


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with stage_page(browser) as tab:
        yield tab


@pytest.fixture
def built_in(page: Page) -> Page:
    return show_built_in(page)


def test_names_are_the_61_in_live_link_order(page: Page) -> None:
    assert tuple(page.evaluate("stage.names")) == COLUMNS


def test_draws_a_face_that_opens_its_mouth(built_in: Page) -> None:
    rest = picture(built_in)
    assert rest.std(axis=(0, 1)).min() > 20  # something is there
    np.testing.assert_array_equal(picture(built_in), rest)
    opened = changed(rest, picture(built_in, JawOpen=1.0))
    rows, columns = np.nonzero(opened)
    assert 1_000 < opened.sum() < 20_000
    assert rows.min() > 215  # under the eyes
    assert 100 < columns.min() < 200 < columns.max() < 300
    np.testing.assert_array_equal(picture(built_in), rest)


def test_eyes_close_and_look(built_in: Page) -> None:
    rest = picture(built_in)
    left = np.nonzero(changed(rest, picture(built_in, EyeBlinkLeft=1.0)))
    right = np.nonzero(changed(rest, picture(built_in, EyeBlinkRight=1.0)))
    assert min(len(left[0]), len(right[0])) > 150
    assert left[1].min() > right[1].max()  # the character's left is on the right of the picture
    assert changed(rest, picture(built_in, LeftEyeYaw=0.5)).sum() > 60
    assert max(left[0].max(), right[0].max()) < 240


def test_closed_eyes_stay_closed_whatever_else_the_lids_do(built_in: Page) -> None:
    closed = picture(built_in, EyeBlinkLeft=1.0, EyeBlinkRight=1.0)
    more = dict.fromkeys(("EyeLookDownLeft", "EyeLookDownRight", "EyeSquintLeft", "EyeSquintRight"), 0.8)
    np.testing.assert_array_equal(picture(built_in, EyeBlinkLeft=1.0, EyeBlinkRight=1.0, **more), closed)


def test_shapes_add_up_as_in_the_file(built_in: Page) -> None:
    file = GlbFile(HEAD.read_bytes())
    shapes = file.shapes("Face")
    values = dict(zip(shapes, np.random.default_rng(5).uniform(0, 0.6, len(shapes)).round(3).tolist(), strict=True))
    values |= {"EyeBlinkLeft": 0.0, "EyeBlinkRight": 0.0, "MouthClose": 0.2, "JawOpen": 0.5}
    built_in.call("pose", values)
    shown = np.array(built_in.evaluate("positions('Face')")).reshape(-1, 3)
    rest = file.accessor(file.primitive("Face")["attributes"]["POSITION"])
    np.testing.assert_allclose(shown, rest + sum(values[name] * shapes[name] for name in shapes), atol=1e-6)


@pytest.mark.parametrize("angles", [(0.5, 0, 0), (0, 0.3, 0), (0, 0, 0.3), (-0.4, 0.25, -0.2)])
def test_head_and_eyes_turn_as_the_angles_say(built_in: Page, angles: tuple[float, float, float]) -> None:
    names = ("Yaw", "Pitch", "Roll")
    built_in.call("pose", {f"Head{name}": value for name, value in zip(names, angles, strict=True)})
    wanted = angles_to_quaternion(np.array(angles, np.float32))
    head = np.array(built_in.evaluate("turnOf('Head')"))
    np.testing.assert_allclose(head * np.sign(head @ wanted), wanted, atol=1e-5)
    neck = np.array(built_in.evaluate("turnOf('Neck')"))
    chest = np.array(built_in.evaluate("turnOf('Chest')"))
    assert np.abs(chest[:3]).max() < np.abs(neck[:3]).max() < np.abs(head[:3]).max()
    built_in.call("pose", {f"LeftEye{name}": value for name, value in zip(names, angles, strict=True)})
    eye = np.array(built_in.evaluate("turnOf('LeftEye')"))
    np.testing.assert_allclose(eye * np.sign(eye @ wanted), wanted, atol=1e-5)


def test_pick_is_in_the_heads_space(page: Page) -> None:
    page.evaluate("stage.scene.camera.position.x = 0; stage.scene.controls.update()")
    page.evaluate("stage.scene.camera.updateMatrixWorld(true)")
    middle = page.call("(x, y) => stage.pick(x, y)", 200, 240)
    assert abs(middle["x"]) < 1e-3
    assert middle["z"] == pytest.approx(0.6, abs=0.05)
    right = page.call("(x, y) => stage.pick(x, y)", 380, 240)
    above = page.call("(x, y) => stage.pick(x, y)", 200, 20)
    assert right["x"] > 0.03  # the character's left
    assert above["y"] > middle["y"] + 0.03
    assert right["z"] == pytest.approx(above["z"])


def test_a_pose_of_another_length_is_refused(page: Page) -> None:
    with pytest.raises(BrowserError, match="a pose has 61 values, not 52"):
        page.evaluate("stage.setPose(new Float32Array(52), 0)")


def test_dispose_lets_go(browser: Browser) -> None:
    with stage_page(browser) as tab:
        tab.evaluate("stage.render(0)")
        assert tab.evaluate("(stage.dispose(), stage.scene.renderer.info.memory.geometries)") == 0


def test_vendored_files_are_those_of_the_release() -> None:
    vendor = Path(str(files("voxrig.engine_bridges"))) / "viewer" / "page" / "vendor"
    told = json.loads((vendor / "vendored.json").read_text("utf-8"))
    here = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    assert here == {"vendored.json", *told["files"]}
    for name, file in told["files"].items():
        content = (vendor / name).read_bytes().replace(b"\r\n", b"\n")
        assert hashlib.sha256(content).hexdigest() == file["sha256"], name
