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
        r_in, z_in, n_in = (x @ self.weight_ih + self.bias_ih).chunk(3, dim=-1)
        r_state, z_state, n_state = (state @ self.weight_hh + self.bias_hh).chunk(3, dim=-1)
        update = torch.sigmoid(z_in + z_state)
        candidate = torch.tanh(n_in + torch.sigmoid(r_in + r_state) * n_state)
        return (1 - update) * candidate + update * state
