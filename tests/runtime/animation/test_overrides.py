"""Overrides: what JSON they take, when they count, and what they make of real speech."""

import json
from typing import Any

import numpy as np
import pytest

from voxrig.runtime.animation.overrides import NO_OVERRIDES, Override, Overrides, overrides_from_json
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.style import NATURAL, SHORT_NAMES, Style, StyleError
from voxrig.runtime.animation.visemes import VISEMES, viseme
from voxrig.runtime.core.arkit import ARKIT_SHAPES, native_to_arkit
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.bundle import Bundle

GOOD = [
    {"start": 0.5, "end": 0.8, "jaw": 1.5, "lips": 0.5},
    {"start": 1, "end": 1.1, "viseme": "PP", "weight": 0.9, "ease": 0},
]


def test_entries_are_read() -> None:
    made = overrides_from_json(json.dumps(GOOD), 2.0)
    assert made.entries == (
        Override(0.5, 0.8, jaw=1.5, lips=0.5),
        Override(1.0, 1.1, viseme="PP", weight=0.9, ease=0.0),
    )
    assert overrides_from_json("[]", 2.0) == NO_OVERRIDES


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (3, r"entry 2: 3 is no object; write \{"),
        ({"start": 1, "jaw": 2}, "entry 2: it has no 'end'; give start and end in seconds"),
        ({"start": 1, "end": 0.5, "jaw": 2}, r"entry 2: it ends at 0\.5 s, before its start at 1 s; swap them"),
        ({"start": 3, "end": 4, "jaw": 2}, r"entry 2: it starts at 3 s, but the clip ends at 2\.000 s"),
        ({"start": -1, "end": 1, "jaw": 2}, "entry 2: start is -1; it must be from 0"),
        ({"start": "1", "end": 1, "jaw": 2}, "entry 2: start is '1'; it must be a number"),
        (
            {"start": 1, "end": 1.5},
            "entry 2: it changes nothing; give a viseme, or a factor for one of lips, jaw, tongue",
        ),
        ({"start": 1, "end": 1.5, "jaw": 4}, "entry 2: jaw is 4; it must be from 0 to 3"),
        (
            {"start": 1, "end": 1.5, "jwa": 4},
            "entry 2: there is no override key 'jwa'; there are start, end, lips, jaw",
        ),
        ({"start": 1, "end": 1.5, "viseme": "pp"}, "entry 2: there is no viseme 'pp'; there are sil, PP, FF"),
        ({"start": 1, "end": 1.5, "viseme": 2}, "entry 2: viseme is 2; it must be a name"),
        ({"start": 1, "end": 1.5, "viseme": "aa", "weight": 2}, "entry 2: weight is 2; it must be from 0 to 1"),
        ({"start": 1, "end": 1.5, "jaw": 2, "weight": 1}, "entry 2: weight is that of a viseme"),
        ({"start": 1, "end": 1.5, "jaw": 2, "ease": 9}, "entry 2: ease is 9; it must be from 0 to 2"),
    ],
)
def test_what_cannot_be_is_told_with_the_entrys_number(entry: Any, message: str) -> None:
    with pytest.raises(StyleError, match=message):
        overrides_from_json(json.dumps([GOOD[0], entry]), 2.0)


@pytest.mark.parametrize(("text", "message"), [("{}", "are no list"), ("[", "no JSON"), ("[" * 99_999, "no JSON")])
def test_what_is_no_list_is_told(text: str, message: str) -> None:
    with pytest.raises(StyleError, match=message):
        overrides_from_json(text, 2.0)


def test_an_entry_eases_in_before_and_out_after() -> None:
    entry = Override(1.0, 1.5, jaw=2.0, ease=0.1)
    made = Overrides((entry,))
    assert made.at(53) is None
    assert made.at(97) is None
    factors = [made.at(pose).jaw for pose in range(55, 96)]  # type: ignore[union-attr]
    assert set(factors[5:36]) == {2.0}
    assert (np.diff(factors[:6]) > 0).all()
    assert factors[:6] == pytest.approx(factors[:34:-1])
    assert Overrides((Override(1.0, 1.0, jaw=2.0, ease=0.0),)).at(60) is not None, "a moment has one pose"


