"""Takes that are really baked, records of them as a bake makes them, and a browser to look at the page with."""

import json
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

sys.path[:0] = [str(Path(__file__).parents[2] / "engine_bridges" / "viewer")]

from browser import Browser  # noqa: E402

from voxrig.baking.performing import Part, Performed, perform  # noqa: E402
from voxrig.baking.report.curve_plot import curves  # noqa: E402
from voxrig.runtime.animation.character import Character  # noqa: E402
from voxrig.runtime.animation.overrides import NO_OVERRIDES  # noqa: E402
from voxrig.runtime.animation.pipeline import Pipeline  # noqa: E402
from voxrig.runtime.animation.style import NATURAL  # noqa: E402
from voxrig.runtime.core.arkit import ARKIT_ANGLES, ARKIT_SHAPES  # noqa: E402
from voxrig.runtime.core.clip import Clip  # noqa: E402
from voxrig.runtime.core.rig import profile  # noqa: E402
from voxrig.runtime.core.timing import FrameRate  # noqa: E402
from voxrig.runtime.models.batching import BatchRunner  # noqa: E402
from voxrig.runtime.models.bundle import Bundle  # noqa: E402
from voxrig.runtime.models.onnx import OnnxModel  # noqa: E402

SAMPLES = Path(__file__).parents[3] / "samples"
FEELINGS = {"gatekeeper": "anger=0.6", "healer": "joy=0.7", "warning": "fear=0.8"}
NAMES = (*ARKIT_SHAPES, *ARKIT_ANGLES)


@pytest.fixture(scope="session")
def pose() -> Callable[..., NDArray[np.float32]]:
    """`pose(JawOpen=0.5, EyeBlink=1)`: float32[61]; a name without a side is both sides."""

    def make(**values: float) -> NDArray[np.float32]:
        made = np.zeros(len(NAMES), np.float32)
        for name, value in values.items():
            places = [k for k, other in enumerate(NAMES) if other in (name, f"{name}Left", f"{name}Right")]
            assert places, name
            made[places] = value
        return made

    return make


@pytest.fixture(scope="session")
def sounds() -> dict[str, NDArray[np.float32]]:
    """The samples' float32[n] at 24 kHz by their names."""
    return {name: soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")[0] for name in FEELINGS}


@pytest.fixture(scope="session")
def clips(tiny_bundle: Bundle, sounds: dict[str, NDArray[np.float32]]) -> dict[str, Clip]:
    """The three samples, baked with the tiny model and each with a feeling."""
    parts = []
    for name, samples in sounds.items():
        character = Character(7).with_options({"emotion": FEELINGS[name]})
        rig, rate = profile("metahuman"), FrameRate(60)
        parts.append(Part(Pipeline(tiny_bundle.spec, rig, rate, 24_000, NATURAL, NO_OVERRIDES, character), samples))
    made: dict[str, Clip] = {}
    for number, performed in perform(parts, BatchRunner(OnnxModel(tiny_bundle))):
        assert isinstance(performed, Performed), performed
        name = list(sounds)[number]
        seconds = Fraction(len(sounds[name]), 24_000)
        made[name] = Clip(name, performed.take, text=_text(name), emotion=FEELINGS[name], seconds=seconds)
    return {name: made[name] for name in sounds}


@pytest.fixture(scope="session")
def records(clips: dict[str, Clip], sounds: dict[str, NDArray[np.float32]]) -> list[dict[str, Any]]:
    """A record of each clip, as a bake makes it; `scene.yaml` has them in this order."""
    return [_record(clip, curves(clip, sounds[name])) for name, clip in clips.items()]


@pytest.fixture(scope="session")
def browser(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(program("chromium"), tmp_path_factory.mktemp("chromium")) as chromium:
        yield chromium


def _text(name: str) -> str:
    return str(json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))["text"])


def _record(clip: Clip, rows: dict[str, Any]) -> dict[str, Any]:
    spoken = clip.text.split()
    each = float(clip.seconds) / len(spoken)
    return {
        "id": f"{clip.name}_01",
        "character": clip.name.title(),
        "role": "speaker",
        "listener": "Mira",
        "text": clip.text,
        "audio": f"audio/{clip.name}.wav",
        "scratch": False,
        "seconds": float(clip.seconds),
        "frames": len(clip.take),
        "fps": "60",
        "timecode": clip.timecode,
        "seed": 7,
        "status": "baked",
        "error": "",
        "emotion": {
            "words": clip.emotion,
            "why": [f"the text of {clip.name} sounds like it"],
            "sources": {"voice": 0.6, "text": 0.4},
            "vad": [-0.5, 0.6, 0.4],
        },
        "warnings": [{"kind": "clipping", "text": "2 stretches are clipped"}] if clip.name == "warning" else [],
        "words": [[word, round(k * each, 3), round((k + 0.9) * each, 3)] for k, word in enumerate(spoken)],
        "words_by": "estimated",
        "files": [f"csv/{clip.name}_01.csv", f"glb/{clip.name}_01.glb"],
        "strip": f"report/{clip.name}_01.jpg",
        "curves": rows,
        "keys": {"bound": 0.01, "of_frames": 10_752, "keys": 820},
    }
