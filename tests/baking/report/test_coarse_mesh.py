"""The head for small pictures looks as the whole one does."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.baking.report import face_picture
from voxrig.baking.report.coarse_mesh import coarse_mesh
from voxrig.baking.report.head_mesh import head_mesh

Make = Callable[..., NDArray[np.float32]]


def sides(triangles: NDArray[np.uint32]) -> dict[tuple[int, int], int]:
    """How many triangles each side belongs to."""
    every = np.sort(np.concatenate([triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))]).astype(int), axis=1)
    found, counts = np.unique(every, axis=0, return_counts=True)
    return {(int(a), int(b)): int(count) for (a, b), count in zip(found, counts, strict=True)}


def test_has_far_fewer_triangles_of_every_part() -> None:
    whole, coarse = head_mesh(), coarse_mesh()
    assert len(coarse.triangles) < 0.6 * len(whole.triangles)
    assert len(coarse.moved) < 0.5 * len(whole.moved)
    assert set(coarse.materials.tolist()) == set(whole.materials.tolist())
    assert coarse.triangles.max() < len(coarse.positions) == len(coarse.normals) == len(coarse.weights)
    assert coarse.begins[-1] == len(coarse.moved) == len(coarse.moves) == len(coarse.turns)


def test_no_hole_is_torn() -> None:
    """Sides of one triangle alone are the edges of holes: there are none that the whole head has not."""

    def open_sides(mesh_triangles: NDArray[np.uint32]) -> int:
        return sum(count == 1 for count in sides(mesh_triangles).values())

    assert open_sides(coarse_mesh().triangles) <= open_sides(head_mesh().triangles)


@pytest.mark.parametrize(
    "shapes",
    [{}, {"JawOpen": 0.6}, {"MouthPucker": 0.8}, {"EyeBlink": 1.0}, {"MouthSmile": 0.8}, {"HeadYaw": 0.5}],
)
def test_draws_the_same_face(pose: Make, shapes: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    small = face_picture.draw(pose(**shapes))
    monkeypatch.setattr(face_picture, "COARSE", 0)
    whole = face_picture.draw(pose(**shapes))
    away = np.abs(small.astype(int) - whole)
    assert 0 < away.mean() < 2.0
    assert (away.max(-1) > 60).mean() < 0.01
