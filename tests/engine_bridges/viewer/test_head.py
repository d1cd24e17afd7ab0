"""The built-in head as a file and as geometry: what each of the 52 shapes does, in numbers."""

from importlib.resources import files

import numpy as np
import pytest
from glb_file import GlbFile
from numpy.typing import NDArray

from viewer.make_head import HEAD, head, shaped_skin
from viewer.sculpt import lips
from viewer.sculpt.features import EYE, EYE_RADIUS
from viewer.sculpt.shapes import ORDER
from viewer.sculpt.skin import Skin
from voxrig.engine_bridges.writers.livelink_csv import COLUMNS

Floats = NDArray[np.float64]
LEFT, UP, OUT = np.eye(3)
# Where the left or middle part of a shape works (x from, x to, y from, y to; millimetres from between the eyes), and
# which way its strongest vertices go.
REGIONS = {
    "EyeBlinkLeft": (12, 56, -22, 22, -UP),
    "EyeLookDownLeft": (12, 56, -22, 22, -UP),
    "EyeLookInLeft": (12, 56, -22, 22, -LEFT),
    "EyeLookOutLeft": (12, 56, -22, 22, LEFT),
    "EyeLookUpLeft": (12, 56, -22, 22, UP),
    "EyeSquintLeft": (0, 75, -60, 22, UP),
    "EyeWideLeft": (12, 56, -22, 22, UP),
    "JawForward": (-75, 75, -130, -10, OUT),
    "JawLeft": (-75, 75, -130, -10, LEFT),
    "JawOpen": (-75, 75, -150, -10, -UP),
    "MouthClose": (-60, 60, -110, -30, UP),
    "MouthFunnel": (-56, 56, -105, -28, OUT),
    "MouthPucker": (-56, 56, -105, -28, OUT),
    "MouthLeft": (-56, 56, -105, -28, LEFT),
    "MouthSmileLeft": (-30, 75, -110, 5, UP + LEFT),
    "MouthFrownLeft": (-30, 66, -115, -5, -UP),
    "MouthDimpleLeft": (-30, 60, -105, -20, LEFT),
    "MouthStretchLeft": (-30, 65, -110, -15, LEFT - UP),
    "MouthRollLower": (-45, 45, -105, -58, UP),
    "MouthRollUpper": (-45, 45, -75, -35, -UP),
    "MouthShrugLower": (-56, 56, -115, -32, UP),
    "MouthShrugUpper": (-56, 56, -75, -30, UP),
    "MouthPressLeft": (-20, 56, -92, -38, -OUT),
    "MouthLowerDownLeft": (-20, 56, -105, -50, -UP),
    "MouthUpperUpLeft": (-20, 90, -80, 0, UP),
    "BrowDownLeft": (-30, 82, -10, 75, -UP),
    "BrowInnerUp": (-75, 75, -20, 80, UP),
    "BrowOuterUpLeft": (-10, 90, -15, 75, UP),
    "CheekPuff": (-90, 90, -115, 0, OUT),
    "CheekSquintLeft": (0, 90, -65, 10, UP),
    "NoseSneerLeft": (-10, 40, -80, 25, UP),
    "TongueOut": (-75, 75, -150, -10, -UP),
}


@pytest.fixture(scope="module")
def skin() -> Skin:
    return shaped_skin()


@pytest.fixture(scope="module")
def file() -> GlbFile:
    return GlbFile(HEAD.read_bytes())


def posed(skin: Skin, **values: float) -> Floats:
    """Vertices [n, 3] of the skin with some shapes."""
    return skin.mesh.positions + sum(value * skin.mesh.shapes[name] for name, value in values.items())


def lip_gap(skin: Skin, positions: Floats) -> Floats:
    """Metres between the lips where they touch at rest, along the mouth without its corners."""
    touching = np.abs(skin.lip_row - 2.0) < 1e-9
    inner = np.abs(skin.lip_u) < 0.9
    upper, lower = ((touching & inner & (skin.lip == side)).nonzero()[0] for side in (1, -1))
    upper, lower = (at[np.argsort(skin.lip_u[at], kind="stable")] for at in (upper, lower))
    assert len(upper) == len(lower) > 20
    return np.asarray(np.linalg.norm(positions[upper] - positions[lower], axis=1))


def test_made_again_it_is_the_same_to_the_byte() -> None:
    assert head() == HEAD.read_bytes()


def test_the_package_holds_it() -> None:
    inside = files("voxrig.engine_bridges") / "viewer" / "page" / "stage" / "head.glb"
    assert inside.read_bytes() == HEAD.read_bytes()
    assert len(inside.read_bytes()) < 3_100_000


def test_has_the_52_shapes_in_live_link_order(skin: Skin, file: GlbFile) -> None:
    assert COLUMNS[:52] == ORDER
    assert tuple(skin.mesh.shapes) == ORDER
    assert tuple(file.shapes("Face")) == ORDER


