"""A `.vxtake` as the clip that it was; the layout stands in `writers.take_file`.

What a file announces is checked before memory is taken for it, so that a small file can't ask for much.
"""

import re
import zlib
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgpack
import numpy as np

from voxrig.engine_bridges.take_columns import Columns, unpack
from voxrig.engine_bridges.writers.take_file import FORMAT, LARGEST, VERSION
from voxrig.runtime.core.clip import Clip, ShownViseme, TimedCue
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

_FRACTION: Final = re.compile(r"-?\d{1,60}(/[1-9]\d{0,59})?", re.ASCII)
_KINDS: Final = {str: "text", int: "whole number", bool: "truth value", bytes: "byte string", list: "list"}
_Map = dict[str, Any]


def read_take(path: Path, largest: int = LARGEST) -> Clip:
    """Read a clip, its layers too.

    Args:
        path: the file.
        largest: the most bytes of memory that the file, what it inflates to, and all values may each take.

    Raises:
        ValueError: the file cannot be read, is no such file, damaged, newer than this or too large; with its path.
    """
    try:
        if path.stat().st_size > largest:
            raise ValueError(f"the file is larger than {largest} bytes; bake it in parts")
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    try:
        return _clip(_body(data, largest), largest)
    except (ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"{path}: {' '.join(str(error).split()) or 'it is damaged; bake it again'}") from error


def _body(data: bytes, largest: int) -> _Map:
    """Take the outer map apart and inflate what is in it."""
    head = _unpacked(data, "this is no .vxtake file; give one that `voxrig bake --format take` wrote")
    if head.get("format") != FORMAT:
        raise ValueError("this is no .vxtake file; give one that `voxrig bake --format take` wrote")
    version = _whole(head, "version", 0)
    if version > VERSION:
        raise ValueError(f"it is of version {version}, this reads {VERSION}; install a newer voxrig")
    if version < 1:
        raise _damaged(f"version {version}")
    body, size = _typed(head, "body", bytes), _whole(head, "size", 0)
    if zlib.crc32(body) != head.get("crc32"):
        raise _damaged("its checksum differs")
    if size > largest:
        raise ValueError(f"it announces {size} bytes, more than {largest}; bake it in parts or without layers")
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(body, size + 1)  # no more than it announced, whatever is inside
    except zlib.error as error:
        raise _damaged(str(error)) from error
    if len(plain) != size or not inflater.eof or inflater.unused_data:
        raise _damaged(f"it does not inflate to the {size} bytes it announces")
    return _unpacked(plain, "it is damaged: its body is no map; bake it again")


def _clip(body: _Map, largest: int) -> Clip:
    layers = [_map(layer, "a layer") for layer in _typed(body, "layers", list)]
    total = sum(_bytes_of(body | layer) for layer in ({}, *layers))
    if total > largest:
        raise ValueError(f"it announces {total} bytes of values, more than {largest}; bake it in parts")
    take = _take(body, None)
    named = {_typed(layer, "layer", str): _take(body | layer, take) for layer in layers}
    if len(named) != len(layers):
        raise _damaged("two layers have one name")
    return Clip(
        name=_typed(body, "name", str),
        take=take,
        layers=MappingProxyType(named),
        character=_typed(body, "character", str),
        listening=_typed(body, "listening", bool),
        text=_typed(body, "text", str),
        emotion=_typed(body, "emotion", str),
        sound=_typed(body, "sound", str),
        seconds=_fraction(body.get("seconds")),
        timecode=_typed(body, "timecode", str),
        visemes=tuple(_viseme(one) for one in _typed(body, "visemes", list)),
        cues=tuple(_cue(one) for one in _typed(body, "cues", list)),
        seed=_typed(body, "seed", int),
    )


def _bytes_of(heading: _Map) -> int:
    columns = len(_typed(heading, "names", list)) + 4 * len(_typed(heading, "bones", list))
    return 4 * columns * _whole(heading, "frames", 0)


def _take(heading: _Map, whole: Take | None) -> Take:
    names, bones = _texts(heading, "names"), _texts(heading, "bones")
    columns = Columns(_typed(heading, "how", bytes), _typed(heading, "data", bytes))
    if len(columns.how) != len(names) + 4 * len(bones):
        raise _damaged(f"{len(columns.how)} columns for {len(names)} controls and {len(bones)} bones")
    frames = _whole(heading, "frames", 0)
    base = whole.values if whole is not None and whole.values.shape == (frames, len(columns.how)) else None
    try:
        values = unpack(columns, frames, base)
    except ValueError as error:
        raise _damaged(str(error)) from error
    fps = FrameRate.parse(_typed(heading, "fps", str))
    start, rate = _whole(heading, "start_index"), _whole(heading, "sample_rate", 1)
    return Take(_typed(heading, "profile", str), names, bones, fps, np.ascontiguousarray(values), start, rate)


def _viseme(given: object) -> ShownViseme:
    start, end, name, weight = _row(given, 4, "a viseme")
    if not isinstance(name, str) or not isinstance(weight, float | int):
        raise _damaged(f"a viseme {name!r} of weight {weight!r}")
    return ShownViseme(_fraction(start), _fraction(end), name, weight)


def _cue(given: object) -> TimedCue:
    seconds, name, values = _row(given, 3, "a cue")
    if not isinstance(seconds, float | int) or not isinstance(name, str):
        raise _damaged(f"a cue {name!r} at {seconds!r}")
    known = _map(values, "a cue's values")
    if not all(isinstance(value, float | int | str) for value in known.values()):
        raise _damaged(f"a value of a cue {name!r} is no number or text")
    return TimedCue(seconds, name, MappingProxyType(known))


def _unpacked(data: bytes, problem: str) -> _Map:
    try:
        return _map(msgpack.unpackb(data, raw=False, strict_map_key=True), "it")
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, msgpack.UnpackException) as error:
        raise ValueError(problem) from error


def _damaged(problem: str) -> ValueError:
    return ValueError(f"it is damaged: {problem}; bake it again")


def _map(given: object, what: str) -> _Map:
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in given):
        raise _damaged(f"{what} is no map of names")
    return given


def _row(given: object, length: int, what: str) -> list[Any]:
    if not isinstance(given, list) or len(given) != length:
        raise _damaged(f"{what} is not of {length} values")
    return given


def _typed(given: _Map, key: str, kind: type) -> Any:
    value = given.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _damaged(f"{key} is no {_KINDS[kind]}")
    return value


def _whole(given: _Map, key: str, least: int | None = None) -> int:
    value: int = _typed(given, key, int)
    if least is not None and value < least:
        raise _damaged(f"{key} is {value}")
    return value


def _texts(given: _Map, key: str) -> tuple[str, ...]:
    values = _typed(given, key, list)
    if not all(isinstance(value, str) for value in values):
        raise _damaged(f"{key} are not all texts")
    return tuple(values)


def _fraction(given: object) -> Fraction:
    if not isinstance(given, str) or not _FRACTION.fullmatch(given):
        raise _damaged(f"{given!r:.80} is no fraction")
    return Fraction(given)
