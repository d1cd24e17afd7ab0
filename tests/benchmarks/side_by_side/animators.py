"""Who moves the lips in the comparison: Voxrig's bundles, and what they are held against."""

import time
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from side_by_side.clips import Sound
from side_by_side.lips import captured_weights, spoken
from side_by_side.visemes import ARKIT, FPS, perfect, take_of

from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import frame_count
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel


@dataclass(frozen=True, slots=True)
class Performance:
    """What an animator made of some sounds.

    Attributes:
        takes: for each way to show it (most have one) an ARKit take of every sound, 60 fps from its start.
        cpu_seconds: CPU time of the process that made them, warm, without loading; None where there is nothing to time.
    """

    takes: dict[str, list[Take]]
    cpu_seconds: float | None


class Animator(Protocol):
    """Sounds in, takes out."""

    @property
    def name(self) -> str:
        """What it is called in the tables."""
        ...

    @property
    def documented(self) -> str:
        """Its look-ahead by its own account."""
        ...

    def play(self, sounds: list[Sound]) -> Performance:
        """Animate every sound by itself."""
        ...


@dataclass(frozen=True)
class Voxrig:
    """A bundle in the real pipeline, one clip at a time, as `voxrig bake` runs it."""

    name: str
    bundle: Bundle
    character: Character = SPEECH_ALONE
    _runner: BatchRunner = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_runner", BatchRunner(OnnxModel(self.bundle)))
        self._bake(np.zeros(16_000, np.float32), 16_000)  # warm

    @property
    def documented(self) -> str:
        pipeline = Pipeline(self.bundle.spec, ARKIT, FPS, 16_000)
        return f"{float(pipeline.look_ahead) * 1000:.0f} ms, declared"

    def play(self, sounds: list[Sound]) -> Performance:
        begun = time.process_time()
        takes = [self._bake(sound.audio, sound.rate) for sound in sounds]
        return Performance({self.name: takes}, time.process_time() - begun)

    def _bake(self, audio: NDArray[np.float32], rate: int) -> Take:
        pipeline = Pipeline(self.bundle.spec, ARKIT, FPS, rate, character=self.character)
        _, frames = run(pipeline, self._runner, pipeline.end(pipeline.push(pipeline.start(), audio)))
        return take_of(np.stack([frame.values for frame in frames]), rate)


@dataclass(frozen=True)
class Loudness:
    """The baseline: the jaw follows the loudness of the 50 ms around the frame, nothing else moves."""

    name: str = "loudness"
    documented: str = "25 ms, half its window"

    def play(self, sounds: list[Sound]) -> Performance:
        begun = time.process_time()
        takes = [self._follow(sound.audio, sound.rate) for sound in sounds]
        return Performance({self.name: takes}, time.process_time() - begun)

    def _follow(self, audio: NDArray[np.float32], rate: int) -> Take:
        values = np.zeros((frame_count(len(audio), rate, FPS), ARKIT.stride), np.float32)
        power = np.concatenate(([0.0], np.cumsum(audio.astype(np.float64) ** 2)))
        window = rate // 20
        middle = np.minimum(np.arange(len(values)) * rate // 60 + window // 2, len(audio))
        decibels = 10 * np.log10((power[middle] - power[np.maximum(middle - window, 0)]) / window + 1e-9)
        values[:, ARKIT.names.index("JawOpen")] = np.clip((decibels + 50) / 35, 0, 1) * 0.3
        return take_of(values, rate)


@dataclass(frozen=True)
class Perfect:
    """Not an animator but a bound: the labelled phones shown by the table that the viseme animators are shown by."""

    name: str = "perfect visemes"
    documented: str = "reads the labels"

    def play(self, sounds: list[Sound]) -> Performance:
        takes = [perfect(spoken(s.clip), frame_count(len(s.audio), s.rate, FPS), s.rate) for s in sounds]
        return Performance({self.name: takes}, None)


@dataclass(frozen=True)
class Captured:
    """Not an animator but the truth: GRID's speaker as a camera saw him, in the weights fitted to his face.

    The seal of his p, b and m is written into the weights from the labels: his closure is no measurement.
    """

    name: str = "captured face"
    documented: str = "a recording"

    def play(self, sounds: list[Sound]) -> Performance:
        names, clips = captured_weights()
        column = {name.lower(): i for i, name in enumerate(ARKIT.names)}
        takes = []
        for sound in sounds:
            weights = clips[sound.clip.name]
            values = np.zeros((len(weights), ARKIT.stride), np.float32)
            values[:, [column[name.lower()] for name in names]] = weights
            takes.append(take_of(values, sound.rate))
        return Performance({self.name: takes}, None)
