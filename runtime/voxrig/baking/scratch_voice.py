"""Scratch voices: a line that nobody has recorded yet, spoken by a free program, so that its face can be looked at.

espeak-ng or piper are run where they are installed; nothing of them is part of Voxrig. The file tells what it is by
its comment, and by its name where the caller keeps to `ID.scratch.wav`.
"""

import io
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unicodedata
import wave
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from voxrig.engine_bridges.writers.whole_file import whole_binary_file

ESPEAK, PIPER = "espeak-ng", "piper"
ENGINES: Final = {
    ESPEAK: "Debian: apt-get install espeak-ng; macOS: brew install espeak-ng; Windows: its installer",
    PIPER: "pip install piper-tts, and a voice of it",
}
"""The programs, and how they are installed."""

MARK: Final = "scratch voice by"
"""How the comment of such a file begins; the name of the program follows."""

PLAIN_VOICE: Final = "en-us"
"""What espeak-ng speaks with where no voice is asked for."""

_TIMEOUT: Final = 60.0  # seconds; both are many times faster than speech
_MODEL: Final = ".onnx"  # how the files of piper's voices end
_INSTALL: Final = "install " + ", or ".join(f"{engine} ({how})" for engine, how in ENGINES.items())


class Spoken(NamedTuple):
    """Which program spoke, and with which voice."""

    engine: str
    voice: str


class ScratchVoiceError(ValueError):
    """A line that can't be spoken; the message says why, and what to install or change."""


def speak(text: str, path: Path, voice: str = "", *, engine: str | None = None) -> Spoken:
    """Speak `text` into a WAV file: mono, 16 bit, at the voice's own rate. The same words give the same bytes.

    Args:
        text: of any length and script; the voice decides what it can read.
        path: `ID.scratch.wav` in a folder that is there; it is written whole, or not touched.
        voice: of espeak-ng ("en-us", "en-gb+f3", "de"), or the file of one of piper's (`NAME.onnx`); "" for any.
        engine: "espeak-ng" or "piper"; None: by the voice.

    Raises:
        ScratchVoiceError: there is nothing to say, no such program or voice, or it fails.
        OSError: the file can't be written.
    """
    said = _plain(text)
    if not any(character.isalnum() for character in said):
        raise ScratchVoiceError(f"there is nothing to say in {text!r}; give the line words, or a recording")
    engine = engine or (PIPER if voice.endswith(_MODEL) else ESPEAK)
    if engine not in (ESPEAK, PIPER):
        raise ScratchVoiceError(f"no program {engine!r} is known; take {ESPEAK} or {PIPER}")
    if engine == PIPER and not Path(voice).is_file():
        raise ScratchVoiceError(f"piper needs the file of a voice, and {voice!r} is none; give one as the voice")
    program = find_program(engine)
    if program is None:
        raise ScratchVoiceError(f"{engine} was not found; {_INSTALL}; or record the line")
    voice = voice or PLAIN_VOICE
    sound = _run(engine, program, voice, said)
    with whole_binary_file(path) as file:
        file.write(_labelled(sound, engine))
    return Spoken(engine, voice)


def _plain(text: str) -> str:
    """The text in one line, without what a program may take for an order: controls, and espeak-ng's [[phonemes]]."""
    kept = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(kept.replace("[[", " ").replace("]]", " ").split())


def find_program(engine: str) -> str | None:
    """Where a program is; on Windows espeak-ng's installer leaves it out of the path."""
    found = shutil.which(engine)
    if found is None and sys.platform == "win32" and engine == ESPEAK:
        places = [Path(os.environ.get(name, "C:/"), "eSpeak NG") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)")]
        found = shutil.which(engine, path=os.pathsep.join(str(place) for place in places))
    return found


def _run(engine: str, program: str, voice: str, text: str) -> bytes:
    """Let a program speak; return its WAV."""
    name = "speech.wav"
    if engine == ESPEAK:
        command = [program, "-b", "1", "-v", voice, "-w", name, "--stdin"]
    else:  # without its noise, that is a little different each time
        model = str(Path(voice).resolve())
        command = [program, "-m", model, "-f", name, "--noise_scale", "0", "--noise_w", "0"]
    with tempfile.TemporaryDirectory(prefix="voxrig-") as folder:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=os.environ | {"PYTHONUTF8": "1"},  # piper reads its input as the system's text otherwise
                input=text.encode() + b"\n",
                capture_output=True,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ScratchVoiceError(f"{engine} took more than {_TIMEOUT:g} s; make the line shorter") from error
        except OSError as error:
            raise ScratchVoiceError(f"{engine} can't be run ({error}); install it again") from error
        spoken = Path(folder, name)
        if done.returncode != 0 or not spoken.is_file():
            told = done.stderr.decode(errors="replace").strip().splitlines()
            why = told[-1] if told else f"exit code {done.returncode}"
            hint = f"{ESPEAK} --voices lists the voices" if engine == ESPEAK else "look at the voice's file"
            raise ScratchVoiceError(f"{engine} could not speak with the voice {voice!r} ({why}); {hint}")
        return spoken.read_bytes()


def _labelled(sound: bytes, engine: str) -> bytes:
    """Return a WAV as mono, 16 bit, with a comment (LIST INFO ICMT) that says what spoke."""
    try:
        with wave.open(io.BytesIO(sound)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ScratchVoiceError(f"{engine} wrote no usable WAV ({error}); install it again") from error
    if width != 2 or channels != 1:
        raise ScratchVoiceError(f"{engine} wrote {channels} channel(s) of {8 * width} bit, not 1 of 16; take another")
    if not np.frombuffer(data, "<i2").any():
        raise ScratchVoiceError(f"{engine} made no sound of it; take a voice of the text's language")
    comment = f"{MARK} {engine}\0".encode()
    info = b"INFO" + _chunk(b"ICMT", comment)
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    return _chunk(b"RIFF", b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", data) + _chunk(b"LIST", info))


def _chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a RIFF file, padded to an even length."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
