"""Tags, their short forms, and overrides."""

from collections.abc import Callable

import pytest

from voxrig.baking.script.cue_values import CUES
from voxrig.baking.script.dialogue import Dialogue, Tag
from voxrig.runtime.animation.cues import CUE_NAMES, read_cue
from voxrig.runtime.animation.overrides import override_from

Read = Callable[..., Dialogue]

LINE = """\
characters: {{Guard: {{relations: {{Mira: -0.5}}}}, Mira: }}
lines:
- id: a
  character: Guard
  text: %s
  tags: {}
"""
TEXT = "Whoa, hold it right there! The end of it."


def tags(read: Read, given: str, text: str = TEXT) -> list[tuple[float | str, str, dict[str, float | str], object]]:
    """Tags of a line with `given` as its tags, which are all good."""
    scene = read(LINE.format(given) % text)
    assert [str(problem) for problem in scene.problems] == []
    for tag in scene.lines[0].tags:
        check_live(tag)
    return [(tag.at, tag.cue, dict(tag.values), tag.until) for tag in scene.lines[0].tags]


def check_live(tag: Tag) -> None:
    """A tag's values are what the engine takes."""
    values = {key: value for key, value in tag.values.items() if key != "to"}
    if tag.cue == "viseme":
        override_from({"start": 0.0, "end": 1.0, **values}, 2.0)
    else:
        numbers = {key: float(value) for key, value in values.items()}
        read_cue(tag.cue, numbers | ({"yaw": 0.0, "pitch": 0.0} if "to" in tag.values else {}))


@pytest.mark.parametrize(
    ("given", "cue", "values"),
    [
        ("emotion: anger=0.9", "emotion", {"anger": 0.9}),
        ("emotion: joy", "emotion", {"joy": 1.0}),
        ("emotion: 'joy=0.5, brows.anger=0.2, hold=2'", "emotion", {"joy": 0.5, "brows.anger": 0.2, "hold": 2.0}),
        ("emotion: {valence: -0.5, transition: 1}", "emotion", {"valence": -0.5, "transition": 1.0}),
        ("gaze: listener", "gaze", {"to": "listener"}),
        ("gaze: away", "gaze", {"to": "away"}),
        ("gaze: Mira", "gaze", {"to": "Mira"}),
        ("gaze: free", "gaze", {"release": 1.0}),
        ("gaze: {to: Mira, hold: 1.5, head: 0.2}", "gaze", {"to": "Mira", "hold": 1.5, "head": 0.2}),
        ("gaze: {yaw: 20, pitch: -5}", "gaze", {"yaw": 20.0, "pitch": -5.0}),
        ("gaze: {x: 1, y: 0.5, z: 2, world: true}", "gaze", {"x": 1.0, "y": 0.5, "z": 2.0, "world": 1.0}),
        ("activity: thinking", "activity", {"thinking": 1.0}),
        ("blink: yes", "blink", {"force": 1.0}),
        ("blink: 0.5", "blink", {"force": 1.0, "strength": 0.5}),
        ("blink: off", "blink", {"allow": 0.0}),
        ("blink: {rate: 2}", "blink", {"rate": 2.0}),
        ("head: nod", "head", {"nod": 1.0}),
        ("head: {tilt: -0.3}", "head", {"tilt": -0.3}),
        ("style: {jaw: 1.3, transition: 0.1}", "style", {"jaw": 1.3, "transition": 0.1}),
        ("place: {yaw: 10}", "place", {"yaw": 10.0}),
        ("gesture: shrug", "gesture", {"shrug": 0.5}),
        ("gesture: 'offer=0.8, left'", "gesture", {"offer": 0.8, "left": 1.0}),
        ("gesture: {name: shrug, strength: 0.9}", "gesture", {"shrug": 0.9}),
        ("gesture: {strength: 0, hold: 2, name: shrug}", "gesture", {"shrug": 0.0, "hold": 2.0}),
        ("gesture: {stop: 1, right: true, rate: 1.5}", "gesture", {"stop": 1.0, "right": 1.0, "rate": 1.5}),
        ("point: listener", "point", {"to": "listener"}),
        ("point: Mira", "point", {"to": "Mira"}),
        ("point: free", "point", {"release": 1.0}),
        ("point: {to: Mira, hold: 2, look: false}", "point", {"to": "Mira", "hold": 2.0, "look": 0.0}),
        ("point: {yaw: 30, pitch: -5, left: 1}", "point", {"yaw": 30.0, "pitch": -5.0, "left": 1.0}),
        ("hands: left", "hands", {"left": 1.0}),
        ("hands: both", "hands", {"left": 1.0, "right": 1.0}),
        ("hands: free", "hands", {"left": 0.0, "right": 0.0, "hold": 0.0}),
        ("hands: {hold: 1.5}", "hands", {"hold": 1.5}),
        ("body: sitting", "body", {"sitting": 1.0}),
        ("body: standing", "body", {"sitting": 0.0}),
        ("body: {lean: 8, side: -3, transition: 1}", "body", {"lean": 8.0, "side": -3.0, "transition": 1.0}),
        ("body: 'energy=0.5, mirror'", "body", {"energy": 0.5, "mirror": 1.0}),
        ("event: {desirability: -0.5, hold: 1}", "event", {"desirability": -0.5, "hold": 1.0}),
        ("event: {praiseworthiness: -1, agent: self}", "event", {"praiseworthiness": -1.0, "self": 1.0}),
        ("event: {desirability_for_other: 1, about: Mira}", "event", {"desirability_for_other": 1.0, "liking": -0.5}),
        ("viseme: PP, weight: 0.9, until: 1", "viseme", {"viseme": "PP", "weight": 0.9}),
        ("jaw: 1.4, lips: 0, ease: 0.1, until: 1", "viseme", {"jaw": 1.4, "lips": 0.0, "ease": 0.1}),
    ],
)
def test_cues_of_tags(read: Read, given: str, cue: str, values: dict[str, float | str]) -> None:
    ((at, name, found, _),) = tags(read, f"[{{at: 0.25, {given}}}]")
    assert (at, name, found) == (0.25, cue, values)