def test_where_entries_overlap_factors_multiply_and_shapes_go_over_each_other() -> None:
    made = Overrides((Override(1, 2, jaw=2.0, lips=0.5), Override(1.5, 2, jaw=1.5), Override(1.5, 2, viseme="aa")))
    assert made.at(110).jaw == 3.0  # type: ignore[union-attr]
    assert made.at(110).lips == 0.5  # type: ignore[union-attr]
    over = Overrides((Override(1, 2, viseme="aa"), Override(1, 2, viseme="ou", weight=0.25))).at(90)
    assert over is not None
    assert over.left == 0.0
    np.testing.assert_allclose(over.shapes, 0.75 * viseme("aa") + 0.25 * viseme("ou"), atol=1e-6)


def test_the_visemes_are_the_fifteen_and_look_like_it() -> None:
    assert tuple(VISEMES) == ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")
    arkit = {name: dict(zip(ARKIT_SHAPES, native_to_arkit(pose), strict=True)) for name, pose in VISEMES.items()}
    assert not any(arkit["sil"].values())
    assert arkit["PP"]["MouthClose"] == pytest.approx(arkit["PP"]["JawOpen"])
    assert max(VISEMES, key=lambda n: arkit[n]["JawOpen"]) == "aa"
    assert max(VISEMES, key=lambda n: arkit[n]["MouthPucker"]) == "ou"
    assert max(VISEMES, key=lambda n: arkit[n]["MouthRollLower"]) == "FF"
    assert max(VISEMES, key=lambda n: arkit[n]["TongueOut"]) == "TH"


def bake(stage: Any, sound: Any, overrides: Overrides, style: Style = NATURAL) -> Any:
    p = stage.pipeline
    made = type(stage)(Pipeline(p.spec, p.profile, p.fps, p.rate, style, overrides), stage.runner)
    return made.rows([sound])


@pytest.mark.parametrize("style", [NATURAL, Style(sharpness=0.5, jaw=1.5)])
def test_only_the_stretch_changes_and_a_shape_shows_in_silence_too(stage: Any, speech: Any, style: Style) -> None:
    made, sound = stage(), np.concatenate((speech(1.0, 16_000), np.zeros(16_000, np.float32)))
    plain = bake(made, sound, NO_OVERRIDES, style)
    words = Overrides((Override(0.4, 0.6, jaw=0.0, ease=0.1), Override(1.5, 1.7, viseme="ou", weight=0.5, ease=0.1)))
    rows = bake(made, sound, words, style)
    jaw, purse = SHORT_NAMES.index("jawOpen"), SHORT_NAMES.index("mouthLipsPurseDR")
    assert rows[24:37, jaw].max() == 0.0
    outside = np.r_[0:18, 43:84, 109:120]
    np.testing.assert_allclose(rows[outside], plain[outside], atol=1e-6)
    # The tiny model has no such control. A style counts for shapes as well: this one undershoots.
    assert rows[96, purse] == pytest.approx(0.21, abs=1e-6 if style.is_natural else 0.06)
    assert np.abs(np.diff(rows[84:109, purse])).max() < 0.1
    whole = bake(made, sound, Overrides((Override(0.2, 0.8, viseme="PP"),)), NATURAL)
    for name, value in (("jawOpen", 0.06), ("mouthLipsTogetherUL", 1.0), ("mouthLowerLipDepressL", 0.0)):
        np.testing.assert_allclose(whole[12:49, SHORT_NAMES.index(name)], value, atol=1e-6)


def test_a_closure_set_by_hand_closes_at_any_amplitude(stage: Any, speech: Any) -> None:
    loud = Style(jaw=2, lips=2, rest={"mouthLowerLipDepressL": 0.3, "jawOpen": 0.2})
    rows = bake(stage(rig="arkit"), speech(1.0, 16_000), Overrides((Override(0.4, 0.6, viseme="PP"),)), loud)
    names = profile("arkit").names
    closed = rows[24:37]
    np.testing.assert_allclose(closed[:, names.index("MouthClose")], closed[:, names.index("JawOpen")], atol=1e-3)
    assert closed[:, names.index("JawOpen")].min() > 0.2
    assert not closed[:, names.index("MouthLowerDownLeft")].any()


def test_other_frame_rates_show_the_same_stretch(tiny_bundle: Bundle, stage: Any, speech: Any) -> None:
    words, sound = Overrides((Override(0.4, 0.6, viseme="aa"),)), speech(1.0, 16_000)
    jaw = SHORT_NAMES.index("jawOpen")
    at_60, at_24 = (bake(stage(fps=fps), sound, words)[:, jaw] for fps in ("60", "24"))
    np.testing.assert_allclose(at_24, np.interp(np.arange(24) / 24, np.arange(60) / 60, at_60), atol=1e-5)
    assert FrameRate(24).fraction == 24
