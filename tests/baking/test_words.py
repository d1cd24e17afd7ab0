"""When each word is said: given, aligned, estimated; and the seconds of a place."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.baking import words_sphinx
from voxrig.baking.words import Alignment, Given, SidecarError, Word, sidecar, time_of, words_of
from voxrig.baking.words_estimate import estimate
from voxrig.baking.words_text import COMMA, NONE, STOP, tokens
from voxrig.engine_bridges.readers.sound_file import Sound, read_sound

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SCENE = sorted((SAMPLES / "scene").glob("*.wav"))
CLIPS = sorted(SAMPLES.glob("*.wav")) + SCENE


def text_of(clip: Path) -> str:
    return str(json.loads(clip.with_suffix(".json").read_text("utf-8"))["text"])


def given_of(clip: Path) -> Given:
    given = sidecar(clip)
    assert given is not None
    return given


def starts(alignment: Alignment) -> NDArray[np.float64]:
    return np.array([word.start for word in alignment.words])


def truth(clip: Path) -> NDArray[np.float64]:
    """When each word begins, from the phones."""
    return starts(words_of(text_of(clip), np.zeros(100, np.float32), 24_000, given_of(clip)))


@pytest.fixture(scope="module")
def sounds() -> dict[Path, Sound]:
    return {clip: read_sound(clip) for clip in CLIPS}


def test_words_are_what_stands_between_spaces_and_marks() -> None:
    found = tokens("\u201cWait\u2026\u201d It's 3.5 well-known \u2014 isn\u2019t it? 橋は Да!\n")
    assert [token.text for token in found] == [
        *("Wait", "It's", "3.5", "well", "known", "isn\u2019t", "it", "橋", "は", "Да"),
    ]
    assert [token.pause for token in found] == [STOP, NONE, NONE, NONE, COMMA, NONE, STOP, NONE, NONE, STOP]
    assert tokens("... !? \u2014") == []


def test_given_words_are_taken_as_they_are() -> None:
    given = Given((("Stop,", 0.1, 0.5), ("well-known", 0.6, 1.4)), ())
    told = words_of("Stop, well-known!", np.zeros(48_000, np.float32), 24_000, given)
    assert (told.how, told.confidence) == ("given", 1.0)
    assert told.words == (Word("Stop", 0.1, 0.5), Word("well", 0.6, 0.6 + 0.8 * 3 / 6), Word("known", 1.0, 1.4))


def test_given_words_stand_in_for_a_missing_text() -> None:
    told = words_of("", np.zeros(100, np.float32), 24_000, Given((("Stop", 0.1, 0.5),), ()))
    assert told == Alignment((Word("Stop", 0.1, 0.5),), "given", 1.0)


def test_words_of_another_text_are_not_taken(sounds: dict[Path, Sound]) -> None:
    sound = sounds[SCENE[0]]
    told = words_of(text_of(SCENE[0]), sound.samples, sound.rate, Given((("Other", 0.0, 1.0),), ()))
    assert told.how != "given"
    assert [word.text for word in told.words] == [word for word, _, _ in given_of(SCENE[0]).words]


@pytest.mark.parametrize("clip", SCENE, ids=lambda clip: clip.stem)
def test_phones_are_put_together_to_words_exactly(clip: Path) -> None:
    given = given_of(clip)
    told = words_of(text_of(clip), np.zeros(100, np.float32), 24_000, Given((), given.phones))
    assert told.how == "given"
    assert [tuple(word) for word in told.words] == list(given.words)


def test_phones_of_a_clip_without_words() -> None:
    clip = SAMPLES / "warning.wav"
    told = words_of(text_of(clip), np.zeros(100, np.float32), 24_000, given_of(clip))
    phones = given_of(clip).phones
    assert [word.text for word in told.words] == ["Watch", "out", "Above", "you", "by", "the", "arch"]
    begins = "".join(next(symbol for symbol, start, _ in phones if start == word.start) for word in told.words)
    assert begins == "waəjbðɑ"


def test_too_few_phones_are_left_alone(sounds: dict[Path, Sound]) -> None:
    sound = sounds[SCENE[0]]
    told = words_of(text_of(SCENE[0]), sound.samples, sound.rate, Given((), (("a", 0.1, 0.2),)))
    assert told.how != "given"


def test_estimate_is_near_and_beats_an_even_spread(sounds: dict[Path, Sound]) -> None:
    off, even = [], []
    for clip, sound in sounds.items():
        words = tokens(text_of(clip))
        found = estimate(words, sound.samples, sound.rate)
        off.append(np.abs(found.start - truth(clip)))
        even.append(np.abs(np.arange(len(words)) * sound.seconds / len(words) - truth(clip)))
        assert found.confidence > 0.5
    mine, naive = np.concatenate(off), np.concatenate(even)
    assert np.median(mine) < 0.03
    assert np.quantile(mine, 0.9) < 0.1
    assert np.median(naive) > 5 * np.median(mine)
    assert np.quantile(naive, 0.9) > 3 * np.quantile(mine, 0.9)


def test_confidence_tells_another_text(sounds: dict[Path, Sound]) -> None:
    wrong = []
    for clip, other in zip(SCENE, SCENE[3:] + SCENE[:3], strict=True):
        wrong.append(estimate(tokens(text_of(other)), sounds[clip].samples, sounds[clip].rate).confidence)
    assert np.median(wrong) < 0.2


@pytest.mark.parametrize("times", [2, 4], ids=["48 kHz", "96 kHz"])
def test_sample_rate_matters_little(sounds: dict[Path, Sound], times: int) -> None:
    for clip in SCENE[:3]:
        sound, words = sounds[clip], tokens(text_of(clip))
        at = np.arange(len(sound.samples) * times) / times
        fast = np.interp(at, np.arange(len(sound.samples)), sound.samples).astype(np.float32)
        found = estimate(words, fast, sound.rate * times).start
        assert np.median(np.abs(found - estimate(words, sound.samples, sound.rate).start)) <= 0.011


def test_gain_and_a_little_noise_matter_not_at_all_or_little(sounds: dict[Path, Sound]) -> None:
    rng = np.random.default_rng(5)
    for clip in SCENE[:3]:
        sound, words = sounds[clip], tokens(text_of(clip))
        plain = estimate(words, sound.samples, sound.rate).start
        soft = estimate(words, sound.samples * np.float32(0.0625), sound.rate).start
        assert np.array_equal(soft, plain)
        noise = (0.01 * rng.standard_normal(len(sound.samples))).astype(np.float32)
        assert np.median(np.abs(estimate(words, sound.samples + noise, sound.rate).start - truth(clip))) < 0.06


TEXTS = ["a", "Stop!", "!", "", "Das weiß ich nicht, Mädchen.", "Мост закрыт. Никто не пройдёт!", "橋は閉まっている。"]
TEXTS += ["다리가 닫혔다", "الجسر مغلق", "पुल बंद है", "NPC 42, 1999: x", "word " * 300, "a" * 3000, "\u0301 \u200d ..."]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:12]))
def test_any_text_and_any_sound_give_words_in_order(text: str) -> None:
    rng = np.random.default_rng(len(text))
    for rate, length in ((8_000, 1), (11_025, 100), (22_050, 3_000), (44_100, 60_000), (192_000, 400_000)):
        for samples in (
            np.zeros(length),
            rng.standard_normal(length) * np.repeat(rng.random(length // 100 + 1), 100)[:length],
        ):
            told = words_of(text, samples.astype(np.float32), rate)
            edges = [edge for word in told.words for edge in (word.start, word.end)]
            assert edges == sorted(edges)
            assert not edges or 0.0 <= edges[0] <= edges[-1] <= length / rate + 1e-9
            assert [word.text for word in told.words] == [token.text for token in tokens(text)]
            assert 0.0 <= told.confidence <= 1.0


def test_a_long_line_stays_in_step(sounds: dict[Path, Sound]) -> None:
    clips = SCENE * 3
    samples = np.concatenate([sounds[clip].samples for clip in clips])
    found = estimate(tokens(" ".join(text_of(clip) for clip in clips)), samples, 24_000).start
    begins = np.cumsum([0.0, *(sounds[clip].seconds for clip in clips[:-1])])
    wanted = np.concatenate([truth(clip) + begin for clip, begin in zip(clips, begins, strict=True)])
    assert np.median(np.abs(found - wanted)) < 0.03
    assert np.quantile(np.abs(found - wanted), 0.9) < 0.15


def test_aligned_where_pocketsphinx_is(sounds: dict[Path, Sound]) -> None:
    pytest.importorskip("pocketsphinx", reason="pocketsphinx is not installed")
    for clip in SCENE[:3]:
        told = words_of(text_of(clip), sounds[clip].samples, sounds[clip].rate)
        assert told.how == "aligned"
        assert np.median(np.abs(starts(told) - truth(clip))) < 0.06
    assert words_sphinx.align(tokens("Мост"), sounds[SCENE[0]].samples, 24_000) is None
    assert words_of("Halt!", sounds[SCENE[0]].samples[::3].copy(), 8_000).how == "estimated"


SAID = ("Hold", "it", "or", "I", "can't", "Hold", "on")
LINE = Alignment(tuple(Word(text, i * 0.5, i * 0.5 + 0.4) for i, text in enumerate(SAID)), "estimated", 0.8)


@pytest.mark.parametrize(
    ("place", "edge", "seconds"),
    [
        *((1.25, "start", 1.25), (0, "end", 0.0), ("hold", "start", 0.0), ("Hold#1", "end", 0.4)),
        *(("hold#2", "start", 2.5), ("hold #2", "end", 2.9), ("can\u2019t", "start", 2.0), ("it,", "end", 0.9)),
        *(("hold it", "start", 0.0), ("hold it", "end", 0.9), ("hold on", "start", 2.5), ("end", "start", 3.4)),
    ],
)
def test_place(place: float | str, edge: Any, seconds: float) -> None:
    assert time_of(LINE, place, edge) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("bridge", "no word 'bridge' in this line; its words are: Hold it or I can't Hold on"),
        ("hold#3", "'hold' is said 2 time(s), so there is no 'hold#3'; use a lower number"),
        ("hold#0", "no word 'hold#0'"),
        ("hold#x", "no word 'hold#x'"),
        ("", "no word ''"),
    ],
)
def test_place_that_is_not_there(place: str, told: str) -> None:
    with pytest.raises(ValueError, match="^" + told.replace("(", "\\(").replace(")", "\\)")):
        time_of(LINE, place)


def test_sidecar_that_is_not_there_or_says_nothing(tmp_path: Path) -> None:
    assert sidecar(tmp_path / "a.wav") is None
    (tmp_path / "a.json").write_text('{"text": "x"}')
    assert sidecar(tmp_path / "a.wav") is None
    (tmp_path / "a.json").write_text("[1]")
    assert sidecar(tmp_path / "a.wav") is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "cannot be read as JSON"),
        ('{"words": 3}', "'words' is no list"),
        ('{"words": [["a", 1]]}', "is no row; write \\[text, start, end\\]"),
        ('{"words": [["a", 1, 0.5]]}', "does not follow"),
        ('{"phones": [["a", 1, 2], ["b", 1.5, 3]]}', "does not follow"),
        ('{"words": [["a", NaN, 1]]}', "does not follow"),
    ],
)
def test_sidecar_that_is_broken(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(SidecarError, match=told) as caught:
        sidecar(tmp_path / "a.wav")
    assert "a.json" in str(caught.value)
    assert "\n" not in str(caught.value)
