"""Clips made ready for training: mel frames, targets, trust and sound classes, cached on disk once.

Every clip is there as it was recorded and in some disguises: played faster or slower, which shifts pitch and formants
together, in a room, through a telephone or a codec.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.coarticulation import CAPTURED_FILE, Phone, anticipating, by_rule, classes, taught, trajectories
from voxrig.exporters.datasets.facegood import read_facegood
from voxrig.exporters.datasets.speech import Clip, read_emodb, read_grid, read_tts
from voxrig.exporters.training.disguise import disguise
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE, STEP_RATE

HELD_OUT_VOICES: Final = ("af_sky", "am_eric", "bf_isabella")
"""Voices of the `tts` set that are never trained on, nor any blend with them."""
RESERVED_VOICES: Final = ("bf_emma", "am_michael", "af_nova", "bm_lewis")
"""Voices kept for checking by the data's own README, should they ever appear in it."""
HELD_OUT_SPEAKERS: Final = ("03", "16")
"""EmoDB speakers that are never trained on: a man and a woman."""
HELD_OUT_EVERY: Final = 12
"""Every so many clips of GRID, FACEGOOD and a studio's own captures, one is never trained on."""

UNKNOWN: Final = -1
"""The sound class where phones are not known."""
MOUTHS: Final = {"taught": (taught, 0.15), "by_rule": (by_rule, 0.15), "anticipating": (anticipating, 0.45)}
"""Whose trajectories a clip with phones but no camera is taught (see `coarticulation`), and for how many seconds before
the speech a captured mouth may move."""

_VERSION: Final = 6  # of the cache's contents
_SPEEDS: Final = (0.8, 1.25)
_DISGUISES: Final = {"tts": 2, "grid_s1": 4, "emodb": 4}
_OTHER_DISGUISES: Final = 3
_PAUSE: Final = 0.12  # seconds
_TAIL: Final = 0.5  # seconds of silence behind a clip, to learn rest
_AFTER: Final = 0.08  # seconds that a captured mouth may move after the speech
_EASE: Final = 0.15  # seconds, on either end of that
_PUCKER: Final = 1.4  # the camera sees no depth and under-measures rounding


@dataclass(frozen=True, slots=True)
class Example:
    """A clip as the network meets it; all arrays have one row a step but `mel`, which has two.

    Attributes:
        mel: float16[2 * steps, bands]; step s has heard the clip's internal samples below 400 * (s + 1) - lead_in.
        targets: float16[steps, articulators] a mouth of `MOUTHS`; row n shows time n / 60 s.
        sounds: int8[steps], indices into `phonetics.CLASSES`, or `UNKNOWN`.
        trusted: bool[articulators]: whose targets are worth learning from.
    """

    name: str
    dataset: str
    mel: NDArray[np.float16]
    targets: dict[str, NDArray[np.float16]]
    sounds: NDArray[np.int8]
    trusted: NDArray[np.bool_]


def is_held_out(clip: Clip, position: int) -> bool:
    """Whether a clip is kept for checking; `position` is its place in its data set."""
    if clip.dataset == "tts":
        return any(voice in clip.speaker for voice in HELD_OUT_VOICES + RESERVED_VOICES)
    if clip.dataset == "emodb":
        return clip.speaker in HELD_OUT_SPEAKERS
    return clip.dataset == "ljspeech" or position % HELD_OUT_EVERY == 0


def shared_clips(data: Path, *, held_out: bool, without: Sequence[str] = ()) -> Iterator[Clip]:
    """The clips of our data sets to train on, or those kept for checking, in a fixed order.

    Args:
        data: the folder that holds the data sets.
        held_out: which of the two.
        without: data sets to leave out altogether.
    """
    for name, reader in (
        ("tts", read_tts), ("grid_s1", read_grid), ("emodb", read_emodb), ("facegood", read_facegood),
    ):  # fmt: skip
        if name not in without:
            yield from parted(reader(data), held_out=held_out)


def parted(clips: Iterable[Clip], *, held_out: bool) -> Iterator[Clip]:
    """Those clips of a data set that are trained on, or those that are not."""
    return (clip for position, clip in enumerate(clips) if is_held_out(clip, position) == held_out)


