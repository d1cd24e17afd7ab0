"""Clips made ready for training: what is kept out, what lines up with what, and what is trusted."""

from pathlib import Path

import numpy as np
import pytest

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.datasets.facegood import read_facegood
from voxrig.exporters.datasets.speech import read_grid, read_tts
from voxrig.exporters.training.corpus import MOUTHS, UNKNOWN, heard, load, mel_frames, prepare, shared_clips
from voxrig.runtime.core.features import LogMel

RATE = 16_000


def test_nothing_held_out_is_trained_on(data: Path) -> None:
    trained = {(c.dataset, c.name) for c in shared_clips(data, held_out=False)}
    kept = {(c.dataset, c.name) for c in shared_clips(data, held_out=True)}
    assert not trained & kept
    assert ("tts", "t2") in kept
    assert ("emodb", "03a01Na") in kept
    assert ("grid_s1", "g1") in kept
    assert ("grid_s1", "g2") in trained
    assert not any(
        name == "grid_s1"
        for name, _ in {(c.dataset, 0) for c in shared_clips(data, held_out=False, without=["grid_s1"])}
    )


def test_examples_line_up_in_every_disguise(data: Path) -> None:
    clip = next(iter(read_tts(data)))
    lengths = set()
    for disguised in range(6):
        example = prepare(clip, 50, LogMel(), disguised)
        steps = len(example.sounds)
        assert len(example.mel) == 2 * steps
        assert {len(target) for target in example.targets.values()} == {steps}
        speed = float(example.name.partition("@")[2])
        onset = int(np.argmax(example.sounds > 0)) / 60
        assert onset == pytest.approx(0.1 / speed, abs=1 / 60)
        loud = example.mel.astype(np.float32).mean(1)
        assert np.argmax(loud > loud.max() - 3) / 120 == pytest.approx(0.14 / speed, abs=0.05)
        lengths.add(steps)
        again = prepare(clip, 50, LogMel(), disguised)
        assert np.array_equal(again.mel, example.mel)
    assert len(lengths) > 3


def test_what_a_camera_saw_is_taught_and_the_rest_is_phonetics(data: Path) -> None:
    """The made-up camera saw a jaw of 0.2 throughout; it counts in and just around the speech."""
    clip = next(iter(read_grid(data)))
    example = prepare(clip, 50, LogMel())
    assert example.trusted.all()
    for name in MOUTHS:
        jaw = example.targets[name][:, index("jaw")]
        assert jaw[12:36] == pytest.approx(0.2, abs=1e-3)
        assert jaw[-12:] == pytest.approx(0, abs=1e-3)
    rolled = example.targets["taught"][:, index("tongue_tip")]
    assert rolled.max() == 0  # no phone of the clip raises it: it is not the camera's


def test_without_phones_only_what_is_trusted_is_taught(data: Path) -> None:
    clip = next(iter(read_facegood(data)))
    example = prepare(clip, 50, LogMel())
    assert (example.sounds == UNKNOWN).all()
    assert {name for name, trusted in zip(ARTICULATORS, example.trusted, strict=True) if trusted} == clip.trusted


def test_the_cache_gives_back_what_was_made(data: Path, tmp_path: Path) -> None:
    clips = list(shared_clips(data, held_out=False))
    made = load(clips, tmp_path, 50, LogMel())
    files = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(files) == len({clip.dataset for clip in clips})
    read = load(clips, tmp_path, 50, LogMel())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == files
    for one, other in zip(made, read, strict=True):
        assert (one.name, one.dataset) == (other.name, other.dataset)
        assert np.array_equal(one.mel, other.mel)
        assert all(np.array_equal(one.targets[name], other.targets[name]) for name in MOUTHS)


def test_training_hears_what_the_runtime_hears(data: Path) -> None:
    """The cached features are bit for bit those of a stream fed in odd chunks."""
    from voxrig.runtime.core.resample import Resampler

    audio, rate = next(iter(read_tts(data))).audio()
    mel = LogMel()
    whole = mel_frames(audio, rate, 50, mel, 0.5)
    resampler = Resampler(rate)
    state, pieces = resampler.start(), [np.zeros(50, np.float32)]
    padded = np.concatenate((audio, np.zeros(rate // 2, np.float32)))
    for at in range(0, len(padded), 997):
        state, more = resampler.step(state, padded[at : at + 997])
        pieces.append(more)
    samples = np.concatenate(pieces)
    rows, mel_state = [], mel.start()
    for at in range(0, len(samples) - 399, 400):
        mel_state, row = mel.step(mel_state, samples[at : at + 400])
        rows.append(row)
    assert np.array_equal(np.concatenate(rows).reshape(-1, mel.bands), whole)


def test_phones_end_where_the_sound_does() -> None:
    audio = np.zeros(RATE, np.float32)
    audio[2_400:6_400] = 0.3  # sound from 0.15 to 0.4 s
    audio[6_400:6_800] = 0.0  # a closure, 25 ms
    audio[6_800:9_600] = 0.3  # and on to 0.6 s
    phones = [("h", 0.05, 0.08), ("a", 0.13, 0.4), ("p", 0.4, 0.425), ("i", 0.425, 0.9), ("n", 0.9, 1.4)]
    assert heard(phones, audio, RATE) == [
        ("a", pytest.approx(0.15), 0.4),
        ("p", 0.4, 0.425),
        ("i", 0.425, pytest.approx(0.6)),
    ]
