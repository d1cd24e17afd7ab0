"""The head: as fast as people's, on the beat, and never out of bounds."""

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import CALM, Affect, everywhere
from voxrig.runtime.animation.gaze import STRAIGHT
from voxrig.runtime.animation.head import Moving, MovingState
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.voice import QUIET, Voice, Voicing
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.prosody import Prosody

Angles = NDArray[np.float64]
SAMPLES = Path(__file__).parents[3] / "samples"
YEAR = 60 * 86_400 * 365
TALKING = QUIET._replace(speaking=True, since=100, level=0.0, voiced=1.0)


def voices_of(*names: str, pause: int = 45) -> list[Voice]:
    """Hear sample clips one after the other, with pauses."""
    voicing, mel, prosody = Voicing(), LogMel(), Prosody()
    state, voices = voicing.start(), []
    for name in names:
        samples, _ = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
        whole = np.asarray(samples[: len(samples) // 400 * 400], np.float32)
        _, rows = mel.step(mel.start(), whole)
        _, columns = prosody.step(prosody.start(), whole)
        heard: list[Heard | None] = [
            Heard(row, float(level), float(f0), float(voiced), float(level > -65.0))
            for row, (level, f0, voiced) in zip(rows, columns, strict=True)
        ]
        for one in heard + [None] * pause:
            state, voice = voicing.step(state, len(voices), one)
            voices.append(voice)
    return voices


@pytest.fixture(scope="module")
def talk() -> list[Voice]:
    """Half an hour of speech with pauses."""
    voices = voices_of("gatekeeper", "healer", "warning", "healer", "gatekeeper", "warning")
    return voices * math.ceil(30 * 3600 / len(voices))


def move(
    voices: list[Voice],
    seed: int = 1,
    affect: Affect = CALM,
    at: int = 0,
    activity: Activity = Activity.AUTO,
    state: MovingState | None = None,
) -> tuple[MovingState, Angles]:
    """Return the last state and float64[n, 3] degrees of yaw, pitch and roll."""
    moving = Moving(key_of(seed))
    state = state or moving.start()
    poses = np.empty((len(voices), 3))
    for number, voice in enumerate(voices):
        breath = math.sin(2 * math.pi * 0.25 * number / 60)
        state, poses[number] = moving.step(state, at + number, voice, affect, STRAIGHT, breath, activity)
    return state, np.degrees(poses)


def speed(angles: Angles) -> Angles:
    """Degrees a second between poses."""
    return np.linalg.norm(np.diff(angles, axis=0), axis=1) * 60


def test_talking_is_as_fast_and_wide_as_captured(talk: list[Voice]) -> None:
    speaks = np.array([voice.speaking for voice in talk])[1:]
    for seed in (1, 2, 3):
        _, angles = move(talk, seed)
        assert 12.0 < speed(angles)[speaks].mean() < 20.0
        yaw, pitch, roll = angles.std(axis=0)
        assert 3.0 < yaw < 6.0
        assert 1.8 < pitch < 4.0
        assert 1.2 < roll < 3.0
        assert np.abs(angles.mean(axis=0)).max() < 1.5


def test_silence_is_calm_but_not_still() -> None:
    _, angles = move([QUIET] * 30 * 3600)
    assert 2.0 < speed(angles).mean() < 5.0
    by_second = angles[: len(angles) // 60 * 60].reshape(-1, 60, 3)
    assert np.ptp(by_second, axis=1).max(axis=1).min() > 0.1


@pytest.mark.parametrize("feeling", ["joy", "sadness", "anger", "fear"])
def test_nothing_pops(talk: list[Voice], feeling: str) -> None:
    _, angles = move(talk[: 5 * 3600], affect=Affect(everywhere(**{feeling: 1.0}), 0.0, 0.6, 0.0))
    assert speed(angles).max() < 120.0
    assert np.abs(np.diff(angles, 2, axis=0)).max() * 3600 < 2600.0  # degrees / s², of the deepest nod


def test_speech_begins_and_ends_without_a_jerk() -> None:
    began, ended = TALKING._replace(started=True, since=0), QUIET._replace(ended=True, since=0)
    _, angles = move([QUIET] * 300 + [began] + [TALKING] * 300 + [ended] + [QUIET] * 300)
    assert np.abs(np.diff(angles, 2, axis=0)).max() * 3600 < 500.0


def test_a_nod_is_lowest_just_after_its_beat() -> None:
    """A beat is known about 25 ms after its nucleus, but 83 ms before the pose at which the nucleus is heard."""
    late = []
    for seed in range(40):
        voices = [TALKING] * 200
        _, without = move(voices, seed)
        voices[100] = TALKING._replace(beat=0.6)
        _, angles = move(voices, seed)
        nod = (angles - without)[:, 1]
        assert np.all(nod[:101] == 0.0)
        assert 1.5 < nod.max() <= 4.6
        assert abs(nod[-1]) < 1e-9
        late.append((int(nod.argmax()) - 100) / 60 + 0.025 - 0.083)
    assert np.abs(late).max() <= 0.08


def test_beats_lower_the_head_of_a_speaker(talk: list[Voice]) -> None:
    _, angles = move(talk)
    pitch = angles[:, 1]
    beats = [at for at, voice in enumerate(talk) if voice.beat > 0.0 and at > 60]
    assert len(beats) > 500
    down = np.mean([pitch[at + 7] - pitch[at] for at in beats[:-1]])
    assert down > 1.5
    turns = np.diff(np.sign(np.diff(pitch)))
    low = np.nonzero(turns < 0)[0] + 1
    near = [np.abs(low - (at + 7)).min() <= 3 for at in beats]
    assert np.mean(near) > 0.8


def test_a_question_tilts_and_lifts_the_head() -> None:
    tilts = []
    for seed in range(12):
        ended = QUIET._replace(ended=True, since=0)
        _, plain = move([QUIET] * 60 + [ended] + [QUIET] * 180, seed)
        _, asked = move([QUIET] * 60 + [ended._replace(rising=0.9)] + [QUIET] * 180, seed)
        tilt = (asked - plain)[60 + 40]
        assert 2.0 < abs(tilt[2]) < 6.0
        assert tilt[1] < -1.0
        assert np.abs(asked - plain)[-1].max() < 1e-9
        tilts.append(tilt[2])
    assert min(tilts) < 0.0 < max(tilts)


def test_a_phrase_end_brings_a_new_posture() -> None:
    ended = QUIET._replace(ended=True, since=0)
    state, _ = move([QUIET] * 30)
    changed, _ = move([ended], at=30, state=state)
    assert changed.goal != state.goal


def test_emotion_bears_on_the_head(talk: list[Voice]) -> None:
    part = talk[: 6 * 3600]

    def felt(arousal: float, **amounts: float) -> tuple[float, float]:
        _, angles = move(part, affect=Affect(everywhere(**amounts), 0.0, arousal, 0.0))
        return float(speed(angles).mean()), float(angles[:, 1].mean())

    (neutral, level), (sad, low) = felt(0.0), felt(-0.5, sadness=1.0)
    (joyful, _), (angry, forward), (_, back) = felt(0.5, joy=1.0), felt(0.7, anger=1.0), felt(0.7, fear=1.0)
    assert sad < 0.75 * neutral
    assert min(joyful, angry) > 1.15 * neutral
    assert low > level + 4.0
    assert back < level < forward


def test_a_listener_nods_now_and_then_and_only_a_listener() -> None:
    _, plain = move([QUIET] * 5 * 3600)
    _, listening = move([QUIET] * 5 * 3600, activity=Activity.LISTENING)
    nods = (listening - plain)[:, 1]
    begun = np.sum((nods[1:] > 0.0) & (nods[:-1] == 0.0))
    assert 5 * 5 < begun < 5 * 40
    assert nods.max() < 4.0
    _, talking = move([TALKING] * 3600, activity=Activity.LISTENING)
    assert np.array_equal(talking, move([TALKING] * 3600)[1])


def test_a_head_turned_far_by_gaze_sways_less() -> None:
    moving = Moving(key_of(3))
    speeds = []
    for turned in (0.0, 0.5):
        gaze, state, poses = STRAIGHT._replace(head_yaw=turned), moving.start(), []
        for at in range(3600):
            state, pose = moving.step(state, at, TALKING, CALM, gaze, 0.0)
            poses.append(pose)
        speeds.append(speed(np.degrees(np.array(poses[300:]))).mean())
    assert speeds[1] < 0.7 * speeds[0]


def test_a_day_later_all_is_as_bounded_as_at_first(talk: list[Voice]) -> None:
    """A simulated day: an hour of poses here and there, the state carried over, each as if all between had passed."""
    state = None
    for hour in range(0, 24, 4):
        state, angles = move(talk[: 10 * 3600] + [QUIET] * 3600, at=hour * 216_000, state=state)
        assert np.abs(angles).max(axis=0) == pytest.approx([0.0, 0.0, 0.0], abs=20.0)
        assert len(state.shifts) <= 8
        assert len(state.gestures) <= 8


def test_a_year_in_life_is_the_same_kind_of_life(talk: list[Voice]) -> None:
    _, angles = move(talk[: 5 * 3600], at=YEAR)
    assert 10.0 < speed(angles).mean() < 22.0
    assert np.abs(np.diff(angles, 2, axis=0)).max() * 3600 < 2600.0


def test_two_keys_move_apart(talk: list[Voice]) -> None:
    first, second = move(talk[:7200], 1)[1], move(talk[:7200], 2)[1]
    assert abs(np.corrcoef(first[:, 0], second[:, 0])[0, 1]) < 0.5
    assert np.array_equal(first, move(talk[:7200], 1)[1])


def test_a_stored_state_goes_on_as_if_nothing_had_been(talk: list[Voice]) -> None:
    last, whole = move(talk[:2000])
    state, _ = move(talk[:1000])
    for _ in range(2):
        after, rest = move(talk[1000:2000], at=1000, state=state)
        assert after[:-1] == last[:-1]
    np.testing.assert_array_equal(after.smooth, last.smooth)
    moving = Moving(key_of(1))
    state, at_once = moving.step(state, 1000, talk[1000], CALM, STRAIGHT, math.sin(2 * math.pi * 0.25 * 1000 / 60))
    assert tuple(np.degrees(at_once)) == tuple(whole[1000])
    assert len(rest) == 1000
