"""Blinks over hours: what is published of them must come out, whatever the key."""

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.blink import (
    FREE,
    NOT_ASKED,
    OPEN,
    PARTIAL,
    RATES,
    SPREAD,
    Blinking,
    BlinkState,
    Lids,
)
from voxrig.runtime.animation.emotion import CALM, Affects
from voxrig.runtime.animation.gaze import STRAIGHT, GazePose
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.voice import QUIET, Voice, Voices
from voxrig.runtime.core.chance import key_of

MINUTE = 3600  # poses
SPEAKING = QUIET._replace(speaking=True, since=600)
YEAR = 365 * 24 * 60 * MINUTE


_TOGETHER = 8  # poses: too few for two blinks to begin in


class Train(NamedTuple):
    """Poses at which blinks began, how far the lids were down at each pose, float[n, 2], and the last state."""

    begins: NDArray[np.int64]
    lids: NDArray[np.float64]
    state: BlinkState

    @property
    def depths(self) -> NDArray[np.float64]:
        """How far down each blink went: the left lid until the next begins."""
        return np.array([part.max() for part in np.split(self.lids[:, 0], self.begins)[1:]])


def live(
    seed: int,
    poses: int,
    activity: Activity = Activity.AUTO,
    voice: Callable[[int], Voice] = lambda _: QUIET,
    gaze: Callable[[int], GazePose] = lambda _: STRAIGHT,
    start: int = 0,
    state: BlinkState | None = None,
) -> Train:
    blinking = Blinking(key_of(seed))
    state = state or blinking.start()
    begins, lids = [], []
    for first in range(start, start + poses, _TOGETHER):
        count, last = min(_TOGETHER, start + poses - first), state.began
        voices = [voice(at) for at in range(first, first + count)]
        turns = [n for n, one in enumerate(voices) if one.started or one.ended]
        stretch = Stretch.of(first, Voices(np.array(voices, np.float64), turns, ()), Affects(np.zeros((count, 24))))
        gazes = np.array([gaze(at) for at in range(first, first + count)], np.float64)
        state, shown = blinking.steps(
            stretch, state, gazes, (activity,) * count, (FREE,) * count, ((NOT_ASKED, -1),) * count
        )
        if state.began != last:
            begins.append(state.began - start)
        lids.append(shown)
    return Train(np.array(begins, np.int64), np.concatenate(lids), state)


@cache
def twenty_minutes(activity: Activity) -> tuple[Train, ...]:
    return tuple(live(seed, 20 * MINUTE, activity) for seed in range(12))


def rate(train: Train) -> float:
    return len(train.begins) * MINUTE / len(train.lids)


@pytest.mark.parametrize(
    ("activity", "published"),
    [
        (Activity.TALKING, (10.5, 32.5)),
        (Activity.LISTENING, (8.0, 21.0)),
        (Activity.READING, (1.4, 14.4)),
        (Activity.THINKING, (8.0, 21.0)),
    ],
)
def test_rates_are_those_published_and_every_person_has_their_own(
    activity: Activity, published: tuple[float, float]
) -> None:
    rates = np.array([rate(train) for train in twenty_minutes(activity)])
    assert rates.mean() == pytest.approx(RATES[activity], rel=0.1)
    assert rates.min() > 0.95 * published[0]
    assert rates.max() < 1.1 * published[1]  # counted over 20 minutes, so give or take a few
    assert 0.05 < rates.std() / rates.mean() < 0.3


def test_habits_spread_as_published_and_are_kept_through_all_states() -> None:
    people = [Blinking(key_of(seed)) for seed in range(400)]
    talking = np.array([person.rate(Activity.TALKING, QUIET, CALM) for person in people])
    reading = np.array([person.rate(Activity.READING, QUIET, CALM) for person in people])
    assert talking.min() >= 10.5
    assert talking.max() <= 32.51
    assert talking.mean() == pytest.approx(26.0, rel=0.03)
    assert np.percentile(talking, 2.5) < 19.0
    np.testing.assert_allclose(reading / talking, 4.5 / 26.0)


