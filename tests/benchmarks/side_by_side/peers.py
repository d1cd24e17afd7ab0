"""Other people's animators, each pinned in an environment of its own under `.cache/benchmarks`, run as a program.

A program gets a folder with `job.json` (rate, fps, clips with their samples and frames) and `audio.f32` (all samples,
one clip after the other), and leaves `weights.f32` (frames times visemes) and `done.json` (names, cpu_seconds).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from side_by_side.animators import Performance
from side_by_side.clips import Sound
from side_by_side.visemes import FPS, FULL_WEIGHT, VOWELS, pose

from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.timing import SAMPLE_RATE, frame_count

HERE: Final = Path(__file__).parent
CACHE: Final = HERE.parents[2] / ".cache" / "benchmarks"
HEADAUDIO: Final = "@met4citizen/headaudio@0.1.0"
PYLIPSYNC: Final = ("pylipsync==0.2.1", "librosa==0.11.0", "numpy==2.3.5", "scipy==1.17.1", "numba>=0.63")
SOFT: Final = 3  # frames that the smoothed pylipsync is a weighted mean of

_README_DELAY: Final = 6  # frames: 100 ms


class PeerMissingError(RuntimeError):
    """An animator that can't be had here; the text says why."""


@dataclass(frozen=True)
class HeadAudio:
    """HeadAudio 0.1.0 in node: its own worklet and node code, with its own settings.

    Its README's example delays the sound by 100 ms to make up for the processing, so a frame shows what it shows 100 ms
    later. The example's threshold for silence is left alone: with the package's own it does better in real rooms.
    It is shown twice: as published, where it never shows `aa`, whose number, 0, it takes for none; and with that
    repaired from outside.
    """

    node: str
    package: Path
    name: str = "headaudio"
    documented: str = "50 to 100 ms; its example's 100 used"

    @classmethod
    def install(cls) -> "HeadAudio":
        """Install the package, or find it installed.

        Raises:
            PeerMissingError: no node or npm, or the registry is out of reach.
        """
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise PeerMissingError("node and npm are not installed")
        folder = CACHE / "headaudio-0.1.0"
        options = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--fetch-retries=1"]
        _once(folder, HEADAUDIO, [[npm, "install", "--prefix", str(folder), *options, HEADAUDIO]])
        return cls(node, folder / "node_modules" / "@met4citizen" / "headaudio")

    def play(self, sounds: list[Sound]) -> Performance:
        command = [self.node, str(HERE / "headaudio.mjs"), str(self.package)]
        takes = {}
        cost = 0.0
        for title, repaired in ((self.name, False), (f"{self.name}, repaired", True)):
            names, weights, cost = _run(command, sounds, delay=_README_DELAY, repaired=repaired)
            visemes = [name.removeprefix("viseme_") for name in names]
            takes[title] = [pose(visemes, rows, sound.rate) for rows, sound in zip(weights, sounds, strict=True)]
        return Performance(takes, cost)


@dataclass(frozen=True)
class Pylipsync:
    """pylipsync 0.2.1 as its README calls it: a share of each vowel for every 1/60 s, from the whole clip at once.

    The shares jump from one frame to the next; softening is left to its user. So it is shown twice: as it is, and with
    three frames' weighted mean.
    """

    python: Path
    name: str = "pylipsync"
    documented: str = "offline; window of 64 ms"

    @classmethod
    def install(cls) -> "Pylipsync":
        """Make the environment, or find it made.

        Raises:
            PeerMissingError: no environment can be made, or the index is out of reach.
        """
        folder = CACHE / "pylipsync-0.2.1"
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        pip = [str(python), "-m", "pip", "install", "-q", "--retries", "1", *PYLIPSYNC]
        _once(folder, " ".join(PYLIPSYNC), [[sys.executable, "-m", "venv", str(folder)], pip])
        return cls(python)

    def play(self, sounds: list[Sound]) -> Performance:
        names, weights, cost = _run([str(self.python), str(HERE / "pylipsync_run.py")], sounds)
        visemes = [VOWELS[name] for name in names]
        kernel = np.hanning(SOFT + 2)[1:-1] / np.hanning(SOFT + 2).sum()
        soft = [
            np.stack([np.convolve(column, kernel, "same") for column in rows.T], axis=1).astype(np.float32)
            for rows in weights
        ]
        shown = {self.name: weights, f"{self.name}, smoothed": soft}
        takes = {
            title: [
                pose(visemes, np.float32(FULL_WEIGHT) * rows, sound.rate)
                for rows, sound in zip(every, sounds, strict=True)
            ]
            for title, every in shown.items()
        }
        return Performance(takes, cost)


def _run(command: list[str], sounds: list[Sound], **more: Any) -> tuple[list[str], list[NDArray[np.float32]], float]:
    """Run a program on sounds at 24 kHz; return names, float32[F, names] of every sound, and CPU seconds."""
    audio = [_at_24_khz(sound) for sound in sounds]
    frames = [frame_count(len(sound.audio), sound.rate, FPS) for sound in sounds]
    clips = [{"samples": len(samples), "frames": count} for samples, count in zip(audio, frames, strict=True)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        np.concatenate(audio).astype("<f4").tofile(folder / "audio.f32")
        job = {"rate": SAMPLE_RATE, "fps": 60, "clips": clips, **more}
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        ran = subprocess.run([*command, scratch], env=_clean(), capture_output=True, text=True, check=False)
        assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}"
        done = json.loads((folder / "done.json").read_text(encoding="utf-8"))
        weights = np.fromfile(folder / "weights.f32", "<f4").reshape(sum(frames), len(done["names"]))
    return done["names"], np.split(weights, np.cumsum(frames)[:-1]), done["cpu_seconds"]


def _at_24_khz(sound: Sound) -> NDArray[np.float32]:
    """As a browser does before a worklet hears it; pylipsync would take 8 kHz for 16."""
    resampler = Resampler(sound.rate)
    flush = np.zeros(sound.rate // 10, np.float32)
    _, samples = resampler.step(resampler.start(), np.concatenate((sound.audio, flush)))
    return samples[: len(sound.audio) * SAMPLE_RATE // sound.rate]


def _once(folder: Path, wanted: str, commands: list[list[str]]) -> None:
    """Run commands that fill `folder`, unless it was filled for `wanted` before.

    Raises:
        PeerMissingError: one failed; carries the end of its output.
    """
    stamp = folder / "installed.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for command in commands:
        ran = subprocess.run(command, env=_clean(), capture_output=True, text=True, check=False)
        if ran.returncode:
            told = (ran.stderr or ran.stdout).strip().splitlines()[-1:]
            raise PeerMissingError(f"{' '.join(command)} failed: {' '.join(told)}")
    stamp.write_text(wanted, encoding="utf-8")


def _clean() -> dict[str, str]:
    """This process's environment without what would let its packages into another's."""
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
