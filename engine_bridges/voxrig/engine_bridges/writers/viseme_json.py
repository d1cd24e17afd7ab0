"""What the mouth shows as a JSON of OVRLipSync's fifteen visemes, for rigs that have these and no more.

- `visemes`: the fifteen names, `readyPlayerMe`: the same as Ready Player Me's blend shapes are called (`viseme_PP`).
- `spans`: {`start`, `end`, `viseme`, `readyPlayerMe`, `weight`} each, in seconds to the microsecond, each beginning
  where the one before ends, from 0 to the end of the sound.
- `frames`, where weights are given: {`fps`: [numerator, denominator], `weights`: rows of fifteen, 0 to 1}; row r is
  for r * denominator / numerator seconds.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.clip import Clip, ShownViseme

VISEMES: Final = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")
"""In OVRLipSync's own order."""


def write_viseme_json(clip: Clip, path: Path, weights: NDArray[np.float32] | None = None) -> None:
    """Write the clip's visemes to `path`, whole or not at all.

    Args:
        clip: with its visemes.
        path: the file, which is replaced if it is there.
        weights: float32[frames, 15], how much of each viseme each frame shows, as `VISEMES`.

    Raises:
        ValueError: the visemes have a gap or an unknown name, are missing, or the weights are of another shape.
        OSError: the file cannot be written.
    """
    check_visemes(clip)
    if weights is not None and weights.shape != (len(clip.take), len(VISEMES)):
        raise ValueError(f"viseme weights of shape {weights.shape} are not {(len(clip.take), len(VISEMES))}")
    fps = clip.take.fps
    head: dict[str, Any] = {
        "format": "voxrig-visemes",
        "version": 1,
        "name": clip.name,
        "character": clip.character,
        "text": clip.text,
        "sound": clip.sound,
        "seconds": seconds_of(clip.seconds),
        "visemes": VISEMES,
        "readyPlayerMe": [_ready_player_me(name) for name in VISEMES],
    }
    with whole_text_file(path) as file:
        lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
        spans = ",\n".join(json.dumps(_span(one)) for one in clip.visemes)
        lines.append(f'"spans": [\n{spans}\n]')
        if weights is not None:
            rows = ",\n".join(json.dumps([round(float(value), 6) + 0.0 for value in row]) for row in weights)
            lines.append(f'"frames": {{"fps": [{fps.numerator}, {fps.denominator}], "weights": [\n{rows}\n]}}')
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


def check_visemes(clip: Clip) -> None:
    """Refuse visemes with an unknown name or a gap.

    Raises:
        ValueError: what is wrong, and the remedy.
    """
    end = Fraction(0)
    for one in clip.visemes:
        if one.name not in VISEMES:
            raise ValueError(f"the clip {clip.name!r} has a viseme {one.name!r}; use one of {' '.join(VISEMES)}")
        if one.start != end or one.end < one.start:
            raise ValueError(
                f"the visemes of the clip {clip.name!r} have a gap at {float(end):.3f} s; let each begin where one ends"
            )
        end = one.end
    if end != clip.seconds:
        raise ValueError(
            f"the visemes of the clip {clip.name!r} end at {float(end):.3f} of {float(clip.seconds):.3f} s; "
            "bake it with its speech layer"
        )


def seconds_of(time: Fraction) -> float:
    """Return a time to the microsecond, so that it reads the same on every machine."""
    return round(time * 1_000_000) / 1_000_000


def _span(one: ShownViseme) -> dict[str, Any]:
    return {
        "start": seconds_of(one.start),
        "end": seconds_of(one.end),
        "viseme": one.name,
        "readyPlayerMe": _ready_player_me(one.name),
        "weight": round(float(one.weight), 4) + 0.0,
    }


def _ready_player_me(name: str) -> str:
    """Ready Player Me's blend shape of a viseme; two of them are called after their letters."""
    return f"viseme_{_RENAMED.get(name, name)}"


_RENAMED: Final = {"ih": "I", "oh": "O", "ou": "U"}