@pytest.mark.parametrize("activity", [Activity.TALKING, Activity.LISTENING, Activity.READING])
def test_intervals_are_log_normal(activity: Activity) -> None:
    logs = []
    for train in twenty_minutes(activity):
        intervals = np.diff(train.begins) / 60.0
        own = np.log(intervals[intervals > 0.55])  # no double blinks
        logs.append(own - own.mean())
    pooled = np.sort(np.concatenate(logs))
    assert pooled.std() == pytest.approx(SPREAD, rel=0.12)
    assert abs((pooled**3).mean() / pooled.std() ** 3) < 0.35
    normal = np.array([NormalDist(0.0, pooled.std()).cdf(value) for value in pooled])
    assert np.abs(normal - np.arange(len(pooled)) / len(pooled)).max() < 0.05  # Kolmogorov–Smirnov distance


@pytest.mark.parametrize(
    ("voice", "seconds", "least", "most"),
    [(SPEAKING, 6, 0.93, 1.0), (SPEAKING, 2, 0.25, 0.8), (QUIET, 6, 0.8, 1.0), (QUIET, 2, 0.25, 0.8)],
)
def test_a_clip_of_2_s_may_blink_and_one_of_6_s_nearly_always_does(
    voice: Voice, seconds: int, least: float, most: float
) -> None:
    blinked = np.mean([len(live(seed, 60 * seconds, voice=lambda _: voice).begins) > 0 for seed in range(500)])
    assert least <= blinked <= most


def test_widths_are_those_measured() -> None:
    widths = []
    for train in twenty_minutes(Activity.TALKING):
        for part in np.split(train.lids[:, 0], train.begins)[1:]:
            if len(part) > 45 and part.max() == 1.0:  # full, and back to rest before the next
                fine = np.interp(np.arange(0.0, 45.0, 0.02), np.arange(45), part[:45])
                widths.append(0.02 * (fine >= 0.5).sum() / 60)
    assert len(widths) > 3000
    np.testing.assert_allclose(np.percentile(widths, [10, 50, 90]), [0.076, 0.100, 0.168], rtol=0.06)


def test_some_blinks_are_partial_and_some_double() -> None:
    trains = twenty_minutes(Activity.LISTENING)
    depths = np.concatenate([train.depths for train in trains])
    assert np.mean(depths < 0.85) == pytest.approx(PARTIAL, abs=0.03)
    assert depths.min() > 0.37
    gaps = np.concatenate([np.diff(train.begins) for train in trains])
    assert 0.02 < np.mean(gaps < 21) < 0.07
    assert gaps.min() >= 12


def test_the_lids_are_a_little_apart_but_never_wink() -> None:
    lids = np.concatenate([train.lids for train in twenty_minutes(Activity.LISTENING)])
    apart = np.abs(lids[:, 0] - lids[:, 1])
    assert 0.01 < apart[lids.max(axis=1) > 0.0].mean() < 0.06
    assert apart.max() < 0.25  # within one pose of a fast closing
    assert apart[lids.max(axis=1) == 1.0].max() < 0.1
    assert abs((lids[:, 0] - lids[:, 1]).mean()) < 0.001


@pytest.mark.parametrize("activity", list(RATES))
def test_lids_never_pop(activity: Activity) -> None:
    for train in twenty_minutes(activity):
        steps = np.diff(train.lids, axis=0)
        assert steps.max() < 0.66  # closing from 0 to 1 in three poses at the fastest
        assert steps.min() > -0.4
        assert train.lids.min() == 0.0
        assert train.lids.max() == 1.0


def phrases(at: int) -> Voice:
    """2.5 s of speech, 0.7 s of silence, over and over; the end is recognised after 250 ms."""
    place = at % 192
    speaking = place < 165
    return QUIET._replace(
        speaking=speaking, since=place if speaking else place - 165, started=place == 0, ended=place == 165
    )


def test_blinks_gather_at_the_ends_of_phrases_and_are_no_more_for_it() -> None:
    trains = [live(seed, 20 * MINUTE, voice=phrases) for seed in range(12)]
    place = np.concatenate([train.begins % 192 for train in trains])
    after_end = np.mean((place >= 165) & (place < 177)) / 12
    elsewhere = np.mean((place < 165) | (place >= 177)) / 180
    assert after_end > 3.0 * elsewhere
    plain = [rate(train) for train in twenty_minutes(Activity.TALKING)]
    np.testing.assert_allclose(np.mean([rate(train) for train in trains]), np.mean(plain), rtol=0.04)
    logs = [np.log(gaps[gaps > 33]) for gaps in (np.diff(train.begins) for train in trains)]
    pooled = np.concatenate([log - log.mean() for log in logs])
    assert 0.5 < pooled.std() < 0.8
    assert abs((pooled**3).mean() / pooled.std() ** 3) < 0.5


