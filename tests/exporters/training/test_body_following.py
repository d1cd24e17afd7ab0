"""Postures that a network is trained on follow their goals as those in a session do."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.training.body_following import Following  # noqa: E402
from voxrig.runtime.animation.body.following import followed, resting  # noqa: E402
from voxrig.runtime.core.body.posture import HIGH, LEARNED, LOW, STANDING  # noqa: E402
from voxrig.runtime.models.spec import BODY_POSES  # noqa: E402

AT = list(LEARNED)


def goals(steps: int, jumps: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Random walks in the posture's range with some jumps, float64[steps, 34]."""
    random = np.random.default_rng(8)
    walk = STANDING + random.normal(0, 0.02, (steps, len(LOW))).cumsum(0) + jumps * (random.random((steps, 1)) < 0.1)
    return np.clip(walk, LOW, HIGH)


@pytest.mark.parametrize("jumps", [0.0, 0.8])
def test_training_follows_as_the_runtime_does(jumps: float) -> None:
    given = goals(300, jumps)
    _, expected = followed(resting(STANDING), np.repeat(given, BODY_POSES, axis=0))
    following = Following()
    start = following.resting(torch.from_numpy(STANDING[AT]).float()[None])
    asked = torch.from_numpy(given[:, AT]).float()[None]
    _, found = following.followed(start, asked)
    assert np.abs(found[0].numpy() - expected[:, AT]).max() < 1e-5
    middle, first = following.followed(start, asked[:, :130])
    _, second = following.followed(middle, asked[:, 130:])
    assert torch.equal(torch.cat((first, second), 1), found)


def test_a_goal_learns_from_where_the_posture_was() -> None:
    following = Following(torch.float64)
    asked = torch.zeros(1, 20, len(AT), dtype=torch.float64, requires_grad=True)
    _, shown = following.followed(torch.zeros(3, 1, len(AT), dtype=torch.float64), asked)
    shown[0, -1].sum().backward()
    assert asked.grad is not None
    learned = asked.grad[0, :, 0]
    assert (learned > 0).all()
    assert float(learned.sum()) == pytest.approx(1.0, abs=0.1)  # a goal of 1 ends in a posture of nearly 1
