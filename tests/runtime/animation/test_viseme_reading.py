"""Which viseme a mouth shows."""

import numpy as np
import pytest

from voxrig.runtime.animation.viseme_reading import SILENCE, read_viseme
from voxrig.runtime.animation.visemes import VISEMES


@pytest.mark.parametrize("name", VISEMES)
def test_every_pose_reads_as_itself(name):
    reading = read_viseme(VISEMES[name], "aa")
    assert reading.name == name
    assert reading.nearness == pytest.approx(1.0, abs=1e-6)


def test_rest_is_silence():
    assert read_viseme(np.zeros(251, np.float32)) == SILENCE


def test_a_mouth_between_two_stays_where_it_was():
    between = (VISEMES["E"] + VISEMES["ih"]) / 2
    assert read_viseme(between, "E").name == "E"
    assert read_viseme(between, "ih").name == "ih"
    assert read_viseme(between, "PP").name in {"E", "ih"}


def test_bones_behind_the_controls_do_not_matter():
    pose = np.concatenate((VISEMES["oh"], np.ones(12, np.float32)))
    assert read_viseme(pose).name == "oh"


def test_a_mouth_far_from_all_is_near_to_none():
    assert read_viseme(np.ones(251, np.float32)).nearness == 0.0
