"""One who listens mirrors the speaker's posture, later and less."""

import pytest

from voxrig.runtime.animation.affect.personality import Personality
from voxrig.runtime.animation.affect.postures import LATE, SHARE, Posture, posture_cues
from voxrig.runtime.animation.cues import read_cue

PLAIN = Personality()


def test_without_a_posture_one_leans_a_little_towards_the_speaker() -> None:
    [cue] = posture_cues([], PLAIN, 3, 5.0)
    assert (cue.name, set(cue.values)) == ("body", {"lean", "transition"})
    assert 0.0 < cue.values["lean"] < 4.0
    assert 0.0 < cue.seconds < 1.0


def test_a_posture_is_mirrored_after_about_a_second() -> None:
    attentive, cue = posture_cues([Posture(2.0, {"lean": 8.0, "side": 5.0, "turn": -10.0})], PLAIN, 3, 9.0)
    assert LATE[0] <= cue.seconds - 2.0 <= LATE[1]
    assert cue.values["side"] == pytest.approx(-SHARE * 5.0)
    assert cue.values["turn"] == pytest.approx(SHARE * 10.0)
    assert cue.values["lean"] == pytest.approx(SHARE * 8.0 + attentive.values["lean"], abs=0.06)


def test_a_posture_that_ends_ends_here_too() -> None:
    first, *_, last = posture_cues([Posture(1.0, {"lean": 9.0}), Posture(3.0, {"lean": 0.0})], PLAIN, 3, 9.0)
    assert last.values["lean"] == first.values["lean"]


def test_the_agreeable_mirror_more() -> None:
    sides = [
        abs(posture_cues([Posture(1.0, {"side": 6.0})], Personality(agreeableness=trait), 3, 9.0)[-1].values["side"])
        for trait in (-1.0, 0.0, 1.0)
    ]
    assert sides == sorted(sides)
    assert sides[0] < sides[2]


def test_all_is_a_cue_in_order_and_within_the_line() -> None:
    postures = [Posture(0.5 * n, {"lean": 22.0 * (-1) ** n, "side": 12.0, "turn": 35.0}) for n in range(20)]
    for seed in range(5):
        cues = posture_cues(postures, Personality(agreeableness=1.0), seed, 7.0)
        assert [cue.seconds for cue in cues] == sorted(cue.seconds for cue in cues)
        assert max(cue.seconds for cue in cues) < 7.0
        for cue in cues:
            read_cue(cue.name, cue.values)
    assert posture_cues(postures, PLAIN, 1, 7.0) != posture_cues(postures, PLAIN, 2, 7.0)
