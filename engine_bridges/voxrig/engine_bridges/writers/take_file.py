"""A baked line as Voxrig keeps it: `.vxtake`, everything of a `Clip` to the bit, in few bytes.

One msgpack map: `format` "voxrig-take", `version` 1, `crc32` of `body`, `size` of what `body` inflates to, and `body`,
a zlib stream of another msgpack map:

- `name`, `character`, `listening`, `text`, `emotion`, `sound`, `timecode`, `seed`: as in `Clip`. `seconds` and all
  other exact times are fractions as text ("153/20").
- `visemes`: [start, end, name, weight] each. `cues`: [seconds, name, {values}] each.
- `profile`, `names`, `bones`, `fps` ("60" or "30000/1001"), `start_index`, `sample_rate`, `frames`: of the take.
- `how`, `data`: its values, float32[frames, names + 4 bones], as `take_columns` packs them.
- `layers`: a map each: its own `name` (as `layer`), `how` and `data`, and those of the take's keys that differ.

A reader ignores keys that it doesn't know; what an older one could not do without raises `version`. The same clip
gives the same bytes on the same build of zlib.
"""

import zlib
from pathlib import Path
from typing import Any, Final

import msgpack

from voxrig.engine_bridges.take_columns import pack
from voxrig.engine_bridges.writers.whole_file import whole_binary_file
from voxrig.runtime.core.clip import Clip, TimedCue
from voxrig.runtime.core.take import Take

FORMAT: Final = "voxrig-take"
VERSION: Final = 1
LARGEST: Final = 1 << 30
"""The most bytes that the values of a clip and its layers may have: an hour at 60 frames a second is 227 MB."""

_LEVEL: Final = 9


def write_take(clip: Clip, path: Path) -> None:
    """Write a clip and its layers to `path`, whole or not at all.

    Raises:
        ValueError: it is too large.
        OSError: the file cannot be written.
    """
    total = clip.take.values.nbytes + sum(layer.values.nbytes for layer in clip.layers.values())
    if total > LARGEST:
        raise ValueError(
            f"the clip {clip.name!r} has {total} bytes of values, of {LARGEST} at most; bake it in parts, or no layers"
        )
    heading = _heading(clip.take)
    body: dict[str, Any] = {
        "name": clip.name,
        "character": clip.character,
        "listening": clip.listening,
        "text": clip.text,
        "emotion": clip.emotion,
        "sound": clip.sound,
        "seconds": str(clip.seconds),
        "timecode": clip.timecode,
        "seed": int(clip.seed),
        "visemes": [[str(one.start), str(one.end), one.name, float(one.weight)] for one in clip.visemes],
        "cues": [[float(cue.seconds), cue.name, _values(cue)] for cue in clip.cues],
        **heading,
        **pack(clip.take.values)._asdict(),
        "layers": [_layer(name, layer, clip.take, heading) for name, layer in clip.layers.items()],
    }
    packed = msgpack.packb(body)
    data = zlib.compress(packed, _LEVEL)
    head = {"format": FORMAT, "version": VERSION, "crc32": zlib.crc32(data), "size": len(packed), "body": data}
    with whole_binary_file(path) as file:
        file.write(msgpack.packb(head))


def _heading(take: Take) -> dict[str, Any]:
    return {
        "profile": take.profile,
        "names": list(take.names),
        "bones": list(take.bones),
        "fps": str(take.fps),
        "start_index": take.start_index,
        "sample_rate": take.sample_rate,
        "frames": len(take),
    }


def _values(cue: TimedCue) -> dict[str, float | str]:
    return {name: value if isinstance(value, str) else float(value) for name, value in cue.values.items()}


def _layer(name: str, layer: Take, whole: Take, heading: dict[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in _heading(layer).items() if value != heading[key]}
    return {"layer": name, **own, **pack(layer.values, whole.values)._asdict()}
