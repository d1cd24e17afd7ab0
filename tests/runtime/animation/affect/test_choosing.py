"""The emotion of a line: scenes read like stories, and what must always hold."""

import pickle
import sys
from itertools import product
from typing import Any

import pytest

from voxrig.runtime.animation.affect.choosing import Choice, Evidence, SceneState, choose, start
from voxrig.runtime.animation.affect.personality import Persona, persona
from voxrig.runtime.animation.affect.point import AffectError
from voxrig.runtime.animation.affect.showing import LEAST, MOST
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.emotion import CATEGORIES, EmotionError

PLAIN = {"A": Persona(), "B": Persona()}
NEUTRAL_LINES = (
    "The gate opens at eight.",
    "I came by the north road.",
    "It is two days from here to the coast.",
    "Show me the paper.",
    "Here. It has the seal of the town.",
    "The third house on the left is mine.",
    "And the horses?",
    "They are in the yard, with the others.",
    "Then sign here.",
    "The pen is on the table.",
)


def spoken(characters: dict[str, Persona], *lines: Evidence) -> list[Choice]:
    state, choices = start(characters), []
    for line in lines:
        state, choice = choose(state, line)
        choices.append(choice)
    return choices


def heard(probability: float, category: str = "anger", confidence: float = 0.8) -> dict[str, Any]:
    """A voice of one category, the rest neutral."""
    voice = [1.0 - probability, *(0.0 for _ in CATEGORIES)]
    voice[1 + CATEGORIES.index(category)] = probability
    return {"voice": tuple(voice), "confidence": confidence}


def test_a_scene_at_the_gate() -> None:
    """Ten lines: each what a reader would expect, for the reason that a reader would give."""
    guard = persona({"agreeableness": -0.5, "extraversion": 0.4}, relations={"Mira": -0.2})
    mira = persona({"agreeableness": 0.7, "neuroticism": 0.3}, relations={"Guard": 0.3})
    sister = {"desirability": 0.3, "unexpectedness": 0.8, "what": "she is Tomas's sister"}
    story = (
        ("Guard", "Stop right there! Who are you?", (), "anger", "the text is angry"),
        ("Mira", "My name is Mira. I come from the village by the lake.", (), "", "nothing tells a feeling"),
        ("Guard", "The road is closed after dark.", (), "", "nothing tells a feeling"),
        (
            "Mira",
            "Please, my brother is dying. I have to reach the healer.",
            (),
            "sadness",
            "the text is sad (-0.54: is dying)",
        ),
        ("Guard", "Your brother? And his name?", (), "", "nothing tells a feeling"),
        ("Mira", "Tomas. He fought here last winter.", (), "sadness", 'still sad since "Please, my brother'),
        ("Guard", "I don't believe it! Tomas saved my life!", (sister,), "surprise", "she is Tomas's sister"),
        ("Mira", "Then let me pass, I beg you.", (), "", "nothing tells a feeling"),
        ("Guard", "Go. I will open the gate myself.", (), "surprise", "still surprised since \"I don't believe it!"),
        ("Mira", "Thank you, my friend. I will not forget this.", (), "joy", "thank you, my friend"),
    )
    lines = [
        Evidence(who, "Mira" if who == "Guard" else "Guard", text, events=events, seconds=2.5, pause=0.5)
        for who, text, events, _, _ in story
    ]
    for choice, (_, text, _, expected, reason) in zip(
        spoken({"Guard": guard, "Mira": mira}, *lines), story, strict=True
    ):
        assert next(iter(choice.emotion), "") == expected, f"{text} {choice}"
        assert any(reason in why for why in choice.why), choice.why


def test_the_sad_are_comforted() -> None:
    """Grief hangs on within who grieves and is caught by a friend, but not by one who dislikes them."""
    friend, foe = persona({"agreeableness": 0.5}, relations={"A": 0.8}), persona({}, relations={"A": -0.8})
    grief = Evidence("A", "B", "My brother is dead. All is lost.", seconds=3.0)
    [kind] = spoken({"A": Persona(), "B": friend}, grief)
    [cold] = spoken({"A": Persona(), "B": foe}, grief)
    assert next(iter(kind.reaction)) == "sadness"
    assert kind.reaction["sadness"] < kind.emotion["sadness"]
    assert "sadness" not in cold.reaction
    answer = spoken({"A": Persona(), "B": friend}, grief, Evidence("B", "A", "When was it?", pause=0.4))[1]
    assert next(iter(answer.emotion)) == "sadness"
    assert max(answer.sources, key=lambda name: answer.sources[name]) == "contagion"
    assert "B is sad at how A spoke" in answer.why


def test_anger_is_stood_up_to_or_suffered() -> None:
    proud, timid = persona({"extraversion": 0.9}), persona({"agreeableness": 0.5, "extraversion": -0.5})
    shout = Evidence("A", "B", "How dare you! Get out of my house!", seconds=2.0)
    [stood], [suffered] = spoken({"A": Persona(), "B": proud}, shout), spoken({"A": Persona(), "B": timid}, shout)
    assert next(iter(stood.reaction)) == "anger"
    assert next(iter(suffered.reaction)) == "fear"


