"""One line with a recording: what it says and when, tags for it, and what becomes of it."""

from collections.abc import Callable
from typing import Final

from voxrig.baking.casting import Cast
from voxrig.baking.performing import Performed, perform
from voxrig.baking.script.dialogue import NOWHERE, CharacterSheet, Tag
from voxrig.runtime.core.take import Take
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

RATE: Final = 22_050
SECONDS: Final = 1.6
TEXT: Final = "Hold the bridge, hold!"
WORDS: Final = (("hold", 0.1, 0.35), ("the", 0.4, 0.5), ("bridge", 0.55, 1.0001), ("hold", 1.1, 1.5))
SHEET: Final = CharacterSheet("Ann", seed=3, style="clear")

Made = Callable[..., Cast]


def tag(at: float | str, cue: str, until: float | str | None = None, **values: float | str) -> Tag:
    return Tag(at, cue, values, until, NOWHERE)


def performed(ready: Cast, bundle: Bundle) -> Take:
    [(_, done)] = perform([ready.part], BatchRunner(OnnxModel(bundle)))
    assert isinstance(done, Performed)
    return done.take
