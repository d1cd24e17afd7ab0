"""The streaming network that hears emotion: measured moments of the voice, against what is usual for it, to classes.

What is measured is fixed: cepstrum, tilt, level, pitch and voicing of the voiced sound, their spread and movement over
the last few seconds of speech. Such functionals are what small sets of acted emotion are told by (Schuller, Batliner,
Steidl & Seppi 2011, "Recognising realistic emotions and affect in speech", Speech Communication 53); here they are
leaky sums, so that they stream. Each is compared with its own running mean and spread in the session, which begin as
those of the training voices and learn most from what sounds neutral: otherwise most of what differs is the speaker
(Busso, Mariooryad, Metallinou & Narayanan 2013, "Iterative feature normalization scheme for automatic emotion detection
from speech", IEEE Trans. Affective Computing 4). Only the perceptrons behind that are learned.
"""

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from voxrig.exporters.emotions import CLASSES, categories, points
from voxrig.runtime.core.prosody import LOWEST, WIDTH
from voxrig.runtime.models.spec import HEARD, LISTENER_STEPS

CEPSTRA: Final = 20
MEASURED: Final = CEPSTRA + 5
"""Values of a row: cepstral coefficients 1 to 20, shares of the upper and of the lower bands, voicing, level, pitch."""
_MEANS: Final = MEASURED + 1
_MOVED: Final = MEASURED + 3
FUNCTIONALS: Final = 2 * _MEANS + _MOVED
"""Means and spreads over voiced sound, and of the level over all speech; mean changes from row to row, slope of the
pitch, share of voiced sound, onsets of the voice."""
_COUNTS: Final = 3
STATES: Final = ((MEASURED + 3,), (FUNCTIONALS + _COUNTS,), (1 + 2 * FUNCTIONALS,))
"""Shapes: the last row, how far it was voiced, the envelope and the hold; leaky sums of what the functionals are made
of, and counts of voiced rows, of pairs of them and of speech; the session's count and moments."""

_LEVEL, _PITCH = MEASURED - 2, MEASURED - 1
_SIXTEEN = 16
_LOGS = 8  # logarithms of a row, more than are needed: see `Ears.measured`
_UPPER, _LOWER = 32, 12  # bands: from 1.8 kHz on, and up to 400 Hz
_VOICED_FROM, _VOICED_TO = 0.55, 0.75  # voicing at which a row begins to count, and counts fully
_OCTAVE: Final = 3.0  # what an octave is in a row: four semitones are 1
_STEEPEST: Final = 1.0  # four semitones from row to row: more is an error of the pitch
_SOFTEST: Final = -4.5  # 45 dB below the usual level: what is softer is a pause
_WINDOW: Final = math.exp(-1 / 25)  # what a step of a tenth of a second keeps of the speech before it
_PAUSE: Final = math.exp(-1 / 3)  # the same where nothing is said: the next phrase is another
_ENVELOPE: Final = 0.5  # what a step keeps of having been speech
_ENOUGH: Final = 24.0  # voiced rows, 0.4 s, from which on the moments count fully
_LEAST: Final = 0.01  # voiced rows, or envelope, below which there are none
_SESSION: Final = 1 / 1200  # what a step of voiced sound makes a session forget
PRIOR: Final = 60.0  # steps of voiced sound that the training voices count for
_ANYHOW: Final = 0.1  # how much a step that sounds like no neutral one teaches of the voice, against one that does
_HOLD: Final = 0.92  # what a step keeps of how much was heard: in silence half after 0.8 s, nothing after 3.5 s
_REACH: Final = 4.0  # standard deviations


@dataclass(frozen=True, slots=True)
class EmotionSize:
    """How large the learned part is: perceptrons side by side, and the width of each."""

    members: int = 4
    width: int = 96


class Found(NamedTuple):
    """What a step tells of the voice.

    Attributes:
        values: the functionals in standard deviations of the training voices [B, FUNCTIONALS].
        compared: the functionals in standard deviations from what is usual in this session [B, FUNCTIONALS].
        enough: how much voice the window holds, 0 to 1 [B, 1].
    """

    values: Tensor
    compared: Tensor
    enough: Tensor


