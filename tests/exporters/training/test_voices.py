"""Clips become rows as the runtime hears them, once; reserved voices never."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from voxrig.exporters.training import voices
from voxrig.exporters.training.corpus import RESERVED_VOICES
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.prosody import Prosody


@pytest.fixture
def spoken(data: Path, tmp_path: Path) -> Path:
    """The four made-up data sets, with an LJ Speech of one clip and two reserved voices in `tts`."""
    labels = json.loads((data / "tts" / "labels.json").read_text())
    for folder in ("emodb", "grid_s1"):
        (tmp_path / folder).symlink_to(data / folder)
    (tmp_path / "tts").mkdir()
    (tmp_path / "tts" / "audio").symlink_to(data / "tts" / "audio")
    labels["t0b"] = labels["t0"] | {"voice": RESERVED_VOICES[0]}
    labels["t0c"] = labels["t0"] | {"voice": f"a*0.5+{RESERVED_VOICES[1]}*0.5"}
    (tmp_path / "tts" / "labels.json").write_text(json.dumps(labels))
    (tmp_path / "ljspeech").mkdir()
    (tmp_path / "ljspeech" / "labels.json").write_text(json.dumps({"lj": labels["t0"]}))
    soundfile.write(tmp_path / "ljspeech" / "lj.opus", np.zeros(8000), 16_000, format="OGG", subtype="OPUS")
    for name in ("t0b", "t0c"):
        path = data / "tts" / "audio" / f"{name}.opus"
        path.write_bytes((data / "tts" / "audio" / "t0.opus").read_bytes())
    return tmp_path


def test_rows_are_those_of_the_runtime() -> None:
    samples = (0.1 * np.random.default_rng(0).standard_normal(24_000)).astype(np.float32)
    found = voices.rows(samples, 24_000)
    assert found.shape == (60, 131)
    mel, prosody = LogMel(), Prosody()
    assert np.array_equal(found[:, :128], mel.step(mel.start(), samples)[1])
    assert np.array_equal(found[:, 128:], prosody.step(prosody.start(), samples)[1])
    assert voices.rows(samples[:2401], 24_000).shape == (12, 131)  # whole steps of six


def test_every_clip_is_there_in_its_variants_and_kept(spoken: Path, tmp_path: Path) -> None:
    found = voices.acted(spoken, tmp_path / "cache")
    assert len(found) == 3 * voices.VARIANTS["emodb"]
    assert {take.speaker for take in found} == {"emodb:03", "emodb:08", "emodb:09"}
    assert found[0].rows.shape == (6 * found[0].steps, 131)
    assert not np.array_equal(found[0].rows[:24], found[1].rows[:24])
    [kept] = (tmp_path / "cache").iterdir()
    made = kept.stat().st_mtime_ns
    again = voices.acted(spoken, tmp_path / "cache")
    assert kept.stat().st_mtime_ns == made
    assert all(np.array_equal(a.rows, b.rows) for a, b in zip(found, again, strict=True))


def test_reserved_voices_are_never_learned_from(spoken: Path, tmp_path: Path) -> None:
    learned = voices.neutral(spoken, tmp_path / "cache", held_out=False)
    assert {take.speaker for take in learned} == {"tts:a", "tts:b", "grid_s1:s1", "ljspeech:lj"}
    checked = voices.neutral(spoken, tmp_path / "cache", held_out=True)
    assert {take.speaker for take in checked} == {"tts:af_sky", f"tts:{RESERVED_VOICES[0]}"}
    assert {take.emotion for take in [*learned, *checked]} == {voices.NEUTRAL}
