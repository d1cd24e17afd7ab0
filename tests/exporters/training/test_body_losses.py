"""The loss of postures: what is seen counts, and strokes count for their size wherever they are."""

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor  # noqa: E402

from voxrig.exporters.training.body_losses import GROUPS, LEARNED_NAMES, REACH, WRISTS, BodyLoss  # noqa: E402
from voxrig.runtime.core.body.posture import LEARNED  # noqa: E402

POSES = 480


def strokes(shift: int = 0, size: float = 0.1) -> Tensor:
    """Swinging wrists [1, POSES, 32], later by `shift` poses."""
    at = torch.arange(POSES) - shift
    swing = size * torch.sin(2 * torch.pi * at / 48)
    return swing[None, :, None].repeat(1, 1, len(LEARNED))


def test_nothing_is_wrong_with_what_was_taught() -> None:
    terms = BodyLoss(torch.full((len(LEARNED),), 0.1)).terms(strokes(), strokes(), torch.ones(1, POSES))
    assert [float(term) for term in terms[:3]] == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_late_stroke_is_better_than_a_small_one_to_the_spread() -> None:
    loss, there = BodyLoss(torch.full((len(LEARNED),), 0.1)), torch.ones(1, POSES)
    late = loss.terms(strokes(shift=12), strokes(), there)
    small = loss.terms(strokes(size=0.03), strokes(), there)
    still = loss.terms(torch.zeros_like(strokes()), strokes(), there)
    assert float(late.place) > float(small.place)
    assert float(late.spread) < 0.1 * float(small.spread)
    assert float(small.spread) < float(still.spread)


def test_a_body_that_never_moves_is_wrong_by_about_one() -> None:
    taught = torch.randn(2, POSES, len(LEARNED), generator=torch.Generator().manual_seed(1))
    loss = BodyLoss(taught.std((0, 1)))
    assert float(loss.terms(torch.zeros_like(taught), taught, torch.ones(2, POSES)).place) == pytest.approx(1, abs=0.05)


def test_what_lies_behind_the_end_counts_for_nothing() -> None:
    loss, taught = BodyLoss(torch.full((len(LEARNED),), 0.1)), strokes()
    there = (torch.arange(POSES) < 240).float()[None]
    shown = taught.clone()
    shown[:, 240:] += 5.0
    terms = loss.terms(shown, taught, there)
    assert float(terms.place) == 0.0
    assert float(terms.speed) == pytest.approx(0.0, abs=1e-6)


def test_every_number_is_in_one_part() -> None:
    parts = sorted(n for part in GROUPS.values() for n in part)
    assert parts == list(range(len(LEARNED)))
    assert [LEARNED_NAMES[n] for n in WRISTS] == ["out_l", "up_l", "fore_l", "out_r", "up_r", "fore_r"]
    assert (REACH > 0).all()
