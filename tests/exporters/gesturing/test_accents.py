import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.exporters.gesturing.accents import accents
from voxrig.exporters.gesturing.listened import AHEAD, Listened, heard_ahead, listened, stressed_vowels
from voxrig.exporters.gesturing.phrases import broken, phrases

TTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "tts"


def test_accents_are_on_the_loud_syllables(speech: Listened, stresses: list[float]) -> None:
    found = accents(speech)
    away = [min(abs(accent.at / 60 - time) for time in stresses) for accent in found]

    assert len(found) >= len(stresses) - 2
    strong = [far for far, accent in zip(away, found, strict=True) if accent.strength > 0.3]
    assert len(strong) >= len(stresses) - 2
    assert np.mean(np.array(strong) < 0.04) > 0.85
    assert all(0 < accent.strength <= 1 for accent in found)
    assert all(b.at - a.at >= 17 for a, b in pairwise(found))


def test_silence_has_no_accent_and_no_phrase() -> None:
    quiet = listened(np.zeros(24_000, np.float32), 24_000)
    assert accents(quiet) == ()
    assert phrases(quiet) == ()


def test_a_known_vowel_takes_the_accent(speech: Listened, stresses: list[float]) -> None:
    kept = stresses[::2]
    known = Listened(speech.values, tuple((time - 0.05, time + 0.05) for time in kept))
    found = [accent for accent in accents(known) if accent.strength > 0.4]
    assert found
    assert all(min(abs(accent.at / 60 - time) for time in kept) < 0.06 for accent in found)


def test_the_voice_is_heard_83_ms_ahead(speech: Listened, stresses: list[float]) -> None:
    level = speech.values[:, 2] * speech.values[:, 4]
    at = round(stresses[7] * 60)
    assert abs(int(np.argmax(level[at - 12 : at + 12])) - 12 + AHEAD) <= 2


def test_what_is_heard_does_not_hang_on_what_comes_later() -> None:
    sound = np.random.default_rng(3).standard_normal(48_000).astype(np.float32) * 0.05
    whole, rows = heard_ahead(sound, 24_000)
    cut = np.where(np.arange(48_000) < 60 * 400 + 5 * 400, sound, 0).astype(np.float32)
    part, part_rows = heard_ahead(cut, 24_000)
    np.testing.assert_array_equal(whole[:61], part[:61])
    np.testing.assert_array_equal(rows[:61], part_rows[:61])


def test_phrases_span_the_speech(speech: Listened, stresses: list[float]) -> None:
    found = phrases(speech)
    assert len(found) == 4
    for phrase, first, last in zip(found, stresses[::6], stresses[5::6], strict=True):
        assert first - 0.35 < phrase.start / 60 < first
        assert last + 0.3 < phrase.end / 60 < last + 0.8
        assert phrase.end <= phrase.ended <= phrase.end + 20
        assert not phrase.question


def test_a_cut_silences_speech_up_to_the_next_one(speech: Listened) -> None:
    found = phrases(speech)
    cut = found[1].start + 60
    assert broken(found, (cut,), speech.poses) == ((cut, found[2].start),)
    assert broken(found, (found[1].ended + 30,), speech.poses) == ()
    assert broken(found, (found[3].start + 10, found[3].start + 50), speech.poses) == (
        (found[3].start + 10, speech.poses),
    )


def test_stress_marks_are_read() -> None:
    phones = [["h", 0.0, 0.1], ["ə", 0.1, 0.2], ["l", 0.2, 0.3], ["o", 0.3, 0.4], ["ʊ", 0.4, 0.5], ["i", 0.6, 0.7]]
    entry = {"phones": phones, "symbols": [*"^həlˈoʊ", " ", "i", "$"]}
    assert stressed_vowels(entry) == ((0.3, 0.5),)
    assert stressed_vowels({"phones": phones}) == ()


@pytest.mark.skipif(not TTS.is_dir(), reason=f"{TTS} is not there")
def test_accents_of_real_clips_are_on_stressed_vowels() -> None:
    labels = json.loads((TTS / "labels.json").read_text(encoding="utf-8"))
    hits = total = 0
    for name in sorted(labels)[:: len(labels) // 12]:
        samples, rate = soundfile.read(TTS / "audio" / f"{name}.opus", dtype="float32")
        vowels = stressed_vowels(labels[name])
        for accent in accents(listened(samples, rate)):
            time = accent.at / 60
            hits += any(start - 0.06 <= time <= end + 0.06 for start, end in vowels)
            total += 1
    assert total > 40
    assert hits / total > 0.65  # a third of the speech is within a stressed vowel so widened
