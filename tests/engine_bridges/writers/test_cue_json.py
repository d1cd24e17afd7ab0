import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from voxrig.engine_bridges.writers.cue_json import MOUTH_SHAPES, emotion_keyframes, write_cue_json
from voxrig.engine_bridges.writers.viseme_json import VISEMES
from voxrig.runtime.core.clip import Clip, TimedCue


def written(clip: Clip, path: Path) -> dict[str, object]:
    write_cue_json(clip, path)
    data: dict[str, object] = json.loads(path.read_text("utf-8"))
    return data


def test_every_viseme_is_a_mouth_shape_of_rhubarb() -> None:
    assert set(MOUTH_SHAPES) == set(VISEMES)
    assert set(MOUTH_SHAPES.values()) == set("ABCDEFGHX")


def test_mouth_cues_are_rhubarbs(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=120)
    merged = replace(clip, visemes=(*clip.visemes[:4], clip.visemes[4]._replace(name="FF")))
    data = written(merged, tmp_path / "a.cues.json")
    assert data["metadata"] == {"soundFile": "gate_01.wav", "duration": 2.0}
    assert data["mouthCues"] == [
        {"start": 0.0, "end": 0.4, "value": "X"},
        {"start": 0.4, "end": 0.8, "value": "A"},
        {"start": 0.8, "end": 1.2, "value": "D"},
        {"start": 1.2, "end": 2.0, "value": "G"},
    ]


def test_what_was_told_comes_back(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip()
    data = written(clip, tmp_path / "a.cues.json")
    assert isinstance(data["cues"], list)
    back = tuple(TimedCue(cue["time"], cue["cue"], cue["values"]) for cue in data["cues"])
    assert back == clip.cues


def keyframes(clip: Clip, emotion: str, *cues: TimedCue) -> list[tuple[float, dict[str, float]]]:
    keys = emotion_keyframes(replace(clip, emotion=emotion, cues=cues))
    return [(key["time_code"], key["emotion"]) for key in keys]


def test_emotions_are_keyframes_with_audio2faces_names(lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip()
    assert keyframes(clip, "joy=0.6") == [(0.0, {"joy": 0.6})]
    assert keyframes(clip, "surprise=0.5,contempt=0.5") == [(0.0, {"amazement": 0.5})]
    assert keyframes(clip, "auto") == keyframes(clip, "") == keyframes(clip, "off") == []
    change = TimedCue(1.0, "emotion", {"anger": 0.9, "transition": 0.5})
    assert keyframes(clip, "joy=0.6", change) == [(0.0, {"joy": 0.6}), (1.0, {"joy": 0.6}), (1.5, {"anger": 0.9})]
    brows = TimedCue(1.0, "emotion", {"brows.anger": 0.9, "transition": 0.0})
    assert keyframes(clip, "joy=0.6", brows)[-1] == (1.0, {"joy": 0.4, "anger": 0.3})
    held = TimedCue(1.0, "emotion", {"fear": 1.0, "transition": 0.25, "hold": 2.0})
    gaze = TimedCue(1.1, "gaze", {"yaw": 0.1})
    assert keyframes(clip, "", held, gaze) == [(1.0, {}), (1.25, {"fear": 1.0}), (3.25, {"fear": 1.0}), (3.5, {})]
    assert [time for time, _ in keyframes(clip, "", TimedCue(1.0, "emotion", {"joy": 1.0}))] == [1.0, 1.4]


def test_an_unknown_emotion_is_refused(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    with pytest.raises(ValueError, match="there is no emotion 'jooy'"):
        write_cue_json(replace(lively_clip(), emotion="jooy=1"), tmp_path / "a.cues.json")
    assert not list(tmp_path.iterdir())


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    for name in "ab":
        write_cue_json(lively_clip(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
