import numpy as np
import pytest

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.forms import BINS, chosen, shaped
from voxrig.exporters.gesturing.listened import Listened, listened
from voxrig.exporters.gesturing.manner import Manner, Moods
from voxrig.exporters.gesturing.phrases import phrases
from voxrig.exporters.gesturing.planner import Planner
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, LOW, STANDING
from voxrig.runtime.core.chance import key_of

from .spoken import RATE, syllables

MOODS = [Manner(), Manner(valence=-0.7, arousal=0.8), Manner(dominance=-1.0, openness=-0.5), Manner(sitting=True)]


def lucky(form: float) -> np.ndarray:
    row = np.full(12, 0.5)
    row[read.FORM] = form
    return row


def test_the_bins_hold_all_luck() -> None:
    uppers = [upper for upper, _ in BINS]
    assert uppers == sorted(uppers)
    assert uppers[-1] == 1.0
    names = {form.name for _, form in BINS}
    assert {"beat", "size_big", "size_small", "list", "offer", "dismiss", "refuse", "self", "you"} <= names


@pytest.mark.parametrize("manner", MOODS)
def test_every_form_is_in_range_and_mirrors(manner: Manner) -> None:
    mood = Moods(manner, np.zeros(1)).at(0)
    for drawn in np.arange(0.01, 1.0, 0.02):
        luck = lucky(drawn)
        form = chosen(luck, mood)
        left, right = (shaped(form, luck, mood, STANDING, side) for side in (True, False))
        for shape in (left, right):
            for posture in (shape.preparation, shape.stroke, shape.kept):
                assert (posture >= LOW).all()
                assert (posture <= HIGH).all()
        np.testing.assert_array_equal(left.stroke[HAND_L], right.stroke[HAND_R])
        assert left.both == right.both


def test_fierce_moods_strike_and_small_ones_stay_small() -> None:
    fierce, small = (Moods(manner, np.zeros(1)).at(0) for manner in MOODS[1:3])
    assert {chosen(lucky(n), fierce).name for n in (0.35, 0.42)} == {"insist"}
    assert "size_big" not in {chosen(lucky(n), small).name for n in np.arange(0.0, 1.0, 0.01)}


def test_a_rising_pitch_asks_with_open_palms() -> None:
    times = [0.6 + 0.33 * n for n in range(10)]
    loud = dict.fromkeys(times[::3], 2.5)
    flat = listened(syllables(times, 6.0, loud), RATE)
    rising = listened(syllables(times, 6.0, loud, (times[-2], times[-1] + 0.1)), RATE)
    assert [phrase.question for phrase in phrases(flat)] == [False]
    assert [phrase.question for phrase in phrases(rising)] == [True]

    def last(heard: Listened) -> list[str]:
        made = [Planner().perform(heard, Manner(), key_of(seed)).strokes for seed in range(12)]
        return [strokes[-1].form for strokes in made if strokes]

    assert np.mean([form == "ask" for form in last(rising)]) > 0.6
    assert np.mean([form == "ask" for form in last(flat)]) < 0.3