def test_every_live_cue_can_be_a_tag() -> None:
    assert CUES == CUE_NAMES


def test_several_cues_in_one_tag(read: Read) -> None:
    found = tags(read, "[{at: hold, until: there, gaze: away, emotion: fear=1, jaw: 2}]")
    assert found == [
        ("hold", "emotion", {"fear": 1.0}, "there"),
        ("hold", "gaze", {"to": "away"}, "there"),
        ("hold", "viseme", {"jaw": 2.0}, "there"),
    ]


def test_short_texts(read: Read) -> None:
    expected = [
        ("hold", "emotion", {"anger": 0.9}, "there"),
        (1.2, "gaze", {"to": "listener"}, None),
        ("it#2", "head", {"nod": 0.5, "tilt": 0.1}, None),
        ("end", "blink", {"force": 1.0, "strength": 1.0}, None),
    ]
    assert (
        tags(read, "['hold anger=0.9, until=there', '1.2: gaze=listener', 'it#2 nod=0.5, tilt=0.1', end blink]")
        == expected
    )
    assert (
        tags(read, "'hold anger=0.9, until=there; 1.2: gaze=listener; it#2 nod=0.5, tilt=0.1; end blink'") == expected
    )
    assert tags(read, "{at: end, blink: 1}") == expected[3:]


def test_short_keys_of_a_line_come_first(read: Read) -> None:
    ((line),) = read(
        "- {id: a, text: 'G: x', tags: [x joy], gaze: away, head: shake, gesture: shrug, blink: no, body: sitting}"
    ).lines
    assert [(tag.at, tag.cue) for tag in line.tags] == [
        (0.0, "gaze"), (0.0, "gesture"), (0.0, "body"), (0.0, "blink"), (0.0, "head"), ("x", "emotion"),
    ]  # fmt: skip


