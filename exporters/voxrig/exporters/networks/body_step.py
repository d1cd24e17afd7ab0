"""One step of a trained body network, as exported.

At one character a call a graph costs by its nodes nearly as much as by its weights, most of all where the processor has
done other things since. So all that is constant is folded into the weights: the scale of the log-mel, the scale and the
range of goals; and luck is laid out by ramps, which are fewer than tents.
"""

import torch
from torch import Tensor, nn

from voxrig.exporters.networks.body import GOALS, SOFT, BodyNetwork
from voxrig.exporters.networks.gates import Gates
from voxrig.exporters.networks.keeping import READ, TOLD, Keeping, read_at
from voxrig.runtime.animation.body.noise import NOISE

_ENDS = 1.0 / SOFT  # a goal's range, in units of its soft ends


class BodyStep(nn.Module):
    """A step with its states in and out; it has copies of the network's weights, and doesn't learn.

    Attributes:
        taken: where in a row are what keeping reads, what is neither log-mel nor luck, and luck.
        luck_at, ramps: which luck each ramp is of, and from where on it rises.
    """

    taken: Tensor
    luck_at: Tensor
    ramps: Tensor
    scale: Tensor
    low: Tensor
    high: Tensor

    @torch.no_grad()
    def __init__(self, network: BodyNetwork) -> None:
        super().__init__()
        network.eval()
        told = network.plain_at.tolist()[:-NOISE]
        luck = network.plain_at.tolist()[-NOISE:]
        self.split = (READ, len(told), NOISE)
        rising = network.tops[:-1]
        for name, value in (
            ("taken", torch.tensor(read_at(network.size.bands) + told + luck)),
            ("luck_at", torch.arange(NOISE + TOLD).repeat_interleave(len(rising))),
            ("ramps", rising.repeat(NOISE + TOLD)),
            ("scale", SOFT * (network.high - network.low)),
            ("low", network.low),
            ("high", network.high),
        ):
            self.register_buffer(name, value.clone())
        self.wide = float(network.tops[1] - network.tops[0])
        self.keeping = Keeping(network.size.bands)
        self.neck = _neck(network, self.split)
        self.entry = _entry(network, len(told))
        self.second = network.entry[2]
        self.layers = nn.ModuleList(Gates(network.recurrent, layer) for layer in range(network.size.layers))
        self.exit = _exit(network)

    def forward(self, features: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        """Row [batch, width of a row] and the states [batch, ...] -> goals [batch, GOALS] and the next states."""
        *hidden, kept = states
        read, told, luck = features.index_select(-1, self.taken).split_with_sizes(self.split, -1)
        begun, over, soft = self.keeping.kept(read, luck, kept)
        lucks = torch.cat((luck, begun, over), -1).index_select(-1, self.luck_at)
        risen = torch.clamp(lucks - self.ramps, 0.0, self.wide)
        heard = nn.functional.silu(self.neck(features))
        x = nn.functional.silu(self.entry(torch.cat((told, risen, heard), -1)))
        x = nn.functional.silu(self.second(x))
        following = []
        for gates, state in zip(self.layers, hidden, strict=True):
            x = gates(x, state)
            following.append(x)
        return (self.goals(x), *following, torch.cat((begun, over, soft), -1))

    def goals(self, hidden: Tensor) -> Tensor:
        """What the last layer holds [batch, width] -> goals [batch, GOALS], as `body.softly_within` has them."""
        above_low, above_high = nn.functional.softplus(self.exit(hidden)).chunk(2, dim=-1)
        return torch.minimum(self.low + self.scale * (above_low - above_high), self.high)


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    made = nn.Linear(weight.shape[1], weight.shape[0])
    made.weight.copy_(weight)
    made.bias.copy_(bias)
    return made


def _neck(network: BodyNetwork, split: tuple[int, ...]) -> nn.Linear:
    """Return the neck over a whole row, whose log-mel need not be scaled."""
    weight = network.neck.weight.double() * network.mel_scale.double()
    whole = torch.zeros(len(weight), len(network.mel_at) + sum(split[1:]), dtype=torch.float64)
    whole[:, network.mel_at] = weight
    return _linear(whole, network.neck.bias.double() - weight @ network.mel_mean.double())


def _entry(network: BodyNetwork, told: int) -> nn.Linear:
    """Return the first layer over ramps.

    A tent is a ramp that has risen less the next one, and the first is 1 less a ramp.
    """
    first, tops = network.entry[0], len(network.tops)
    assert isinstance(first, nn.Linear)
    weight, bias = first.weight.double(), first.bias.double()
    lucks = NOISE + TOLD
    tents = weight[:, told : told + lucks * tops].reshape(-1, lucks, tops)
    ramps = (tents[:, :, 1:] - tents[:, :, :-1]) * (tops - 1)  # as they rise to 1 / (tops - 1)
    rest = weight[:, told + lucks * tops :]
    return _linear(torch.cat((weight[:, :told], ramps.flatten(1), rest), 1), bias + tents[:, :, 0].sum(1))


def _exit(network: BodyNetwork) -> nn.Linear:
    """Return the last layer: how far goals are above the lower end and above the upper one, in units of soft ends."""
    scale = SOFT * (network.high - network.low).double()
    weight = network.exit.weight.double() * (network.spread.double() / scale)[:, None]
    usual = network.usual.double() + network.spread.double() * network.exit.bias.double()
    bias = torch.cat(((usual - network.low.double()) / scale, (usual - network.high.double()) / scale))
    assert len(bias) == 2 * GOALS
    return _linear(torch.cat((weight, weight)), bias)
