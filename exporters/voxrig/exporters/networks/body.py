"""The streaming body network: rows of the voice, the character's manner and shared noise -> posture goals, 30 a second.

Gated recurrent layers whose gates are matrix products, as in `networks.face`. The log-mel passes a narrow neck with
dropout, so that what is heard comes mostly from the eleven values of the voice, which mean the same for every speaker.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from voxrig.exporters.networks.keeping import KEPT, TOLD, Keeping
from voxrig.runtime.animation.body.noise import NOISE
from voxrig.runtime.core.body import posture
from voxrig.runtime.models.spec import BODY_POSES, BODY_TOLD, BODY_VOICE

GOALS: Final = len(posture.LEARNED)
"""Posture goals that a step gives."""
SOFT: Final = 0.02
"""Of a dimension's range: within so much of its ends a goal bends away from them."""
_DROPPED: Final = 0.5
_TENTS: Final = 9  # values of luck that are told apart at once, with all between


@dataclass(frozen=True, slots=True)
class BodySize:
    """How large a body network is.

    Attributes:
        bands: of the log-mel.
        width: of the recurrent layers.
        layers: how many of them.
        neck: how many numbers the log-mel of a row becomes.
    """

    bands: int = 64
    width: int = 256
    layers: int = 2
    neck: int = 16


class Memory(NamedTuple):
    """What a network remembers of some characters.

    Attributes:
        hidden: [layers, batch, width].
        kept: [batch, KEPT], as of `keeping`.
    """

    hidden: Tensor
    kept: Tensor

    def detached(self) -> "Memory":
        """The same, with nothing to learn behind it."""
        return Memory(self.hidden.detach().float(), self.kept)


class BodyNetwork(nn.Module):
    """Causal network over steps; a row is as of `animation.body.rows`.

    Attributes:
        mel_mean, mel_scale: of the log-mel, float32[2 * 2 * bands].
        usual, spread: mean and standard deviation of a goal, float32[GOALS], set before training.
    """

    mel_mean: Tensor
    mel_scale: Tensor
    tops: Tensor
    usual: Tensor
    spread: Tensor
    mel_at: Tensor
    plain_at: Tensor
    low: Tensor
    high: Tensor

    def __init__(self, size: BodySize) -> None:
        super().__init__()
        self.size = size
        mel, plain = places(size.bands)
        for name, value in (
            ("mel_at", torch.tensor(mel)),
            ("plain_at", torch.tensor(plain)),
            ("mel_mean", torch.zeros(len(mel))),
            ("mel_scale", torch.ones(len(mel))),
            ("tops", torch.linspace(0.0, 1.0, _TENTS)),
            ("usual", torch.zeros(GOALS)),
            ("spread", torch.ones(GOALS)),
            ("low", torch.from_numpy(posture.LOW[list(posture.LEARNED)]).float()),
            ("high", torch.from_numpy(posture.HIGH[list(posture.LEARNED)]).float()),
        ):
            self.register_buffer(name, value)
        self.keeping = Keeping(size.bands)
        self.neck = nn.Linear(len(mel), size.neck)
        self.dropped = nn.Dropout(_DROPPED)
        taken = size.neck + len(plain) - NOISE + (NOISE + TOLD) * _TENTS
        self.entry = nn.Sequential(
            nn.Linear(taken, size.width), nn.SiLU(), nn.Linear(size.width, size.width), nn.SiLU()
        )
        self.recurrent = nn.GRU(size.width, size.width, size.layers, batch_first=True)
        self.exit = nn.Linear(size.width, GOALS)
        with torch.no_grad():  # begin at the usual posture
            self.exit.weight.mul_(0.1)
            self.exit.bias.zero_()

    def entered(self, row: Tensor, told: Tensor) -> Tensor:
        """Rows [..., width of a row] and kept luck [..., TOLD] -> what the recurrent layers take [..., width]."""
        mel = (row.index_select(-1, self.mel_at) - self.mel_mean) * self.mel_scale
        heard = self.dropped(nn.functional.silu(self.neck(mel)))
        plain = row.index_select(-1, self.plain_at)
        luck = torch.cat((plain[..., -NOISE:], told), -1)
        entered: Tensor = self.entry(torch.cat((plain[..., :-NOISE], tents(luck, self.tops), heard), -1))
        return entered

    def goals(self, hidden: Tensor) -> Tensor:
        """What the last layer holds [..., width] -> goals [..., GOALS] in posture units, within the posture's range."""
        raw = self.usual + self.spread * self.exit(hidden)
        return softly_within(raw, self.low, self.high)

    def forward(self, rows: Tensor, memory: Memory) -> tuple[Tensor, Memory]:
        """Train: rows [batch, steps, width of a row] -> goals [batch, steps, GOALS] and the next memory."""
        told, kept = self.keeping.over(rows, memory.kept)
        hidden, following = self.recurrent(self.entered(rows, told), memory.hidden)
        return self.goals(hidden), Memory(following, kept)

    def start(self, batch: int) -> Memory:
        """Memory of characters that have heard nothing."""
        return Memory(torch.zeros(self.size.layers, batch, self.size.width), torch.zeros(batch, KEPT))

    def states(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Names and shapes of the states that a step carries on."""
        layers = [(f"state_{layer}", (self.size.width,)) for layer in range(self.size.layers)]
        return (*layers, ("kept", (KEPT,)))


def places(bands: int) -> tuple[list[int], list[int]]:
    """Which numbers of a row are log-mel, and which are not."""
    pose = BODY_VOICE + 2 * bands
    mel = [first + n for first in range(0, BODY_POSES * pose, pose) for n in range(BODY_VOICE, pose)]
    return mel, sorted(set(range(BODY_POSES * pose + BODY_TOLD)) - set(mel))


def tents(luck: Tensor, tops: Tensor) -> Tensor:
    """Lay numbers in 0 to 1 [..., n] out as how near they are to some values: [..., n * values], each 0 to 1.

    A choice is made where luck passes a threshold, which is slow to learn from a number, and quick from these.
    """
    near = torch.relu(1.0 - (luck.unsqueeze(-1) - tops).abs() * (len(tops) - 1))
    return near.flatten(-2)


def softly_within(value: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Keep values between bounds: unchanged in the middle, bending smoothly within `SOFT` of the range at its ends."""
    soft = SOFT * (high - low)
    over = soft * nn.functional.softplus((value - high) / soft)
    under = soft * nn.functional.softplus((low - value) / soft)
    return torch.minimum(torch.maximum(value - over + under, low), high)