def shifting(degrees: float, every: int) -> Callable[[int], GazePose]:
    return lambda at: STRAIGHT._replace(shift=degrees) if at % every == every - 1 else STRAIGHT


def test_large_gaze_shifts_nearly_always_bring_a_blink_and_small_ones_do_not() -> None:
    shares = []
    for degrees in (5.0, 12.0, 18.0, 22.0, 33.0):
        begins = np.concatenate([live(seed, 10 * MINUTE, gaze=shifting(degrees, 240)).begins for seed in range(6)])
        shares.append(float(np.sum(begins % 240 == 239)) / (6 * 150))
    assert shares == sorted(shares)
    assert shares[0] < 0.02
    assert 0.05 < shares[1] < 0.3
    assert shares[4] > 0.85  # the rest of them came within a blink, or right after one


def test_moderate_gaze_shifts_leave_the_rate_as_it_is() -> None:
    with_shifts = np.mean([rate(live(seed, 20 * MINUTE, gaze=shifting(15.0, 150))) for seed in range(6)])
    assert with_shifts == pytest.approx(np.mean([rate(t) for t in twenty_minutes(Activity.LISTENING)[:6]]), rel=0.05)


def test_arousal_and_fear_raise_the_rate_a_little() -> None:
    person = Blinking(key_of(1))
    calm = person.rate(Activity.TALKING, QUIET, CALM)
    excited = person.rate(Activity.TALKING, QUIET._replace(arousal=1.0), CALM._replace(arousal=1.0))
    afraid = person.rate(Activity.TALKING, QUIET, CALM._replace(emotion=CALM.emotion._replace(eyes_fear=1.0)))
    drowsy = person.rate(Activity.TALKING, QUIET, CALM._replace(arousal=-1.0))
    assert excited / calm == pytest.approx(1.3)
    assert afraid / calm == pytest.approx(1.25)
    assert drowsy / calm == pytest.approx(0.8)


def test_a_change_of_activity_acts_at_once() -> None:
    def half_and_half(at: int) -> Voice:
        return SPEAKING if at // MINUTE % 2 else QUIET

    talked = listened = 0
    for seed in range(12):
        minutes = live(seed, 20 * MINUTE, voice=half_and_half).begins // MINUTE % 2
        talked, listened = talked + int(minutes.sum()), listened + int((1 - minutes).sum())
    assert talked / listened == pytest.approx(26.0 / 17.0, rel=0.08)


def test_two_sessions_are_never_in_step() -> None:
    trains = [live(seed, 20 * MINUTE).lids[:, 0] > 0.3 for seed in range(10)]
    table = np.corrcoef(np.array(trains))
    assert np.abs(table[~np.eye(10, dtype=bool)]).max() < 0.03
    firsts = [int(live(seed, 60 * 60).begins[0]) for seed in range(100)]
    assert max(firsts.count(first) for first in firsts) < 8


def test_the_same_key_gives_the_same_blinks_from_any_stored_state() -> None:
    whole = live(3, 3 * MINUTE, voice=phrases)
    for cut in (1, 777, *(int(begin) + 3 for begin in whole.begins[5:8])):
        first = live(3, cut, voice=phrases)
        rest = live(3, 3 * MINUTE - cut, voice=phrases, start=cut, state=first.state)
        np.testing.assert_array_equal(rest.lids, whole.lids[cut:])
        assert rest.state == whole.state


def test_a_year_in_all_is_as_at_the_beginning_and_the_state_no_bigger() -> None:
    train = live(5, 20 * MINUTE, Activity.TALKING, start=YEAR)
    assert rate(train) == pytest.approx(rate(twenty_minutes(Activity.TALKING)[5]), rel=0.15)
    assert train.begins[0] == twenty_minutes(Activity.TALKING)[5].begins[0]  # drawn before the first pose
    assert len(train.state) == len(Blinking(1).start())
    assert all(math.isfinite(value) for value in train.state[:2])
    assert train.state.left < 20.0
    assert train.state.owed < 20.0


def test_open_lids_are_one_value() -> None:
    blinking = Blinking(key_of(1))
    _, lids = blinking.step(blinking.start(), 0, QUIET, CALM, STRAIGHT, Activity.AUTO)
    assert lids == OPEN
    assert Lids(0.0, 0.0) == OPEN
