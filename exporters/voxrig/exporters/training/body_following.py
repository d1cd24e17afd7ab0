"""Goals to postures in torch, as `animation.body.following` does it, so that a network learns to lead its own lag."""

from typing import Final

import torch
from torch import Tensor

from voxrig.runtime.animation.body.following import OMEGA, SPEED
from voxrig.runtime.core.body.posture import LEARNED
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.spec import BODY_POSES

_AT: Final = list(LEARNED)
_SECOND: Final = 1.0 / STEP_RATE


class Following:
    """The learned numbers of a posture on their way to goals that hold for the poses of a step."""

    def __init__(self, kind: torch.dtype = torch.float32) -> None:
        omega = torch.from_numpy(OMEGA[_AT])
        decay = torch.exp(-omega * _SECOND)
        # Off the goal and speed after a pose, from those before it: exact, and linear.
        self._off_off = (decay * (1.0 + omega * _SECOND)).to(kind)
        self._off_speed = (decay * _SECOND).to(kind)
        self._speed_off = (-decay * omega * omega * _SECOND).to(kind)
        self._speed_speed = (decay * (1.0 - omega * _SECOND)).to(kind)
        self._step = torch.from_numpy(SPEED[_AT] * _SECOND).to(kind)

    def followed(self, state: Tensor, goals: Tensor) -> tuple[Tensor, Tensor]:
        """Follow goals [batch, steps, GOALS] from a state [3, batch, GOALS]: place, speed a second, goal as walked.

        Returns:
            The state after the last pose, and postures' learned numbers [batch, 2 * steps, GOALS].
        """
        place, speed, walked = state.unbind(0)
        shown = []
        for goal in goals.unbind(1):
            for _ in range(BODY_POSES):
                walked = walked + torch.maximum(torch.minimum(goal - walked, self._step), -self._step)
                off = place - walked
                place = walked + self._off_off * off + self._off_speed * speed
                speed = self._speed_off * off + self._speed_speed * speed
                shown.append(place)
        return torch.stack((place, speed, walked)), torch.stack(shown, 1)

    @staticmethod
    def resting(place: Tensor) -> Tensor:
        """State of bodies that stay at postures' learned numbers [batch, GOALS]."""
        return torch.stack((place, torch.zeros_like(place), place))
