"""Takes from a disk: `.vxtake` (its outer map, or the body in a right one), Live Link CSV, and BVH."""

import zlib
from fractions import Fraction
from random import Random
from typing import Any

import msgpack
import numpy as np

from voxrig.engine_bridges.readers.bvh import BvhError, parse_bvh
from voxrig.engine_bridges.readers.livelink_csv import read_livelink_csv
from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.engine_bridges.writers.take_file import write_take
from voxrig.runtime.core.clip import Clip, ShownViseme, TimedCue
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

from ..target import Target, scratch
from ..tree_mutation import changed

_LARGEST = 1 << 24


def check(data: bytes) -> None:
    kind, content = data[:1], data[1:]
    if kind == b"C":
        _csv(content)
    elif kind == b"B":
        _bvh(content)
    else:
        _take(_sealed(content) if kind == b"T" else content)


def _sealed(body: bytes) -> bytes:
    packed = zlib.compress(body, 1)
    head = {"format": "voxrig-take", "version": 1, "crc32": zlib.crc32(packed), "size": len(body), "body": packed}
    return msgpack.packb(head)


def _take(data: bytes) -> None:
    path = scratch() / "line.vxtake"
    path.write_bytes(data)
    try:
        clip = read_take(path, _LARGEST)
    except ValueError as error:
        assert str(error).startswith(str(path))
        return
    assert clip.take.values.nbytes <= _LARGEST


def _csv(data: bytes) -> None:
    path = scratch() / "take.csv"
    path.write_bytes(data)
    try:
        take = read_livelink_csv(path)
    except ValueError as error:
        assert str(error).startswith(str(path))
        return
    assert np.isfinite(take.values).all()


def _bvh(data: bytes) -> None:
    try:
        motion = parse_bvh(data)
    except BvhError:
        return
    assert np.isfinite(motion.positions).all()
    assert np.allclose(np.linalg.norm(motion.rotations.astype(np.float64), axis=2), 1.0, atol=1e-3)


_BVH = """\
HIERARCHY
ROOT Hips
{
 OFFSET 0 0 0
 CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
 JOINT Chest
 {
  OFFSET 0 10 0
  CHANNELS 3 Zrotation Xrotation Yrotation
  End Site
  {
   OFFSET 0 5 0
  }
 }
}
MOTION
Frames: 2
Frame Time: 0.033333
0 90 0 1 2 3 4 5 6
0 91 0 1 2 3 4 5 6.5
"""


def seeds() -> list[bytes]:
    names = NATIVE_CONTROLS[:3]
    values = np.linspace(0, 1, 12, dtype=np.float32).reshape(4, 3)
    take = Take("metahuman", names, (), FrameRate(60), values, 0, 24_000)
    cues = (TimedCue(0.5, "emotion", {"joy": 0.5}),)
    visemes = (ShownViseme(Fraction(0), Fraction(1, 15), "aa", 0.5),)
    clip = Clip(
        "a", take, {"speech": take}, "A", False, "Hi", "joy=0.1", "a.wav", Fraction(1, 15), visemes=visemes, cues=cues
    )
    path = scratch() / "seed.vxtake"
    write_take(clip, path)
    whole = path.read_bytes()
    arkit = profile("arkit")
    face = np.full((3, len(arkit.names)), 0.25, np.float32)
    sheet = scratch() / "seed.csv"
    write_livelink_csv(Take("arkit", arkit.names, (), FrameRate(60), face, 0, 24_000), sheet)
    short = b"Timecode,BlendshapeCount,JawOpen,EyeBlinkLeft\n01:00:00:00,61,0.5,0\n01:00:00:02.5,61,.25,1\n"
    body = zlib.decompress(msgpack.unpackb(whole)["body"])
    times = b"time,jawOpen\n0,0.5\n0.1,0.25\n0.2,0\n"
    return [b"T" + body, b"O" + whole, b"C" + sheet.read_bytes(), b"C" + short, b"C" + times, b"B" + _BVH.encode()]


def mutate(data: bytes, chance: Random) -> bytes:
    if data[:1] not in (b"T", b"O"):
        return data
    try:
        content: Any = msgpack.unpackb(data[1:])
        return data[:1] + msgpack.packb(changed(content, chance))
    except (ValueError, TypeError, OverflowError, msgpack.UnpackException):
        return data


TARGET = Target(
    check, seeds, mutate, ("OFFSET", "CHANNELS", "JOINT", "End Site", "MOTION", "Frames:", "Frame Time:", "Zrotation")
)
