import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.viseme_json import VISEMES, write_viseme_json
from voxrig.runtime.animation.visemes import VISEMES as POSES
from voxrig.runtime.core.clip import Clip, ShownViseme
from voxrig.runtime.core.timing import FrameRate


def test_the_names_are_ovrs() -> None:
    assert tuple(POSES) == VISEMES
    assert len(VISEMES) == 15


def test_spans_have_no_gap_and_come_back(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(FrameRate(30_000, 1001), frames=100)
    write_viseme_json(clip, tmp_path / "a.visemes.json")
    data = json.loads((tmp_path / "a.visemes.json").read_text("utf-8"))
    spans = data["spans"]
    assert spans[0]["start"] == 0.0
    assert spans[-1]["end"] == data["seconds"] == pytest.approx(float(clip.seconds), abs=5e-7)
    for before, after in pairwise(spans):
        assert before["end"] == after["start"]
    for span, one in zip(spans, clip.visemes, strict=True):
        assert (span["viseme"], span["weight"]) == (one.name, one.weight)
        assert span["start"] == pytest.approx(float(one.start), abs=5e-7)
    assert (data["name"], data["sound"], data["text"]) == ("gate_01", "gate_01.wav", "Stop, who goes there?")
    assert tuple(data["visemes"]) == VISEMES
    assert "frames" not in data


def test_ready_player_mes_names_stand_beside(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    write_viseme_json(lively_clip(), tmp_path / "a.visemes.json")
    data = json.loads((tmp_path / "a.visemes.json").read_text("utf-8"))
    theirs = "sil PP FF TH DD kk CH SS nn RR aa E I O U"
    assert data["readyPlayerMe"] == [f"viseme_{name}" for name in theirs.split()]
    assert [span["readyPlayerMe"] for span in data["spans"]][1:3] == ["viseme_PP", "viseme_aa"]


def test_weights_a_frame_are_added(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(FrameRate(30_000, 1001), frames=40)
    weights = np.random.default_rng(1).random((40, 15), np.float32)
    write_viseme_json(clip, tmp_path / "a.visemes.json", weights)
    frames = json.loads((tmp_path / "a.visemes.json").read_text("utf-8"))["frames"]
    assert frames["fps"] == [30_000, 1001]
    np.testing.assert_allclose(frames["weights"], weights, atol=5.1e-7)
    with pytest.raises(ValueError, match=r"weights of shape \(3, 15\) are not \(40, 15\)"):
        write_viseme_json(clip, tmp_path / "b.visemes.json", weights[:3])


@pytest.mark.parametrize(
    ("visemes", "message"),
    [
        ((), "end at 0.000 of 2.000 s; bake it with its speech layer"),
        ((ShownViseme(Fraction(0), Fraction(1), "sil", 1.0),), "end at 1.000 of 2.000 s"),
        ((ShownViseme(Fraction(1), Fraction(2), "sil", 1.0),), "have a gap at 0.000 s; let each begin where one ends"),
        ((ShownViseme(Fraction(0), Fraction(2), "XX", 1.0),), "has a viseme 'XX'; use one of sil PP"),
    ],
)
def test_visemes_that_do_not_fit_are_refused(
    tmp_path: Path, lively_clip: Callable[..., Clip], visemes: tuple[ShownViseme, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        write_viseme_json(replace(lively_clip(), visemes=visemes), tmp_path / "a.visemes.json")
    assert not list(tmp_path.iterdir())


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    for name in "ab":
        write_viseme_json(lively_clip(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
