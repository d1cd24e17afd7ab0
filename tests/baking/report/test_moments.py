"""Which frames a strip shows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.moments import moments
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.clip import Clip

Make = Callable[..., NDArray[np.float32]]


def still(frames: int) -> NDArray[np.float32]:
    return np.zeros((frames, 61), np.float32)


def test_one_from_each_part_in_order(clips: dict[str, Clip]) -> None:
    for clip in clips.values():
        poses = clip.arkit().values
        for count in (1, 5, 8, 13):
            rows = moments(poses, count)
            edges = [len(poses) * k // count for k in range(count + 1)]
            assert np.searchsorted(edges, rows, side="right").tolist() == list(range(1, count + 1))
            assert rows == moments(poses.copy(), count)


def test_the_widest_mouth_nearby(pose: Make) -> None:
    poses = still(80)
    for at in (13, 34, 57, 71):
        poses[at] = pose(JawOpen=0.7)
        poses[at + 1] = pose(JawOpen=0.4)
    assert moments(poses, 4) == [13, 34, 57, 71]


def test_open_jaw_with_closed_lips_is_no_open_mouth(pose: Make) -> None:
    poses = still(20)
    poses[5], poses[12] = pose(JawOpen=0.6, MouthClose=0.6), pose(JawOpen=0.3)
    assert moments(poses, 1) == [12]


def test_another_mouth_rather_than_the_same_again(pose: Make) -> None:
    poses = still(40)
    poses[10] = poses[25] = pose(JawOpen=0.5)
    poses[33] = pose(JawOpen=0.4, MouthPucker=0.9)
    assert moments(poses, 2) == [10, 33]


def test_eyes_open_where_it_can_be(pose: Make) -> None:
    poses = still(20)
    poses[5], poses[12] = pose(JawOpen=0.6, EyeBlink=1.0), pose(JawOpen=0.55)
    assert moments(poses, 1) == [12]


def test_the_strongest_feeling_is_among_them(pose: Make) -> None:
    poses = still(90)
    poses[:, ARKIT_SHAPES.index("JawOpen")] = np.linspace(0.1, 0.5, 90)
    poses[41] = pose(MouthSmile=0.8, CheekSquint=0.5)
    assert 41 in moments(poses, 3)
    poses[41] = poses[40] + pose(MouthSmile=0.01)
    assert 41 not in moments(poses, 3)


def test_short_takes() -> None:
    assert moments(still(0), 8) == []
    assert moments(still(1), 8) == [0]
    assert moments(still(3), 8) == [0, 1, 2]
