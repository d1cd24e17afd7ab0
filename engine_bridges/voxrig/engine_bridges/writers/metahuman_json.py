"""MetaHuman takes as a JSON of few keys, which a person can edit and `unreal_import` makes an AnimSequence of.

- `fps`: [numerator, denominator], `frames`: how many; frame k is k * denominator / numerator seconds.
- `curves`: {`CTRL_expressions_*`: [[frame, value], ...]}, straight lines between keys, held before and after; a raw
  control that is 0 throughout is left out. At no frame further off than `bound`.
- `bones`: {name: [[frame, x, y, z, w], ...]}, rotations relative to rest in our axes (X to the character's left, Y up,
  Z out of the face) in the parent's space, slerps between keys; at no frame further off than `turn` radians, a body's
  arms, spine and legs than a part of that. The README of the engine bridges says how they get onto a skeleton.
- `name`, `character`, `text`, `emotion`, `sound`, `seconds`, `timecode`: of the line. Of these only the name is read
  back, for that of the asset.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.turn_bounds import turn_bound
from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import BOUND, TURN, linear_keys, rotation_keys

_DIGITS: Final = 5
_ROUNDING: Final = 0.5 * 10.0**-_DIGITS
_TURN_DIGITS: Final = 6
_TURN_ROUNDING: Final = 2.0 * 10.0**-_TURN_DIGITS  # radians: four parts, each off by a half of the last digit
_FINE: Final = 20 * _ROUNDING  # a bound below this asks for all digits that a float32 has
_FINE_TURN: Final = 20 * _TURN_ROUNDING


def write_metahuman_json(clip: Clip, path: Path, *, bound: float = BOUND, turn: float = TURN) -> None:
    """Write the clip's performance to `path`, whole or not at all.

    Args:
        clip: the line.
        path: the file, which is replaced if it is there.
        bound: the most that a curve may be off at any frame; 0 for a key on every frame.
        turn: the same for bones, in radians; for a body's less, see `turn_bounds`.

    Raises:
        ValueError: a value is not finite, or a bound negative.
        OSError: the file cannot be written.
    """
    take = clip.take
    head: dict[str, Any] = {
        "format": "voxrig-metahuman",
        "version": 1,
        "name": clip.name,
        "character": clip.character,
        "text": clip.text,
        "emotion": clip.emotion,
        "sound": clip.sound,
        "seconds": round(clip.seconds * 1_000_000) / 1_000_000,
        "timecode": clip.timecode,
        "fps": [take.fps.numerator, take.fps.denominator],
        "frames": len(take),
        "bound": bound,
        "turn": round(turn, 9),
    }
    curves = (
        (name, _curve(take.controls[:, place], bound))
        for place, name in enumerate(take.names)
        if take.controls[:, place].any()
    )
    bones = ((name, _bone(take.quaternions[:, place], turn_bound(name, turn))) for place, name in enumerate(take.bones))
    with whole_text_file(path) as file:
        file.write("{\n")
        for key, value in head.items():
            file.write(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},\n")
        for key, tracks, end in (("curves", curves, ",\n"), ("bones", bones, "\n")):
            lines = ",\n".join(f"{json.dumps(name)}: [{keys}]" for name, keys in tracks)
            file.write(f"{json.dumps(key)}: {{\n{lines}\n}}{end}")
        file.write("}\n")


def _curve(values: NDArray[np.float32], bound: float) -> str:
    """Return the keys of a curve, float32[F], as `[frame, value], ...`."""
    if bound < _FINE:
        keys = linear_keys(values, bound)
        return ", ".join(f"[{frame}, {value:.9g}]" for frame, value in zip(keys.frames, keys.values + 0.0, strict=True))
    keys = linear_keys(values, bound - _ROUNDING)
    rounded = (round(float(value), _DIGITS) + 0.0 for value in keys.values)  # no -0.0
    return ", ".join(f"[{frame}, {value}]" for frame, value in zip(keys.frames, rounded, strict=True))


def _bone(quaternions: NDArray[np.float32], turn: float) -> str:
    """Return the keys of a bone, float32[F, 4], as `[frame, x, y, z, w], ...`."""
    if turn < _FINE_TURN:
        rows = rotation_keys(quaternions, turn)
        keys = zip(rows, quaternions[rows] + np.float32(0.0), strict=True)
        return ", ".join(f"[{row}, {x:.9g}, {y:.9g}, {z:.9g}, {w:.9g}]" for row, (x, y, z, w) in keys)
    rows = rotation_keys(quaternions, turn - _TURN_ROUNDING)
    kept = np.round(quaternions[rows].astype(np.float64), _TURN_DIGITS) + 0.0
    cells = (", ".join(f"{part:.7g}" for part in key) for key in kept)
    return ", ".join(f"[{row}, {key}]" for row, key in zip(rows, cells, strict=True))
