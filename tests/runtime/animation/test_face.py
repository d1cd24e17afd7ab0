import dataclasses

import numpy as np
import pytest

from voxrig.runtime.animation.face import (
    EASE_STEPS,
    HOLD_STEPS,
    NATIVE_COUNT,
    SILENT,
    Face,
    Gate,
    hold_steps,
    listen,
    rest_pose,
)
from voxrig.runtime.animation.hearing import Hearing
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import BundleError


def test_controls_go_where_their_names_say() -> None:
    names = ("CTRL_expressions_tongueUp", "CTRL_expressions_jawOpen")
    pose = Face(names).pose(np.float32([0.25, 0.75]), Gate(0, 0))
    expected = rest_pose()
    expected[NATIVE_CONTROLS.index(names[0])] = 0.25
    expected[NATIVE_CONTROLS.index(names[1])] = 0.75
    np.testing.assert_array_equal(pose, expected)
    np.testing.assert_array_equal(pose[NATIVE_COUNT:].reshape(-1, 4), [[0, 0, 0, 1]] * 3)


def test_in_silence_the_mouth_rests_and_the_rest_of_the_face_goes_on(tiny_bundle: Bundle) -> None:
    face = Face(tiny_bundle.spec.controls)
    controls = np.full(12, 0.5, np.float32)
    resting = face.pose(controls, SILENT)
    alive = {NATIVE_CONTROLS[i] for i in np.flatnonzero(resting[:NATIVE_COUNT])}
    assert alive == {"CTRL_expressions_browRaiseInL", "CTRL_expressions_eyeBlinkL"}
    half = face.pose(controls, Gate(6, EASE_STEPS // 2))
    assert half[NATIVE_CONTROLS.index("CTRL_expressions_jawOpen")] == 0.25
    assert half[NATIVE_CONTROLS.index("CTRL_expressions_eyeBlinkL")] == 0.5
    np.testing.assert_array_equal(controls, np.full(12, 0.5, np.float32))


def test_an_unknown_control_is_refused() -> None:
    with pytest.raises(BundleError, match="'jawOpen', which is no control of the native rig"):
        Face(("jawOpen",))


def closed(*quiet: bool) -> list[int]:
    gate, found = Gate(HOLD_STEPS, 0), []
    for step in quiet:
        gate = listen(gate, step)
        found.append(gate.closed)
    return found


def test_the_gate_holds_then_eases_and_opens_again() -> None:
    assert closed(*[True] * 11, *[False] * 5) == [0] * 5 + [1, 2, 3, 4, 4, 4] + [3, 2, 1, 0, 0]
    assert closed(*[True] * 7, False, True, True) == [0] * 5 + [1, 2, 1, 0, 0]


def test_a_quiet_stream_begins_at_rest() -> None:
    assert listen(SILENT, True) == SILENT
    assert listen(SILENT, False).closed == EASE_STEPS - 1


@pytest.mark.parametrize("start", range(0, 400, 37))
def test_the_gate_does_not_fire_in_a_pause_of_100_ms_wherever_it_lies(tiny_bundle: Bundle, start: int) -> None:
    hearing = Hearing(tiny_bundle.spec, 24_000)
    sound = np.random.default_rng(0).uniform(-0.1, 0.1, 24_000).astype(np.float32)
    sound[9_000 + start : 9_000 + start + 2_399] = 0
    _, rows = hearing.step(hearing.start(0), sound)
    gate, most = Gate(HOLD_STEPS, 0), 0
    for quiet in rows.quiet:
        gate = listen(gate, quiet)
        most = max(most, gate.closed)
    assert sum(rows.quiet) in (4, 5)
    assert most == 0


@pytest.mark.parametrize("start", range(0, 400, 37))
@pytest.mark.parametrize("look_ahead_samples", [750, 1950, 11_550])
def test_the_mouth_rests_within_150_ms_of_the_last_sound(
    tiny_bundle: Bundle, look_ahead_samples: int, start: int
) -> None:
    spec = dataclasses.replace(tiny_bundle.spec, look_ahead_samples=look_ahead_samples)
    hearing = Hearing(spec, 24_000)
    end = 9_000 + start
    sound = np.zeros(32_000, np.float32)
    sound[:end] = np.random.default_rng(0).uniform(-0.1, 0.1, end)
    _, rows = hearing.step(hearing.start(0), sound)
    gate, rests = Gate(HOLD_STEPS, 0), []
    for step, quiet in enumerate(rows.quiet):
        gate = listen(gate, quiet, hold_steps(spec.delay_steps))
        if gate.closed == EASE_STEPS:
            rests.append((step + 1 - spec.delay_steps) / 60)
    assert 0 <= rests[0] - end / 24_000 <= 0.150
    assert HOLD_STEPS * 400 >= 2_400