def test_a_neutral_scene_stays_neutral() -> None:
    """Whoever speaks: lines without feeling get none, and nothing builds up."""
    for traits in ({}, {"agreeableness": 0.6}, {"agreeableness": -0.6, "neuroticism": 0.6}, {"extraversion": 0.6}):
        who = {"A": persona(traits), "B": Persona()}
        lines = [Evidence("AB"[n % 2], "BA"[n % 2], NEUTRAL_LINES[n % 10], seconds=2.0, pause=0.5) for n in range(100)]
        choices = spoken(who, *lines)
        assert [choice.words for choice in choices] == ["neutral"] * 100
        assert all(choice.sources == {} and choice.reaction == {} for choice in choices)


def test_feelings_pass() -> None:
    shout = Evidence("A", "B", "I hate you, you traitor!", seconds=2.0)
    amounts = [
        sum(spoken(PLAIN, shout, Evidence("A", "B", "The gate opens at eight.", pause=pause))[1].emotion.values())
        for pause in (0.0, 5.0, 20.0, 120.0)
    ]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] > 0.0 == amounts[-1]


@pytest.mark.parametrize("text", ["I hate you, you traitor!", "", "Thank you, my friend."])
def test_what_is_written_wins(text: str) -> None:
    line = Evidence("A", "B", text, "joy=0.8", **heard(0.9), events=({"desirability": -1.0},))
    [choice] = spoken(PLAIN, line)
    assert (choice.emotion, choice.words, choice.sources) == ({"joy": 0.8}, "joy=0.8", {"written": 1.0})
    assert choice.why == ("the script says joy=0.8",)
    [half] = spoken(PLAIN, line._replace(intensity=0.5))
    assert (half.emotion, half.words) == ({"joy": 0.4}, "joy=0.4")
    assert half.why == ("the script says joy=0.8 at intensity 0.5",)
    assert "joy" in choice.reaction


def test_what_is_written_is_felt_on() -> None:
    angry = Evidence("A", "B", "So.", "anger", seconds=3.0)
    after = spoken(PLAIN, angry, Evidence("A", "B", "The gate opens at eight.", pause=0.3))[1]
    assert next(iter(after.emotion)) == "anger"
    assert after.why[0] == 'A is still angry since "So."'


def test_regions_blends_and_points_may_be_written() -> None:
    [choice] = spoken(PLAIN, Evidence("A", written="Relief=0.6, brows.anger=0.4", intensity=0.5))
    assert choice.emotion == {"Relief": 0.3, "brows.anger": 0.2}
    [point] = spoken(PLAIN, Evidence("A", written="valence=-0.6,arousal=0.6"))
    assert point.emotion == {"valence": -0.6, "arousal": 0.6}
    assert point.vad[0] < -0.4
    [none] = spoken(PLAIN, Evidence("A", text="I hate you!", written="neutral"))
    assert none.emotion == {"neutral": 1.0}
    for given in (choice, point, none):
        read_cue("emotion", given.emotion)
    with pytest.raises(EmotionError, match="no emotion 'jou'"):
        spoken(PLAIN, Evidence("A", written="jou=1"))


def test_auto_and_off_are_passed_on() -> None:
    for mode in ("auto", "off"):
        line = Evidence("A", "B", "I hate you!", mode, **heard(0.9), seconds=2.0)
        choice, after = spoken(PLAIN, line, Evidence("A", "B", "The gate opens at eight."))
        assert (choice.emotion, choice.words) == ({}, mode)
        assert ("anger" in after.emotion) == (mode == "auto"), "a voice that is followed is felt; what is off is not"


def test_sources_go_by_rank() -> None:
    """An event weighs more than words, words more than moods; each is named with its share."""
    good = ({"desirability": 0.9, "what": "the ship is back"},)
    glad, torn = Evidence("A", text="Hello there.", events=good), Evidence("A", text="I am so sad.", events=good)
    [happy], [mixed] = spoken(PLAIN, glad), spoken(PLAIN, torn)
    assert next(iter(happy.emotion)) == next(iter(mixed.emotion)) == "joy"
    assert mixed.emotion["joy"] < happy.emotion["joy"]
    assert mixed.sources["event"] > mixed.sources["text"] > 0.0
    assert happy.why[0] == "what happens (the ship is back) means joy 0.90 to A"
    assert sum(mixed.sources.values()) == pytest.approx(1.0, abs=0.05)


def test_a_voice_is_a_hint_and_words_and_voice_that_agree_say_more() -> None:
    [voice] = spoken(PLAIN, Evidence("A", text="The gate opens at eight.", **heard(0.8)))
    [text] = spoken(PLAIN, Evidence("A", text="I hate this."))
    [both] = spoken(PLAIN, Evidence("A", text="I hate this.", **heard(0.9)))
    assert 0.2 < voice.emotion["anger"] < text.emotion["anger"] <= both.emotion["anger"] <= MOST
    assert set(both.sources) == {"text", "voice"}
    unsure = Evidence("A", text="The gate opens at eight.", **heard(0.8, confidence=0.1))
    assert spoken(PLAIN, unsure)[0].emotion == {}


