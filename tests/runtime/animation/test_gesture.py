"""Gestures that are asked for: natural strokes, once, and none of a listener's own on top."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import CALM
from voxrig.runtime.animation.gaze import STRAIGHT
from voxrig.runtime.animation.gesture import LATE, NO_GESTURE, Gesture, strokes_of
from voxrig.runtime.animation.head import Moving
from voxrig.runtime.animation.stroke import MOST, share
from voxrig.runtime.animation.voice import QUIET
from voxrig.runtime.core.chance import key_of

Angles = NDArray[np.float64]


def path(gesture: Gesture, seed: int = 1) -> Angles:
    """Degrees of yaw, pitch and roll of a gesture alone, float64[300, 3]."""
    strokes = strokes_of(gesture, key_of(seed), 30)
    return np.array([[sum(share(s, at) * s[axis] for s in strokes) for axis in (4, 5, 6)] for at in range(300)])


def listen(asked: dict[int, Gesture], poses: int = 1800, seed: int = 1) -> Angles:
    """Degrees of a silent listener's head that is asked for gestures at some poses."""
    moving = Moving(key_of(seed))
    state, angles, last = moving.start(), np.empty((poses, 3)), (NO_GESTURE, -1)
    for at in range(poses):
        last = (asked[at], at) if at in asked else last
        state, angles[at] = moving.step(state, at, QUIET, CALM, STRAIGHT, 0.0, Activity.LISTENING, last)
    return np.degrees(angles)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "gesture", [Gesture(nod=0.2), Gesture(nod=1.0), Gesture(shake=0.3), Gesture(shake=1.0), Gesture(tilt=-1.0)]
)
def test_a_gesture_is_smooth_and_ends_where_it_began(gesture: Gesture, seed: int) -> None:
    moved = path(gesture, seed)
    assert not moved[:31].any()
    assert np.abs(moved[-1]).max() < 1e-9
    speeds = np.linalg.norm(np.diff(moved, axis=0), axis=1) * 60
    assert speeds.max() < 120.0
    assert np.abs(np.diff(moved, 2, axis=0)).max() * 3600 < 2600.0


def test_the_more_is_asked_the_further_it_goes() -> None:
    for axis, name in ((1, "nod"), (0, "shake"), (2, "tilt")):
        sizes = [np.abs(path(Gesture(**{name: strength}))[:, axis]).max() for strength in (0.1, 0.4, 0.7, 1.0)]
        assert sizes == sorted(sizes)
        assert 0.5 < sizes[0] < sizes[-1] < 10.0
    assert path(Gesture(tilt=0.5))[:, 2].max() > 0.0 > path(Gesture(tilt=-0.5))[:, 2].min()


def test_a_nod_goes_down_and_a_shake_to_both_sides() -> None:
    assert path(Gesture(nod=0.5))[:, 1].min() == 0.0
    lows = np.diff(np.sign(np.diff(path(Gesture(nod=1.0))[:, 1])))
    assert np.sum(lows < 0) == 2
    for seed in range(4):
        yaw = path(Gesture(shake=1.0), seed)[:, 0]
        assert yaw.min() < -2.0
        assert yaw.max() > 2.0


def test_all_at_once_is_still_bounded() -> None:
    assert len(strokes_of(Gesture(1.0, 1.0, 1.0), key_of(1), 0)) <= MOST
    assert strokes_of(NO_GESTURE, key_of(1), 0) == ()


def test_a_gesture_comes_once_and_one_never_seen_is_forgotten() -> None:
    once = listen({60: Gesture(nod=1.0)}, 300) - listen({}, 300)
    assert once[62:80, 1].max() > 3.0
    assert np.abs(once[130:200]).max() < 1e-9
    moving = Moving(key_of(1))
    state = moving.start()
    state, early = moving.step(state, 100 + LATE, QUIET, CALM, STRAIGHT, 0.0, asked=(Gesture(nod=1.0), 100))
    assert state.gestures == ()
    assert math.isfinite(early.pitch)


def test_a_listener_who_is_asked_to_nod_does_not_nod_on_top_of_it() -> None:
    """Asked every 3 s, it never nods of itself; and the same each time."""
    asked = {at: Gesture(nod=0.3) for at in range(60, 7200, 180)}
    angles = listen(asked, 7200)
    nods, own = angles - listen(dict.fromkeys(asked, Gesture(tilt=1e-9)), 7200), listen({}, 7200)
    begun = np.flatnonzero((nods[1:, 1] > 1e-6) & (nods[:-1, 1] <= 1e-6))
    assert len(begun) == len(asked)
    assert set((begun - min(asked)) % 180) <= {0, 1}
    np.testing.assert_array_equal(angles, listen(asked, 7200))
    assert np.abs(own - angles).max() > 1.0