def test_until_is_the_next_time_that_the_word_comes(read: Read) -> None:
    text = "we go and we come and we go"
    assert tags(read, "[{at: come, gaze: away, until: we}]", text)[0][3] == "we#3"
    assert tags(read, "[{at: 'we#2', gaze: away, until: go}]", text)[0][3] == "go#2"
    assert tags(read, "[{at: 0.5, gaze: away, until: come}]", text)[0][3] == "come"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("[{at: hld, blink: yes}]", "at 'hld' is no word of the text; did you mean 'hold'?"),
        ("[{at: 'it#3', blink: yes}]", "at 'it#3': the word is there 2 times; count from #1"),
        ("[{at: -1, blink: yes}]", "at is -1; it must be from 0 to 3600 seconds, or a word in quotes"),
        ("[{at: there, gaze: away, until: hold}]", "until 'hold' comes before the tag's start at 'there'; swap them"),
        ("[{at: 2, gaze: away, until: 1}]", "until 1 s comes before the tag's start at 2 s; swap them"),
        ("[{blink: yes}]", "the tag has no at; write for example"),
        ("[{at: 1}]", "the tag says nothing; give one of"),
        ("[{at: 1, gaez: away}]", "a tag has no key 'gaez'; did you mean 'gaze'?"),
        ("[{at: 1, gaze: Bob}]", "gaze: there is no character 'Bob'"),
        ("[{at: 1, gaze: {yaw: 500}}]", "yaw is 500; it must be from -180 to 180"),
        ("[{at: 1, gaze: {yaw: x}}]", "'yaw' of gaze is 'x'; it must be a number without quotes"),
        ("[{at: 1, emotion: agner}]", "there is no emotion 'agner'; near it are anger"),
        ("[{at: 1, emotion: [joy]}]", "emotion is a list; write one value, or a group of keys"),
        ("[{at: 1, emotion: {joy: 1, joy: 0}}]", "emotion has 'joy' twice; keep one"),
        ("[{at: 1, activity: sleeping}]", "activity: there is no 'sleeping'"),
        ("[{at: 1, head: wobble}]", "there is no value of the cue 'head' 'wobble'; there are nod, shake, tilt"),
        ("[{at: 1, blink: yes, until: 2}]", "until does not go with blink, which is over by itself"),
        ("[{at: 1, jaw: 2}]", "a mouth that is set from a time on needs an end; give until"),
        ("[{at: 1, viseme: XX, until: 2}]", "'XX'"),
        ("[{at: 1, weight: 1, until: 2}]", "it changes nothing"),
        ("[{at: 1, gesture: {strength: 1}}]", "the cue 'gesture' has no gesture; give one of beat"),
        ("[{at: 1, gesture: shrugg}]", "there is no gesture 'shrugg'; did you mean 'shrug'?"),
        ("[{at: 1, gesture: {name: wink}}]", "there is no gesture 'wink'; "),
        ("[{at: 1, gesture: point}]", "pointing is a tag of its own, not a gesture; write for example point: listener"),
        ("[{at: 1, gesture: {name: [x]}}]", "there is no gesture 'a list'"),
        ("[{at: 1, gesture: [shrug]}]", "gesture is a list; write one value, or a group of keys"),
        ("[{at: 1, gesture: {shrug: 1, stop: 1}}]", "the cue 'gesture' has shrug and stop; send one"),
        ("[{at: 1, point: {hold: 1}}]", "the cue 'point' needs a target"),
        ("[{at: 1, hands: busy}]", "hands: there is no 'busy'; there are left, right, both, free, or give a group"),
        ("[{at: 1, body: lying}]", "body: there is no 'lying'; there are sitting, standing, mirror, or give a"),
        ("[{at: 1, body: {lean: 50}}]", "lean is 50; it must be from -12 to 22"),
        ("[blink]", "the tag 'blink' says nothing; write for example bridge anger=0.9"),
        ("[[1]]", "a tag is a list; write a group such as"),
        ("[{at: [1], blink: yes}]", "at is a list; write seconds, or a word of the text"),
    ],
)
def test_wrong_tags(read: Read, given: str, problem: str) -> None:
    scene = read(LINE.format(given) % TEXT)
    assert scene.lines == ()
    assert str(scene.problems[0]).startswith("scene.yaml:6: line 'a': ")
    assert problem in str(scene.problems[0])


def test_without_a_text_any_word_may_come(read: Read, tmp_path: object) -> None:
    """What is said may be in the recording's own file."""
    (line,) = read("- {id: a, character: G, audio: scene.yaml, tags: [bridge joy]}").lines
    assert line.tags[0].at == "bridge"


def test_hours_long_overrides_are_refused_at_once(read: Read) -> None:
    (problem,) = read("- {id: a, text: 'G: x', overrides: [{start: 0, end: 1.0e+9, jaw: 2}]}").problems
    assert "end is 1e+09; it must be from 0 to 3600" in problem.text
