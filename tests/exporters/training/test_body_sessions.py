"""Sessions to gesture in: voices kept for checking are never trained on, and a session is as its number says."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("torch")

from voxrig.exporters.datasets.speech import Clip
from voxrig.exporters.training.body_sessions import sessions
from voxrig.exporters.training.body_voices import voices
from voxrig.exporters.training.corpus import HELD_OUT_SPEAKERS, HELD_OUT_VOICES, RESERVED_VOICES
from voxrig.runtime.animation.activity import Activity

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared" / "data"


@pytest.fixture
def spoken(data: Path, tmp_path: Path) -> Path:
    """The data sets with one voice that is a blend with a kept one, and LJ Speech."""
    root = tmp_path / "data"
    shutil.copytree(data, root)
    labels = json.loads((root / "tts" / "labels.json").read_text("utf-8"))
    labels |= {"t3": labels["t0"] | {"voice": "a*0.4+af_sky*0.6"}, "t4": labels["t0"] | {"voice": "am_michael"}}
    (root / "tts" / "labels.json").write_text(json.dumps(labels), encoding="utf-8")
    (root / "ljspeech").mkdir()
    (root / "ljspeech" / "labels.json").write_text(json.dumps({"l0": labels["t0"]}), encoding="utf-8")
    return root


def test_voices_that_are_kept_are_not_trained_on(spoken: Path) -> None:
    trained, kept = voices(spoken, held_out=False), voices(spoken, held_out=True)
    assert set(trained) == {"tts:a", "tts:b", "emodb:08", "emodb:09", "grid_s1"}
    assert set(kept) == {"tts:af_sky", "tts:am_michael", "emodb:03", "ljspeech:lj"}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the training speech is not part of the repository")
def test_no_voice_of_the_real_data_is_in_both() -> None:
    trained, kept = voices(SHARED, held_out=False), voices(SHARED, held_out=True)
    assert not set(trained) & set(kept)
    names = [clip.speaker for clips in trained.values() for clip in clips]
    assert len(trained) > 20
    assert not any(name in speaker for speaker in names for name in HELD_OUT_VOICES + RESERVED_VOICES)
    assert not {f"emodb:{speaker}" for speaker in HELD_OUT_SPEAKERS} & set(trained)
    assert {"tts:am_eric", "emodb:16", "ljspeech:lj"} <= set(kept)


@pytest.fixture
def clips(tmp_path: Path) -> dict[str, list[Clip]]:
    """Two voices of tones of 2 s."""
    found: dict[str, list[Clip]] = {}
    for voice, pitch in (("low", 110), ("high", 220)):
        found[voice] = []
        for n in range(3):
            path = tmp_path / f"{voice}{n}.wav"
            soundfile.write(path, 0.2 * np.sin(2 * np.pi * pitch * np.arange(32_000) / 16_000), 16_000)
            found[voice].append(Clip(path.stem, "tones", voice, path, ()))
    return found


def test_a_session_is_as_its_number_says(clips: dict[str, list[Clip]]) -> None:
    one, again = (list(sessions(clips, 4, 7, 30)) for _ in range(2))
    for first, second in zip(one, again, strict=True):
        assert (first.samples == second.samples).all()
        assert (first.cuts, first.told) == (second.cuts, second.told)
    assert {session.voice for session in one[:2]} == {"low", "high"}
    assert not (one[0].samples == one[2].samples).all()


def test_sessions_have_pauses_breaks_and_listening(clips: dict[str, list[Clip]]) -> None:
    made = list(sessions(clips, 24, 7, 60))
    for session in made:
        assert session.poses == 3600
        assert list(session.cuts) == sorted(session.cuts)
        sounding = np.abs(session.samples.reshape(session.poses, -1)).max(axis=1) > 0
        assert 0.2 < sounding.mean() < 0.95
        assert all(sounding[cut] for cut in session.cuts)
        for (first, what), (after, _) in zip(session.told, session.told[1:], strict=False):
            if what is not Activity.AUTO:
                assert not sounding[first + 2 : after - 1].any()  # the resampler rings for a moment
    assert sum(len(session.cuts) for session in made) > 10
    told = {what for session in made for _, what in session.told}
    assert told == {Activity.AUTO, Activity.LISTENING, Activity.THINKING}
    peaks = [float(np.abs(session.samples).max()) for session in made]
    assert max(peaks) / min(peaks) > 3
