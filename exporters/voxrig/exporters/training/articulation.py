"""Learn from a camera how a mouth moves: `python -m voxrig.exporters.training.articulation --data DIR`.

GRID's speaker was tracked on video and his phones are known, so the numbers of the coarticulation model (targets of the
sounds, how much they insist, how far ahead and behind the mouth looks) are fitted to him by gradient descent: for jaw
and lip opening, which the camera measures well. The rest stays with the phonetic tables: rounding, which it
under-measures, closures, whose seal is too fine for it, and tongue and teeth, which it does not see.

A sound's target is its table's, moved as all sounds of its kind were moved, and on its own as far as there is evidence:
sounds that GRID's 51 words lack borrow from their neighbours.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor, nn

from voxrig.exporters.articulators import index
from voxrig.exporters.coarticulation import CAPTURED_FILE, FINE, Mouth, by_rule, paint, trajectories
from voxrig.exporters.command import run
from voxrig.exporters.datasets.speech import Clip, read_grid
from voxrig.exporters.networks.face import lip_gap
from voxrig.exporters.phonetics import CLASSES, SILENCE, SOUNDS
from voxrig.exporters.training.corpus import heard, is_held_out
from voxrig.runtime.core.timing import STEP_RATE

FITTED: Final = ("jaw", "lower_down", "upper_up")
"""The articulators that are learned."""

_COLUMNS: Final = [index(name) for name in FITTED]
_GAP_SECONDS: Final = 1.2  # of silence between clips, longer than any window
_BEFORE: Final = 0.10  # seconds of silence around the speech that count
_WINDOW_SECONDS: Final = 0.5
_GAP_WEIGHT: Final = 4.0
_PRIOR: Final = 3.0  # a class counts as if it had been seen so many seconds more, at its kind's mean
_VOWEL_PRIOR: Final = (
    300.0  # the order of the vowels stays the tables': in a fixed grammar a vowel is confounded with its word
)
_STRONGEST: Final = 4.0  # times that a sound may insist more, or less, than the tables say
_SILENT_INSISTS: Final = 0.5  # so that the mouth rests in pauses; the speaker's stays open between prompts


class Fitted(nn.Module):
    """The coarticulation model with what is learned as parameters, for the columns `FITTED`."""

    kinds: Tensor
    base: Tensor
    base_insists: Tensor

    def __init__(self) -> None:
        super().__init__()
        rule = by_rule()
        kinds = [_kind(name) for name in CLASSES]
        self.register_buffer("kinds", torch.tensor(kinds))
        self.register_buffer("base", torch.logit(torch.from_numpy(rule.targets[:, _COLUMNS]).clamp(0.01, 0.97)))
        self.register_buffer("base_insists", torch.from_numpy(rule.insists[:, _COLUMNS]).log())
        shape = (max(kinds) + 1, len(FITTED))
        self.kind_target = nn.Parameter(torch.zeros(shape))
        self.kind_insists = nn.Parameter(torch.zeros(shape))
        self.own_target = nn.Parameter(torch.zeros_like(self.base))
        self.own_insists = nn.Parameter(torch.zeros_like(self.base))
        windows = torch.from_numpy(rule.windows[_COLUMNS])
        self.spread = nn.Parameter(windows[:, :2].log())
        self.lead = nn.Parameter(windows[:, 2].clone())

    def targets(self) -> Tensor:
        """[classes, columns]; silence stays shut."""
        moved = torch.sigmoid(self.base + self.kind_target[self.kinds] + self.own_target)
        silent = (torch.arange(len(CLASSES)) == CLASSES.index(SILENCE))[:, None]
        return torch.where(silent, 0.0, moved)

    def insists(self) -> Tensor:
        """[classes, columns]."""
        change = self.kind_insists[self.kinds] + self.own_insists
        bound = float(np.log(_STRONGEST))
        silent = (torch.arange(len(CLASSES)) == CLASSES.index(SILENCE))[:, None]
        return torch.where(silent, _SILENT_INSISTS, (self.base_insists + bound * torch.tanh(change / bound)).exp())

    def forward(self, painted: Tensor) -> Tensor:
        """Classes int64[sub-steps] -> positions [sub-steps, columns]."""
        reach = round(_WINDOW_SECONDS * STEP_RATE * FINE)
        offset = torch.arange(-reach, reach + 1) / (STEP_RATE * FINE) - self.lead[:, None]
        spread = self.spread.exp()
        kernel = torch.exp(-0.5 * (offset / torch.where(offset < 0, spread[:, :1], spread[:, 1:])) ** 2)
        weight = self.insists()[painted].t()
        both = torch.stack((self.targets()[painted].t() * weight, weight))
        length = both.shape[-1] + 2 * reach
        padded = nn.functional.pad(both, (reach, reach), mode="replicate")
        # Correlation by way of the frequency domain: the windows are long.
        spectrum = torch.fft.rfft(padded, 2 * length) * torch.fft.rfft(kernel.flip(-1), 2 * length)
        summed = torch.fft.irfft(spectrum, 2 * length)[..., 2 * reach : 2 * reach + both.shape[-1]]
        return torch.as_tensor(summed[0] / summed[1].clamp(min=1e-6)).t()

    def pull(self, seconds: Tensor) -> Tensor:
        """How far sounds stand from their kind, and kinds from the tables, a second of evidence each."""
        vowel = ((self.kinds == 1) | (self.kinds == 2)).float()[:, None]
        own = (self.own_target**2 * (1 + vowel * (_VOWEL_PRIOR / _PRIOR - 1)) + self.own_insists**2).sum()
        kind = (self.kind_target**2 + self.kind_insists**2).sum()
        return torch.as_tensor(_PRIOR * (own + 0.3 * kind) / seconds)


def _kind(name: str) -> int:
    """Silence, unrounded vowels, rounded vowels, consonants."""
    if name == SILENCE:
        return 0
    if name in "iɪeɛəɜʌɐæaɑ":
        return 1
    return 2 if SOUNDS[name].rounding >= 0.95 and name != "w" else 3


class _Laid:
    """Clips laid end to end with silence between, as tensors."""

    def __init__(self, clips: list[Clip]) -> None:
        painted, seen, counts, fixed = [], [], [], []
        silence = round(_GAP_SECONDS * STEP_RATE)
        for clip in clips:
            assert clip.captured is not None
            steps = len(clip.captured)
            phones = heard(clip.phones, *clip.audio())
            painted.append(np.pad(paint(phones, steps, FINE), (0, silence * FINE)))
            seen.append(np.pad(clip.captured, ((0, silence), (0, 0))))
            fixed.append(np.pad(trajectories(phones, steps), ((0, silence), (0, 0))))
            near = np.zeros(steps + silence, np.float32)
            near[max(0, round((phones[0][1] - _BEFORE) * 60)) : min(steps, round((phones[-1][2] + _BEFORE) * 60))] = 1
            counts.append(near)
        self.painted = torch.from_numpy(np.concatenate(painted))
        self.seen = torch.from_numpy(np.concatenate(seen)).float()
        self.fixed = torch.from_numpy(np.concatenate(fixed)).float()
        self.counts = torch.from_numpy(np.concatenate(counts))

    def posed(self, network: Fitted) -> Tensor:
        """Articulators of the whole: the fitted columns on top of the tables'."""
        out = self.fixed.clone()
        moved = network(self.painted)[::FINE]
        parted = 1 - out[:, [index("together")]]
        open_lips = torch.tensor([name != "jaw" for name in FITTED])
        out[:, _COLUMNS] = torch.where(open_lips, moved * parted, moved)
        return out