def mel_frames(audio: NDArray[np.float32], rate: int, lead_in: int, mel: LogMel, tail: float) -> NDArray[np.float32]:
    """Mel of a whole clip with silence around it, by the same code as the runtime: float32[2 * steps, bands]."""
    resampler = Resampler(rate)
    flush = np.zeros(round(tail * rate), np.float32)
    _, samples = resampler.step(resampler.start(), np.concatenate((audio, flush)))
    samples = np.concatenate((np.zeros(lead_in, np.float32), samples))
    samples = samples[: len(samples) // BLOCK * BLOCK]
    return mel.step(mel.start(), samples)[1].reshape(-1, mel.bands)


def prepare(clip: Clip, lead_in: int, mel: LogMel, disguised: int = 0) -> Example:
    """Make the example of a clip: as it is, or in one of its disguises, by number from 1."""
    audio, rate = clip.audio()
    phones, speed = heard(clip.phones, audio, rate), 1.0
    if disguised:
        random = np.random.default_rng((zlib.crc32(clip.name.encode()), disguised))
        speed = float(random.uniform(*_SPEEDS))
        audio = disguise(audio, rate, random)
    # Reading the samples as if recorded at another rate is the change of speed.
    frames = mel_frames(audio, round(rate * speed), lead_in, mel, _TAIL)
    steps = len(frames) // 2
    phones = [(p, a / speed, b / speed) for p, a, b in phones]
    targets = {name: trajectories(phones, steps, mouth()) for name, (mouth, _) in MOUTHS.items()}
    sounds = classes(phones, steps) if phones else np.full(steps, UNKNOWN)
    trusted = np.ones(len(ARTICULATORS), np.bool_)
    if clip.captured is not None:
        seen = np.array([name in clip.trusted for name in ARTICULATORS])
        played = _played(clip.captured, speed, steps)
        if clip.dataset == "grid_s1":
            played[:, index("pucker")] = np.minimum(played[:, index("pucker")] * _PUCKER, 1)
        for name, target in targets.items():
            near = _speaking(sounds, MOUTHS[name][1]) if phones else np.ones(steps, np.float32)
            target[:, seen] = (played * near[:, None])[:, seen]
        if not phones:
            trusted = seen
    return Example(
        f"{clip.name}@{speed:.2f}",
        clip.dataset,
        frames.astype(np.float16),
        {name: target.astype(np.float16) for name, target in targets.items()},
        sounds.astype(np.int8),
        trusted,
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


def _speaking(sounds: NDArray[np.int64], ahead: float) -> NDArray[np.float32]:
    """1 in and around speech, eased to 0 in pauses: the speaker's half-open mouth between prompts is not wanted."""
    before, after = round(ahead * STEP_RATE), round(_AFTER * STEP_RATE)
    near = np.zeros(len(sounds), np.float32)
    for at in np.flatnonzero(sounds > 0):
        near[max(0, at - before) : at + after + 1] = 1
    half = round(_EASE * STEP_RATE / 2)
    kernel = np.hanning(2 * half + 3)[1:-1]
    return np.asarray(np.convolve(np.pad(near, half, mode="edge"), kernel / kernel.sum(), mode="valid"), np.float32)


def load(clips: Sequence[Clip], cache: Path, lead_in: int, mel: LogMel) -> list[Example]:
    """The examples of clips in all their disguises, from `cache` where it holds them, else made and put there."""
    examples: list[Example] = []
    for dataset in dict.fromkeys(clip.dataset for clip in clips):
        chosen = [clip for clip in clips if clip.dataset == dataset]
        key = json.dumps([_VERSION, lead_in, mel.bands, mel.fmin, mel.fmax, mel.floor, _source_digest()])
        listed = json.dumps([_fingerprint(clip) for clip in chosen])
        digest = hashlib.sha256((key + listed).encode()).hexdigest()[:12]
        path = cache / f"corpus-{dataset}-{digest}.npz"
        if not path.is_file():
            _save(path, _make(chosen, lead_in, mel))
        examples += _read(path)
    return examples


def _fingerprint(clip: Clip) -> tuple[str | int | float | None, ...]:
    """Changes when the clip does."""
    captured = 0 if clip.captured is None else zlib.crc32(np.ascontiguousarray(clip.captured).tobytes())
    phones = zlib.crc32(repr(clip.phones).encode())
    return clip.name, clip.audio_path.stat().st_size, clip.start, clip.end, captured, phones, *sorted(clip.trusted)


def _source_digest() -> str:
    """Changes when what makes the examples changes."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    names = ("training/corpus", "training/disguise", "phonetics", "coarticulation", "articulators")
    for source in (CAPTURED_FILE, *(root / f"{name}.py" for name in names)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _make(clips: Sequence[Clip], lead_in: int, mel: LogMel) -> Iterator[Example]:
    work = [(clip, number) for clip in clips for number in range(1 + _DISGUISES.get(clip.dataset, _OTHER_DISGUISES))]
    if len(work) < 64:
        yield from (_prepared(job, lead_in, mel) for job in work)
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        made = pool.map(partial(_prepared, lead_in=lead_in, mel=mel), work, chunksize=16)
        yield from track(made, total=len(work), description=f"preparing {clips[0].dataset}")


def _prepared(job: tuple[Clip, int], lead_in: int, mel: LogMel) -> Example:
    return prepare(job[0], lead_in, mel, job[1])


def _save(path: Path, examples: Iterable[Example]) -> None:
    rows = list(examples)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_path = path.with_suffix(".partial")
    with partial_path.open("wb") as file:
        columns: dict[str, Any] = {name: np.concatenate([e.targets[name] for e in rows]) for name in MOUTHS}
        np.savez(
            file,
            names=np.array([e.name for e in rows]),
            datasets=np.array([e.dataset for e in rows]),
            trusted=np.array([e.trusted for e in rows]),
            steps=np.array([len(e.sounds) for e in rows]),
            mel=np.concatenate([e.mel for e in rows]),
            sounds=np.concatenate([e.sounds for e in rows]),
            **columns,
        )
    partial_path.replace(path)


def _read(path: Path) -> Iterator[Example]:
    with np.load(path) as file:
        columns = {name: file[name] for name in ("mel", "sounds", "trusted", "steps", "names", "datasets", *MOUTHS)}
    ends = np.cumsum(columns["steps"])
    for i, end in enumerate(ends):
        start = end - int(columns["steps"][i])
        yield Example(
            str(columns["names"][i]),
            str(columns["datasets"][i]),
            columns["mel"][2 * start : 2 * end],
            {name: columns[name][start:end] for name in MOUTHS},
            columns["sounds"][start:end],
            columns["trusted"][i],
        )


def seconds(examples: Iterable[Example]) -> float:
    """Length of the examples together."""
    return sum(len(e.sounds) for e in examples) * BLOCK / SAMPLE_RATE
