"""A layer of `torch.nn.GRU` as its gates are exported: two matrix products a step."""

from typing import Final

import torch
from torch import Tensor, nn

_WEIGHTS: Final = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Gates(nn.Module):
    """One step of one layer; it has copies of the weights, as the graph multiplies them."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor
    bias_hh: Tensor

    def __init__(self, recurrent: nn.GRU, layer: int) -> None:
        super().__init__()
        for name in _WEIGHTS:
            value = getattr(recurrent, f"{name}_l{layer}").detach()
            self.register_buffer(name, (value.t() if value.dim() == 2 else value).clone().contiguous())

    def forward(self, x: Tensor, state: Tensor) -> Tensor:
        """Input [batch, inputs] and state [batch, width] -> the next state, which is the output too."""
        both, last = 2 * state.shape[-1], state.shape[-1]
        both_in, n_in = torch.addmm(self.bias_ih, x, self.weight_ih).split_with_sizes((both, last), dim=-1)
        both_state, n_state = torch.addmm(self.bias_hh, state, self.weight_hh).split_with_sizes((both, last), dim=-1)
        reset, update = torch.sigmoid(both_in + both_state).chunk(2, dim=-1)
        candidate = torch.tanh(n_in + reset * n_state)
        return candidate + update * (state - candidate)