class Ears(nn.Module):
    """What is measured, a step of six rows at a time. Nothing here is learned but where things usually lie."""

    project: Tensor
    shares: Tensor
    against: Tensor
    unit: Tensor
    rows: Tensor
    counted: Tensor
    offset: Tensor
    centre: Tensor
    scale: Tensor
    prior: Tensor

    def __init__(self, bands: int) -> None:
        super().__init__()
        self.bands = bands
        band, order = torch.arange(bands) + 0.5, torch.arange(1, CEPSTRA + 1)
        cosine = torch.cos(math.pi / bands * band[:, None] * order[None, :]) * math.sqrt(0.02 / bands)
        shares = torch.ones(bands, 3)
        shares[:_UPPER, 0] = 0
        shares[_LOWER:, 1] = 0
        self.register_buffer("project", cosine)
        # All about as large as 1, so that their squares can be summed and taken from each other again.
        unit = torch.ones(MEASURED)
        unit[-3:] = torch.tensor((10.0, 0.1, _OCTAVE / math.log(2)))
        self.register_buffer("shares", shares)
        against = torch.zeros(_LOGS, 2)
        against[:3] = torch.tensor(((1.0, 0.0), (0.0, 1.0), (-1.0, -1.0)))
        self.register_buffer("against", against)
        self.register_buffer("unit", unit)
        self.register_buffer("rows", torch.ones(1, LISTENER_STEPS, 1))
        self.register_buffer("counted", _counted())
        self.register_buffer("offset", torch.zeros(MEASURED))
        self.register_buffer("centre", torch.zeros(FUNCTIONALS))
        self.register_buffer("scale", torch.ones(FUNCTIONALS))
        self.register_buffer("prior", torch.zeros(2 * FUNCTIONALS))

    def measured(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Rows [..., 2 * bands + 3] -> values [..., MEASURED], and how far each row is voiced [..., 1].

        Logarithms are taken of 48 numbers a step: ONNX Runtime takes sixteen or fewer at a time in one way and what is
        left over of a tensor in another, so that of a batch the last characters would hear a last bit of difference.
        """
        early, late, level, pitch, voicing = torch.split(rows, [self.bands, self.bands, 1, 1, 1], -1)
        mel = (early + late) * 0.5
        power, hertz = torch.exp(mel) @ self.shares, torch.clamp(pitch, min=LOWEST)  # never 0: mel has a floor
        logs = torch.log(torch.cat((power, hertz, power, hertz), -1))
        values = torch.cat((mel @ self.project, logs @ self.against, voicing, level, logs[..., 3:4]), -1)
        voiced = voicing * (1 / (_VOICED_TO - _VOICED_FROM)) - _VOICED_FROM / (_VOICED_TO - _VOICED_FROM)
        return values * self.unit - self.offset, torch.clamp(voiced, 0.0, 1.0)

    def window(self, rows: Tensor, recent: Tensor, sums: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take a step's rows [B, 6, 2 * bands + 3].

        Returns:
            The last row with its voicing and the envelope [B, MEASURED + 2], the next sums, and how many of the rows
            were voiced [B, 1].
        """
        values, voiced = self.measured(rows)
        here = torch.cat((values, voiced), -1)
        last, before_voiced, fading, _ = torch.split(recent.unsqueeze(1), [MEASURED, 1, 1, 1], -1)
        before = torch.cat((torch.cat((last, before_voiced), -1), here[:, :-1]), 1)
        change, slope, onset = torch.split(here - before, [MEASURED - 1, 1, 1], -1)
        slope = torch.clamp(slope, -_STEEPEST, _STEEPEST)
        # What is next to nothing is nothing, here and below: else silence would go on with ever smaller numbers.
        fading = torch.where(fading > _LEAST, fading * _ENVELOPE, 0.0)
        envelope = torch.maximum(voiced.amax(1, keepdim=True), fading)
        counts = torch.cat((voiced, voiced * before[..., MEASURED:], envelope * self.rows), -1)
        both = torch.cat((values, torch.clamp(values[..., _LEVEL:_PITCH], min=_SOFTEST)), -1)
        moved = torch.cat((torch.cat((change, slope, onset), -1).abs(), slope, voiced), -1)
        found = torch.cat((both, both * both, moved), -1) * (counts @ self.counted)
        # As a product, as ONNX Runtime adds rows up in another order where there is one character.
        added = (self.rows.transpose(1, 2) @ torch.cat((found, counts), -1)).squeeze(1)
        envelope = envelope.squeeze(1)
        kept = torch.where(sums[:, FUNCTIONALS:-2] > _LEAST, envelope * (_WINDOW - _PAUSE) + _PAUSE, 0.0)
        return torch.cat((here[:, -1], envelope), -1), sums * kept + added, added[:, FUNCTIONALS:-2]

    def functionals(self, sums: Tensor) -> Tensor:
        """Leaky sums [..., FUNCTIONALS + 3] -> what they say of the voice [..., FUNCTIONALS]."""
        found, counts = torch.split(sums, [FUNCTIONALS, _COUNTS], -1)
        parts = found / (torch.clamp(counts, min=_LEAST) @ self.counted)
        mean, square, moved = torch.split(parts, [_MEANS, _MEANS, _MOVED], -1)
        return torch.cat((mean, torch.sqrt(torch.clamp(square - mean * mean, min=1e-3)), moved), -1)

    def found(self, sums: Tensor, session: Tensor) -> Found:
        """Compare the window with the session up to here."""
        enough = torch.clamp(sums[:, FUNCTIONALS:-2] * (1 / _ENOUGH), max=1.0)
        values = torch.clamp((self.functionals(sums) - self.centre) * self.scale, -_REACH, _REACH)
        count, moments = torch.split(session, [1, 2 * FUNCTIONALS], -1)
        usual, square = torch.split((moments + self.prior) / (count + PRIOR), FUNCTIONALS, -1)
        spread = square - usual * usual
        compared = (values - usual) / torch.sqrt(torch.clamp(spread, min=0.05))
        return Found(values, compared, enough)

    @staticmethod
    def remembered(session: Tensor, found: Found, count: Tensor, neutral: Tensor) -> Tensor:
        """Learn what is usual: the more rows of a step are voiced and the more likely it is neutral, both [B, 1]."""
        share = (1 - _ANYHOW) / LISTENER_STEPS
        weight = found.enough * count * (neutral * share + _ANYHOW / LISTENER_STEPS)
        weighed = found.values * weight
        return session * (weight * -_SESSION + 1) + torch.cat((weight, weighed, weighed * found.values), -1)


def _counted() -> Tensor:
    """Which of the counts goes with which sum: float32[3, FUNCTIONALS], voiced rows, pairs of them, speech."""
    out = torch.zeros(_COUNTS, FUNCTIONALS)
    of = torch.zeros(FUNCTIONALS, dtype=torch.int64)
    of[_MEANS - 1] = of[2 * _MEANS - 1] = 2  # the level with the unvoiced sounds in it
    of[2 * _MEANS :] = torch.tensor([*(1 for _ in range(MEASURED)), 2, 1, 2])  # changes, onsets, slope, voiced
    out[of, torch.arange(FUNCTIONALS)] = 1.0
    return out


class Judge(nn.Sequential):
    """A perceptron: compared functionals [B, FUNCTIONALS] -> logits of `CLASSES` [B, 7]."""

    def __init__(self, width: int) -> None:
        super().__init__(
            nn.Dropout(0.2), nn.Linear(FUNCTIONALS, width), nn.SiLU(), nn.Dropout(0.4), nn.Linear(width, len(CLASSES))
        )


class EmotionStep(nn.Module):
    """A step as it is exported: six rows and the states in, `spec.HEARD` and the next states out.

    The mean of the judges' logits is divided by a temperature, so that probabilities are as often right as they say
    (Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks", ICML). Confidence is 1 less their
    entropy's share of the largest, times how much voice was heard; by as much as it lacks, all is neutral.
    """

    meaning: Tensor
    nothing: Tensor

    def __init__(self, ears: Ears, judges: list[Judge], temperature: float) -> None:
        super().__init__()
        self.ears = ears
        entries = [next(m for m in judge if isinstance(m, nn.Linear)) for judge in judges]
        exits = [[m for m in judge if isinstance(m, nn.Linear)][-1] for judge in judges]
        width = sum(entry.out_features for entry in entries)
        self.entry, self.exit = nn.Linear(FUNCTIONALS, width), nn.Linear(width, len(CLASSES))
        share = 1 / (len(judges) * temperature)
        with torch.no_grad():
            self.entry.weight.copy_(torch.cat([entry.weight for entry in entries]))
            self.entry.bias.copy_(torch.cat([entry.bias for entry in entries]))
            self.exit.weight.copy_(torch.cat([last.weight for last in exits], 1) * share)
            self.exit.bias.copy_(torch.stack([last.bias for last in exits]).sum(0) * share)
        # By as much as it is sure, from neutral towards what the classes mean.
        nothing = torch.zeros(len(HEARD) - 1)
        nothing[0] = 1.0
        self.register_buffer("meaning", torch.cat((categories(), points()), 1) - nothing)
        self.register_buffer("nothing", nothing)

    def judged(self, compared: Tensor) -> Tensor:
        """Compared functionals -> probabilities of `CLASSES`."""
        return torch.softmax(self.exit(nn.functional.silu(self.entry(compared))), -1)

    def told(self, classes: Tensor, right: Tensor) -> Tensor:
        """Probabilities of classes [..., 7] and how much was heard [..., 1] -> `spec.HEARD` [..., 12]."""
        # Beside as many ones as make sixteen, for what `Ears.measured` says of logarithms; theirs are 0.
        ones = _SIXTEEN - len(CLASSES)
        shares = nn.functional.pad(torch.clamp(classes, min=1e-9), (0, ones), value=1.0)
        order = (shares * torch.log(shares)).sum(-1, keepdim=True)
        sure = torch.clamp(order * (1 / math.log(len(CLASSES))) + 1, 0.0, 1.0) * right
        return torch.cat(((classes @ self.meaning) * sure + self.nothing, sure), -1)

    def forward(self, features: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        """features [B, 6 * (2 * bands + 3)] and states as `STATES` -> heard [B, 12] and the next states."""
        recent, sums, session = states
        rows = features.reshape(-1, LISTENER_STEPS, 2 * self.ears.bands + WIDTH)
        last, sums, count = self.ears.window(rows, recent, sums)
        found = self.ears.found(sums, session)
        classes = self.judged(found.compared)
        session = self.ears.remembered(session, found, count, classes[:, :1])
        hold = torch.maximum(found.enough, recent[:, -1:] * _HOLD)
        hold = torch.where(sums[:, FUNCTIONALS:-2] > _LEAST, hold, 0.0)
        return self.told(classes, hold), torch.cat((last, hold), -1), sums, session
