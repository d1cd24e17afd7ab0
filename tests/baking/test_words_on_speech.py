"""How near the words are on voices that the sounds of words_sounds.json were not measured on.

    python dev.py test tests/baking/test_words_on_speech.py -m benchmarks -s

prints the figures over all of them, of the estimate, of PocketSphinx where it is installed, and of an even spread.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.baking import words_sphinx
from voxrig.baking.words_estimate import estimate
from voxrig.baking.words_phones import words_of_phones
from voxrig.baking.words_text import Token, tokens
from voxrig.engine_bridges.readers.sound_file import Sound, read_sound

TTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "tts"
LEFT_OUT = ("am_puck", "bf_isabella", "af_sky", "bm_fable", "am_eric")
"""Voices that the sounds were not measured on; as in measure_sounds.py."""
MARKS = "ˈˌːʲ̩̃"

pytestmark = pytest.mark.skipif(not TTS.is_dir(), reason="needs ../shared/data/tts, speech that is not committed")


class Clip(NamedTuple):
    words: list[Token]
    truth: NDArray[np.float64]
    phones: list[tuple[str, float, float]]
    sound: Sound


def begins(label: dict[str, Any], count: int) -> NDArray[np.float64] | None:
    """When each word begins, by the synthesizer's own symbols; None where it ran words together."""
    groups = re.sub('[;:,.!?—…()"“”]', " ", "".join(label["symbols"]).strip("^$")).split()
    sounds = [sum(symbol not in MARKS for symbol in group) for group in groups]
    if len(groups) != count or sum(sounds) != len(label["phones"]) or 0 in sounds:
        return None
    return np.array([label["phones"][first][1] for first in np.cumsum([0, *sounds[:-1]])])


def clips() -> Iterator[Clip]:
    labels = json.loads((TTS / "labels.json").read_text("utf-8"))
    for name, label in labels.items():
        if any(voice in label["voice"] for voice in LEFT_OUT):
            words = tokens(label["text"])
            truth = begins(label, len(words))
            if truth is not None:
                phones = [(symbol, start, end) for symbol, start, end in label["phones"]]
                yield Clip(words, truth, phones, read_sound(TTS / "audio" / f"{name}.opus"))


def even(clip: Clip) -> NDArray[np.float64]:
    return np.arange(len(clip.words)) * clip.sound.seconds / len(clip.words)


def test_estimate_clearly_beats_an_even_spread() -> None:
    some = [clip for clip, _ in zip(clips(), range(60), strict=False)]
    found = [estimate(clip.words, clip.sound.samples, clip.sound.rate) for clip in some]
    mine = np.concatenate([np.abs(one.start - clip.truth) for one, clip in zip(found, some, strict=True)])
    naive = np.concatenate([np.abs(even(clip) - clip.truth) for clip in some])
    assert np.median(mine) < 0.03
    assert np.quantile(mine, 0.9) < 0.12
    assert np.median(naive) > 5 * np.median(mine)
    assert np.quantile(naive, 0.9) > 4 * np.quantile(mine, 0.9)
    assert np.mean([one.confidence > 0.35 for one in found]) > 0.9


def test_phones_are_put_together_to_words() -> None:
    right = []
    for clip, _ in zip(clips(), range(60), strict=False):
        found = words_of_phones(clip.words, clip.phones)
        assert found is not None
        right += [abs(start - true) < 1e-6 for (start, _), true in zip(found, clip.truth, strict=True)]
    assert np.mean(right) > 0.97


def told(name: str, off: list[NDArray[np.float64]], spent: float, seconds: float) -> str:
    ms = 1000 * np.concatenate(off)
    figures = " | ".join(f"{np.quantile(ms, share):.0f}" for share in (0.5, 0.9, 0.99))
    return f"| {name} | {figures} | {seconds / spent:.0f} |" if spent else f"| {name} | {figures} | – |"


@pytest.mark.benchmarks
def test_sounds_are_those_that_are_measured() -> None:
    command = [sys.executable, str(Path(__file__).with_name("measure_sounds.py")), str(TTS)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    kept = resources.files("voxrig.baking").joinpath("words_sounds.json").read_text("utf-8")
    assert json.loads(done.stdout) == json.loads(kept)


@pytest.mark.benchmarks
def test_figures() -> None:
    listed = list(clips())
    seconds = sum(clip.sound.seconds for clip in listed)
    print(f"\n{len(listed)} clips, {sum(len(clip.words) for clip in listed)} words, {seconds / 60:.0f} min")
    print("| word starts off by, ms | p50 | p90 | p99 | x real time |\n| --- | --- | --- | --- | --- |")
    estimate(listed[0].words, listed[0].sound.samples, listed[0].sound.rate)  # compiles
    began = time.perf_counter()
    found = [estimate(clip.words, clip.sound.samples, clip.sound.rate).start for clip in listed]
    spent = time.perf_counter() - began
    off = [np.abs(start - clip.truth) for start, clip in zip(found, listed, strict=True)]
    print(told("estimated", off, spent, seconds))
    assert np.median(np.concatenate(off)) < 0.03
    if words_sphinx.is_installed():
        began = time.perf_counter()
        aligned = [words_sphinx.align(clip.words, clip.sound.samples, clip.sound.rate) for clip in listed]
        spent = time.perf_counter() - began
        pairs = [(one, clip) for one, clip in zip(aligned, listed, strict=True) if one is not None]
        by_sphinx = [np.abs(np.array(one)[:, 0] - clip.truth) for one, clip in pairs]
        print(told(f"aligned by pocketsphinx ({len(pairs)} clips)", by_sphinx, spent, seconds))
    print(told("even spread", [np.abs(even(clip) - clip.truth) for clip in listed], 0.0, seconds))
