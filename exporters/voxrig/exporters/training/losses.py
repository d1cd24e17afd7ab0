"""What the face network is punished for: wrong gestures, wrong lip gap, wrong speed, unheard sounds."""

from typing import Final

import torch
from torch import Tensor, nn

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.networks.face import lip_gap

# Importance over the variance of a channel: what the eye sees first counts most.
_IMPORTANCE: Final = {
    "jaw": 30.0, "together": 1.5, "lower_down": 20.0, "upper_up": 20.0, "pucker": 18.0, "funnel": 25.0, "stretch": 20.0,
    "smile": 20.0, "frown": 10.0, "roll_lower": 10.0, "roll_upper": 10.0, "press": 20.0, "tongue_tip": 0.6,
    "tongue_back": 0.6, "tongue_out": 3.0,
}  # fmt: skip
_GAP: Final = 3.0
_SPEED: Final = 2.0
_CLOSURE: Final = 0.25
_CLOSURE_WEIGHT: Final = 2.0
_SOUNDS: Final = 0.15
_SMOOTHED: Final = 0.1


def face_loss(logits: Tensor, sound_logits: Tensor, targets: Tensor, sounds: Tensor, known: Tensor) -> Tensor:
    """Mean loss over the known steps.

    Args:
        logits: [batch, steps, articulators], before the sigmoid.
        sound_logits: [batch, steps, classes].
        targets: [batch, steps, articulators] in 0 to 1.
        sounds: int64 [batch, steps].
        known: bool [batch, steps]: steps that have a target.
    """
    value = torch.sigmoid(logits)
    mask = known.float()
    total = mask.sum().clamp(min=1.0)
    importance = torch.tensor([_IMPORTANCE[name] for name in ARTICULATORS])
    pose = ((value - targets) ** 2 * importance).sum(-1)
    gap = lip_gap(value) - lip_gap(targets)
    both = mask[:, 1:] * mask[:, :-1]
    speed = (gap[:, 1:] - gap[:, :-1]) ** 2
    column = index("together")
    closure = nn.functional.binary_cross_entropy_with_logits(
        logits[..., column], targets[..., column], reduction="none", pos_weight=torch.tensor(_CLOSURE_WEIGHT)
    )
    heard = nn.functional.cross_entropy(
        sound_logits.transpose(1, 2), sounds, reduction="none", label_smoothing=_SMOOTHED
    )
    each = pose + _GAP * gap**2 + _CLOSURE * closure + _SOUNDS * heard
    return ((each * mask).sum() + _SPEED * (speed * both).sum() * 10) / total
