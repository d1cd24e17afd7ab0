import json
from importlib.resources import files

import pytest

from voxrig.runtime.animation.emotion import (
    CALM,
    CATEGORIES,
    NEUTRAL,
    REGIONS,
    Emotion,
    EmotionError,
    everywhere,
    fields_of,
)
from voxrig.runtime.animation.emotion_names import emotion_from_text, named, read_emotion
from voxrig.runtime.animation.emotion_table import BLENDS, CONFLICTS, GROUPS

NVIDIA = ["amazement", "anger", "cheekiness", "disgust", "fear", "grief", "joy", "outofbreath", "pain", "sadness"]
EMONET = [
    *["Amusement", "Elation", "Pleasure/Ecstasy", "Contentment", "Thankfulness/Gratitude", "Affection", "Infatuation"],
    *["Hope/Enthusiasm/Optimism", "Triumph", "Pride", "Interest", "Awe", "Astonishment/Surprise", "Concentration"],
    *["Contemplation", "Relief", "Longing", "Teasing", "Impatience and Irritability", "Sexual Lust", "Doubt", "Fear"],
    *["Distress", "Confusion", "Embarrassment", "Shame", "Disappointment", "Sadness", "Bitterness", "Contempt"],
    *["Disgust", "Anger", "Malevolence/Malice", "Sourness", "Pain", "Helplessness", "Fatigue/Exhaustion"],
    *["Emotional Numbness", "Intoxication/Altered States of Consciousness", "Jealousy & Envy"],
]


def region(emotion: Emotion, name: str) -> tuple[float, ...]:
    return tuple(getattr(emotion, field) for field in fields_of(name))


def test_calm_is_no_emotion_at_all() -> None:
    assert CALM.emotion == NEUTRAL == Emotion(*[0.0] * 21) == everywhere()
    assert everywhere(fear=0.5) == Emotion(brows_fear=0.5, eyes_fear=0.5, mouth_fear=0.5)


def test_the_table_has_the_ten_and_the_forty_and_its_figures_are_in_bounds() -> None:
    assert list(GROUPS["nvidia"]) == NVIDIA
    assert list(GROUPS["emonet"]) == EMONET
    assert len(EMONET) == 40
    for name, blend in BLENDS.items():
        assert blend, name
        assert all(0.0 < amount <= 1.0 for amount in blend.values()), name
    table = json.loads(files("voxrig.runtime.animation").joinpath("emotions.json").read_text("utf-8"))
    assert all(table[part]["source"] for part in ("vad", "conflicts"))
    assert all(group["about"] for group in table["aliases"].values())


def test_conflicts_are_symmetrical_and_surprise_has_none() -> None:
    for i, row in enumerate(CONFLICTS):
        assert row[i] == 0.0
        for j, conflict in enumerate(row):
            assert 0.0 <= conflict <= 1.0
            assert conflict == CONFLICTS[j][i]
    assert CONFLICTS[CATEGORIES.index("joy")][CATEGORIES.index("sadness")] == 1.0
    assert set(CONFLICTS[CATEGORIES.index("surprise")]) == {0.0}


@pytest.mark.parametrize("name", [*NVIDIA, *EMONET, *GROUPS["everyday"]])
def test_every_name_is_an_emotion_that_a_face_has_room_for(name: str) -> None:
    emotion = named(name)
    assert emotion != NEUTRAL
    for where in REGIONS:
        assert sum(region(emotion, where)) <= 1.0 + 1e-9
    spellings = [name.upper(), f" {name} ", name.replace(" ", "_"), name.replace("/", " "), *name.split("/")]
    assert {named(spelling) for spelling in spellings} == {emotion}


def test_different_names_look_different_but_for_synonyms() -> None:
    emotions = {named(name) for name in {*NVIDIA, *EMONET}}
    # Of the ten, six are also among the forty by the same name, and joy is not among them.
    assert len(emotions) == len({name.casefold() for name in [*NVIDIA, *EMONET]})


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_itself(category: str) -> None:
    assert named(category) == everywhere(**{category: 1.0})


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Hope/Optimism", "hope"),
        ("jealousy / envy", "ENVY"),
        ("Impatience & Irritability", "irritability"),
        ("Intoxication/Altered States", "intoxication"),
        ("out of breath", "outofbreath"),
        ("Astonishment", "surprise"),
    ],
)
def test_names_are_forgiving(written: str, same: str) -> None:
    assert named(written) == named(same)


