"""What a character must be told again."""

from voxrig.engine_bridges.standing_cues import StandingCues
from voxrig.v1 import performance_pb2 as pb


def told(*cues: tuple[str, int, dict[str, float]], at: int = 100_000) -> list[tuple[str, dict[str, float]]]:
    standing = StandingCues(1000)
    for name, sample, values in cues:
        standing.add(pb.Cue(name=name, media_sample=sample, values=values))
    found = standing.at(at)
    assert all(cue.media_sample == at for cue in found)
    return [(cue.name, {key: round(value, 3) for key, value in cue.values.items()}) for cue in found]


def test_the_latest_place_stands_and_a_gaze_that_was_released_does_not():
    assert told(
        ("place", 0, {"x": 1}), ("place", 5, {"y": 2}), ("gaze", 0, {"yaw": 9}), ("gaze", 7, {"release": 1})
    ) == [("place", {"y": 2})]


def test_keys_of_a_style_add_up_and_act_at_once():
    assert told(("style", 0, {"jaw": 1.5, "transition": 2.0}), ("style", 9, {"lips": 0.5})) == [
        ("style", {"jaw": 1.5, "lips": 0.5, "transition": 0.0})
    ]


def test_an_emotion_stands_beside_that_of_another_region_and_goes_with_one_of_the_whole_face():
    joy, brows, again = ("emotion", 0, {"joy": 1}), ("emotion", 1, {"brows.anger": 1}), ("emotion", 2, {"fear": 1})
    assert [sorted(values) for _, values in told(joy, brows)] == [["joy", "transition"], ["brows.anger", "transition"]]
    assert told(joy, brows, again) == [("emotion", {"fear": 1, "transition": 0})]


def test_what_is_held_is_held_for_as_long_as_is_left():
    gaze = ("gaze", 99_000, {"yaw": 9, "hold": 3.0})
    assert told(gaze) == [("gaze", {"yaw": 9, "hold": 2.0})]
    assert told(gaze, at=102_001) == []


def test_a_blink_is_over_and_its_rate_is_not():
    assert told(("blink", 0, {"force": 1, "rate": 2})) == [("blink", {"rate": 2})]
    assert told(("blink", 0, {"force": 1}), ("gesture", 0, {"wave": 1}), ("event", 0, {"desirability": 1})) == []
