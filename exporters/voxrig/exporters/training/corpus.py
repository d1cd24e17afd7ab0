"""Clips made ready for training: mel frames, targets, masks and sound classes, cached on disk once.

Every clip is kept at its own pitch and, for more voices than were recorded, once more played faster or slower, which
shifts pitch and formants together.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.coarticulation import Phone, classes, trajectories
from voxrig.exporters.datasets.speech import Clip, read_emodb, read_grid, read_tts
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE, STEP_RATE

HELD_OUT_VOICES: Final = ("af_sky", "am_eric", "bf_isabella")
"""Voices of the `tts` set that are never trained on, nor any blend with them."""
RESERVED_VOICES: Final = ("bf_emma", "am_michael", "af_nova", "bm_lewis")
"""Voices kept for checking by the data's own README, should they ever appear in it."""
HELD_OUT_SPEAKERS: Final = ("03", "16")
"""EmoDB speakers that are never trained on: a man and a woman."""
HELD_OUT_GRID: Final = 12
"""Every so many GRID clips, one is never trained on."""

_VERSION: Final = 4  # of the cache's contents
_SPEEDS: Final = (0.86, 1.18)
_CAPTURED: Final = tuple(
    index(n)
    for n in (
        "jaw",
        "together",
        "lower_down",
        "upper_up",
        "pucker",
        "funnel",
        "stretch",
        "smile",
        "frown",
        "roll_upper",
    )
)
_PAUSE: Final = 0.12  # seconds
_TAIL: Final = 0.5  # seconds of silence behind a clip, to learn rest


@dataclass(frozen=True, slots=True)
class Example:
    """A clip as the network meets it; all arrays have one row a step but `mel`, which has two.

    Attributes:
        mel: float16[2 * steps, bands]; step s has heard the clip's internal samples below 400 * (s + 1) - lead_in.
        targets: float16[steps, articulators]; row n shows time n / 60 s.
        sounds: int8[steps], indices into `phonetics.CLASSES`.
        captured: whether a camera measured the targets.
    """

    name: str
    dataset: str
    mel: NDArray[np.float16]
    targets: NDArray[np.float16]
    sounds: NDArray[np.int8]
    captured: bool


def is_held_out(clip: Clip, position: int) -> bool:
    """Whether a clip is kept for checking; `position` is its place in its data set."""
    if clip.dataset == "tts":
        return any(voice in clip.speaker for voice in HELD_OUT_VOICES + RESERVED_VOICES)
    if clip.dataset == "emodb":
        return clip.speaker in HELD_OUT_SPEAKERS
    return clip.dataset != "grid_s1" or position % HELD_OUT_GRID == 0


def clips(data: Path, *, held_out: bool) -> Iterator[Clip]:
    """The clips to train on, or those kept for checking, in a fixed order."""
    for reader in (read_tts, read_grid, read_emodb):
        for position, clip in enumerate(reader(data)):
            if is_held_out(clip, position) == held_out:
                yield clip


