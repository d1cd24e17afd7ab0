import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgpack
import numpy as np
import pytest

from voxrig.engine_bridges.writers import take_file
from voxrig.engine_bridges.writers.metahuman_csv import write_metahuman_csv
from voxrig.engine_bridges.writers.take_file import write_take
from voxrig.runtime.core.clip import Clip


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    write_take(lively_clip(), tmp_path / "a.vxtake")
    write_take(lively_clip(), tmp_path / "b.vxtake")
    assert (tmp_path / "a.vxtake").read_bytes() == (tmp_path / "b.vxtake").read_bytes()


def test_the_layout_is_what_the_docstring_says(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=90)
    write_take(clip, tmp_path / "a.vxtake")
    head = msgpack.unpackb((tmp_path / "a.vxtake").read_bytes())
    assert (head["format"], head["version"]) == ("voxrig-take", 1)
    assert zlib.crc32(head["body"]) == head["crc32"]
    plain = zlib.decompress(head["body"])
    assert len(plain) == head["size"]
    body = msgpack.unpackb(plain)
    assert (body["fps"], body["frames"], body["seconds"]) == ("60", 90, "3/2")
    assert tuple(body["names"]) == clip.take.names
    assert [layer["layer"] for layer in body["layers"]] == list(clip.layers)
    assert all("names" not in layer for layer in body["layers"])
    first = np.frombuffer(body["data"], "<f4", count=sum(kind <= 1 for kind in body["how"]))
    np.testing.assert_array_equal(first, clip.take.values[0])


def test_it_is_far_smaller_than_a_csv(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=300)
    write_take(clip, tmp_path / "a.vxtake")
    write_metahuman_csv(clip.take, tmp_path / "a.csv")
    assert (tmp_path / "a.vxtake").stat().st_size * 8 < (tmp_path / "a.csv").stat().st_size


def test_a_clip_that_is_too_large_is_refused(
    tmp_path: Path, lively_clip: Callable[..., Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_file, "LARGEST", 100_000)
    with pytest.raises(
        ValueError, match="has 284040 bytes of values, of 100000 at most; bake it in parts, or no layers"
    ):
        write_take(replace(lively_clip(frames=90), name="long"), tmp_path / "a.vxtake")
    assert not list(tmp_path.iterdir())
