"""Learning to judge: perceptrons trained on what the ears tell of sessions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from torch import Tensor

from voxrig.exporters.emotions import CLASSES
from voxrig.exporters.networks.emotion import FUNCTIONALS, Ears, EmotionSize, Judge
from voxrig.exporters.training.sessions import Session, Told, by_speaker, listen, moody, shuffled, tuned
from voxrig.exporters.training.voices import NEUTRAL, Take

USUAL_TEMPERATURE: Final = 0.5
"""What `temperature` finds, within a tenth: by this the judges tell neutral while that is not known yet."""
_MOODS: Final = 1  # sessions with a mood for each speaker and variant, beside the shuffled one
_FROM: Final = 0.3  # how much voice the window must hold for a step to be learned from


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides a training run.

    Attributes:
        size: of the learned part.
        updates: optimiser steps for each perceptron.
        batch: steps of sound in each.
        rate: peak learning rate of the one-cycle schedule (Smith & Topin 2019).
        decay: of the weights (AdamW).
        smoothing: of the labels: an actor's anger is not always heard as anger.
        calm: share of the other speech without emotion in the weight of neutral.
        seed: of everything drawn.
    """

    size: EmotionSize = field(default_factory=EmotionSize)
    updates: int = 800
    batch: int = 512
    rate: float = 5e-3
    decay: float = 0.3
    smoothing: float = 0.1
    calm: float = 0.3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """Steps to learn from: compared functionals [N, FUNCTIONALS], classes [N] and weights [N], whose mean is 1."""

    compared: Tensor
    emotion: Tensor
    weight: Tensor


def learn(acted: list[Take], calm: list[Take], recipe: Recipe) -> tuple[Ears, list[Judge]]:
    """Tune the ears to the acted voices, and train the judges.

    Args:
        acted: clips with emotion.
        calm: clips without, of other speakers.
        recipe: of the run.
    """
    random = np.random.default_rng(recipe.seed)
    ears = tuned(acted)
    sessions: list[Session] = []
    for takes in by_speaker(acted).values():
        sessions += [shuffled(takes, random), *(moody(takes, random) for _ in range(_MOODS))]
    others = [moody(takes, random) for takes in by_speaker(calm).values()]
    heard = _steps(listen(ears, sessions), balanced=True)
    if others:
        heard = _joined(heard, _steps(listen(ears, others), balanced=False), recipe.calm)
    return ears, [_trained(heard, recipe, recipe.seed + number) for number in range(recipe.size.members)]


def judged_by(judges: list[Judge], divisor: float = USUAL_TEMPERATURE) -> Callable[[Tensor], Tensor]:
    """Return what gives the classes' probabilities [B, 7] for compared functionals."""
    return lambda compared: torch.softmax(logits(judges, compared) / divisor, -1)


def _steps(told: Told, *, balanced: bool) -> Heard:
    """The steps that hold enough voice; balanced, each class weighs the same."""
    emotion = torch.from_numpy(told.emotion)
    kept = (emotion >= 0) & (told.enough > _FROM)
    classes = emotion[kept]
    weight = torch.ones(len(classes))
    if balanced:
        weight = 1 / torch.bincount(classes, minlength=len(CLASSES)).clamp(min=1).float()[classes]
    return Heard(told.compared[kept], classes, weight / weight.mean())


def _joined(acted: Heard, calm: Heard, share: float) -> Heard:
    """Make other speech the given share of the weight of neutral, which in all stays as it was."""
    neutral = acted.emotion == NEUTRAL
    weight = torch.where(neutral, acted.weight * (1 - share), acted.weight)
    others = calm.weight * (share * acted.weight[neutral].sum() / calm.weight.sum())
    weight = torch.cat((weight, others))
    return Heard(
        torch.cat((acted.compared, calm.compared)), torch.cat((acted.emotion, calm.emotion)), weight / weight.mean()
    )


def _trained(heard: Heard, recipe: Recipe, seed: int) -> Judge:
    torch.manual_seed(seed)
    judge = Judge(recipe.size.width)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, recipe.updates)
    for _ in range(recipe.updates):
        drawn = torch.randint(len(heard.emotion), (recipe.batch,))
        loss = torch.nn.functional.cross_entropy(
            judge(heard.compared[drawn]), heard.emotion[drawn], label_smoothing=recipe.smoothing, reduction="none"
        )
        loss = (loss * heard.weight[drawn]).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return judge.eval()


@torch.no_grad()
def logits(judges: list[Judge], compared: Tensor) -> Tensor:
    """Mean of the judges' logits: [..., FUNCTIONALS] -> [..., 7]."""
    out = torch.stack([judge(compared.reshape(-1, FUNCTIONALS)) for judge in judges]).mean(0)
    return out.reshape(*compared.shape[:-1], len(CLASSES))


def temperature(scores: Tensor, emotion: Tensor) -> float:
    """What to divide logits [N, 7] by, so that the classes [N] are as likely as they say (least log loss)."""
    tried = torch.exp(torch.linspace(-1.5, 1.5, 121))
    losses = [float(torch.nn.functional.cross_entropy(scores / t, emotion)) for t in tried]
    return float(tried[int(np.argmin(losses))])
