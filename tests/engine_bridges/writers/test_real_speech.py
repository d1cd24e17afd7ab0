"""Our samples, baked with all layers and written: how far the files are off, and how many keys they need.

`pytest tests/engine_bridges/writers/test_real_speech.py -s` prints the figures.
"""

from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.glb import write_glb
from voxrig.engine_bridges.writers.vrma import write_vrma
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN

from ..spoken_clip import spoken_clip
from .gltf_player import Floats, GltfPlayer, turned_apart


@pytest.fixture(scope="module", params=["gatekeeper", "healer", "warning"])
def clip(request: pytest.FixtureRequest) -> Clip:
    return spoken_clip(request.param)


def moments(clip: Clip) -> Floats:
    return np.array([float(clip.take.time(row)) for row in range(len(clip.take))])


def kept(player: GltfPlayer, animation: str) -> int:
    """Values that an artist finds in an animation: one a target and key, one a turn."""
    told, count = player.animation(animation), 0
    for channel in told["channels"]:
        sampler = told["samplers"][channel["sampler"]]
        path = "output" if channel["target"]["path"] == "weights" else "input"
        count += len(player.accessor(sampler[path]))
    return count


def test_glb(clip: Clip, tmp_path: Path) -> None:
    report = write_glb(clip, tmp_path / "take.glb")
    player = GltfPlayer(tmp_path / "take.glb")
    off, apart = 0.0, 0.0
    for one in (clip, *(clip.layer(name) for name in clip.layers)):
        shown = player.at(one.name, player.node("Face"), "weights", moments(one))
        off = max(off, float(np.abs(shown - one.arkit().controls[:, :52]).max()))
        for place, bone in enumerate(one.take.bones):
            turn = player.at(one.name, player.node(bone), "rotation", moments(one))
            apart = max(apart, float(turned_apart(turn, one.take.quaternions[:, place].astype(np.float64)).max()))
    share = report.keys / (len(clip.take) * 55)
    frames = f"{len(clip.take)} x 55"
    print(f"\n{clip.name}.glb: off by {off:.5f} and {np.degrees(apart):.4f} degrees; keys {share:.3f} of {frames}")
    assert off <= BOUND
    assert apart <= TURN + 1e-6
    assert share < 0.8
    assert report.keys == kept(player, clip.name)


def test_vrma(clip: Clip, tmp_path: Path) -> None:
    write_vrma(clip, tmp_path / "take.vrma", shapes="arkit")
    player = GltfPlayer(tmp_path / "take.vrma")
    custom = player.top["extensions"]["VRMC_vrm_animation"]["expressions"]["custom"]
    off = 0.0
    for one in (clip, *(clip.layer(name) for name in clip.layers)):
        poses = one.arkit().controls
        for place, shape in enumerate(ARKIT_SHAPES):
            shown = player.at(one.name, custom[shape]["node"], "translation", moments(one))[:, 0]
            off = max(off, float(np.abs(shown - poses[:, place]).max()))
    share = kept(player, clip.name) / (len(clip.take) * 54)
    print(f"\n{clip.name}.vrma: off by {off:.5f}; keys {share:.3f} of {len(clip.take)} x 54")
    assert off <= BOUND
    assert share < 0.2
