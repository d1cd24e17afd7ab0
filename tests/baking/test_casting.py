"""Tags become cues at the right sample; the character feels what was chosen; and offline is what streams."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.baking.casting import Cast, cast
from voxrig.baking.job import Job
from voxrig.baking.performing import Performed, perform
from voxrig.baking.script.dialogue import Line, Tag
from voxrig.baking.settings import BakeSettings
from voxrig.runtime.animation.cues import ActivityChange, BlinkChange, EmotionChange, GazeChange, StyleChange, read_cue
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

from .said_line import SECONDS, SHEET, Made, performed, tag


def arkit(ready: Cast, bundle: Bundle) -> dict[str, np.ndarray]:
    take, named = performed(ready, bundle), profile("arkit")
    return dict(zip(named.names, named.from_native(take.controls, take.quaternions).T, strict=True))


@pytest.mark.parametrize(
    ("at", "sample"),
    [
        (0.0, 0),
        (0.3, 6615),
        (0.2, 4410),  # as a decimal; the binary number is a little more
        (7 / 60, 2573),  # 2572.5
        (1.00001, 22050),  # 22050.2
        ("hold", 2205),
        ("hold#2", 24255),
        ("the bridge", 8820),
    ],
)
def test_a_tag_is_a_cue_at_the_sample_of_its_place(made: Made, at: float | str, sample: int) -> None:
    ready = made(tag(at, "head", nod=0.6))
    assert ready.part.cues == ((sample, read_cue("head", {"nod": 0.6})),)
    assert ready.warnings == ()
    assert ready.words is not None
    assert ready.words.how == "given"


def test_cues_are_in_order_whatever_the_scripts_order(made: Made) -> None:
    ready = made(tag("end", "head", nod=0.2), tag("bridge", "blink", force=1.0), tag(0.2, "gaze", yaw=5.0))
    assert [cue.name for cue in ready.cues] == ["gaze", "blink"]
    assert [warned.kind for warned in ready.warnings] == ["cue"]  # `end` is where the sound is over
    assert "lies behind the end" in ready.warnings[0].text


def test_an_emotion_until_a_word_goes_back_where_that_word_ends(made: Made) -> None:
    [(sample, cue)] = made(tag("the", "emotion", "bridge", anger=0.9)).part.cues
    assert isinstance(cue, EmotionChange)
    assert sample == 8820
    assert (cue.values["brows_anger"], cue.values["mouth_anger"], cue.values["brows_joy"]) == (0.9, 0.9, 0.0)
    assert cue.transition == pytest.approx(0.3, abs=1e-3)  # half of 0.6 s is less than the usual 0.4 s
    assert 0.4 + cue.transition + cue.hold == pytest.approx(1.0, abs=1e-3)


def test_gaze_holds_until_its_end_and_free_needs_none(made: Made) -> None:
    [(_, held)] = made(tag(0.2, "gaze", 0.7, yaw=20.0)).part.cues
    assert isinstance(held, GazeChange)
    assert held.hold == pytest.approx(0.5)
    [(_, free)] = made(tag(0.2, "gaze", "bridge", release=1.0)).part.cues
    assert free == read_cue("gaze", {"release": 1.0})


def test_style_blink_and_activity_go_back_at_their_end(made: Made, audio: Path) -> None:
    manner = audio.with_name("manner.json")
    manner.write_text('{"jaw": 1.3}', encoding="utf-8")
    sheet = replace(SHEET, style=str(manner))
    ready = made(tag(0.2, "style", 0.8, jaw=0.5, transition=0.1), sheet=sheet)
    (first, there), (second, back) = ready.part.cues
    assert (first, second) == (4410, 17640)
    assert isinstance(there, StyleChange)
    assert isinstance(back, StyleChange)
    assert (there.values, back.values) == ({"jaw": 0.5}, {"jaw": 1.3})
    assert there.transition == back.transition == pytest.approx(0.1)

    (_, shut), (_, again) = made(tag(0.2, "blink", 0.8, allow=0.0)).part.cues
    assert isinstance(shut, BlinkChange)
    assert isinstance(again, BlinkChange)
    assert (shut.allow, again.allow) == (False, True)
    assert len(made(tag(0.2, "blink", 0.8, force=1.0)).part.cues) == 1  # a blink is over by itself

    (_, reads), (_, rests) = made(tag(0.2, "activity", 0.8, reading=1.0)).part.cues
    assert isinstance(reads, ActivityChange)
    assert isinstance(rests, ActivityChange)
    assert (reads.activity, rests.activity) == ("reading", "auto")


def test_a_viseme_is_an_override_of_its_word_or_stretch(made: Made) -> None:
    ready = made(
        tag("bridge", "viseme", viseme="PP"), tag(0.05, "viseme", 0.3, jaw=0.5), tag(1.2, "viseme", 9.0, jaw=0)
    )
    spans = [edge for entry in ready.part.pipeline.overrides.entries for edge in (entry.start, entry.end)]
    assert spans == pytest.approx([0.55, 1.0001, 0.05, 0.3, 1.2, SECONDS], abs=1e-4)
    assert ready.part.cues == ready.cues == ()


def test_a_lines_own_overrides_are_kept_and_a_wrong_one_is_named(made: Made) -> None:
    ready = made(overrides=({"start": 0.1, "end": 0.2, "jaw": 1.4},))
    assert ready.part.pipeline.overrides.entries[0].jaw == 1.4
    with pytest.raises(ValueError, match=r"one of the line's overrides: it starts at 7 s, but the clip ends"):
        made(overrides=({"start": 7.0, "end": 8.0, "jaw": 1.4},))


def test_whoever_one_looks_at_stands_where_they_always_stand(made: Made) -> None:
    def target(who: str, at: float = 0.2) -> Any:
        [(_, cue)] = made(tag(at, "gaze", to=who)).part.cues
        assert isinstance(cue, GazeChange)
        return cue.target

    assert target("listener") == target("Bo") == target("Bo", 0.9)
    assert target("listener").partner
    assert target("Cid") == target("Cid", 0.9)
    assert target("Cid") != target("Dora")
    assert target("away") == target("away")
    assert target("away") != target("away", 0.9)
    assert not target("away").partner
    for who in ("Cid", "Dora", "away"):
        assert 24.0 <= abs(np.degrees(np.arctan2(target(who).x, target(who).z))) <= 40.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (tag("river", "head", nod=1.0), "no word 'river' in this line; its words are: Hold the bridge hold"),
        (tag("hold#3", "head", nod=1.0), "is said 2 time"),
        (tag("bridge", "emotion", "the", joy=1.0), "ends at 0.50 s, before its start at 0.55 s; swap them"),
    ],
)
def test_a_place_that_is_not_there(made: Made, wrong: Tag, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made(wrong)


def test_a_word_needs_a_text(made: Made) -> None:
    with pytest.raises(ValueError, match="the line has no text; give text, or seconds"):
        made(tag("bridge", "head", nod=1.0), text="")
    assert made(tag(0.2, "head", nod=1.0), text="").words is None


def test_what_was_chosen_is_on_the_face(made: Made, tiny_bundle: Bundle) -> None:
    calm = arkit(made(), tiny_bundle)
    happy = arkit(made(words="joy=0.8", feeling={"joy": 0.8}), tiny_bundle)
    assert (happy["MouthSmileLeft"] - calm["MouthSmileLeft"])[30:].mean() > 0.2
    angry = arkit(made(words="anger=0.8", feeling={"anger": 0.8}), tiny_bundle)
    assert (angry["BrowDownLeft"] - calm["BrowDownLeft"])[30:].mean() > 0.2


def test_after_a_tag_the_lines_own_feeling_is_back(made: Made, tiny_bundle: Bundle) -> None:
    feeling = {"words": "joy=0.8", "feeling": {"joy": 0.8}}
    plain = arkit(made(**feeling), tiny_bundle)
    tagged = arkit(made(tag(0.3, "emotion", 0.6, anger=0.9, transition=0.1), **feeling), tiny_bundle)
    assert tagged["BrowDownLeft"][36:40].mean() > plain["BrowDownLeft"][36:40].mean() + 0.2
    assert tagged["BrowDownLeft"][-6:].mean() < 0.1
    assert tagged["MouthSmileLeft"][-6:].mean() == pytest.approx(plain["MouthSmileLeft"][-6:].mean(), rel=0.25)


def test_a_character_keeps_its_own_feeling_below_but_off_shows_none(made: Made, tiny_bundle: Bundle) -> None:
    def smile(**given: Any) -> float:
        return float(arkit(made(**given), tiny_bundle)["MouthSmileLeft"].mean())

    cheerful = replace(SHEET, emotion="joy=0.6")
    plain = smile()
    assert smile(sheet=cheerful) > plain + 0.1
    assert smile(sheet=cheerful, words="auto") > plain + 0.1
    assert smile(sheet=cheerful, words="off") == pytest.approx(smile(words="off"))
    neutral = {"words": "neutral", "feeling": {"neutral": 1.0}}
    assert smile(**neutral) == pytest.approx(plain, abs=0.02)


def test_the_voice_is_followed_where_the_script_says_auto_and_nowhere_else(made: Made) -> None:
    heard = {words: made(words=words).part.pipeline.character.temper.heard for words in ("auto", "joy=0.8", "")}
    assert heard == {"auto": 0.8, "joy=0.8": 0.0, "": 0.0}
    assert not made(words="off").part.pipeline.character.layers.emotion


def test_an_emotion_tag_of_a_line_without_emotion_is_told_of(made: Made) -> None:
    [warned] = made(tag("bridge", "emotion", anger=0.9), words="off").warnings
    assert "emotion at 0.55 s is not shown: the line's emotion is off" in warned.text
    assert made(tag("bridge", "emotion", anger=0.9), words="auto").warnings == ()


def test_baked_is_what_a_live_session_shows(made: Made, tiny_bundle: Bundle) -> None:
    ready = made(
        tag("bridge", "emotion", "hold#2", anger=0.9), tag(0.3, "gaze", to="away"), tag("the", "viseme", viseme="aa"),
        words="joy=0.4", feeling={"joy": 0.4},
    )  # fmt: skip
    part, runner = ready.part, BatchRunner(OnnxModel(tiny_bundle))
    state, frames, cues = part.pipeline.start(), [], list(part.cues)
    for at in range(0, len(part.samples), 441):
        while cues and cues[0][0] < at + 441:  # told as late as may be
            state, _ = part.pipeline.cue(state, *cues.pop(0))
        state, more = run(part.pipeline, runner, part.pipeline.push(state, part.samples[at : at + 441]))
        frames += more
    frames += run(part.pipeline, runner, part.pipeline.end(state))[1]
    np.testing.assert_array_equal(performed(ready, tiny_bundle).values, np.stack([frame.values for frame in frames]))


def test_a_line_begins_in_its_emotion(audio: Path, settings: BakeSettings, tiny_bundle: Bundle) -> None:
    """No smile has to set in first: frame 0 shows it."""
    model = OnnxModel(tiny_bundle)
    job = Job("l1", Line("l1", "Ann", audio=audio), SHEET, False, audio, False, {"joy": 0.8}, "joy=0.8")
    ready = cast(job, replace(settings, layers=True), model.spec, None)
    [(_, performed)] = perform([ready.part], BatchRunner(model))
    assert isinstance(performed, Performed)
    smile = performed.layers["emotion"].controls[:, NATIVE_CONTROLS.index("CTRL_expressions_mouthCornerPullL")]
    assert smile[0] > 0.3
    assert np.abs(np.diff(smile[:30])).max() < 0.03
