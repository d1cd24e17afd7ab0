"""Events: what they mean by OCC, monotonic and bounded, and what is refused."""

from itertools import product

import numpy as np
import pytest

from voxrig.runtime.animation.affect.appraisal import OCC, appraised, intensities
from voxrig.runtime.animation.affect.event import EVENT_KEYS, EVENT_WORDS, Event, read_event
from voxrig.runtime.animation.affect.point import AffectError
from voxrig.runtime.animation.emotion import CATEGORIES


def strongest(**values: float) -> str:
    told = appraised([read_event(values)])
    return told.emotions[0][0]


def face(**values: float) -> str:
    told = appraised([read_event(values)])
    return max(zip(told.face, CATEGORIES, strict=True))[1]


@pytest.mark.parametrize(
    ("values", "emotion", "shows"),
    [
        ({"desirability": 0.7}, "joy", "joy"),
        ({"desirability": -0.7}, "distress", "sadness"),
        ({"desirability": 0.7, "likelihood": 0.8}, "hope", "joy"),
        ({"desirability": -0.7, "likelihood": 0.8}, "fear", "fear"),
        ({"desirability": 0.7, "realization": 1.0}, "satisfaction", "joy"),
        ({"desirability": -0.7, "realization": 1.0}, "fears_confirmed", "sadness"),
        ({"desirability": 0.7, "realization": -1.0}, "disappointment", "sadness"),
        ({"desirability": -0.7, "realization": -1.0}, "relief", "joy"),
        ({"desirability_for_other": 0.8, "liking": 0.7}, "happy_for", "joy"),
        ({"desirability_for_other": -0.8, "liking": 0.7}, "sorry_for", "sadness"),
        ({"desirability_for_other": 0.8, "liking": -0.7}, "resentment", "anger"),
        ({"desirability_for_other": -0.8, "liking": -0.9}, "gloating", "contempt"),
        ({"praiseworthiness": 0.7, "self": 1.0}, "pride", "joy"),
        ({"praiseworthiness": -0.7, "self": 1.0}, "shame", "sadness"),
        ({"praiseworthiness": 0.7}, "admiration", "joy"),
        ({"praiseworthiness": -0.7}, "reproach", "contempt"),
        ({"praiseworthiness": 0.7, "desirability": 0.7, "self": 1.0}, "gratification", "joy"),
        ({"praiseworthiness": -0.7, "desirability": -0.7, "self": 1.0}, "remorse", "sadness"),
        ({"praiseworthiness": 0.7, "desirability": 0.7}, "gratitude", "joy"),
        ({"praiseworthiness": -0.7, "desirability": -0.7}, "anger", "anger"),
        ({"appealingness": 0.7}, "love", "joy"),
        ({"appealingness": -0.7}, "hate", "disgust"),
    ],
)
def test_each_of_the_22_emotions_has_its_event(values: dict[str, float], emotion: str, shows: str) -> None:
    assert strongest(**values) == emotion
    assert face(**values) == shows


def test_there_are_22_and_their_points_and_faces_are_within_bounds() -> None:
    assert len(OCC) == 22
    for meaning in OCC.values():
        assert max(map(abs, meaning.point)) <= 1.0
        assert 0.0 < sum(meaning.face) <= 1.0


@pytest.mark.parametrize("other", [{}, {"praiseworthiness": -0.6}, {"praiseworthiness": 0.6}, {"self": 1.0}])
def test_the_more_desirable_the_more_pleasant(other: dict[str, float]) -> None:
    events = [{"desirability": value, "unexpectedness": 0.01} | other for value in np.linspace(-1.0, 1.0, 81)]
    valences = [appraised([read_event(event)]).point[0] for event in events]
    assert np.diff(valences).min() > 0.0


def test_the_likelier_the_stronger() -> None:
    for desirability, name in ((0.8, "hope"), (-0.8, "fear")):
        felt = [intensities(Event(desirability, likelihood=chance))[name] for chance in (0.0, 0.3, 0.6, 1.0)]
        assert felt == sorted(felt)
        assert felt[0] == 0.0
    for desirability, name in ((0.8, "disappointment"), (-0.8, "relief")):
        felt = [intensities(Event(desirability, likelihood=p, realization=-1.0))[name] for p in (0.0, 0.3, 0.6, 1.0)]
        assert felt == sorted(felt)


def test_all_stays_within_bounds() -> None:
    keys = list(EVENT_KEYS)
    for values in product(*((lowest, highest) for lowest, highest in EVENT_KEYS.values())):
        told = appraised([read_event(dict(zip(keys, values, strict=True)))] * 3)
        assert max(map(abs, told.point)) <= 1.0
        assert min(told.face) >= 0.0
        assert sum(told.face) <= 1.0 + 1e-9
        assert 0.0 < told.intensity <= 1.0
        assert all(0.0 < value <= 1.0 for _, value in told.emotions)


def test_what_is_unexpected_surprises_whatever_else_it_does() -> None:
    told = appraised([read_event({"unexpectedness": 0.8})])
    assert (told.emotions, told.intensity) == ((), 0.8)
    assert max(zip(told.face, CATEGORIES, strict=True))[1] == "surprise"
    assert appraised([]).intensity == 0.0


def test_two_events_are_felt_together() -> None:
    good, bad = read_event({"desirability": 0.5}), read_event({"desirability": -0.5})
    assert appraised([good, good]).point[0] > appraised([good]).point[0]
    assert abs(appraised([good, bad]).point[0]) < 0.05


def test_names_say_who_did_it_and_whom_it_concerns() -> None:
    event = {
        "desirability_for_other": -0.9,
        "praiseworthiness": -0.8,
        "agent": "Mira",
        "other": "Guard",
        "what": "a blow",
    }
    mine, theirs = read_event(event, "Mira", {"Guard": 0.6}), read_event(event, "Guard")
    assert (mine.myself, mine.liking, mine.what) == (True, 0.6, "a blow")
    assert (theirs.myself, theirs.liking) == (False, 0.0)
    assert read_event(event | {"liking": -0.5}, "Mira", {"Guard": 0.6}).liking == -0.5
    assert set(EVENT_WORDS) == {"agent", "other", "what"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "moves nobody; give desirability"),
        ({"likelihood": 1.0, "liking": 1.0, "self": 1.0}, "moves nobody"),
        ({"desirability": 0.0}, "moves nobody"),
        ({"luck": 1.0}, "an event has no 'luck'; there are desirability, .*unexpectedness, what, agent, other"),
        ({"desirability": -2.0}, "desirability of an event is -2; it must be from -1 to 1"),
        ({"desirability": "bad"}, "desirability of an event is 'bad'; it must be a number from -1 to 1"),
        ({"desirability": float("nan")}, "desirability of an event is nan; it must be a number"),
        ({"desirability": True}, "desirability of an event is True"),
        ({"agent": 3.0, "desirability": 1.0}, "agent of an event is 3.0; it must be a word or a name"),
    ],
)
def test_what_cannot_be_is_told(values: dict[str, float | str], message: str) -> None:
    with pytest.raises(AffectError, match=message):
        read_event(values)
