"""Clips made ready for hearing emotion: rows of log-mel and prosody, as recorded and as other ears would hear them."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray
from rich.progress import track

from voxrig.exporters.datasets.emodb import Acted, read_acted
from voxrig.exporters.datasets.speech import read_grid, read_ljspeech, read_tts
from voxrig.exporters.emotions import CLASSES
from voxrig.exporters.training.corpus import HELD_OUT_VOICES, RESERVED_VOICES
from voxrig.exporters.training.disguise import disguise
from voxrig.runtime.core import blocks, prosody
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.prosody import Prosody
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import BLOCK
from voxrig.runtime.models.spec import LISTENER_STEPS

Floats = NDArray[np.float32]

NEUTRAL: Final = CLASSES.index("neutral")
VARIANTS: Final = {"emodb": 7, "tts": 2, "grid_s1": 2, "ljspeech": 4}
"""How often a clip is there; number 0 is as it was recorded."""

_VERSION: Final = 1
_LONGEST: Final = 8.0  # seconds
_TTS_EACH: Final = 24  # clips of each synthesized voice
_GRID_EVERY: Final = 8
_GAIN_DB: Final = (-15.0, 10.0)
_EQ_DB: Final = 7.0
_SPEED: Final = 0.16  # of the natural logarithm: pitch and formants go with it
_NOISE_DB: Final = (8.0, 40.0)  # below the speech


@dataclass(frozen=True, slots=True)
class Take:
    """A clip as the network meets it.

    Attributes:
        speaker: who speaks, with the data set in front.
        variant: 0 as recorded, else which disguise.
        emotion: number of the class.
        rows: float16[6 * steps, 2 * bands + 3].
    """

    name: str
    speaker: str
    variant: int
    emotion: int
    rows: NDArray[np.float16]

    @property
    def steps(self) -> int:
        """Steps of the network."""
        return len(self.rows) // LISTENER_STEPS


def acted(data: Path, cache: Path) -> list[Take]:
    """EmoDB, all speakers."""
    return _load("emodb", list(read_acted(data)), cache)


def neutral(data: Path, cache: Path, *, held_out: bool) -> list[Take]:
    """Speech without emotion: synthesized, read and spoken to a camera; or the synthesized voices kept for checking."""
    taken: dict[str, int] = {}
    tts = []
    for clip in read_tts(data):
        kept = any(voice in clip.speaker for voice in HELD_OUT_VOICES + RESERVED_VOICES)
        if "*" in clip.speaker or kept != held_out:
            continue
        taken[clip.speaker] = taken.get(clip.speaker, 0) + 1
        if taken[clip.speaker] <= _TTS_EACH:
            tts.append(Acted(clip.name, clip.speaker, NEUTRAL, clip.audio_path))
    if held_out:
        return _load("tts", tts, cache)
    grid = [Acted(c.name, "s1", NEUTRAL, c.audio_path) for c in list(read_grid(data))[::_GRID_EVERY]]
    read = [Acted(c.name, "lj", NEUTRAL, c.audio_path) for c in read_ljspeech(data)]
    return [*_load("tts", tts, cache), *_load("grid_s1", grid, cache), *_load("ljspeech", read, cache)]


def rows(audio: Floats, rate: int) -> Floats:
    """Rows of a clip by the code of the runtime, silence behind it up to a whole step: float32[6 * steps, 131]."""
    resampler, mel, melody = Resampler(rate), LogMel(), Prosody()
    _, samples = resampler.step(resampler.start(), audio)
    step = LISTENER_STEPS * BLOCK
    samples = np.concatenate((samples, np.zeros(-len(samples) % step, np.float32)))
    _, whole = blocks.cut(blocks.start(0), samples)
    return np.concatenate((mel.step(mel.start(), whole)[1], melody.step(melody.start(), whole)[1]), axis=1)


def varied(audio: Floats, rate: int, random: np.random.Generator) -> tuple[Floats, int]:
    """Change a recording as another throat, room, line and microphone might; return it and its rate."""
    if random.random() < 0.7:
        audio = disguise(audio, rate, random)
    spectrum = np.fft.rfft(audio)
    curve = np.interp(np.linspace(0, 1, len(spectrum)), np.linspace(0, 1, 7) ** 2, random.uniform(-_EQ_DB, _EQ_DB, 7))
    sound = np.fft.irfft(spectrum * 10 ** (curve / 20), len(audio)) * 10 ** (random.uniform(*_GAIN_DB) / 20)
    if random.random() < 0.4:
        colour = np.fft.rfft(random.standard_normal(len(sound)))
        colour *= (np.arange(len(colour)) + 1.0) ** -random.uniform(0, 0.7)
        noise = np.fft.irfft(colour, len(sound))
        sound += noise * (sound.std() / (noise.std() + 1e-12) * 10 ** (-random.uniform(*_NOISE_DB) / 20))
    # Reading the samples as if recorded at another rate is the change of speed.
    return np.clip(sound, -1, 1).astype(np.float32), round(rate * float(np.exp(random.uniform(-_SPEED, _SPEED))))


def _prepared(job: tuple[Acted, int]) -> NDArray[np.float16]:
    clip, variant = job
    with soundfile.SoundFile(clip.path) as file:
        rate = int(file.samplerate)
        audio = file.read(round(_LONGEST * rate), dtype="float32", always_2d=True).mean(axis=1, dtype=np.float32)
    if variant:
        audio, rate = varied(audio, rate, np.random.default_rng((zlib.crc32(clip.name.encode()), variant)))
    return rows(audio, rate).astype(np.float16)


def _load(dataset: str, clips: list[Acted], cache: Path) -> list[Take]:
    """All variants of clips, from `cache` where it holds them, else made and put there."""
    jobs = [(clip, variant) for clip in clips for variant in range(VARIANTS[dataset])]
    listed = json.dumps([_VERSION, _digest(), [(c.name, c.path.stat().st_size, v) for c, v in jobs]])
    path = cache / f"voices-{dataset}-{hashlib.sha256(listed.encode()).hexdigest()[:12]}.npz"
    if not path.is_file():
        _save(path, _make(jobs, dataset))
    with np.load(path) as file:
        steps, all_rows = file["steps"], file["rows"]
    ends = np.cumsum(steps) * LISTENER_STEPS
    return [
        Take(c.name, f"{dataset}:{c.speaker}", v, c.emotion, all_rows[end - n * LISTENER_STEPS : end])
        for (c, v), n, end in zip(jobs, steps, ends, strict=True)
    ]


def _make(jobs: list[tuple[Acted, int]], dataset: str) -> Iterator[NDArray[np.float16]]:
    if len(jobs) < 64:
        yield from map(_prepared, jobs)
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from track(pool.map(_prepared, jobs, chunksize=16), total=len(jobs), description=f"preparing {dataset}")


def _save(path: Path, made: Iterable[NDArray[np.float16]]) -> None:
    done = list(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(file, steps=np.array([len(r) // LISTENER_STEPS for r in done]), rows=np.concatenate(done))
    partial.replace(path)


def _digest() -> str:
    """Changes when what makes the rows changes."""
    digest = hashlib.sha256()
    for source in (Path(__file__), Path(__file__).with_name("disguise.py"), Path(prosody.__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()
