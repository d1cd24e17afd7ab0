from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.metahuman_json import write_metahuman_json
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import TURN
from voxrig.runtime.core.timing import FrameRate

from .reading.curves_json import bones_apart, curves_apart, read_curves


def written(clip: Clip, path: Path, **bounds: float) -> dict[str, Any]:
    write_metahuman_json(clip, path, **bounds)
    return read_curves(path)


@pytest.mark.parametrize(("bound", "few"), [(0.05, 0.2), (0.01, 0.25), (0.001, 0.6)])
def test_no_frame_is_further_off_than_the_bound(
    tmp_path: Path, lively_clip: Callable[..., Clip], bound: float, few: float
) -> None:
    clip = lively_clip(frames=240)
    data = written(clip, tmp_path / "a.curves.json", bound=bound, turn=bound)
    assert curves_apart(data, clip.take) <= bound
    assert bones_apart(data, clip.take) <= bound
    keys = sum(len(keys) for keys in data["curves"].values())
    assert keys < few * len(data["curves"]) * 240


def test_without_a_bound_every_frame_is_a_key_to_the_bit(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=60)
    data = written(clip, tmp_path / "a.curves.json", bound=0.0, turn=0.0)
    for name, keys in data["curves"].items():
        values = clip.take.controls[:, clip.take.names.index(name)]
        assert [frame for frame, _ in keys] == list(range(60))
        np.testing.assert_array_equal(np.array([value for _, value in keys], np.float32), values)
    head = np.array(data["bones"]["head"])
    np.testing.assert_array_equal(head[:, 1:].astype(np.float32), clip.take.quaternions[:, 0])
    assert data["bones"]["eye_l"] == [[0, 0, 0, 0, 1]]


def test_what_it_says_of_the_line(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = replace(lively_clip(FrameRate(30_000, 1001), frames=30), text='„Halt!" 你')
    data = written(clip, tmp_path / "a.curves.json")
    assert list(data) == [
        *("format", "version", "name", "character", "text", "emotion", "sound", "seconds", "timecode", "fps"),
        *("frames", "bound", "turn", "curves", "bones"),
    ]
    assert (data["fps"], data["frames"], data["name"], data["text"]) == ([30_000, 1001], 30, "gate_01", clip.text)
    assert (data["bound"], data["turn"]) == (0.01, pytest.approx(TURN))
    moving = [name for place, name in enumerate(clip.take.names) if clip.take.controls[:, place].any()]
    assert list(data["curves"]) == moving


def test_a_still_take_is_small(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=90)
    still = replace(clip, take=clip.layers["emotion"], layers={})
    data = written(still, tmp_path / "a.curves.json")
    assert data["curves"] == {}
    assert [len(keys) for keys in data["bones"].values()] == [1, 1, 1]


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    for name in "ab":
        write_metahuman_json(lively_clip(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
