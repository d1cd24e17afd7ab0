"""What was written comes back to the bit; what is damaged, newer or too large is refused in one line."""

import zlib
from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.engine_bridges.writers.take_file import write_take
from voxrig.runtime.core.clip import Clip, ShownViseme, TimedCue
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

NTSC = FrameRate(30_000, 1001)


def take(frames: int = 40, fps: FrameRate = NTSC, seed: int = 1, start: int = 0) -> Take:
    rig = profile("metahuman")
    rng = np.random.default_rng(seed)
    values = np.zeros((frames, rig.stride), np.float32)
    values[:, rig.stride - 9 :: 4] = 1.0
    moving = rng.choice(rig.stride, 60, replace=False)
    values[:, moving] += np.cumsum(rng.normal(0, 0.02, (frames, 60)), axis=0)
    return Take("metahuman", rig.names, rig.bones, fps, values, start, 24_000)


def clip(frames: int = 40) -> Clip:
    whole = take(frames)
    lips = whole.values.copy()
    lips[:, 200:] = 0.0
    if frames:
        lips[0, :4] = np.array([np.nan, -0.0, np.inf, 1e-42], np.float32)
    return Clip(
        name="gate_01",
        take=whole,
        layers={"speech": replace(whole, values=lips), "blink": take(frames, seed=5)},
        character="Wächter",
        listening=True,
        text="Halt! Wer da? 你好\n",
        emotion="joy=0.6",
        sound="gate_01.wav",
        seconds=Fraction(32_033, 24_000),
        timecode="01:00:00;02",
        visemes=(
            ShownViseme(Fraction(0), Fraction(1, 3), "sil", 1.0),
            ShownViseme(Fraction(1, 3), Fraction(32_033, 24_000), "PP", 0.8),
        ),
        cues=(TimedCue(0.5, "gaze", {"yaw": 0.1, "target": "Healer"}), TimedCue(1.25, "emotion", {"joy": 0.6})),
        seed=2**53 - 1,
    )


def assert_same_take(read: Take, wanted: Take) -> None:
    for field in fields(Take):
        if field.name != "values":
            assert getattr(read, field.name) == getattr(wanted, field.name), field.name
    assert read.values.dtype == np.float32
    np.testing.assert_array_equal(read.values.view(np.uint32), wanted.values.view(np.uint32))


def assert_same(read: Clip, wanted: Clip) -> None:
    assert_same_take(read.take, wanted.take)
    assert list(read.layers) == list(wanted.layers)
    for name, layer in wanted.layers.items():
        assert_same_take(read.layers[name], layer)
    for field in fields(Clip):
        if field.name not in ("take", "layers"):
            assert getattr(read, field.name) == getattr(wanted, field.name), field.name


@pytest.mark.parametrize("frames", [0, 1, 2, 40, 500])
def test_all_of_a_clip_comes_back_to_the_bit(tmp_path: Path, frames: int) -> None:
    made = clip(frames)
    write_take(made, tmp_path / "a.vxtake")
    assert_same(read_take(tmp_path / "a.vxtake"), made)


def test_a_bare_clip_and_a_layer_of_another_kind_come_back(tmp_path: Path) -> None:
    bare = Clip(name="x", take=take(3, FrameRate(60), start=-7))
    write_take(bare, tmp_path / "bare.vxtake")
    assert_same(read_take(tmp_path / "bare.vxtake"), bare)
    other = Take("metahuman", ("jawOpen",), (), FrameRate(24), np.ones((3, 1), np.float32), 9, 8000)
    odd = replace(bare, layers={"extra": other})
    write_take(odd, tmp_path / "odd.vxtake")
    assert_same(read_take(tmp_path / "odd.vxtake"), odd)


