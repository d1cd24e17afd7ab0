import numpy as np
import pytest

from voxrig.engine_bridges.writers.carrier_face import CarrierFace, carrier_face
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS
from voxrig.runtime.core.skeleton import PLACES, rest_places


@pytest.fixture(scope="module")
def face() -> CarrierFace:
    return carrier_face()


def test_every_shape_moves_something(face: CarrierFace) -> None:
    assert tuple(face.targets) == ARKIT_LOCATIONS
    assert len(ARKIT_LOCATIONS) == 52
    for name, moved in face.targets.items():
        furthest = np.linalg.norm(moved, axis=1).max()
        assert 0.0005 < furthest < 0.03, name


def test_triangles_name_points_and_look_outwards(face: CarrierFace) -> None:
    assert set(face.triangles.reshape(-1).tolist()) == set(range(len(face.points)))
    a, b, c = (face.points[face.triangles[:, corner]].astype(np.float64) for corner in range(3))
    across = np.cross(b - a, c - a)
    seen = np.linalg.norm(across, axis=1) > 1e-9  # what opens with the mouth has no area yet
    middle = rest_places()[PLACES["head"]] + [0.0, 0.09, 0.0]
    outwards = np.einsum("ij,ij->i", across, (a + b + c) / 3 - middle)[seen]
    assert (outwards > 0).mean() > 0.97  # a lid's edge and the nose's base may look elsewhere
    np.testing.assert_allclose(np.linalg.norm(face.normals, axis=1), 1.0, atol=2e-3)


def test_left_is_left(face: CarrierFace) -> None:
    for name in ARKIT_LOCATIONS:
        moved = np.abs(face.targets[name]).max(axis=1) > 5e-4
        side = face.points[moved, 0].mean()
        if name.endswith("Left") and name not in ("jawLeft", "mouthLeft"):
            assert side > 0.003, name
        elif name.endswith("Right") and name not in ("jawRight", "mouthRight"):
            assert side < -0.003, name
    for name, sign in (("jawLeft", 1), ("mouthLeft", 1), ("jawRight", -1), ("mouthRight", -1)):
        assert sign * face.targets[name][:, 0].sum() > 0


def test_the_jaw_opens_the_mouth_and_mouth_close_shuts_it(face: CarrierFace) -> None:
    dark = np.flatnonzero((face.colours < 0.04).all(axis=1) & (face.joints == PLACES["head"]))
    opened = face.points + face.targets["jawOpen"]

    def gap(points: np.ndarray) -> float:
        middle = dark[np.abs(face.points[dark, 0]) < 1e-4]
        return float(np.ptp(points[middle, 1]))

    assert gap(face.points) < 1e-4
    assert gap(opened) > 0.02
    assert gap(opened + face.targets["mouthClose"]) < 1e-3


def test_lids_shut_over_the_eyeballs_all_the_way(face: CarrierFace) -> None:
    for side, bone in (("Left", "eye_l"), ("Right", "eye_r")):
        middle = rest_places()[PLACES[bone]]
        ball = face.points[face.joints == PLACES[bone]]
        radius = np.linalg.norm(ball - middle, axis=1).max()
        blink = face.targets[f"eyeBlink{side}"]
        lid = (np.abs(blink).max(axis=1) > 0) & (np.linalg.norm(face.points - middle, axis=1) < 0.025)
        for share in np.linspace(0, 1, 9):
            away = np.linalg.norm(face.points[lid] + share * blink[lid] - middle, axis=1)
            assert away.min() > radius
