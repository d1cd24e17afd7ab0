"""Luck as it was when something last began: twenty-four numbers that a body's network keeps exactly.

What a gesture is like is chosen by luck where a phrase begins, and how the hands rest where it ends; both last for as
long as the phrase or the pause does, while luck changes. A recurrent layer forgets such numbers bit by bit. So they are
held as they were, by rules that read the voice in the network's own rows.
"""

from typing import Final

import torch
from torch import Tensor, nn

from voxrig.runtime.animation.body.noise import NOISE
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.models.spec import BODY_POSES, BODY_VOICE

KEPT: Final = 2 * NOISE + 1
"""Numbers kept: luck at the last beginning of a phrase and at the last end of speech, and how many poses are soft."""
TOLD: Final = 2 * NOISE
"""How many of them the network is told."""

_LEVEL, _VOICED, _STARTED, _ENDED = (Voice._fields.index(name) for name in ("level", "voiced", "started", "ended"))
# A pause within speech parts phrases, as in `gesturing.phrases`; the levels in rows are scaled by 1 / 20.
_SOFT: Final = -12.0 / 20.0
_UNVOICED: Final = 0.2
_GAP: Final = 7.5  # poses, 8 or more


class Keeping(nn.Module):
    """Keeps luck, step by step; it has nothing to learn.

    Args:
        bands: of the log-mel in the rows.
    """

    def __init__(self, bands: int) -> None:
        super().__init__()
        self.pose = BODY_VOICE + 2 * bands

    def forward(self, row: Tensor, kept: Tensor) -> Tensor:
        """Row [batch, width] and what is kept [batch, KEPT] -> what is kept next."""
        luck = row[:, -NOISE:]
        begun, over, soft = kept[:, :NOISE], kept[:, NOISE:TOLD], kept[:, TOLD:]
        for pose in range(BODY_POSES):
            voice = row[:, pose * self.pose : pose * self.pose + BODY_VOICE]
            quiet = (voice[:, _LEVEL : _LEVEL + 1] < _SOFT) & (voice[:, _VOICED : _VOICED + 1] < _UNVOICED)
            started = voice[:, _STARTED : _STARTED + 1] > 0.5
            begins = started | (~quiet & (soft > _GAP))
            begun = torch.where(begins, luck, begun)
            over = torch.where(voice[:, _ENDED : _ENDED + 1] > 0.5, luck, over)
            soft = torch.where(quiet, torch.clamp(soft + 1.0, max=100.0), torch.zeros_like(soft))
        return torch.cat((begun, over, soft), -1)

    @torch.no_grad()
    def over(self, rows: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        """Keep over rows [batch, steps, width]: what the network is told at each [batch, steps, TOLD], what is kept."""
        told = []
        for row in rows.unbind(1):
            kept = self(row, kept)
            told.append(kept[:, :TOLD])
        return torch.stack(told, 1), kept