def test_file_is_whole(file: GlbFile) -> None:
    triangles = 0
    for mesh in file.top["meshes"]:
        (primitive,) = mesh["primitives"]
        attributes = {name: file.accessor(number) for name, number in primitive["attributes"].items()}
        index = file.accessor(primitive["indices"])
        triangles += len(index) // 3
        assert index.max() == len(attributes["POSITION"]) - 1
        np.testing.assert_allclose(np.linalg.norm(attributes["NORMAL"], axis=1), 1.0, atol=2e-3)
        if "WEIGHTS_0" in attributes:
            np.testing.assert_allclose(attributes["WEIGHTS_0"].sum(1), 1.0, atol=1e-4)
        for target in primitive.get("targets", []):
            for number in target.values():
                assert np.isfinite(file.accessor(number)).all()
    assert triangles < 36_000
    for entry in file.top["accessors"]:
        if "max" in entry:
            values = file.accessor(file.top["accessors"].index(entry))
            np.testing.assert_array_equal(values.max(0), entry["max"])
            np.testing.assert_array_equal(values.min(0), entry["min"])


@pytest.mark.parametrize("shape", REGIONS)
def test_shape_moves_its_part_of_the_face(skin: Skin, shape: str) -> None:
    x_from, x_to, y_from, y_to, way = REGIONS[shape]
    moved = skin.mesh.shapes[shape]
    size = np.linalg.norm(moved, axis=1)
    at = 1000 * skin.mesh.positions[size > 2e-4]
    assert at[:, 0].min() > x_from
    assert at[:, 0].max() < x_to
    assert at[:, 1].min() > y_from
    assert at[:, 1].max() < y_to
    assert size.max() > 8e-4
    if shape == "MouthClose":
        outside = (skin.lip_row <= 2.0) & (skin.lip < 0)
        assert (moved[outside & (skin.lip_row >= 1.0)] @ way).min() > 0
    else:
        strongest = moved[size > 0.6 * size.max()].mean(0)
        assert strongest @ way / np.linalg.norm(strongest) / np.linalg.norm(way) > 0.5


@pytest.mark.parametrize("shape", [name for name in ORDER if name.endswith("Left")])
def test_sides_are_mirrored(skin: Skin, shape: str) -> None:
    other = skin.mesh.shapes[shape.removesuffix("Left") + "Right"]
    np.testing.assert_array_equal(other[skin.mirror] * [-1, 1, 1], skin.mesh.shapes[shape])


def test_at_rest_it_is_symmetric(skin: Skin) -> None:
    rest = skin.mesh.positions
    np.testing.assert_allclose(rest[skin.mirror] * [-1, 1, 1], rest, atol=1e-12)
    for name in ("JawOpen", "MouthClose", "MouthPucker", "MouthFunnel", "BrowInnerUp", "CheekPuff", "MouthRollLower"):
        moved = skin.mesh.shapes[name]
        np.testing.assert_allclose(moved[skin.mirror] * [-1, 1, 1], moved, atol=1e-9)


CLOSED = (
    {},
    {"JawOpen": 1.0, "MouthClose": 1.0},
    {"JawOpen": 0.3, "MouthClose": 0.3},
    {"MouthPressLeft": 1.0, "MouthPressRight": 1.0},
    {"MouthRollLower": 1.0, "MouthRollUpper": 1.0, "JawOpen": 0.2, "MouthClose": 0.2},
    {"MouthLeft": 1.0},
    {"MouthPucker": 0.15, "MouthPressLeft": 0.5, "MouthPressRight": 0.5},
)


@pytest.mark.parametrize("pose", CLOSED, ids=lambda pose: " ".join(pose) or "rest")
def test_lips_meet(skin: Skin, pose: dict[str, float]) -> None:
    assert lip_gap(skin, posed(skin, **pose)).max() < 1.5e-3


def test_jaw_open_opens_the_mouth(skin: Skin) -> None:
    gap = lip_gap(skin, posed(skin, JawOpen=1.0))
    assert 0.025 < gap.max() < 0.045
    assert gap[[0, -1]].max() < 0.5 * gap.max()  # an oval, narrow at the corners
    half = lip_gap(skin, posed(skin, JawOpen=0.5))
    np.testing.assert_allclose(half, gap / 2, atol=1e-6)


@pytest.mark.parametrize("pose", [{"MouthFunnel": 1.0}, {"MouthLowerDownLeft": 1.0}, {"MouthUpperUpRight": 1.0}])
def test_lips_part(skin: Skin, pose: dict[str, float]) -> None:
    assert lip_gap(skin, posed(skin, **pose)).max() > 5e-3


def widths(skin: Skin, **pose: float) -> float:
    corners = (np.abs(skin.lip_row - 1.0) < 1e-9) & (np.abs(skin.lip_u) == 1.0)
    x = posed(skin, **pose)[corners, 0]
    return float(x.max() - x.min())


