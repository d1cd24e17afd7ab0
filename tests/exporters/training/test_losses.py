"""What is punished, and what is not."""

import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.articulators import ARTICULATORS, index  # noqa: E402
from voxrig.exporters.training.losses import pose_loss, sound_loss  # noqa: E402


def some(seed: int) -> torch.Tensor:
    return torch.rand(2, 9, len(ARTICULATORS), generator=torch.Generator().manual_seed(seed)) * 0.9 + 0.05


def test_the_right_pose_costs_least() -> None:
    targets, trusted = some(0), torch.ones(2, 9, len(ARTICULATORS), dtype=torch.bool)
    right = pose_loss(torch.logit(targets), targets, trusted)
    for column in range(len(ARTICULATORS)):
        wrong = targets.clone()
        wrong[..., column] = 1 - wrong[..., column]
        assert pose_loss(torch.logit(wrong), targets, trusted) > right, ARTICULATORS[column]


def test_what_is_not_trusted_costs_nothing() -> None:
    targets, logits = some(1), torch.logit(some(2)).requires_grad_()
    trusted = torch.zeros(2, 9, len(ARTICULATORS), dtype=torch.bool)
    trusted[:, 3:, index("jaw")] = True
    pose_loss(logits, targets, trusted).backward()
    assert logits.grad is not None
    moved = logits.grad != 0
    assert torch.equal(moved, trusted)


def test_unknown_sounds_cost_nothing() -> None:
    logits = torch.zeros(1, 4, 5, requires_grad=True)
    sound_loss(logits, torch.tensor([[2, -1, -1, 0]])).backward()
    assert logits.grad is not None
    assert (logits.grad.abs().sum(-1) > 0).tolist() == [[True, False, False, True]]
