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

READ: Final = 4 * BODY_POSES
"""How many numbers of a row it reads."""

# A pause within speech parts phrases, as in `gesturing.phrases`; the levels in rows are scaled by 1 / 20.
_SOFT: Final = -12.0 / 20.0
_UNVOICED: Final = 0.2
_GAP: Final = 7.5  # poses, 8 or more


def read_at(bands: int) -> list[int]:
    """Which numbers of a row are read: levels at all poses, how voiced they are, then whether speech starts, ends."""
    level, voiced, started, ended = (Voice._fields.index(name) for name in ("level", "voiced", "started", "ended"))
    poses = range(0, BODY_POSES * (BODY_VOICE + 2 * bands), BODY_VOICE + 2 * bands)
    quiet = [pose + name for name in (level, voiced) for pose in poses]
    return quiet + [pose + name for pose in poses for name in (started, ended)]


class Keeping(nn.Module):
    """Keeps luck, step by step; it has nothing to learn.

    Args:
        bands: of the log-mel in the rows.
    """

    read: Tensor
    bounds: Tensor

    def __init__(self, bands: int) -> None:
        super().__init__()
        bounds = [_SOFT] * BODY_POSES + [_UNVOICED] * BODY_POSES
        self.register_buffer("read", torch.tensor(read_at(bands)), persistent=False)
        self.register_buffer("bounds", torch.tensor(bounds), persistent=False)

    def forward(self, row: Tensor, kept: Tensor) -> Tensor:
        """Row [batch, width] and what is kept [batch, KEPT] -> what is kept next."""
        return torch.cat(self.kept(row.index_select(-1, self.read), row[:, -NOISE:], kept), -1)

    def kept(self, read: Tensor, luck: Tensor, kept: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Do the same with what `read_at` reads [batch, READ] and luck [batch, NOISE], in as few nodes as can be.

        Returns:
            Luck at the last beginning and at the last end, [batch, NOISE], and how long it is soft, [batch, 1].
        """
        begun, over, soft = kept.split_with_sizes((NOISE, NOISE, 1), -1)
        sounds, turns = read.chunk(2, -1)
        low, unvoiced = (sounds < self.bounds).to(kept.dtype).chunk(2, -1)
        parted = None
        for quiet in (low * unvoiced).chunk(BODY_POSES, -1):
            still = (soft + 1.0) * quiet  # counts on where it is quiet, else 0
            ends = soft - still  # how long it was soft before the voice came, and below 0 before it does
            parted = ends if parted is None else torch.maximum(parted, ends)
            soft = still
        starts, stops = (torch.maximum(*turns.chunk(BODY_POSES, -1)) > 0.5).chunk(2, -1)
        assert parted is not None
        begun = torch.where(starts | (parted > _GAP), luck, begun)
        return begun, torch.where(stops, luck, over), soft

    @torch.no_grad()
    def over(self, rows: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        """Keep over rows [batch, steps, width]: what the network is told at each [batch, steps, TOLD], what is kept."""
        told = []
        for row in rows.unbind(1):
            kept = self(row, kept)
            told.append(kept[:, :TOLD])
        return torch.stack(told, 1), kept