def mel_frames(audio: NDArray[np.float32], rate: int, lead_in: int, mel: LogMel, tail: float) -> NDArray[np.float32]:
    """Mel of a whole clip with silence around it, by the same code as the runtime: float32[2 * steps, bands]."""
    resampler = Resampler(rate)
    flush = np.zeros(round(tail * rate), np.float32)
    _, samples = resampler.step(resampler.start(), np.concatenate((audio, flush)))
    samples = np.concatenate((np.zeros(lead_in, np.float32), samples))
    samples = samples[: len(samples) // BLOCK * BLOCK]
    return mel.step(mel.start(), samples)[1].reshape(-1, mel.bands)


def prepare(clip: Clip, lead_in: int, mel: LogMel, speed: float = 1.0) -> Example:
    """Make the example of a clip, played `speed` times as fast."""
    audio, rate = clip.audio()
    # Reading the samples as if recorded at another rate is the change of speed.
    frames = mel_frames(audio, round(rate * speed), lead_in, mel, _TAIL)
    steps = len(frames) // 2
    phones: list[Phone] = [(p, a / speed, b / speed) for p, a, b in heard(clip.phones, audio, rate)]
    targets = trajectories(phones, steps)
    sounds = classes(phones, steps)
    if clip.captured is not None:
        targets[:, _CAPTURED] = _played(clip.captured, speed, steps)[:, _CAPTURED] * _speaking(sounds)[:, None]
    return Example(
        f"{clip.name}@{speed:.2f}",
        clip.dataset,
        frames.astype(np.float16),
        targets.astype(np.float16),
        sounds.astype(np.int8),
        clip.captured is not None,
    )


def heard(phones: Iterable[Phone], audio: NDArray[np.float32], rate: int) -> list[Phone]:
    """Cut phones back to where there is sound: labels let the last phone before a pause run on into silence.

    Silence is a stretch of `_PAUSE` seconds or more, longer than any closure, that stays 50 dB below the loudest 10 ms.
    """
    window = rate // 100
    level = np.square(audio[: len(audio) // window * window]).reshape(-1, window).mean(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], level <= level.max(initial=0.0) * 1e-5, [0]))))
    pauses = [(a * window / rate, b * window / rate) for a, b in edges.reshape(-1, 2)]
    pauses = [(a, b) for a, b in pauses if b - a >= _PAUSE]
    pauses.append((len(audio) / rate, float("inf")))
    out = []
    for symbol, start, end in phones:
        for a, b in pauses:
            if a <= start < b:
                start = b
            elif start < a < end:
                end = a
        if start < end:
            out.append((symbol, start, end))
    return out


def _played(captured: NDArray[np.float32], speed: float, steps: int) -> NDArray[np.float32]:
    at = np.arange(steps) * speed
    rows = np.arange(len(captured))
    out = np.empty((steps, len(ARTICULATORS)), np.float32)
    for column in range(len(ARTICULATORS)):
        out[:, column] = np.interp(at, rows, captured[:, column], right=0.0)
    return out


def _speaking(sounds: NDArray[np.int64]) -> NDArray[np.float32]:
    """1 in speech, eased to 0 over 120 ms in pauses: the speaker's half-open mouth between prompts is not wanted."""
    reach = round(0.12 * STEP_RATE)
    kernel = np.hanning(2 * reach + 3)[1:-1]
    near = np.convolve(sounds > 0, np.ones(reach + 1), mode="same") > 0
    return np.asarray(np.convolve(np.pad(near, reach, mode="edge"), kernel / kernel.sum(), mode="valid"), np.float32)


def load(data: Path, cache: Path, lead_in: int, mel: LogMel) -> list[Example]:
    """All training examples, from `cache` where it holds them, else made and put there.

    Raises:
        DatasetError: a data set is missing.
    """
    key = json.dumps([_VERSION, lead_in, mel.bands, mel.fmin, mel.fmax, mel.floor, _SPEEDS, _TAIL, _source_digest()])
    path = cache / f"corpus-{hashlib.sha256(key.encode()).hexdigest()[:12]}.npz"
    if not path.is_file():
        _save(path, _make(clips(data, held_out=False), lead_in, mel))
    return list(_read(path))


def _source_digest() -> str:
    """Changes when the rules behind the targets change."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for source in (
        Path(__file__),
        *(here.parent / n for n in ("phonetics.py", "coarticulation.py", "articulators.py")),
    ):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _make(source: Iterable[Clip], lead_in: int, mel: LogMel) -> Iterator[Example]:
    random = np.random.default_rng(1)
    for clip in track(list(source), description="preparing clips"):
        yield prepare(clip, lead_in, mel)
        yield prepare(clip, lead_in, mel, float(random.uniform(*_SPEEDS)))


def _save(path: Path, examples: Iterable[Example]) -> None:
    rows = list(examples)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(
            file,
            names=np.array([e.name for e in rows]),
            datasets=np.array([e.dataset for e in rows]),
            captured=np.array([e.captured for e in rows]),
            steps=np.array([len(e.sounds) for e in rows]),
            mel=np.concatenate([e.mel for e in rows]),
            targets=np.concatenate([e.targets for e in rows]),
            sounds=np.concatenate([e.sounds for e in rows]),
        )
    partial.replace(path)


def _read(path: Path) -> Iterator[Example]:
    with np.load(path) as file:
        mel, targets, sounds = file["mel"], file["targets"], file["sounds"]
        ends = np.cumsum(file["steps"])
        for i, end in enumerate(ends):
            start = end - int(file["steps"][i])
            yield Example(
                str(file["names"][i]),
                str(file["datasets"][i]),
                mel[2 * start : 2 * end],
                targets[start:end],
                sounds[start:end],
                bool(file["captured"][i]),
            )


def seconds(examples: Iterable[Example]) -> float:
    """Length of the examples together."""
    return sum(len(e.sounds) for e in examples) * BLOCK / SAMPLE_RATE
