"""Our samples, baked with all layers and written: how far the files are off, and how many keys they need.

`pytest tests/engine_bridges/writers/test_real_speech.py -s` prints the figures; those of all formats are a benchmark,
`tests/benchmarks/test_round_trip.py`.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.engine_bridges.writers.vrma import write_vrma
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN

from ..spoken_clip import spoken_clip
from .reading.comparisons import Found, glb, vrma
from .reading.gltf_player import GltfPlayer


@pytest.fixture(scope="module", params=["gatekeeper", "healer", "warning"])
def clip(request: pytest.FixtureRequest) -> Clip:
    return spoken_clip(request.param)


def worst(clip: Clip, path: Path, find: Callable[[Path, Clip], Found]) -> tuple[float, float]:
    """Of the performance and all layers: a curve's error, and a bone's in radians."""
    found = [find(path, one) for one in (clip, *(clip.layer(name) for name in clip.layers))]
    return max(one.curve for one in found), max(one.turn for one in found)


def test_glb(clip: Clip, tmp_path: Path) -> None:
    report = write_glb(clip, tmp_path / "take.glb")
    off, apart = worst(clip, tmp_path / "take.glb", glb)
    share = report.keys / (len(clip.take) * 55)
    frames = f"{len(clip.take)} x 55"
    print(f"\n{clip.name}.glb: off by {off:.5f} and {np.degrees(apart):.4f} degrees; keys {share:.3f} of {frames}")
    assert off <= BOUND
    assert apart <= TURN
    assert share < 0.4
    assert report.keys == sum(GltfPlayer(tmp_path / "take.glb").key_counts(clip.name).values())


def test_vrma(clip: Clip, tmp_path: Path) -> None:
    write_vrma(clip, tmp_path / "take.vrma")
    off, apart = worst(clip, tmp_path / "take.vrma", vrma)
    keys = sum(GltfPlayer(tmp_path / "take.vrma").key_counts(f"{clip.name}.arkit").values())
    share = keys / (len(clip.take) * 54)
    print(f"\n{clip.name}.vrma: off by {off:.5f} and {np.degrees(apart):.4f} degrees; keys {share:.3f} of the frames")
    assert off <= BOUND
    assert apart <= TURN
    assert share < 0.2
