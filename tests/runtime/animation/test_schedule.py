import numpy as np
import pytest

from voxrig.runtime.animation.schedule import MOST_CUES, Schedule, ScheduleError, StyleCue, transition_samples
from voxrig.runtime.animation.style import NEUTRAL
from voxrig.runtime.core.smoothing import ease

RATE = 24_000


def cue(seconds: float, transition: float, **values: float) -> StyleCue:
    return StyleCue(round(seconds * RATE), transition_samples(transition, RATE), tuple(values.items()))


def schedule(*cues: StyleCue) -> Schedule:
    made = Schedule(NEUTRAL)
    for one in cues:
        made = made.added(one, 0)
    return made


def test_a_cue_eases_each_dial_that_it_names() -> None:
    made = schedule(cue(1.0, 0.5, jaw=2.0, effort=1.0))
    assert made.at(59, RATE) == made.at(60, RATE) == NEUTRAL
    for pose in range(60, 95):
        weight = ease((pose - 60) / 30)
        assert made.at(pose, RATE) == pytest.approx(NEUTRAL._replace(jaw=1 + weight, effort=weight))
    assert made.at(90, RATE) == made.at(10**9, RATE) == NEUTRAL._replace(jaw=2.0, effort=1.0)


def test_a_cue_at_once_acts_on_its_own_sample() -> None:
    made = schedule(StyleCue(401, 0, (("lips", 0.5),)))
    assert made.at(1, RATE) == NEUTRAL
    assert made.at(2, RATE).lips == 0.5


def test_one_cue_may_begin_while_another_is_under_way() -> None:
    made = schedule(cue(1.0, 1.0, jaw=2.0), cue(1.5, 1.0, jaw=0.0, lips=0.5))
    jaws = np.array([made.at(pose, RATE).jaw for pose in range(60, 160)])
    assert np.abs(np.diff(jaws)).max() < 0.07, "no jump"
    assert jaws[30] == pytest.approx(1.5)
    assert made.at(150, RATE) == NEUTRAL._replace(jaw=0.0, lips=0.5)


def test_the_order_of_arrival_counts_only_for_the_same_sample() -> None:
    early, late = cue(1.0, 0.5, jaw=2.0), cue(1.2, 0.1, jaw=0.5)
    assert schedule(early, late) == schedule(late, early)
    assert schedule(cue(1, 0, jaw=2.0), cue(1, 0, jaw=0.3)).at(60, RATE).jaw == 0.3


def test_what_is_over_is_folded_and_gives_the_same_dials() -> None:
    cues = [cue(n / 2, 0.3, **{("jaw", "lips")[n % 2]: n / 10}) for n in range(10)]
    whole = schedule(*cues)
    folded = whole.added(cue(9.0, 0.0, tongue=0.0), 3 * RATE)
    assert len(folded.cues) == 5
    for pose in range(180, 540):
        assert folded.at(pose, RATE) == whole.at(pose, RATE)
    assert folded.at(540, RATE).tongue == 0.0


def test_there_may_be_only_so_many() -> None:
    full = schedule(*(cue(n, 0.1, jaw=1.5) for n in range(MOST_CUES)))
    with pytest.raises(ScheduleError, match=f"{MOST_CUES} style cues wait"):
        full.added(cue(5, 0, jaw=1.0), 0)
    assert len(full.added(cue(5, 0, jaw=1.0), 100 * RATE).cues) < MOST_CUES
