"""How far what is shown was from what is heard."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from sync.conditions import FPS
from sync.scenario import Scenario, shown_time

_NEAR = 1.0 / FPS


class Verdict(NamedTuple):
    """Shares are of pictures, 0 to 1; errors are in seconds, and above 0 where the face is ahead of the sound."""

    pictures: int
    left_out: int
    """Of them, for which the frame had not come, or up to 100 ms after a disturbance."""
    near: float
    """Share within one frame, of those not left out."""
    near_always: float
    """Share within one frame, of all."""
    mean: float
    worst: float
    """Of those not left out."""


def errors(scenario: Scenario, answers: Sequence[str]) -> list[float]:
    """Return shown minus audible media time at each picture, NaN where the face was wholly at rest."""
    shown = [shown_time(answer) for answer in answers if answer.startswith("shown ")]
    return [time - show.audible for time, show in zip(shown, scenario.shows, strict=True)]


def judge(scenario: Scenario, answers: Sequence[str]) -> Verdict:
    """Return the figures of what a playout answered to the scenario's lines."""
    all_errors = errors(scenario, answers)
    kept = [e for e, show in zip(all_errors, scenario.shows, strict=True) if show.is_there and show.is_settled]
    finite = [error for error in kept if not math.isnan(error)]
    return Verdict(
        pictures=len(all_errors),
        left_out=len(all_errors) - len(kept),
        near=sum(abs(error) <= _NEAR for error in kept) / len(kept),
        near_always=sum(abs(error) <= _NEAR for error in all_errors) / len(all_errors),
        mean=sum(finite) / len(finite),
        worst=max(finite, key=abs) if len(finite) == len(kept) else math.nan,
    )
