"""Visemes read off a take."""

from fractions import Fraction
from itertools import pairwise

import numpy as np

from voxrig.baking.viseme_track import visemes_of
from voxrig.runtime.animation.visemes import VISEMES
from voxrig.runtime.core.clip import ShownViseme
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


def take(*names: str, fps: FrameRate) -> Take:
    """A frame a name."""
    values = np.zeros((len(names), len(NATIVE_CONTROLS) + 4 * len(BONES)), np.float32)
    for row, name in enumerate(names):
        values[row, : len(NATIVE_CONTROLS)] = VISEMES[name]
    values[:, len(NATIVE_CONTROLS) + 3 :: 4] = 1.0
    return Take(
        profile="metahuman",
        names=NATIVE_CONTROLS,
        bones=BONES,
        values=values,
        fps=fps,
        start_index=0,
        sample_rate=16_000,
    )


def test_a_viseme_lasts_as_long_as_it_is_the_nearest() -> None:
    shown = visemes_of(take("aa", "aa", "PP", "sil", fps=FrameRate(25)), Fraction(15, 100))
    assert shown == (
        ShownViseme(Fraction(0), Fraction(2, 25), "aa", 1.0),
        ShownViseme(Fraction(2, 25), Fraction(3, 25), "PP", 1.0),
        ShownViseme(Fraction(3, 25), Fraction(15, 100), "sil", 1.0),
    )


def test_times_are_exact_and_without_a_gap_at_any_rate() -> None:
    names = tuple(VISEMES) * 3
    fps = FrameRate(Fraction(30_000, 1001))
    shown = visemes_of(take(*names, fps=fps), Fraction(len(names) * 1001, 30_000))
    assert [one.name for one in shown] == list(names)
    assert shown[0].start == 0
    assert all(one.end == following.start for one, following in pairwise(shown))
    assert shown[7].start == Fraction(7 * 1001, 30_000)
    assert {one.weight for one in shown} == {1.0}
