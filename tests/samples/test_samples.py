"""The sample clips: readable sound, and labels that are in step with it."""

import json
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
CLIPS = sorted(path.relative_to(SAMPLES).with_suffix("").as_posix() for path in SAMPLES.rglob("*.wav"))
DIALOGUE = ["gatekeeper", "healer"]
SCENE = [f"scene/bridge_{number:02}" for number in range(1, 11)]
VOWELS = set("aeiouæɐɑɒɔəɚɛɜɪʊʌᵻ")
SEEN_ON_LIPS = [set("p"), set("b"), set("m"), set("f"), set("v"), set("w"), set("ʃ"), set("θð"), set("uʊ"), set("aæɑ")]


def sound(clip: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    with wave.open(str(SAMPLES / f"{clip}.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def label(clip: str) -> dict[str, Any]:
    labels: dict[str, Any] = json.loads((SAMPLES / f"{clip}.json").read_text("utf-8"))
    return labels


def test_the_clips_are_there() -> None:
    labels = {path.relative_to(SAMPLES).with_suffix("").as_posix() for path in SAMPLES.rglob("*.json")}
    assert {*DIALOGUE, "warning", *SCENE} == set(CLIPS) == labels


@pytest.mark.parametrize("clip", CLIPS)
def test_sound_is_small_loud_and_unclipped(clip: str) -> None:
    assert (SAMPLES / f"{clip}.wav").stat().st_size <= 400_000
    assert 0.5 < np.abs(sound(clip)).max() < 0.99


@pytest.mark.parametrize("clip", CLIPS)
def test_labels_are_in_order_and_within_the_clip(clip: str) -> None:
    phones = label(clip)["phones"]
    edges = [edge for _, start, end in phones for edge in (start, end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= len(sound(clip)) / 24_000
    assert all(end > start for _, start, end in phones)
    assert all(len(symbol) == 1 and symbol.isalpha() for symbol, _, _ in phones)


@pytest.mark.parametrize("clip", CLIPS)
def test_labels_are_in_step_with_the_sound(clip: str) -> None:
    audio, phones = sound(clip), label(clip)["phones"]

    def level(start: float, end: float) -> float:
        return float(np.sqrt(np.mean(audio[round(start * 24_000) : round(end * 24_000)] ** 2)))

    spoken = np.median([level(start, end) for symbol, start, end in phones if symbol in VOWELS])
    pauses = [(a[2], b[1]) for a, b in pairwise(phones) if b[1] - a[2] >= 0.2]
    pauses.append((0.0, phones[0][1]))
    assert max(level(start + 0.03, end - 0.03) for start, end in pauses) < 0.1 * spoken


@pytest.mark.parametrize("clip", DIALOGUE)
def test_dialogue_has_a_pause_and_sounds_that_lips_show(clip: str) -> None:
    phones = label(clip)["phones"]
    assert max(b[1] - a[2] for a, b in pairwise(phones)) >= 0.3
    symbols = {symbol for symbol, _, _ in phones}
    assert [sorted(kind) for kind in SEEN_ON_LIPS if not kind & symbols] == []
