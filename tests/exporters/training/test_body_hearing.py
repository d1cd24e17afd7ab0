"""What a network is trained to hear is what a body hears in a session."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from voxrig.engine_bridges.readers.sound_file import read_sound
from voxrig.exporters.training.body_hearing import does, ears, hear
from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.body.rows import DOING
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.voice import Voicing
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "healer.wav"


def test_a_live_session_hears_the_same() -> None:
    chosen, sound = bundle.load(bundle.DEFAULT), read_sound(SAMPLE)
    samples = sound.samples[: 2 * sound.rate]
    pipeline = Pipeline(chosen.spec, profile("arkit"), FrameRate(60), sound.rate, character=Character(1))
    state, frames = run(pipeline, BatchRunner(OnnxModel(chosen)), pipeline.push(pipeline.start(), samples))
    found = hear(samples, sound.rate, chosen.spec)
    trail = state.trail
    assert trail is not None
    assert len(frames) > 60
    first = trail.kept.at + 1
    live = trail.heard
    assert len(live) > 3
    for pose, heard in enumerate(live, first):
        assert heard is not None
        assert (found.mel[pose] == heard.row).all(), pose
    _, values = Voicing(chosen.spec.log_mel()).steps(trail.kept.voicing, live)
    assert np.allclose(values.values, found.values[first : first + len(live)])


def test_no_more_than_83_ms_are_heard_ahead() -> None:
    sound, spec = read_sound(SAMPLE), ears()
    at = 80
    limit = at * sound.rate // 60 + -(-sound.rate // 12)
    changed = sound.samples.copy()
    changed[limit:] = np.random.default_rng(1).uniform(-0.5, 0.5, len(changed) - limit)
    one, two = hear(sound.samples, sound.rate, spec), hear(changed, sound.rate, spec)
    assert (one.mel[: at + 1] == two.mel[: at + 1]).all()
    assert (one.values[: at + 1] == two.values[: at + 1]).all()
    assert not (one.mel[at + 3] == two.mel[at + 3]).all()


def test_nothing_is_heard_of_what_was_broken_off() -> None:
    sound, spec = read_sound(SAMPLE), ears()
    found = hear(sound.samples, sound.rate, spec, [(100, 160)])
    whole = hear(sound.samples, sound.rate, spec)
    assert (found.values[:100] == whole.values[:100]).all()
    assert np.allclose(found.mel[100:160], np.log(1e-8), atol=1e-4)
    assert (found.values[120:160, 0] == 0).all()  # it takes 250 ms to know that speech is over


def test_what_one_does_follows_the_voice_unless_told() -> None:
    values = np.zeros((900, 11))
    values[:300, 0] = 1.0
    values[300:, 1] = np.arange(600)
    found = does(values, ((0, Activity.AUTO), (700, Activity.LISTENING), (800, Activity.THINKING)))
    assert [DOING[n] for n in found[[0, 299, 400, 650, 700, 799, 800, 899]]] == [
        "talking", "talking", "talking", "idle", "listening", "listening", "thinking", "thinking",
    ]  # fmt: skip