def test_what_contradicts_itself_comes_to_little_and_says_so() -> None:
    cheerful_words = Evidence("A", text="What a happy day.", **heard(0.95, "sadness", 0.9))
    [torn] = spoken(PLAIN, cheerful_words)
    [glad] = spoken(PLAIN, cheerful_words._replace(voice=None))
    assert sum(torn.emotion.values()) < 0.6 * sum(glad.emotion.values())
    assert any("contradicts itself" in why for why in torn.why)


def test_an_intensity_says_how_strong_what_is_chosen_is() -> None:
    line = Evidence("A", text="Thank you, that is kind.")
    for intensity in (0.2, 0.5, 1.0):
        [choice] = spoken(PLAIN, line._replace(intensity=intensity))
        assert choice.emotion == {"joy": intensity}
        assert f"the script wants an intensity of {intensity:g}" in choice.why
    assert spoken(PLAIN, Evidence("A", text="The gate opens at eight.", intensity=1.0))[0].emotion == {}


def test_another_language_is_not_guessed_at() -> None:
    [choice] = spoken(PLAIN, Evidence("A", text="Ich hasse dich, du Verräter!"))
    assert choice.emotion == {}
    assert choice.why[-1] == "the text does not look like English: its words were not read"


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_more_an_event_means_the_more_shows(category: str) -> None:
    event = {
        "joy": {"desirability": 1.0},
        "sadness": {"desirability": -1.0},
        "anger": {"desirability": -1.0, "praiseworthiness": -1.0},
        "fear": {"desirability": -1.0, "likelihood": 1.0},
        "disgust": {"appealingness": -1.0},
        "surprise": {"unexpectedness": 1.0},
        "contempt": {"praiseworthiness": -1.0},
    }[category]
    amounts = []
    for size in (0.1, 0.3, 0.5, 0.7, 0.9):
        scaled = {key: value if key == "likelihood" else size * value for key, value in event.items()}
        [choice] = spoken(PLAIN, Evidence("A", events=(scaled,)))
        amounts.append(choice.emotion.get(category, 0.0))
    assert amounts == sorted(amounts)
    assert amounts[-1] > 0.4


def test_a_choice_is_a_small_calm_cue() -> None:
    texts = ("I love you!!!", "How DARE you, traitor! I hate you!", "Ugh, disgusting!", "Run! Help me!", "Wow!", "")
    for text, category, traits in product(texts, CATEGORIES, ({}, {"neuroticism": 1.0, "extraversion": 1.0})):
        line = Evidence("A", "B", text, **heard(1.0, category, 1.0), events=({"desirability": -1.0},))
        [choice] = spoken({"A": persona(traits), "B": Persona()}, line)
        for values in (choice.emotion, choice.reaction):
            assert len(values) <= 2
            assert set(values) <= set(CATEGORIES)
            assert all(value >= LEAST and round(value * 20, 9) == round(value * 20) for value in values.values())
            assert sum(values.values()) <= MOST + 0.051
        assert max(map(abs, choice.vad)) <= 1.0


def test_the_same_scene_is_the_same_and_no_state_grows() -> None:
    lines = [
        Evidence(
            "AB"[n % 2], "BA"[n % 2], ("I hate you!", "Please, forgive me.", "We won!")[n % 3], seconds=1.0, pause=0.2
        )
        for n in range(300)
    ]
    state, size = start(PLAIN), 0
    for number, line in enumerate(lines):
        before = pickle.dumps(state)
        state, _ = choose(state, line)
        assert pickle.loads(before) != state, "a line with feeling moves somebody"
        if number == 10:
            size = len(pickle.dumps(state))
    assert len(pickle.dumps(state)) <= size + 40
    assert sys.getsizeof(state.hearts) == sys.getsizeof(start(PLAIN).hearts)
    assert spoken(PLAIN, *lines) == spoken(PLAIN, *lines)
    for heart in state.hearts.values():
        assert max(abs(value) for point in heart.feeling for value in point) <= 1.0


def test_a_state_is_a_value() -> None:
    state: SceneState = start(PLAIN)
    before = pickle.dumps(state)
    choose(state, Evidence("A", "B", "I hate you!", seconds=2.0))
    assert pickle.dumps(state) == before


def test_a_third_one_is_not_moved() -> None:
    characters = {"A": Persona(), "B": Persona(), "C": Persona()}
    loud, calm = "I hate you!", "The gate opens at eight."
    states = [choose(start(characters), Evidence("A", "B", text, seconds=2.0))[0] for text in (loud, calm)]
    assert states[0].hearts["C"] == states[1].hearts["C"]
    assert states[0].hearts["B"] != states[1].hearts["B"]


def test_who_is_no_character_feels_nothing_and_cannot_speak() -> None:
    [choice] = spoken(PLAIN, Evidence("A", "the player", "I hate you!"))
    assert choice.reaction == {}
    with pytest.raises(AffectError, match="no character 'C' in the scene; there are A, B"):
        spoken(PLAIN, Evidence("C"))
