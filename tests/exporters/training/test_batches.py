"""Batches: what was said stands as much later as the network waits."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.training.batches import Drawer  # noqa: E402
from voxrig.exporters.training.corpus import load, shared_clips  # noqa: E402
from voxrig.runtime.core.features import LogMel  # noqa: E402


@pytest.fixture(scope="module")
def drawer(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Drawer:
    mel = LogMel()
    examples = load(list(shared_clips(data, held_out=False)), tmp_path_factory.mktemp("cache"), 50, mel)
    return Drawer(examples, "taught", (5, 2), mel)


def test_heads_are_taught_the_same_at_their_own_delay(drawer: Drawer) -> None:
    batch = drawer.draw(6, 150, np.random.default_rng(2))
    slow, quick = batch.targets
    assert batch.features.shape == (6, 150, 128)
    assert torch.isfinite(batch.features).all()
    assert torch.equal(slow[:, 4:], quick[:, 1:-3])
    assert not batch.trusted[0][:, :4].any()
    assert not batch.trusted[1][:, :1].any()
    assert (batch.sounds[:, :4] == -1).all()
    assert slow.max() > 0.2
    assert (~batch.trusted[0][:, 4:]).any()  # FACEGOOD's clips show only some articulators


def test_a_batch_depends_on_its_seed_alone(drawer: Drawer) -> None:
    one, again, other = (drawer.draw(3, 80, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.features, again.features)
    assert not torch.equal(one.features, other.features)
