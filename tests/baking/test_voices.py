"""What is heard in recordings is remembered in the bake's folder."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.voices import NO_VOICE, VoiceTask, known, listen
from voxrig.runtime.models import bundle


@pytest.fixture
def recording(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    path = tmp_path / "a.wav"
    soundfile.write(path, speech(2.0, 16_000), 16_000)
    return path


def test_a_recording_is_heard_once_for_the_same_bytes(recording: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert known({recording}, out) == {}
    [(path, voice)] = listen(VoiceTask((recording,), out))
    assert path == recording
    assert len(voice.probabilities) == 8
    assert sum(voice.probabilities) == pytest.approx(1.0, abs=0.01)
    assert 0.0 < voice.confidence <= 1.0
    assert known({recording}, out) == {recording: voice}
    copy = shutil.copy(recording, tmp_path / "b.wav")
    assert known({Path(copy)}, out) == {Path(copy): voice}, "another name, the same bytes"
    [note] = (out / ".voxrig" / "voices").iterdir()
    before = note.stat().st_mtime_ns
    assert listen(VoiceTask((recording,), out)) == [(recording, voice)]
    assert note.stat().st_mtime_ns == before


def test_another_model_or_a_broken_note_is_heard_again(recording: Path, tmp_path: Path) -> None:
    [(_, voice)] = listen(VoiceTask((recording,), tmp_path))
    [note] = (tmp_path / ".voxrig" / "voices").iterdir()
    for text in (json.dumps({**json.loads(note.read_text(encoding="utf-8")), "model": "old"}), "{", "[]"):
        note.write_text(text, encoding="utf-8")
        assert known({recording}, tmp_path) == {}
        assert listen(VoiceTask((recording,), tmp_path)) == [(recording, voice)]
        assert known({recording}, tmp_path) == {recording: voice}


def test_what_cannot_be_read_or_has_no_voice_is_no_voice(tmp_path: Path) -> None:
    broken, silent = tmp_path / "broken.wav", tmp_path / "silent.wav"
    broken.write_bytes(b"RIFF")
    soundfile.write(silent, np.zeros(16_000, np.float32), 16_000)
    task = VoiceTask((broken, tmp_path / "gone.wav", silent), tmp_path)
    assert [voice for _, voice in listen(task)] == [NO_VOICE] * 3


def test_without_the_listening_model_nothing_is_heard(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", tmp_path / "none")
    assert listen(VoiceTask((recording,), tmp_path)) == [(recording, NO_VOICE)]
    assert known({recording}, tmp_path) == {recording: NO_VOICE}