@pytest.mark.parametrize("name", ["", "/", "joy/sadness", "hope/despair", "jo y 2"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(EmotionError, match="there is no emotion"):
        named(name)


def test_an_unknown_name_has_its_neighbours_told() -> None:
    with pytest.raises(EmotionError, match=r"no emotion 'sadnes'; near it are sadness"):
        named("sadnes")
    with pytest.raises(EmotionError, match=r"there are neutral, joy, .* and their aliases"):
        named("xyzzy")


def test_a_name_alone_is_for_the_whole_face() -> None:
    assert read_emotion({"joy": 0.8}) == everywhere(joy=0.8)._asdict()
    assert read_emotion({"joy": 0.8, "Surprise": 0.5}) == everywhere(joy=0.8, surprise=0.5)._asdict()
    assert read_emotion({"joy": 0.8, "happiness": 0.5}) == everywhere(joy=1.0)._asdict()


def test_a_region_that_is_named_sets_that_region_and_no_other() -> None:
    assert read_emotion({"brows.anger": 0.3}) == dict.fromkeys(fields_of("brows"), 0.0) | {"brows_anger": 0.3}
    assert NEUTRAL._replace(**read_emotion({"mouth.teasing": 0.5, "MOUTH.fear": 0.1})) == pytest.approx(
        Emotion(mouth_joy=0.3, mouth_contempt=0.1, mouth_fear=0.1)
    )


def test_a_region_with_names_of_its_own_goes_by_these() -> None:
    both = read_emotion({"joy": 0.8, "brows.anger": 0.3, "brows.surprise": 0.2})
    assert Emotion(**both) == Emotion(brows_anger=0.3, brows_surprise=0.2, eyes_joy=0.8, mouth_joy=0.8)


def test_neutral_clears() -> None:
    assert read_emotion({"neutral": 1.0}) == NEUTRAL._asdict()
    assert read_emotion({"eyes.neutral": 1.0}) == dict.fromkeys(fields_of("eyes"), 0.0)
    assert Emotion(**read_emotion({"joy": 0.5, "brows.neutral": 1.0})) == Emotion(eyes_joy=0.5, mouth_joy=0.5)


def test_a_point_in_the_space_of_feelings_is_an_emotion_too() -> None:
    joy = read_emotion({"valence": 0.76, "arousal": 0.48, "dominance": 0.35})
    assert Emotion(**joy) == pytest.approx(everywhere(joy=1.0))
    assert set(read_emotion({"mouth.valence": -0.5})) == set(fields_of("mouth"))
    assert max(read_emotion({"valence": -0.5, "fear": 0.3}).values()) > 0.3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "needs at least one emotion"),
        ({"joy": 1.5}, "joy is 1.5; it must be from 0 to 1"),
        ({"joy": -0.1}, "joy is -0.1; it must be from 0 to 1"),
        ({"valence": -1.1}, "valence is -1.1; it must be from -1 to 1"),
        ({"joy": float("nan")}, "joy is nan; it must be a number from 0 to 1"),
        ({"nose.joy": 0.5}, "'nose.joy' names the region 'nose'; there are brows, eyes, mouth"),
        ({"brows.joy": 2.0}, "brows.joy is 2; it must be from 0 to 1"),
        ({"joy": 2.0, "brows.fear": 0.1, "eyes.fear": 0.1, "mouth.fear": 0.1}, "joy is 2"),
        ({"joi": 0.5}, "no emotion 'joi'; near it are joy"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(EmotionError, match=message):
        read_emotion(values)


def test_text_of_a_command_line() -> None:
    assert emotion_from_text("joy=0.8, brows.anger=0.3") == Emotion(brows_anger=0.3, eyes_joy=0.8, mouth_joy=0.8)
    assert emotion_from_text("joy") == everywhere(joy=1.0)
    for text, message in [("joy=x", "joy is 'x'"), ("joy=1,joy=0", "joy is given twice"), ("", "no emotion ''")]:
        with pytest.raises(EmotionError, match=message):
            emotion_from_text(text)
