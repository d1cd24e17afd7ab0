"""Scratch voices by the real espeak-ng."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.scratch_voice import ScratchVoiceError, Spoken, speak
from voxrig.baking.words import words_of
from voxrig.engine_bridges.readers.sound_file import read_sound

TEXT = "Hold it, right there! Nobody moves past this bridge."


@pytest.fixture(autouse=True)
def espeak(program: Callable[..., str]) -> str:
    return program("espeak-ng")


def test_it_speaks_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "gate_01.scratch.wav"
    assert speak(TEXT, path) == Spoken("espeak-ng", "en-us")
    sound = read_sound(path)
    assert (sound.kind, sound.channels) == ("WAV PCM_16", 1)
    assert 2.0 < sound.seconds < 6.0
    assert np.abs(sound.samples).max() > 0.2
    assert words_of(TEXT, sound.samples, sound.rate).confidence > 0.5
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_says_that_it_is_scratch(tmp_path: Path) -> None:
    path = tmp_path / "a.scratch.wav"
    speak(TEXT, path)
    with soundfile.SoundFile(path) as file:
        assert file.comment == "scratch voice by espeak-ng"
        assert file.frames > 0
    data = path.read_bytes()
    assert struct.unpack_from("<I", data, 4)[0] + 8 == len(data)
    assert len(data) % 2 == 0


def test_the_same_words_give_the_same_bytes(tmp_path: Path) -> None:
    one, two, other = tmp_path / "1.wav", tmp_path / "2.wav", tmp_path / "3.wav"
    speak(TEXT, one, "en-gb+f3")
    speak(TEXT, two, "en-gb+f3")
    speak(TEXT, other, "en-us+m3")
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "-w evil.wav",
        "$(touch evil.wav); `touch evil.wav`",
        "--help",
        "a\0b\r\nc\x1b[0m",
        "[[h@'loU]] & <b>x</b>",
        "Zwölf Boxkämpfer – très bien",
    ],
)
def test_text_is_no_order_to_anybody(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    speak(text, path)
    assert read_sound(path).seconds > 0.2
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.wav"]
    assert not Path("evil.wav").exists()


def test_phonemes_of_its_own_are_read_as_text(tmp_path: Path) -> None:
    one, two = tmp_path / "1.wav", tmp_path / "2.wav"
    speak("say [[oh]] now", one)
    speak("say oh now", two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    ("text", "voice", "engine", "told"),
    [
        ("... !", "", None, "there is nothing to say in '... !'; give the line words"),
        ("x", "qqq", None, "could not speak with the voice 'qqq' .*; espeak-ng --voices lists"),
        ("x", "missing.onnx", None, "piper needs the file of a voice, and 'missing.onnx' is none"),
        ("x", "", "flite", "no program 'flite' is known; take espeak-ng or piper"),
    ],
)
def test_what_can_not_be_spoken(text: str, voice: str, engine: str | None, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"kept")
    with pytest.raises(ScratchVoiceError, match=told) as caught:
        speak(text, path, voice, engine=engine)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"kept"
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_speaks_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("on Windows espeak-ng is found without the path")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ScratchVoiceError, match=r"espeak-ng was not found; install espeak-ng .*apt-get install espeak-ng"
    ):
        speak(TEXT, tmp_path / "a.wav")
    model = tmp_path / "voice.onnx"
    model.write_bytes(b"")
    with pytest.raises(ScratchVoiceError, match=r"piper was not found; .*pip install piper-tts"):
        speak(TEXT, tmp_path / "a.wav", str(model))


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="none"):
        speak(TEXT, tmp_path / "none" / "a.wav")