def opened(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    head = msgpack.unpackb(path.read_bytes())
    return head, msgpack.unpackb(zlib.decompress(head["body"]))


def closed(path: Path, head: Mapping[str, Any], body: object) -> Path:
    """Write a file whose checksum and size fit, whatever is in it."""
    plain = body if isinstance(body, bytes) else msgpack.packb(body)
    data = zlib.compress(plain)
    path.write_bytes(msgpack.packb({**head, "body": data, "crc32": zlib.crc32(data), "size": len(plain)}))
    return path


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_take(clip(), tmp_path / "a.vxtake")
    return tmp_path / "a.vxtake"


def test_keys_of_later_additions_are_ignored(written: Path) -> None:
    head, body = opened(written)
    body |= {"body_pose": [1, 2], "layers": [layer | {"colour": "red"} for layer in body["layers"]]}
    assert_same(read_take(closed(written, head | {"made_by": "x"}, body)), clip())


def test_what_is_no_take_is_told_with_its_path(tmp_path: Path, written: Path) -> None:
    def refused(path: Path, message: str) -> None:
        with pytest.raises(ValueError, match=message) as told:
            read_take(path)
        assert str(told.value).startswith(f"{path}: ")
        assert "\n" not in str(told.value)

    refused(tmp_path / "nowhere.vxtake", "cannot be read .*; check the path")
    other = tmp_path / "other.vxtake"
    for content in (
        b"",
        b"\x80",
        b"Timecode,BlendshapeCount\n",
        b"\xc1",
        msgpack.packb({"format": "x"}),
        b"\x91" * 5000,
    ):
        other.write_bytes(content)
        refused(other, "this is no .vxtake file; give one that `voxrig bake --format take` wrote")
    whole = written.read_bytes()
    other.write_bytes(whole[:-1])
    refused(other, "this is no .vxtake file")
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    other.write_bytes(flipped)
    refused(other, "damaged: its checksum differs; bake it again")
    head, body = opened(written)
    refused(closed(other, head | {"version": 2}, body), "it is of version 2, this reads 1; install a newer voxrig")
    refused(closed(other, head | {"version": "1"}, body), "version is no whole number")
    refused(closed(other, head, b"\x93"), "its body is no map")
    refused(closed(other, head, body | {"how": body["how"][:-1]}), "262 columns for 251 controls and 3 bones")
    refused(closed(other, head, body | {"data": body["data"][:-1]}), r"columns have \d+ bytes where \d+ are needed")
    refused(closed(other, head, body | {"frames": 39}), "columns have")
    refused(closed(other, head, body | {"fps": "0"}), "frame rate")
    refused(closed(other, head, body | {"seconds": "1/0"}), "'1/0' is no fraction")
    refused(closed(other, head, body | {"layers": [*body["layers"], body["layers"][0]]}), "two layers have one name")
    refused(closed(other, head, body | {"cues": [[0.5, "gaze", {"yaw": [1]}]]}), "no number or text")
    refused(
        closed(other, head, {key: value for key, value in body.items() if key != "seed"}), "seed is no whole number"
    )


def test_a_small_file_cannot_ask_for_much_memory(tmp_path: Path, written: Path) -> None:
    head, body = opened(written)
    bomb = zlib.compress(b"\0" * (64 << 20), 9)
    path = tmp_path / "bomb.vxtake"
    lying = {**head, "body": bomb, "crc32": zlib.crc32(bomb), "size": 1000}
    path.write_bytes(msgpack.packb(lying))
    with pytest.raises(ValueError, match="it does not inflate to the 1000 bytes it announces"):
        read_take(path)
    path.write_bytes(msgpack.packb(lying | {"size": 64 << 20}))
    with pytest.raises(ValueError, match="it announces 67108864 bytes, more than 33554432; bake it in parts"):
        read_take(path, largest=32 << 20)
    still = bytes(263)
    closed(path, head, body | {"how": still, "data": bytes(263 * 4), "frames": 10**9, "layers": []})
    with pytest.raises(ValueError, match="it announces 1052000000000 bytes of values, more than"):
        read_take(path)
    with pytest.raises(ValueError, match="the file is larger than 1000 bytes"):
        read_take(written, largest=1000)


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes changed, cut out, doubled or put in, in a few places."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 4))):
        place, kind = int(rng.integers(0, max(len(out), 1))), rng.integers(0, 5)
        if kind == 0 and out:
            out[min(place, len(out) - 1)] = int(rng.integers(0, 256))
        elif kind == 1:
            del out[place : place + int(rng.integers(1, 9))]
        elif kind == 2:
            out[place:place] = rng.bytes(int(rng.integers(1, 9)))
        elif kind == 3:
            del out[place:]
        else:
            out[place:place] = out[place : place + 16]
    return bytes(out)


def refusal(path: Path) -> str | None:
    """What is told of a file, None if it is read. Any other error than ValueError fails the test."""
    told = None
    try:
        read_take(path, largest=8 << 20)
    except ValueError as error:
        told = str(error)
    assert told is None or (told.startswith(f"{path}: ") and "\n" not in told)
    return told


def test_thousands_of_mutated_files_are_read_or_refused(tmp_path: Path) -> None:
    """Half of them are damaged outside, half inside, under a checksum that fits. Nothing but ValueError comes out."""
    path = tmp_path / "a.vxtake"
    write_take(clip(3), path)
    whole = path.read_bytes()
    head, _ = opened(path)
    plain = zlib.decompress(head["body"])
    rng = np.random.default_rng(11)
    read = refused = 0
    for number in range(4000):
        if number % 2:
            path.write_bytes(mutated(whole, rng))
        else:
            place = int(rng.integers(0, 3))  # most of the body are names: half of the mutations go past them
            after = plain[:200] + mutated(plain[200:], rng) if place else mutated(plain[:600], rng) + plain[600:]
            closed(path, head, after)
        told = refusal(path)
        read += told is None
        refused += told is not None
    assert refused > 3000
    assert read > 50  # a changed letter of a text or a bit of a curve is no damage that shows


def test_mutated_values_of_each_key_are_read_or_refused(tmp_path: Path, written: Path) -> None:
    head, body = opened(written)
    odd = [
        None,
        True,
        -1,
        0,
        1,
        2**63,
        1.5,
        float("nan"),
        "",
        "x",
        b"",
        b"\0",
        [],
        {},
        [[]],
        [{}],
        [1],
        {"a": 1},
        [[1, 2]],
    ]
    for key in body:
        for value in odd:
            refusal(closed(tmp_path / "b.vxtake", head, body | {key: value}))
    for key in head:
        for value in odd:
            path = tmp_path / "c.vxtake"
            path.write_bytes(msgpack.packb(head | {key: value}))
            if head[key] != value:
                with pytest.raises(ValueError, match=r"c\.vxtake: "):
                    read_take(path)
