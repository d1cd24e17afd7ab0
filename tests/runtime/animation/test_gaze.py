"""What gaze does by itself: in conversation, listening, thinking, reading."""

import math
import pickle
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import CALM, NEUTRAL, Affect, everywhere
from voxrig.runtime.animation.eye_turn import held
from voxrig.runtime.animation.gaze import GazePose, GazeState, Gazing
from voxrig.runtime.animation.saccade import peak_velocity
from voxrig.runtime.animation.target import HERE, Target, towards
from voxrig.runtime.animation.voice import QUIET, Voice
from voxrig.runtime.core.chance import key_of

HOUR = 60 * 3600
YEAR = 365 * 24 * HOUR


def conversation(poses: int, seed: int = 0) -> list[Voice]:
    """Turns of one to four phrases of 1 to 4 s with pauses below 1 s, and 2 to 8 s of silence between turns."""
    chance = np.random.default_rng(seed)
    voices: list[Voice] = []
    while len(voices) < poses:
        for _ in range(chance.integers(1, 5)):
            length, pause = (int(60 * chance.uniform(*span)) for span in ((1.0, 4.0), (0.3, 0.9)))
            voices += [QUIET._replace(speaking=True, since=k, started=k == 0) for k in range(length)]
            voices += [QUIET._replace(speaking=True, since=length + k) for k in range(min(pause, 15))]
            voices += [QUIET._replace(since=k, ended=k == 0) for k in range(pause - 15)]
        voices += [QUIET._replace(since=60 + k) for k in range(int(60 * chance.uniform(2.0, 8.0)))]
    return voices[:poses]


def lived(
    voices: list[Voice],
    key: int = 1,
    activity: Activity = Activity.AUTO,
    affect: Affect = CALM,
    target: Target | None = None,
    begin: int = 0,
    state: GazeState | None = None,
) -> tuple[list[GazePose], list[GazeState]]:
    gazing = Gazing(key_of(key))
    state = state or gazing.start()
    poses, states = [], []
    for at, voice in enumerate(voices, begin):
        state, pose = gazing.step(state, at, voice, affect, activity, target, HERE)
        poses.append(pose)
        states.append(state)
    return poses, states


@lru_cache(maxsize=1)
def hour() -> tuple[list[Voice], list[GazePose], list[GazeState]]:
    voices = conversation(HOUR)
    return voices, *lived(voices)


def mutual(poses: list[GazePose]) -> np.ndarray:
    return np.array([pose.mutual for pose in poses])


def line_of_sight(poses: list[GazePose]) -> np.ndarray:
    """Degrees [n, 2] of gaze: yaw and pitch of eyes and head together."""
    angles = np.degrees(np.array([pose[:6] for pose in poses]))
    return (angles[:, 0:2] + angles[:, 2:4]) / 2 + angles[:, 4:6]


def test_shifts_follow_the_main_sequence() -> None:
    _, poses, _ = hour()
    gaze = line_of_sight(poses)
    moved = np.hypot(*np.diff(gaze, axis=0).T)
    size = np.array([pose.shift for pose in poses])
    starts = [at for at in np.nonzero(size)[0] if at + 9 < len(size) and not size[at + 1 : at + 9].any()]
    assert len(starts) > 4_000
    # A jump of d poses that begins anywhere between two touches d + 1 steps on average.
    taken = np.array([np.nonzero(moved[at : at + 8] > 0.01 * size[at] + 0.02)[0].max() for at in starts])
    slope, intercept = np.polyfit(size[starts], taken / 60 * 1_000, 1)
    assert slope == pytest.approx(2.2, abs=0.3), "ms a degree"
    assert intercept == pytest.approx(21.0, abs=5.0), "ms"
    fastest = np.array([moved[at : at + 8].max() * 60 for at in starts])
    assert (fastest < [1.03 * peak_velocity(size[at]) + 15 for at in starts]).all()
    assert np.mean([peak > 0.6 * peak_velocity(size[at]) for at, peak in zip(starts, fastest, strict=True)]) > 0.9


def test_shifts_are_as_large_and_as_often_as_in_conversation() -> None:
    _, poses, states = hour()
    size = np.array([pose.shift for pose in poses if pose.shift])
    assert 4.0 < size.mean() < 8.0
    assert 15.0 < np.quantile(size, 0.99) < 25.0
    assert 1.2 < len(size) / 3600 < 2.2, "a second"
    micro = [b.aim.saccade for a, b in pairwise(states) if a.aim.saccade is not b.aim.saccade and any(b.aim.micro)]
    amplitudes = np.array([math.hypot(s.yaw, s.pitch) for s in micro])
    assert amplitudes.min() > 0.09
    assert amplitudes.max() < 0.41
    assert 0.6 < len(micro) / 3600 < 2.0, "a second"


def test_gaze_goes_aside_more_than_up_and_down() -> None:
    _, poses, states = hour()
    away = np.array([s.fixation[1:3] for p, s in zip(poses, states, strict=True) if not p.mutual])
    assert np.abs(away[:, 0]).mean() > 2 * np.abs(away[:, 1]).mean()
    assert abs(np.mean(away[:, 0] > 0) - 0.5) < 0.05


def test_half_of_the_talk_and_most_of_the_silence_is_spent_on_the_partner() -> None:
    voices, poses, _ = hour()
    on = mutual(poses)
    talking = np.array([voice.speaking or voice.since < 60 for voice in voices])
    assert 0.45 < on[talking].mean() < 0.56
    assert 0.68 < on[~talking].mean() < 0.82
    assert 0.53 < on.mean() < 0.67
    edges = np.flatnonzero(np.diff(on.astype(int), prepend=0, append=0))
    bouts = (edges[1::2] - edges[::2]) / 60
    assert 1.6 < bouts.mean() < 2.8, "2.2 s (Rogers et al. 2018)"


