"""Sessions: clips of one speaker, one after the other with pauses between, and what the network's ears make of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from voxrig.exporters.emotions import CLASSES
from voxrig.exporters.networks.emotion import FUNCTIONALS, PRIOR, STATES, Ears
from voxrig.exporters.training.voices import Take
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.prosody import FLOOR_DBFS, WIDTH
from voxrig.runtime.models.spec import LISTENER_STEPS

PAUSE: Final = 8
"""Steps of silence behind each clip: 0.8 s."""
_UNJUDGED: Final = 0.3
_SHORT: Final = 10  # clips of a session with a mood
_LEANING: Final = 0.5  # of the Dirichlet distribution that a mood is drawn from: often nearly one emotion

Session = list[Take]


@dataclass(frozen=True, slots=True)
class Told:
    """What the ears tell of every step of some sessions: B sessions of at most T steps.

    Attributes:
        compared: float32[B, T, FUNCTIONALS].
        enough: float32[B, T], how much voice the window holds, 0 to 1.
        clip: int[B, T], which clip of its session sounds; -1 in pauses.
        last: bool[B, T], at the last step of a clip.
    """

    compared: Tensor
    enough: Tensor
    clip: NDArray[np.int64]
    last: NDArray[np.bool_]
    sessions: list[Session]

    @property
    def emotion(self) -> NDArray[np.int64]:
        """The class that is played at each step; -1 in pauses."""
        out = np.full(self.clip.shape, -1)
        for b, session in enumerate(self.sessions):
            played = np.array([take.emotion for take in session] + [-1])
            out[b] = played[self.clip[b]]
        return out


def by_speaker(takes: Sequence[Take]) -> dict[tuple[str, int], list[Take]]:
    """The takes of each speaker in each variant."""
    out: dict[tuple[str, int], list[Take]] = {}
    for take in takes:
        out.setdefault((take.speaker, take.variant), []).append(take)
    return out


def shuffled(takes: Sequence[Take], random: np.random.Generator) -> Session:
    """All of one speaker's takes, each once, in a random order."""
    return [takes[i] for i in random.permutation(len(takes))]


def moody(takes: Sequence[Take], random: np.random.Generator) -> Session:
    """Some of one speaker's takes in which some emotions prevail, as in a scene."""
    mood = random.dirichlet(np.full(len(CLASSES), _LEANING))
    weight = np.array([mood[take.emotion] for take in takes]) + 1e-6
    return [takes[i] for i in random.choice(len(takes), _SHORT, p=weight / weight.sum())]


def unjudged(compared: Tensor) -> Tensor:
    """Find every class as likely as any: nobody has learned yet to tell neutral from them."""
    return torch.full((len(compared), len(CLASSES)), _UNJUDGED)


@torch.no_grad()
def listen(ears: Ears, sessions: list[Session], judged: Callable[[Tensor], Tensor] = unjudged) -> Told:
    """Run the ears over sessions, all at once.

    Args:
        ears: tuned ones.
        sessions: what they hear.
        judged: gives the classes' probabilities, by which the ears learn what is usual: [B, FUNCTIONALS] to [B, 7].
    """
    lengths = [sum(take.steps + PAUSE for take in session) for session in sessions]
    count, longest = len(sessions), max(lengths)
    clip = np.full((count, longest), -1)
    last = np.zeros((count, longest), np.bool_)
    starts: list[list[tuple[int, Take]]] = []
    for b, session in enumerate(sessions):
        at, placed = 0, []
        for number, take in enumerate(session):
            clip[b, at : at + take.steps] = number
            last[b, at + take.steps - 1] = True
            placed.append((at, take))
            at += take.steps + PAUSE
        starts.append(placed)
    recent, sums, memory = (torch.zeros(count, *shape) for shape in STATES)
    compared = torch.zeros(count, longest, FUNCTIONALS)
    enough = torch.zeros(count, longest)
    quiet = silence()
    block = np.empty((count, LISTENER_STEPS, len(quiet)), np.float32)
    for t in range(longest):
        block[:] = quiet
        for b in np.flatnonzero(clip[:, t] >= 0).tolist():
            begun, take = starts[b][clip[b, t]]
            first = (t - begun) * LISTENER_STEPS
            block[b] = take.rows[first : first + LISTENER_STEPS]
        here, sums, voiced = ears.window(torch.from_numpy(block), recent, sums)
        found = ears.found(sums, memory)
        memory = ears.remembered(memory, found, voiced, judged(found.compared)[:, :1])
        compared[:, t], enough[:, t] = found.compared, found.enough[:, 0]
        recent = torch.cat((here, voiced), -1)  # the hold is for those who tell
    return Told(compared, enough, clip, last, sessions)


def silence() -> NDArray[np.float32]:
    """A row of digital silence."""
    mel = LogMel()
    return np.concatenate((np.full(mel.width, np.log(mel.floor)), [FLOOR_DBFS], np.zeros(WIDTH - 1))).astype(np.float32)


@torch.no_grad()
def tuned(takes: Sequence[Take]) -> Ears:
    """Ears that know where the values and functionals of these voices lie, and how far one voice strays."""
    ears = Ears(LogMel().bands)
    values, weight = ears.measured(torch.from_numpy(np.concatenate([take.rows for take in takes]).astype(np.float32)))
    ears.offset.copy_((values * weight).sum(0) / weight.sum())
    recent, sums, _ = (torch.zeros(len(takes), *shape) for shape in STATES)
    found, speakers = [], []
    names = sorted({(take.speaker, take.variant) for take in takes})
    number = torch.tensor([names.index((take.speaker, take.variant)) for take in takes])
    quiet = silence()
    for t in range(max(take.steps for take in takes)):
        first = t * LISTENER_STEPS
        block = np.stack([_rows(take, first, quiet) for take in takes])
        here, sums, voiced = ears.window(torch.from_numpy(block), recent, sums)
        recent = torch.cat((here, voiced), -1)
        full = (sums[:, FUNCTIONALS] > LISTENER_STEPS) & (voiced[:, 0] > 0)
        found.append(ears.functionals(sums[full]))
        speakers.append(number[full])
    functionals, of = torch.cat(found), torch.cat(speakers)
    ears.centre.copy_(functionals.mean(0))
    ears.scale.copy_(1 / (functionals.std(0) + 1e-3))
    usual = torch.clamp((functionals - ears.centre) * ears.scale, -4, 4)
    spread = torch.stack([usual[of == n].var(0) for n in range(len(names)) if (of == n).sum() > 1])
    ears.prior[FUNCTIONALS:] = PRIOR * spread.mean(0)
    return ears


def _rows(take: Take, first: int, quiet: NDArray[np.float32]) -> NDArray[np.float32]:
    found = take.rows[first : first + LISTENER_STEPS]
    return found.astype(np.float32) if len(found) else np.tile(quiet, (LISTENER_STEPS, 1))
