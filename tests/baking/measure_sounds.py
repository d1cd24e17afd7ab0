#!/usr/bin/env python3
"""Measure what letters sound like, from speech with phone times: prints runtime/voxrig/baking/words_sounds.json.

    python tests/baking/measure_sounds.py ../shared/data/tts > runtime/voxrig/baking/words_sounds.json

The folder has labels.json (voice, phones) and audio/ID.opus. Five voices are left out, for test_words_on_speech.py.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.words_hearing import FRAMES, WIDTH, hear
from voxrig.baking.words_spelling import LETTER, SOUNDS, SYLLABLE
from voxrig.engine_bridges.readers.sound_file import read_sound

LEFT_OUT = ("am_puck", "bf_isabella", "af_sky", "bm_fable", "am_eric")
ABOUT = (
    "What letters sound like: dB of four bands as words_hearing.py gives them and their rise, how many frames of "
    "10 ms they last, and the deviation of that number's logarithm. Made by tests/baking/measure_sounds.py."
)
FROM = (
    "{voices} synthetic English voices, {clips} clips (Kokoro-82M, Apache-2.0), by their phones; five more voices of "
    "the same corpus and those of samples/ were left out."
)
PHONES = {
    **{"a": "æɑaɐɒ", "e": "ɛəeɜɚᵻ", "i": "ɪiᵻ", "o": "ɔoɒʌə", "u": "ʌʊuə", "ee": "i", "oo": "u"},
    **{"b": "b", "d": "dɾ", "g": "ɡ", "p": "p", "t": "tʔɾ", "k": "k", "f": "f", "v": "v", "th": "θð", "s": "s"},
    **{"z": "z", "sh": "ʃ", "h": "h", "m": "m", "n": "n", "ng": "ŋ", "l": "l", "r": "ɹ", "w": "w", "y": "j"},
}
PAIRS = {"ai": ("aɪ", "eɪ", "ɔɪ"), "ow": ("oʊ", "aʊ", "əʊ", "ɔɪ"), "ch": ("tʃ",), "j": ("dʒ",)}
SPREADS = {**dict.fromkeys("aeiou", 0.55), LETTER: 0.6}
"""Wider than measured: the letters say little about how long a vowel is."""
SYLLABLE_FRAMES = 17.0, 0.5
LEAST_DEVIATION, LEAST_SPREAD = 3.0, 0.3
TOUCHED = 2  # frames beside a phone that are neither speech nor silence


class Tally:
    """Sums over the frames of one sound, and the logarithms of its lengths in frames."""

    def __init__(self) -> None:
        self.sum, self.squares, self.count = np.zeros(WIDTH), np.zeros(WIDTH), 0
        self.lengths: list[float] = []

    def add(self, rows: NDArray[np.float32], frames: float = 0.0) -> None:
        self.sum += rows.sum(axis=0, dtype=np.float64)
        self.squares += (rows.astype(np.float64) ** 2).sum(axis=0)
        self.count += len(rows)
        if frames:
            self.lengths.append(float(np.log(frames)))

    def row(self, name: str) -> dict[str, Any]:
        mean = self.sum / self.count
        deviation = np.sqrt(np.maximum(self.squares / self.count - mean**2, LEAST_DEVIATION**2))
        told: dict[str, Any] = {"mean": [round(v, 1) + 0.0 for v in mean.tolist()]}
        told["deviation"] = [round(v, 1) for v in deviation.tolist()]
        if name == SYLLABLE:
            return told | {"frames": SYLLABLE_FRAMES[0], "spread": SYLLABLE_FRAMES[1]}
        if self.lengths:
            spread = SPREADS.get(name) or max(float(np.std(self.lengths)), LEAST_SPREAD)
            told |= {"frames": round(float(np.exp(np.mean(self.lengths))), 1), "spread": round(spread, 2)}
        return told


def count(phones: list[tuple[str, float, float]], heard: NDArray[np.float32], tallies: dict[str, Tally]) -> None:
    """Add the frames of a clip."""
    silent = np.ones(len(heard), bool)
    for i, (symbol, start, end) in enumerate(phones):
        first, last = round(start * FRAMES), min(round(end * FRAMES), len(heard))
        silent[max(first - TOUCHED, 0) : last + TOUCHED] = False
        for name, symbols in PHONES.items():
            if symbol in symbols:
                tallies[name].add(heard[first:last], (end - start) * FRAMES)
        tallies[LETTER].add(heard[first:last], (end - start) * FRAMES)
        tallies[SYLLABLE].add(heard[first:last])
        if i + 1 < len(phones) and phones[i + 1][1] - end < 0.01:
            both, until = symbol + phones[i + 1][0], phones[i + 1][2]
            for name, pairs in PAIRS.items():
                if both in pairs:
                    tallies[name].add(heard[first : round(until * FRAMES)], (until - start) * FRAMES)
    tallies["silence"].add(heard[silent])


def clips(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, label in json.loads((folder / "labels.json").read_text("utf-8")).items():
        if not any(voice in label["voice"] for voice in LEFT_OUT):
            yield name, label


def main() -> None:
    """Measure all clips of the folder that the command line names."""
    folder = Path(sys.argv[1])
    tallies = {name: Tally() for name in ("silence", *SOUNDS)}
    voices: set[str] = set()
    done = 0
    for name, label in clips(folder):
        sound = read_sound(folder / "audio" / f"{name}.opus")
        count(label["phones"], hear(sound.samples, sound.rate), tallies)
        voices |= {part.partition("*")[0] for part in label["voice"].split("+")}
        done += 1
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(tally.row(name))}" for name, tally in tallies.items())
    head = f'  "about": {json.dumps(ABOUT)},\n  "from": {json.dumps(FROM.format(voices=len(voices), clips=done))},\n'
    sys.stdout.reconfigure(newline="\n")
    print(f'{{\n{head}  "sounds": {{\n{rows}\n  }}\n}}')


if __name__ == "__main__":
    main()