def test_who_begins_to_speak_looks_away_and_who_ends_looks_up() -> None:
    voices, poses, _ = hour()
    on = mutual(poses)
    ends = [at for at, voice in enumerate(voices) if voice.ended]
    begins = [b for b in (at for at, v in enumerate(voices) if v.started) if not any(b - 90 < e < b for e in ends)]
    talking = on[[voice.speaking for voice in voices]].mean()
    after_begin = np.mean([on[at + 15 : at + 60].mean() for at in begins])
    after_end = np.mean([on[at + 15 : at + 45].mean() for at in ends if at + 45 < HOUR])
    assert after_begin < talking - 0.2
    assert after_end > talking + 0.2


@pytest.mark.parametrize(
    ("activity", "least", "most"), [(Activity.LISTENING, 0.68, 0.8), (Activity.TALKING, 0.45, 0.57)]
)
def test_what_one_does_counts_without_a_voice(activity: Activity, least: float, most: float) -> None:
    poses, _ = lived([QUIET] * (HOUR // 3), activity=activity)
    assert least < mutual(poses).mean() < most


def test_thinking_looks_up_and_aside() -> None:
    poses, _ = lived([QUIET] * (HOUR // 6), activity=Activity.THINKING)
    on, gaze = mutual(poses), line_of_sight(poses)
    assert on.mean() < 0.3
    assert gaze[~on, 1].mean() < -6.0
    assert np.mean(gaze[~on, 1] < 0.5) > 0.9


def test_reading_goes_along_lines_from_the_characters_left() -> None:
    poses, states = lived([QUIET] * 60 * 120, activity=Activity.READING)
    gaze = line_of_sight(poses)[60:]
    assert not mutual(poses).any()
    assert gaze[:, 1].min() > 8.0, "downcast"
    jumps = np.diff([s.fixation.yaw for s in states])
    jumps = jumps[jumps != 0][2:]
    small, sweeps = jumps[np.abs(jumps) < 4], jumps[jumps > 8]
    assert len(small) + len(sweeps) == len(jumps)
    assert np.mean(small < 0) > 0.8, "to the right"
    assert 4 < len(small) / len(sweeps) < 14, "fixations a line"
    assert 3.5 < len(jumps) / 120 < 5.5, "fixations a second"


def test_emotion_biases_gaze() -> None:
    def of(**amounts: float) -> tuple[float, float]:
        poses, _ = lived([QUIET] * (HOUR // 3), affect=Affect(everywhere(**amounts), 0.0, 0.0, 0.0))
        return float(mutual(poses).mean()), float(line_of_sight(poses)[~mutual(poses), 1].mean())

    calm, joy, sadness = of(), of(joy=1.0), of(sadness=1.0)
    assert joy[0] > calm[0] + 0.05
    assert sadness[0] < calm[0] - 0.15
    assert sadness[1] > calm[1] + 3.0, "downcast"


def test_arousal_hastens_the_eyes() -> None:
    counts = [
        sum(pose.shift > 0 for pose in lived([QUIET] * (HOUR // 6), affect=Affect(NEUTRAL, 0.0, arousal, 0.0))[0])
        for arousal in (-1.0, 0.0, 1.0)
    ]
    assert counts[0] < 0.95 * counts[1] < 0.9 * counts[2]


def test_no_pose_is_further_than_a_saccade_goes() -> None:
    _, poses, _ = hour()
    eyes = np.degrees(np.array([pose[:4] for pose in poses]))
    head = np.degrees(np.array([pose[4:6] for pose in poses]))
    assert np.abs(np.diff(eyes, axis=0)).max() * 60 < 650
    assert np.abs(np.diff(head, axis=0)).max() * 60 < 60
    assert np.abs(np.diff(head, 2, axis=0)).max() < 0.3
    assert np.abs(head).max() < 15


def test_gaze_repeats_and_goes_on_from_any_state() -> None:
    voices, poses, states = hour()
    again, _ = lived(voices[5_000:8_000], begin=5_000, state=pickle.loads(pickle.dumps(states[4_999])))
    assert again == poses[5_000:8_000]
    other, _ = lived(voices[: HOUR // 20], key=2)
    agree = mutual(other) == mutual(poses[: HOUR // 20])
    assert 0.35 < agree.mean() < 0.7, "two sessions don't move together"


def test_a_session_may_begin_after_a_year_and_does_not_grow() -> None:
    voices, poses, states = hour()
    late, after = lived(voices[: HOUR // 6], begin=YEAR)
    assert abs(mutual(late).mean() - mutual(poses).mean()) < 0.08
    assert {len(pickle.dumps(state)) for state in after} < set(range(1_200))
    assert len(pickle.dumps(states[-1])) < 1_200
    assert np.isfinite([pose[:7] for pose in late]).all()


def test_the_eyes_turn_back_as_far_as_the_head_moves_by_itself() -> None:
    pose, _ = lived([QUIET] * 100, target=towards(5.0, -3.0))
    moved = held(*pose[-1][:4], 0.1, -0.05)
    assert moved == pytest.approx([a - b for a, b in zip(pose[-1][:4], (0.1, -0.05) * 2, strict=True)])
    left, down, right, low = held(*pose[-1][:4], -1.0, 1.0)
    assert max(left, right) == pytest.approx(math.radians(35))
    assert right - left == pytest.approx(pose[-1].right_yaw - pose[-1].left_yaw), "they don't cross"
    assert min(down, low) == pytest.approx(math.radians(-25))