def fit(clips: list[Clip], updates: int) -> Fitted:
    """Fit the model to captured clips."""
    laid = _Laid(clips)
    network = Fitted()
    optimiser = torch.optim.Adam(network.parameters(), 0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.05, updates)
    seen = laid.seen[:, _COLUMNS]
    spoken = laid.counts > 0
    spread, gap = seen[spoken].var(0), lip_gap(laid.seen)
    seconds = spoken.sum() / STEP_RATE
    for _ in track(range(updates), description="fitting"):
        posed = laid.posed(network)
        pose = ((posed[:, _COLUMNS] - seen) ** 2 / spread).sum(-1)
        width = (lip_gap(posed) - gap) ** 2 / gap[spoken].var()
        loss = ((pose + _GAP_WEIGHT * width) * laid.counts).sum() / laid.counts.sum() + network.pull(seconds)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return network


def learned(network: Fitted) -> Mouth:
    """Return the fitted mouth."""
    rule = by_rule()
    mouth = replace(rule, targets=rule.targets.copy(), insists=rule.insists.copy(), windows=rule.windows.copy())
    with torch.no_grad():
        mouth.targets[:, _COLUMNS] = network.targets().numpy()
        mouth.insists[:, _COLUMNS] = network.insists().numpy()
        mouth.windows[_COLUMNS] = torch.cat((network.spread.exp(), network.lead[:, None]), -1).numpy()
    return mouth


def likeness(mouth: Mouth, clips: list[Clip]) -> dict[str, float]:
    """Median correlation over clips of lip gap and jaw, from known phones, with the captured ones."""
    rows = []
    for clip in clips:
        assert clip.captured is not None
        phones = heard(clip.phones, *clip.audio())
        made = trajectories(phones, len(clip.captured), mouth)
        rows.append((_correlation(_gap(made), _gap(clip.captured)), _correlation(made[:, 0], clip.captured[:, 0])))
    gap, jaw = np.median(rows, axis=0)
    return {"lip gap r": round(float(gap), 3), "jaw r": round(float(jaw), 3)}


def _gap(articulators: NDArray[np.float32]) -> NDArray[np.float32]:
    return lip_gap(torch.from_numpy(articulators)).numpy()


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def to_json(mouth: Mouth, source: str) -> str:
    """Write down the fitted columns of a mouth."""
    entries = {
        name: {
            "window": [round(float(value), 4) for value in mouth.windows[index(name)]],
            "sounds": {
                sound: [round(float(table[row, index(name)]), 4) for table in (mouth.targets, mouth.insists)]
                for row, sound in enumerate(CLASSES)
            },
        }
        for name in FITTED
    }
    return json.dumps({"source": source, "articulators": entries}, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Read the command line and fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the data sets")
    parser.add_argument("--out", type=Path, default=CAPTURED_FILE)
    parser.add_argument("--updates", type=int, default=100)
    arguments = parser.parse_args()
    rows = list(enumerate(read_grid(arguments.data)))
    kept = [clip for position, clip in rows if is_held_out(clip, position)]
    # A few hundred numbers: every other clip tells them as well as all do, in half the time.
    clips = [clip for position, clip in rows if not is_held_out(clip, position)][::2]
    mouth = learned(fit(clips, arguments.updates))
    print(f"clips kept out: by rule {likeness(by_rule(), kept)}, learned {likeness(mouth, kept)}")
    source = "GRID corpus, speaker s1 (Cooke, Barker, Cunningham & Shao 2006, CC BY 4.0): lips tracked on video"
    arguments.out.write_text(to_json(mouth, source), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    run(main)
