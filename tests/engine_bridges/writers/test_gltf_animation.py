"""The keys of glTF animations: shared by the targets of a mesh, at times that are float32."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.gltf_animation import Bounds, Tracks
from voxrig.engine_bridges.writers.gltf_carrier import MESHES, carrier_scene
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

from .reading.gltf_player import GltfPlayer
from .reading.turns import Floats

Singles = NDArray[np.float32]

(BROWS,) = [mesh for mesh in MESHES if mesh.name == "Brows"]
FPS = FrameRate(30_000, 1001)


def keys(curves: Singles, bound: float, path: Path, start: int = 0) -> tuple[Floats, Floats]:
    """Times [K] and values [K, 5] in the file, of float32[F, 5] from frame `start` on."""
    take = Take("arkit", (), (), FPS, np.zeros((len(curves), 0), np.float32), start, 24_000)
    file = carrier_scene()
    tracks = Tracks(file, take, "take", Bounds(bound, 0.0), {})
    tracks.weights([BROWS.node], curves)
    tracks.done()
    file.write(path)
    found = GltfPlayer(path).keys("take", BROWS.node, "weights")
    assert found is not None
    assert tracks.keys == found[1].size
    return found


def walks(seed: int) -> Singles:
    rng = np.random.default_rng(seed)
    steps = rng.normal(0.0, 0.01 * (1 + seed), (int(rng.integers(2, 300)), 5))
    return np.clip(0.5 + np.cumsum(steps, axis=0), 0.0, 1.0).astype(np.float32)


def as_engines_do(times: Floats, values: Floats, seconds: Floats) -> Singles:
    """Straight lines in float32 throughout, times too: [F, 5]."""
    told, rows, now = times.astype(np.float32), values.astype(np.float32), seconds.astype(np.float32)
    at = np.clip(np.searchsorted(told, now, side="right") - 1, 0, max(len(told) - 2, 0))
    after = np.minimum(at + 1, len(told) - 1)
    part = np.clip((now - told[at]) / np.maximum(told[after] - told[at], np.float32(1e-9)), 0, 1)[:, None]
    return np.asarray(rows[at] + part * (rows[after] - rows[at]), np.float32)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("bound", [0.002, 0.01, 0.1])
@pytest.mark.parametrize("start", [0, 30_000])  # a quarter of an hour on, times are exact to 0.002 of a frame
def test_nothing_is_further_off_than_the_bound(tmp_path: Path, seed: int, bound: float, start: int) -> None:
    curves = walks(seed)
    times, values = keys(curves, bound, tmp_path / "take.glb", start)
    seconds = np.array([float((start + row) / FPS.fraction) for row in range(len(curves))])
    assert (times[0], times[-1]) == (np.float32(seconds[0]), np.float32(seconds[-1]))
    exact = np.stack([np.interp(seconds, times, column) for column in values.T], axis=1)
    assert np.abs(exact - curves).max() <= bound
    assert np.abs(as_engines_do(times, values, seconds).astype(np.float64) - curves).max() <= bound


def test_straight_lines_are_their_ends(tmp_path: Path) -> None:
    ends = np.array([[0, 1, 0.2, 0, 1], [1, 0, 0.7, 0, 1]])
    curves = (ends[0] + np.linspace(0, 1, 50)[:, None] * (ends[1] - ends[0])).astype(np.float32)
    times, values = keys(curves, 0.001, tmp_path / "take.glb")
    assert times.tolist() == [0.0, np.float32(float(49 / FPS.fraction))]
    np.testing.assert_allclose(values, ends, atol=0.001)


def test_what_stands_still_is_told_at_both_ends(tmp_path: Path) -> None:
    for frames in (30, 1):
        curves = np.full((frames, 5), 0.25, np.float32)
        for bound in (0.0, 0.01):
            times, values = keys(curves, bound, tmp_path / "take.glb")
            assert times.tolist() == sorted({0.0, float(np.float32(Fraction(frames - 1) / FPS.fraction))})
            assert (values == 0.25).all()


def test_bound_0_keeps_every_row(tmp_path: Path) -> None:
    curves = np.random.default_rng(1).random((20, 5), np.float32)
    _, values = keys(curves, 0.0, tmp_path / "take.glb")
    np.testing.assert_array_equal(values.astype(np.float32), curves)
