"""How much of a planner's motion its student shows: explained variance, and whether it moves as far and as fast."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from voxrig.exporters.networks.body import BodyNetwork
from voxrig.exporters.training.body_batches import batches
from voxrig.exporters.training.body_following import Following
from voxrig.exporters.training.body_losses import GROUPS, WRISTS
from voxrig.exporters.training.body_rows import BodyExample
from voxrig.runtime.core.body.posture import LEARNED
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.spec import BODY_POSES

Floats = NDArray[np.float32]

_ARM: Final = 0.53  # metres


class Figures(NamedTuple):
    """A student against its planner, on the same performances.

    Attributes:
        explained: for each part of the body (`GROUPS`), the share of the planner's variance that is explained: 1 is
            all, 0 what the mean posture explains.
        amplitude: for each part, the student's standard deviation over the planner's.
        speed: mean wrist speed of the planner and of the student, in metres a second.
        quick: the speed that the quickest twentieth exceeds, of both.
    """

    explained: dict[str, float]
    amplitude: dict[str, float]
    speed: tuple[float, float]
    quick: tuple[float, float]

    def __str__(self) -> str:
        parts = [f"{name} {self.explained[name]:.2f}/{self.amplitude[name]:.2f}" for name in GROUPS]
        (slow, own), (most, quick) = self.speed, self.quick
        return (
            f"explained/amplitude: {', '.join(parts)}; wrists {own:.3f} m/s (taught {slow:.3f}), "
            f"95 % below {quick:.2f} ({most:.2f})"
        )


@torch.no_grad()
def performed(network: BodyNetwork, examples: Sequence[BodyExample], rows: int = 64) -> Iterator[Floats]:
    """Perform examples: the learned numbers of the postures, float32[T, 32], of each in order."""
    was, following = network.training, Following()
    network.eval()
    for first in range(0, len(examples), rows):
        group = examples[first : first + rows]
        shown = []
        for batch in batches(group, len(group), 300, None):
            if batch.begins:
                state, place = network.start(len(group)), following.resting(batch.taught[:, 0])
            goals, state = network(batch.rows, state)
            place, postures = following.followed(place, goals)
            shown.append(postures.numpy())
        whole = np.concatenate(shown, axis=1)
        yield from (own[: example.steps * BODY_POSES] for own, example in zip(whole, group, strict=True))
    network.train(was)


def figures(network: BodyNetwork, examples: Sequence[BodyExample]) -> Figures:
    """Measure a network on performances that it never learned from."""
    taught = [example.postures[: example.steps * BODY_POSES, list(LEARNED)] for example in examples]
    return compared(taught, list(performed(network, examples)))


def compared(taught: Sequence[Floats], shown: Sequence[Floats]) -> Figures:
    """Compare performances, float32[T, 32] each, as of `Figures`."""
    whole, ours = np.concatenate(taught).astype(np.float64), np.concatenate(shown).astype(np.float64)
    error, variance = np.square(ours - whole).mean(0), whole.var(0)
    moves, moved = (np.mean([own.var(0) for own in each], axis=0) for each in (taught, shown))
    moving = moves > 1e-8
    spread = np.sqrt(moved / np.where(moving, moves, 1.0))
    explained, amplitude = {}, {}
    for name, members in GROUPS.items():
        part = [n for n in members if moving[n]]
        explained[name] = float(np.mean(1 - error[part] / variance[part])) if part else 0.0
        amplitude[name] = float(np.mean(spread[part])) if part else 0.0
    (slow, most), (own, quick) = _speeds(taught), _speeds(shown)
    return Figures(explained, amplitude, (slow, own), (most, quick))


def _speeds(performances: Sequence[Floats]) -> tuple[float, float]:
    """Mean of the wrists' speed against the shoulders, m/s, and what a twentieth exceeds."""
    places = [own[:, list(WRISTS)].reshape(len(own), 2, 3) for own in performances]
    speeds = np.concatenate([np.linalg.norm(np.diff(own, axis=0), axis=-1).ravel() for own in places])
    speeds = speeds * _ARM * STEP_RATE
    return float(speeds.mean()), float(np.quantile(speeds, 0.95))
