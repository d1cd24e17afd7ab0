"""Idle life: it breathes, swallows and moves its mouth a little, and never when the mouth speaks."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CALM
from voxrig.runtime.animation.idle import (
    FIDGET,
    IDLE_CONTROLS,
    MICRO,
    MOUTH_LEAVES,
    MOUTH_WAITS,
    IdlePose,
    Idling,
    IdlingState,
)
from voxrig.runtime.animation.voice import QUIET, Voice
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.native import NATIVE_CONTROLS

Values = NDArray[np.float64]
YEAR = 60 * 86_400 * 365
MOUTH = [
    i for i, name in enumerate(IDLE_CONTROLS) if name.startswith(("mouth", "neckSwallow")) or name == "neckThroatUp"
]
SWALLOW = IDLE_CONTROLS.index("neckSwallowPh1")


def talk(*stretches: int) -> list[Voice]:
    """Poses of silence and speech in turns, silence first."""
    voices: list[Voice] = []
    for number, length in enumerate(stretches):
        speaking = number % 2 == 1
        for since in range(length):
            changed = since == 0 and number > 0
            ended = changed and not speaking
            voices.append(QUIET._replace(speaking=speaking, since=since, started=changed and speaking, ended=ended))
    return voices


def conversation(minutes: int) -> list[Voice]:
    """Phrases of 1 to 5 s, pauses of 0.3 to 8 s."""
    rng = np.random.default_rng(4)
    turns = [QUIET]
    while len(turns) < minutes * 3600:
        turns += talk(0, int(rng.integers(60, 300)), int(rng.integers(18, 480)))
    return turns


def live(
    voices: list[Voice], seed: int = 1, at: int = 0, state: IdlingState | None = None
) -> tuple[IdlingState, Values, Values]:
    """Return the last state, float64[n, controls] and the breath, float64[n]."""
    idling = Idling(key_of(seed))
    state = state or idling.start()
    poses: list[IdlePose] = []
    for number, voice in enumerate(voices):
        state, pose = idling.step(state, at + number, voice, CALM)
        poses.append(pose)
    return state, np.array([pose.values for pose in poses]), np.array([pose.breath for pose in poses])


def breaths(breath: Values) -> int:
    return int(np.sum((breath[1:] > 0.0) & (breath[:-1] <= 0.0)))


def test_the_controls_are_native() -> None:
    assert {f"CTRL_expressions_{name}" for name in IDLE_CONTROLS} <= set(NATIVE_CONTROLS)
    assert len(set(IDLE_CONTROLS)) == len(IDLE_CONTROLS)


def test_it_breathes_as_people_at_rest() -> None:
    _, values, breath = live([QUIET] * 20 * 3600)
    assert 12 <= breaths(breath) / 20 <= 18
    assert 0.36 < np.mean(np.diff(breath) > 0.0) < 0.46  # in for two fifths
    assert 0.5 < breath.max() <= 1.0
    assert -1.0 <= breath.min() < -0.5
    inhaling = values[:, IDLE_CONTROLS.index("neckThroatInhale")]
    assert np.mean(np.diff(breath)[inhaling[1:] > 0.02] > 0.0) > 0.95


def test_a_speaker_breathes_in_quickly_in_pauses_and_out_over_phrases() -> None:
    _, _, breath = live(talk(600, *([200, 40] * 20)))
    rise = np.diff(breath) * 60
    steady = rise[1200:]
    assert steady.max() > 2.5  # a breath at rest goes in at no more than 2.3 a second
    phrase = breath[600 + 240 : 600 + 240 + 200]
    assert phrase[-1] < phrase[60]
    pause = slice(600 + 240 * 6 + 205, 600 + 240 * 6 + 240)
    assert np.all(np.diff(breath[pause])[1:15] > 0.0)


def test_it_swallows_about_once_a_minute_in_order() -> None:
    _, values, _ = live([QUIET] * 30 * 3600)
    begun = np.nonzero((values[1:, SWALLOW] > 0.0) & (values[:-1, SWALLOW] == 0.0))[0]
    assert 0.6 < len(begun) / 30 < 1.6
    for start in begun[:-1]:
        peaks = values[start : start + 70, SWALLOW : SWALLOW + 4].argmax(axis=0)
        assert np.all(np.diff(peaks) > 5)


def test_the_mouth_is_speechs_own() -> None:
    voices = conversation(60)
    _, values, _ = live(voices)
    mouth = values[:, MOUTH].max(axis=1)
    speaking = np.array([voice.speaking for voice in voices])
    since = np.array([voice.since for voice in voices])
    assert mouth[speaking & (since >= MOUTH_LEAVES - 1)].max() == 0.0
    assert mouth[~speaking & (since < MOUTH_WAITS)][60:].max() == 0.0
    assert mouth[~speaking & (since > 2 * MOUTH_WAITS)].max() > 0.05
    swallows = np.nonzero((values[1:, SWALLOW] > 0.0) & (values[:-1, SWALLOW] == 0.0))[0]
    assert len(swallows) > 10
    assert not speaking[swallows].any()
    assert since[swallows].min() > 30


@pytest.mark.parametrize("early", [1, 20, 40])
def test_a_swallow_gives_way_to_speech_smoothly(early: int) -> None:
    _, values, _ = live([QUIET] * 30 * 3600)
    start = int(np.nonzero(values[:, SWALLOW] > 0.0)[0][0])
    _, cut, _ = live(talk(start + early, 300, 3600))
    later = cut[start + early + MOUTH_LEAVES - 1 : start + early + 300 + MOUTH_WAITS, MOUTH]
    assert later.max() == 0.0
    assert np.abs(np.diff(cut[:, MOUTH], axis=0)).max() < 0.4
    again = cut[start + early + 300 :, SWALLOW]
    assert again.max() > 0.5  # it comes after the speech


def test_movements_are_small_smooth_and_alive() -> None:
    _, values, _ = live([QUIET] * 30 * 3600)
    highest = dict(zip(IDLE_CONTROLS, values.max(axis=0), strict=True))
    assert values.min() >= 0.0
    assert all(0.005 < value <= MICRO for name, value in highest.items() if name.startswith(("brow", "eye")))
    assert all(0.05 < value <= FIDGET for name, value in highest.items() if name.startswith("mouth"))
    assert all(value <= 0.85 for value in highest.values())
    assert np.abs(np.diff(values, axis=0)).max() < 0.13
    pressed = values[:, MOUTH[:4]].max(axis=1) > 0.02
    assert 2 < np.sum(np.diff(pressed.astype(int)) > 0) / 30 < 12


def test_two_keys_live_apart() -> None:
    first, second = live([QUIET] * 3600, 1), live([QUIET] * 3600, 2)
    assert not np.array_equal(first[1], second[1])
    assert np.array_equal(first[1], live([QUIET] * 3600, 1)[1])


def test_a_year_in_it_still_lives_the_same() -> None:
    _, values, breath = live([QUIET] * 10 * 3600, at=YEAR)
    assert 12 <= breaths(breath) / 10 <= 18
    assert values.max() <= 0.85
    assert np.sum((values[1:, SWALLOW] > 0.0) & (values[:-1, SWALLOW] == 0.0)) >= 5


def test_a_stored_state_goes_on_as_if_nothing_had_been() -> None:
    voices = conversation(2)
    last, whole, breath = live(voices)
    state, _, _ = live(voices[:3000])
    for _ in range(2):
        after, rest, air = live(voices[3000:], at=3000, state=state)
        assert after == last
        assert np.array_equal(rest, whole[3000:])
        assert np.array_equal(air, breath[3000:])
