"""What the face network is punished for: wrong gestures, wrong lips as they are seen, wrong speed, unheard sounds."""

from typing import Final

import torch
from torch import Tensor, nn

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.networks.face import lip_gap, lip_to_teeth, mouth_width

# Importance over the variance of a channel: what the eye sees first counts most.
_IMPORTANCE: Final = {
    "jaw": 30.0, "together": 1.5, "lower_down": 15.0, "upper_up": 15.0, "pucker": 18.0, "funnel": 25.0, "stretch": 20.0,
    "smile": 20.0, "frown": 10.0, "roll_lower": 10.0, "roll_upper": 10.0, "press": 20.0, "tongue_tip": 0.6,
    "tongue_back": 0.6, "tongue_out": 3.0,
}  # fmt: skip
_GAP: Final = 3.0
_WIDTH: Final = 1.0
_TEETH: Final = 1.0
_SPEED: Final = 20.0
_JERK: Final = 8.0
_CLOSURE: Final = 0.4
_CLOSURE_WEIGHT: Final = 3.0  # a closure that is missed is seen, and one that is hedged is missed
_SHUT: Final = 5.0  # so much more an open gap counts where the lips should meet
_SMOOTHED: Final = 0.1
_SEEN: Final = [index(name) for name in ("jaw", "together", "lower_down", "upper_up")]


def pose_loss(logits: Tensor, targets: Tensor, trusted: Tensor) -> Tensor:
    """Mean loss of poses over the trusted steps.

    Args:
        logits: [batch, steps, articulators], before the sigmoid.
        targets: [batch, steps, articulators] in 0 to 1.
        trusted: bool [batch, steps, articulators]. What is seen of the lips counts where all they depend on is trusted.
    """
    value, mask = torch.sigmoid(logits), trusted.float()
    importance = torch.tensor([_IMPORTANCE[name] for name in ARTICULATORS])
    pose = (((value - targets) ** 2) * importance * mask).sum(-1)
    column = index("together")
    closure = nn.functional.binary_cross_entropy_with_logits(
        logits[..., column], targets[..., column], reduction="none", pos_weight=torch.tensor(_CLOSURE_WEIGHT)
    )
    seen = mask[..., _SEEN].amin(-1)
    whole = mask.amin(-1)
    gap = lip_gap(value) - lip_gap(targets)
    width = mouth_width(value) - mouth_width(targets)
    teeth = lip_to_teeth(value) - lip_to_teeth(targets)
    shut = 1 + _SHUT * targets[..., column]
    motion = _SPEED * _difference(gap, seen, 1) + _JERK * _difference(gap, seen, 3)
    each = pose + _GAP * gap**2 * shut * seen + (_WIDTH * width**2 + _TEETH * teeth**2) * whole
    each = each + _CLOSURE * closure * mask[..., column]
    return (each.sum() + motion) / mask.amax(-1).sum().clamp(min=1.0)


def _difference(error: Tensor, known: Tensor, order: int) -> Tensor:
    """Sum of squares of a difference over time where all its steps are known."""
    for _ in range(order):
        error = error[:, 1:] - error[:, :-1]
        known = known[:, 1:] * known[:, :-1]
    return (error**2 * known).sum()


def sound_loss(logits: Tensor, sounds: Tensor) -> Tensor:
    """Mean cross entropy of sound classes.

    Args:
        logits: [batch, steps, classes].
        sounds: int64 [batch, steps]; negative where the sound is not known.
    """
    total = nn.functional.cross_entropy(
        logits.transpose(1, 2), sounds, reduction="sum", label_smoothing=_SMOOTHED, ignore_index=-1
    )
    return total / (sounds >= 0).sum().clamp(min=1)