def test_mouth_is_wide_for_a_smile_and_narrow_for_oo(skin: Skin) -> None:
    rest = widths(skin)
    assert rest == pytest.approx(2 * lips.CORNER, rel=0.08)
    assert widths(skin, MouthSmileLeft=1.0, MouthSmileRight=1.0) > 1.2 * rest
    assert widths(skin, MouthPucker=1.0) < 0.75 * rest
    assert widths(skin, MouthFunnel=1.0) < 0.85 * rest


def rays(count: int) -> Floats:
    """Directions [n, 3] from the middle of the left eyeball through what is seen of it between open lids."""
    across, up = np.meshgrid(np.linspace(-0.80, 0.80, count), np.linspace(-0.42, 0.50, count))
    flat = np.stack([across.ravel(), up.ravel()], -1)
    inside = (flat[:, 0] / 0.80) ** 2 + (flat[:, 1] / 0.50) ** 2 < 1
    ahead = np.sqrt(1 - (flat[inside] ** 2).sum(1))
    return np.concatenate([flat[inside], ahead[:, None]], 1)


def covered(skin: Skin, positions: Floats, directions: Floats) -> NDArray[np.bool_]:
    """Whether skin is in front of the eyeball in each direction from its middle."""
    near = np.linalg.norm(skin.mesh.positions - EYE, axis=1) < 0.06
    a, b, c = (positions[skin.mesh.triangles[near[skin.mesh.triangles].all(1)]][:, k] - EYE for k in range(3))
    edge1, edge2 = b - a, c - a
    hit = np.zeros(len(directions), bool)
    for k, direction in enumerate(directions):
        p = np.cross(direction, edge2)
        scale = (edge1 * p).sum(1)
        scale = np.where(np.abs(scale) > 1e-15, scale, np.inf)
        u = (-a * p).sum(1) / scale
        q = np.cross(-a, edge1)
        v, distance = (q @ direction) / scale, (edge2 * q).sum(1) / scale
        hit[k] = ((u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9) & (distance > EYE_RADIUS)).any()
    return hit


def test_blink_covers_the_eyeball(skin: Skin) -> None:
    directions = rays(24)
    assert covered(skin, skin.mesh.positions, directions).mean() < 0.45
    assert covered(skin, posed(skin, EyeBlinkLeft=0.5), directions).mean() > 0.4
    assert covered(skin, posed(skin, EyeBlinkLeft=1.0), directions).all()


def test_lids_clear_the_eyeball_on_their_way(skin: Skin) -> None:
    outside = (skin.lid_row >= 0) & (skin.lid_row <= 1) & (skin.mesh.positions[:, 0] > 0)
    for shape in ("EyeBlinkLeft", "EyeWideLeft", "EyeSquintLeft", "EyeLookDownLeft", "EyeLookUpLeft"):
        for value in np.linspace(0, 1, 9):
            arm = posed(skin, **{shape: value})[outside] - EYE
            assert np.linalg.norm(arm, axis=1).min() > EYE_RADIUS - 1e-6, (shape, value)


def test_closed_lids_meet(skin: Skin) -> None:
    edge = (skin.lid_row == 1.0) & (skin.mesh.positions[:, 0] > 0)
    positions = posed(skin, EyeBlinkLeft=1.0)
    upper, lower = ((edge & (skin.lid == side)).nonzero()[0] for side in (1, -1))
    upper, lower = (at[np.argsort(skin.lid_u[at], kind="stable")] for at in (upper, lower))
    np.testing.assert_allclose(positions[upper], positions[lower], atol=1e-4)


def test_lower_teeth_and_tongue_go_with_the_jaw(file: GlbFile) -> None:
    rest = file.accessor(file.primitive("Mouth")["attributes"]["POSITION"])
    shapes = file.shapes("Mouth")
    opened = np.linalg.norm(shapes["JawOpen"], axis=1)
    still = opened == 0
    assert 600 < still.sum() < len(rest) / 2  # the upper teeth
    assert opened[~still].max() > 0.015
    moved = rest[~still] + shapes["JawOpen"][~still]
    apart = [np.linalg.norm(p[::17, None] - p[None, ::17], axis=-1) for p in (rest[~still], moved)]
    np.testing.assert_allclose(apart[0], apart[1], atol=1e-5)  # rigidly
    out = shapes["TongueOut"]
    assert out[:, 2].max() > 0.025
    assert 0 < (np.linalg.norm(out, axis=1) > 0).sum() <= 340  # the tongue alone


def test_brows_and_lashes_go_with_the_skin(file: GlbFile) -> None:
    brows, lashes = file.shapes("Brows"), file.shapes("Lashes")
    assert brows["BrowInnerUp"][:, 1].max() > 0.006
    assert brows["BrowDownLeft"][:, 1].min() < -0.004
    assert brows["BrowOuterUpRight"][:, 1].max() > 0.006
    assert lashes["EyeBlinkLeft"][:, 1].min() < -0.010
    assert lashes["EyeBlinkRight"][:, 1].min() < -0.010
