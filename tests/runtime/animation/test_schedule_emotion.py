from collections.abc import Iterable

import numpy as np
import pytest

from voxrig.runtime.animation.emotion import NEUTRAL, Emotion, everywhere
from voxrig.runtime.animation.emotion_names import read_emotion
from voxrig.runtime.animation.schedule import MOST_CUES, Schedule, ScheduleError, StyleCue
from voxrig.runtime.core.smoothing import ease

RATE = 16_000


def cue(seconds: float, length: float, hold: float | None = None, **values: float) -> StyleCue:
    fields = tuple(read_emotion({key.replace("_", "."): value for key, value in values.items()}).items())
    return StyleCue(round(seconds * RATE), round(length * RATE), fields, None if hold is None else round(hold * RATE))


def schedule(*cues: StyleCue) -> Schedule[Emotion]:
    made = Schedule(NEUTRAL, kind="emotion")
    for one in cues:
        made = made.added(one, 0)
    return made


def course(made: Schedule[Emotion], poses: Iterable[int]) -> np.ndarray:
    return np.array([made.at(pose, RATE) for pose in poses])


def test_emotions_go_over_region_by_region() -> None:
    made = schedule(cue(0.5, 0.5, joy=0.8), cue(1.5, 0.5, brows_anger=0.6))
    assert made.at(30, RATE) is NEUTRAL
    assert made.at(60, RATE) == everywhere(joy=0.8)
    half = made.at(105, RATE)
    assert half.brows_anger == pytest.approx(0.3)
    assert half.brows_joy == pytest.approx(0.4)
    assert half.mouth_joy == 0.8
    assert made.at(10**9, RATE) == Emotion(brows_anger=0.6, eyes_joy=0.8, mouth_joy=0.8)


def test_a_transition_has_no_jump() -> None:
    made = schedule(cue(0.2, 0.4, joy=1.0), cue(0.4, 0.4, anger=1.0), cue(0.5, 0.4, 0.1, surprise=1.0))
    # The steepest slope of the ease is 15/8 of its mean; cues that overlap add up.
    assert np.abs(np.diff(course(made, range(120)), axis=0)).max() < 2 * 15 / 8 / 24


def test_a_held_emotion_comes_and_goes() -> None:
    made = schedule(cue(0.0, 0.0, sadness=0.5), cue(1.0, 0.5, 1.0, joy=1.0))
    joy = course(made, range(240))[:, Emotion._fields.index("mouth_joy")]
    assert joy[60] == 0.0
    assert joy[75] == pytest.approx(ease(0.5))
    assert set(joy[90:151]) == {1.0}
    assert joy[165] == pytest.approx(ease(0.5))
    assert made.at(180, RATE) == everywhere(sadness=0.5)


def test_a_hold_at_once_lasts_its_time() -> None:
    made = schedule(cue(1.0, 0.0, 0.5, fear=1.0))
    fear = course(made, range(120))[:, Emotion._fields.index("eyes_fear")]
    assert set(fear[60:90]) == {1.0}
    assert fear.sum() == 30


def test_what_comes_during_a_hold_stays_after_it() -> None:
    held, later = cue(1.0, 0.2, 2.0, joy=1.0), cue(2.0, 0.2, brows_anger=0.5)
    for made in (schedule(held, later), schedule(later, held)):
        assert made.at(150, RATE) == Emotion(brows_anger=0.5, eyes_joy=1.0, mouth_joy=1.0)
        assert made.at(600, RATE) == Emotion(brows_anger=0.5)


def test_a_hold_goes_back_to_what_was_told_meanwhile_for_before_it() -> None:
    made = schedule(cue(1.0, 0.2, 2.0, joy=1.0), cue(0.5, 0.2, sadness=0.3))
    assert made.at(120, RATE) == everywhere(joy=1.0)
    assert made.at(600, RATE) == everywhere(sadness=0.3)


def test_folding_changes_nothing_that_will_be_asked_for() -> None:
    rng = np.random.default_rng(7)
    for _ in range(10):
        cues = []
        for start in rng.uniform(0, 8, 25):
            where = rng.choice(["", "brows_", "eyes_", "mouth_"])
            what = rng.choice(["joy", "anger", "neutral", "surprise"])
            hold = None if rng.random() < 0.6 else float(rng.uniform(0, 6))
            cues.append(cue(start, rng.choice([0.0, 0.3, 1.5]), hold, **{where + what: rng.uniform(0, 1)}))
        whole = schedule(*cues)
        for oldest in (2, 5, 9):
            folded = whole.folded(oldest * RATE)
            assert all(cue.end > oldest * RATE for cue in folded.cues)
            poses = range(oldest * 60, 1200, 7)
            off = np.subtract(course(folded, poses), course(whole, poses))
            assert np.abs(off).max() < 1e-12
        assert whole.folded(30 * RATE).cues == ()


def test_a_long_hold_does_not_fill_the_schedule() -> None:
    made = schedule(cue(0.0, 0.4, 3600.0, brows_joy=0.2))
    for second in range(1, 2 * MOST_CUES):
        made = made.added(cue(second, 0.4, mouth_anger=second / 1000), (second - 60) * RATE)
    assert len(made.cues) < 70
    assert made.at(600 * 60, RATE).brows_joy == 0.2
    with pytest.raises(ScheduleError, match=f"{MOST_CUES} emotion cues wait"):
        schedule(*(cue(n, 0.1, joy=1.0) for n in range(MOST_CUES + 1)))
