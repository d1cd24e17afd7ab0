"""What an onlooker sees of a head, eyes and lids that were posed by hand; gaze share, head speed and jumps of them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from voxrig.cli.liveliness.continuity import largest_jumps
from voxrig.cli.liveliness.gaze_share import gaze_share, turns
from voxrig.cli.liveliness.head import head_motion
from voxrig.cli.liveliness.motion import GROUPS, MotionError, Onlooker, joined
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.rotation import angles_to_quaternion

MakeMotion = Callable[..., Any]


def test_gaze_is_head_and_eyes_together(motion: MakeMotion) -> None:
    eyes = np.array([[10.0, 0.0], [-20.0, 0.0], [0.0, 8.0]])
    head = np.array([[5.0, 0.0, 0.0], [20.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    seen = motion(eyes=eyes, head=head)
    np.testing.assert_allclose(seen.eyes, eyes, atol=1e-4)
    np.testing.assert_allclose(seen.head, head, atol=1e-4)
    np.testing.assert_allclose(seen.gaze, [[15, 0], [0, 0], [0, 12]], atol=1e-4)


def test_both_rigs_look_the_same() -> None:
    rng = np.random.default_rng(0)
    bones = angles_to_quaternion(rng.normal(0, 0.1, (50, 3, 3)).astype(np.float32))
    controls = rng.uniform(0, 0.4, (50, len(NATIVE_CONTROLS))).astype(np.float32)
    speaking = np.zeros(50, np.bool_)
    seen = []
    for rig in (profile("metahuman"), profile("arkit")):
        values = rig.from_native(controls, bones)
        seen.append(Onlooker(rig.names, rig.bones, 60.0).watch(values, speaking))
    for name in ("lids", "eyes", "gaze", "head", "turned"):
        np.testing.assert_allclose(getattr(seen[0], name), getattr(seen[1], name), atol=2e-3, err_msg=name)


def test_pieces_are_as_the_whole() -> None:
    rng = np.random.default_rng(1)
    rig = profile("metahuman")
    bones = angles_to_quaternion(rng.normal(0, 0.1, (40, 3, 3)).astype(np.float32))
    values = rig.from_native(rng.uniform(0, 1, (40, 251)).astype(np.float32), bones)
    onlooker, heard = Onlooker(rig.names, rig.bones, 60.0), rng.random(40) < 0.5
    whole = onlooker.watch(values, heard)
    parts = joined([onlooker.watch(values[:17], heard[:17]), onlooker.watch(values[17:], heard[17:], values[16])])
    for name in ("speaking", "lids", "eyes", "gaze", "head", "turned", "jumps"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name), err_msg=name)


def test_a_rig_without_lids_or_eyes_is_refused() -> None:
    with pytest.raises(MotionError, match="no blink can be seen"):
        Onlooker(("jawOpen",), BONES, 60.0)
    with pytest.raises(MotionError, match="neither the bones head, eye_l, eye_r nor"):
        Onlooker(NATIVE_CONTROLS, (), 60.0)


def test_head_speed_of_a_known_turn(motion: MakeMotion) -> None:
    """Yaw of 6 degrees at 0.5 Hz: a mean speed of 4 * 6 * 0.5 = 12 degrees a second, still in the second half."""
    time = np.arange(7200) / 60
    yaw = np.where(time < 60, 6 * np.sin(np.pi * time), 0.0)
    head = np.stack((yaw, np.full(7200, 2.0), 0 * yaw), axis=1)
    found = head_motion(motion(head=head, speaking=time < 60))
    assert found.speaking == pytest.approx(12.0, rel=0.005)
    assert found.quiet == pytest.approx(0.0, abs=0.01)
    assert found.fastest == pytest.approx(6 * np.pi, rel=0.005)
    assert found.mean == pytest.approx([0, 2, 0], abs=0.01)
    assert found.spread[0] == pytest.approx(3.0, rel=0.01)
    assert found.frequency == pytest.approx(0.5, abs=0.02)


def test_a_still_head_has_no_frequency(motion: MakeMotion) -> None:
    found = head_motion(motion(frames=120))
    assert math.isnan(found.frequency)
    assert math.isnan(found.speaking)
    assert found.quiet == 0.0


def test_gaze_share_of_a_known_pattern(motion: MakeMotion) -> None:
    """Three seconds at the partner, two away; speech for two and a half of each ten seconds."""
    time = np.arange(60 * 300) / 60
    away = np.where(time % 5 < 3, 0.0, 14.0)
    away[(time % 50 > 1) & (time % 50 < 1.05)] = 14.0  # too short to end a bout
    speaking = time % 10 < 2.5
    found = gaze_share(motion(eyes=np.stack((away, 0 * away), axis=1), speaking=speaking))
    assert found.share == pytest.approx(0.6, abs=0.002)
    assert found.speaking == pytest.approx(1.0, abs=0.01)
    assert found.quiet == pytest.approx((0.6 - 0.25) / 0.75, abs=0.005)
    assert found.bouts == pytest.approx(np.full(59, 3.0))  # the first was under way already
    assert found.begin[:120].max() == 0.0  # two seconds before speech begins, and away
    assert found.end[:120].min() >= 0.79  # every fifth has the short look away in it


def test_turns_are_next_to_a_quarter_second_of_quiet(motion: MakeMotion) -> None:
    speaking = np.zeros(600, np.bool_)
    speaking[100:200] = speaking[210:300] = speaking[400:500] = True
    seen = motion(frames=600, speaking=speaking)
    assert list(turns(seen, begin=True)) == [100, 400]
    assert list(turns(seen, begin=False)) == [300, 500]
    whole = motion(frames=600, speaking=np.ones(600, np.bool_))
    assert list(turns(whole, begin=True)) == list(turns(whole, begin=False)) == []
    assert largest_jumps(whole) == []


def test_jumps_are_told_apart_by_group_and_place() -> None:
    rig = profile("metahuman")
    values = np.tile(rig.from_native(np.zeros(251), np.float32([[0, 0, 0, 1]] * 3)), (600, 1))
    values[200:, rig.names.index("CTRL_expressions_browDownL")] = 0.5  # where speech begins
    values[400:, rig.names.index("CTRL_expressions_jawOpen")] = 0.25
    values[305:, len(rig.names) : len(rig.names) + 4] = angles_to_quaternion(np.float32([math.radians(3), 0, 0]))
    speaking = np.zeros(600, np.bool_)
    speaking[200:300] = True
    jumps = {jump.group: jump for jump in largest_jumps(Onlooker(rig.names, rig.bones, 60.0).watch(values, speaking))}
    assert set(jumps) == {*GROUPS, "head", "eyes"}
    assert (jumps["brows"].near, jumps["brows"].elsewhere) == (0.5, 0.0)
    assert (jumps["jaw"].near, jumps["jaw"].elsewhere) == (0.0, 0.25)
    assert jumps["head"].near == pytest.approx(3.0, abs=1e-4)
    assert jumps["head"].unit == "°"
    assert jumps["mouth"] == ("mouth", "", 0.0, 0.0)
