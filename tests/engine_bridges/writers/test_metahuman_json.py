import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.metahuman_json import write_metahuman_json
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import TURN
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


def written(clip: Clip, path: Path, **bounds: float) -> dict[str, Any]:
    write_metahuman_json(clip, path, **bounds)
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def off(data: dict[str, Any], take: Take) -> tuple[float, float]:
    """The largest error of a curve, and of a bone in radians, at any frame; slerps are worked out here."""
    frames = np.arange(data["frames"])
    curve = 0.0
    for place, name in enumerate(take.names):
        keys = np.array(data["curves"].get(name, [[0, 0.0]]))
        curve = max(curve, float(np.abs(np.interp(frames, keys[:, 0], keys[:, 1]) - take.controls[:, place]).max()))
    bone = 0.0
    for place, name in enumerate(take.bones):
        keys = np.array(data["bones"][name])
        for frame in frames:
            turned = _slerp(keys, int(frame))
            wanted = take.quaternions[frame, place].astype(np.float64)
            cosine = abs(turned @ wanted) / np.linalg.norm(wanted)
            bone = max(bone, 2 * np.arccos(min(cosine, 1.0)))
    return curve, bone


def _slerp(keys: np.ndarray, frame: int) -> np.ndarray:
    after = int(np.searchsorted(keys[:, 0], frame))
    if after == 0 or after == len(keys):
        q = keys[min(after, len(keys) - 1), 1:]
        return np.asarray(q / np.linalg.norm(q))
    a, b = (row / np.linalg.norm(row) for row in keys[after - 1 : after + 1, 1:])
    b = b if a @ b >= 0 else -b
    share = (frame - keys[after - 1, 0]) / (keys[after, 0] - keys[after - 1, 0])
    angle = np.arccos(min(float(a @ b), 1.0))
    if angle < 1e-9:
        return np.asarray(a)
    return np.asarray((np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle))


@pytest.mark.parametrize(("bound", "few"), [(0.05, 0.2), (0.01, 0.25), (0.001, 0.6)])
def test_no_frame_is_further_off_than_the_bound(
    tmp_path: Path, lively_clip: Callable[..., Clip], bound: float, few: float
) -> None:
    clip = lively_clip(frames=240)
    data = written(clip, tmp_path / "a.curves.json", bound=bound, turn=bound)
    curve, bone = off(data, clip.take)
    assert curve <= bound
    assert bone <= bound
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
