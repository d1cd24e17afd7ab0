"""Diversity, Fréchet distance, emotions and matching, where the answers are known."""

import numpy as np
import pytest

from voxrig.exporters.body_report.diversity import diversity, variance_ratios
from voxrig.exporters.body_report.features import NAMES, features, stretches
from voxrig.exporters.body_report.frechet import distances, frechet
from voxrig.exporters.body_report.matching import matching
from voxrig.exporters.body_report.motion import Motion
from voxrig.exporters.body_report.separability import by_movement, discriminant, separability
from voxrig.exporters.body_report.session import Session

from .constructed import lifted, session, still, strokes, voices


def wave(poses: int, size: float, seed: int, hand: str = "l") -> Motion:
    """A hand that moves as chance has it, mostly below 1 Hz."""
    random = np.random.default_rng(seed)
    spectrum = random.standard_normal(40) + 1j * random.standard_normal(40)
    path = np.fft.irfft(np.concatenate(([0], spectrum / np.arange(1, 41) ** 0.5)), poses)
    return Motion.of(lifted(size * path / np.abs(path).max(), hand))


def test_diversity_is_how_far_takes_are_apart() -> None:
    one, other = Motion.of(still(120)), Motion.of(lifted(np.full(120, 0.06)))
    assert diversity([session({"a": [one, other]})], "a") == pytest.approx(0.03, abs=1e-3)  # of two hands, one
    assert diversity([session({"a": [one, one]})], "a") == 0.0
    assert diversity([session({"a": [one]})], "a") is None


def test_a_student_that_moves_half_as_far_has_half_the_spread() -> None:
    path = 0.1 * np.sin(np.arange(600) / 20)
    teacher = [Motion.of(lifted(path)), Motion.of(lifted(-path))]
    student = [Motion.of(lifted(0.5 * path)), Motion.of(lifted(-0.5 * path))]
    told = variance_ratios([session({"teacher": teacher, "student": student})], "teacher", "student")
    assert told["over_time"]["hands' places"] == pytest.approx(0.5)
    assert told["between_seeds"]["hands' places"] == pytest.approx(0.5)
    same = variance_ratios([session({"teacher": teacher, "student": teacher[:1] * 2})], "teacher", "student")
    assert same["between_seeds"]["hands' places"] == 0.0


def test_frechet_distance_of_gaussians() -> None:
    random = np.random.default_rng(1)
    a = random.standard_normal((40_000, 3)) * (1.0, 2.0, 3.0)
    b = random.standard_normal((40_000, 3)) * (2.0, 2.0, 1.0) + (1.0, 0.0, -2.0)
    assert frechet(a, b) == pytest.approx(1 + 4 + 1 + 0 + 4, rel=0.03)  # means, then differences of spreads, squared
    assert frechet(a, a) == pytest.approx(0.0, abs=1e-8)


def test_a_student_unlike_its_teacher_is_farther_than_the_teacher_itself() -> None:
    sessions = []
    for n in range(6):
        like, unlike = wave(1800, 0.12, 100 + n), wave(1800, 0.03, 200 + n)
        sessions.append(session({"teacher": [wave(1800, 0.12, n)], "like": [like], "collapsed": [unlike]}))
    like, collapsed = (distances(sessions, "teacher", name) for name in ("like", "collapsed"))
    assert like["self"] == collapsed["self"] > 0
    assert like["ratio"] < 2
    assert collapsed["ratio"] > 3 * like["ratio"]
    few = [session({"teacher": [wave(120, 0.1, n)]}) for n in range(2)]
    assert distances(few, "teacher", "teacher")["self"] is None


def test_discriminant_tells_planted_classes_apart() -> None:
    random = np.random.default_rng(2)
    labels = np.repeat([0, 1, 2], 200)
    rows = random.standard_normal((600, 5))
    rows[:, 1] += 6.0 * labels
    weights, biases = discriminant(rows, labels, 3)
    assert ((rows @ weights + biases).argmax(axis=1) == labels).mean() > 0.97


def people(by: str) -> list[Session]:
    """Sessions of four voices in three emotions whose motion is large by emotion, or by voice alone."""
    found = []
    for v, voice in enumerate("abcd"):
        for e, emotion in enumerate(("calm", "glad", "wild")):
            size = 0.04 + 0.04 * (e if by == "emotion" else v)
            motion = wave(960, size, 10 * v + e)
            found.append(session({"a": [motion]}, name=voice + emotion, voice=voice, emotion=emotion))
    return found


def test_emotions_are_told_on_voices_that_were_not_seen() -> None:
    for found in (separability(people("emotion"), "a"), by_movement(people("emotion"), "a")):
        assert found["classes"] == ["calm", "glad", "wild"]
        assert found["recall"] > 0.8
        assert found["chance"] == pytest.approx(1 / 3)
        np.testing.assert_allclose(np.sum(found["confusion"], axis=1), 1.0)
        assert found["stretches"] == 24


def test_how_a_voice_moves_does_not_tell_its_emotion() -> None:
    assert separability(people("voice"), "a")["recall"] < 0.6
    alone = [one for one in people("emotion") if one.voice == "a"]
    assert separability(alone, "a")["recall"] is None


def test_features_and_stretches() -> None:
    motion = wave(1000, 0.1, 5)
    assert features(motion).shape == (len(NAMES),)
    assert [len(part) for part in stretches(motion)] == [500, 500]
    slow, quick = (dict(zip(NAMES, features(wave(960, size, 1)), strict=True)) for size in (0.05, 0.1))
    assert quick["wrist speed"] > 1.3 * slow["wrist speed"]
    assert quick["largest way"] == pytest.approx(2 * slow["largest way"], rel=0.05)


def speakers(own: bool) -> list[Session]:
    """Eight sessions with stresses at random times; strokes on one's own, or on those of nobody."""
    random = np.random.default_rng(11)
    found = []
    for n in range(8):
        stressed, other = (random.integers(0, 200) + np.cumsum(random.integers(50, 110, 13)) for _ in range(2))
        poses = 1440
        at = stressed if own else other
        motion = Motion.of(lifted(strokes(poses, at[at < poses - 5].tolist())))
        heard = voices(poses, stressed[stressed < poses].tolist())
        found.append(session({"a": [motion]}, name=str(n), heard=np.roll(heard, -5, axis=0)))
    return found


def test_motion_goes_with_its_own_speech_or_not() -> None:
    with_speech, without = (matching(speakers(own), "a") for own in (True, False))
    for test in ("speech", "accents"):
        assert with_speech[test]["margin"] > 0.1
        assert with_speech[test]["p"] < 0.01
        assert abs(without[test]["margin"]) < 0.1
        assert without[test]["p"] > 0.05
    assert matching(speakers(True)[:4], "a") == {"speech": None, "accents": None}
