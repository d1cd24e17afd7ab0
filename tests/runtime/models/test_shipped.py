"""Every network that ships: the same for each character in every batch, and in 8 bits as in single precision."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.animation.hearing import Hearing
from voxrig.runtime.models import bundle, contract
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
FACES = ("fast", "live", "studio")
ALL = (*((name, "face") for name in FACES), ("body", "body"), ("listener", "emotion"))


def heard(loaded: Bundle, count: int, steps: int) -> np.ndarray:
    """Rows of the width that a network takes, float32[count, steps, row]; a listener's with levels, pitch, voicing."""
    random = np.random.default_rng(0)
    if loaded.spec.role != "emotion":
        return random.normal(-1, 2, (count, steps, loaded.spec.inputs[0].shape[0])).astype(np.float32)
    rows = random.normal(-8, 2, (count, steps, 6, 131)).astype(np.float32)
    rows[..., 128] = random.uniform(-60, -10, rows.shape[:-1])
    rows[..., 129] = random.uniform(0, 300, rows.shape[:-1])
    rows[..., 130] = random.uniform(0, 1, rows.shape[:-1])
    return rows.reshape(count, steps, -1)


@pytest.mark.parametrize(("name", "role"), ALL)
def test_nobodys_answer_depends_on_the_batch(name: str, role: str) -> None:
    loaded = bundle.load(name, role)
    model = OnnxModel(loaded)
    contract.verify_batch_invariance(model, heard(loaded, 64, 4), tuple(range(2, 65)))


@pytest.mark.parametrize(("name", "role"), ALL[:4])
def test_in_single_precision_neither(name: str, role: str) -> None:
    loaded = bundle.load(name, role)
    contract.verify_batch_invariance(OnnxModel(loaded, int8=False), heard(loaded, 64, 3), (2, 7, 31, 64))


@pytest.mark.parametrize("name", FACES)
def test_eight_bits_move_the_mouth_alike_for_minutes(name: str) -> None:
    """The states are their own: what rounding does to them must not add up."""
    loaded = bundle.load(name)
    assert loaded.int8 is not None
    hearing, parts = Hearing(loaded.spec, 24_000), []
    for sample in ("healer", "gatekeeper", "warning"):
        sound, _ = soundfile.read(SAMPLES / f"{sample}.wav", dtype="float32")
        parts.append(hearing.step(hearing.start(0), np.concatenate((sound, np.zeros(24_000, np.float32))))[1].features)
    once = np.concatenate(parts)
    rounds = -(-120 * 60 // len(once))
    models = [OnnxModel(loaded, int8=chosen) for chosen in (False, True)]
    played = []
    for model in models:
        states, controls = tuple(state[None] for state in model.start()), []
        for row in np.tile(once, (rounds, 1)):
            answer, states = model.step(row[None], states)
            controls.append(answer[0])
        played.append(np.array(controls).reshape(rounds, len(once), -1))
    off = np.abs(played[0] - played[1])
    assert off.mean() < 1e-3
    assert np.quantile(off, 0.999) < 0.05
    assert off[-1].mean() < 1.1 * off[1].mean() + 1e-5
    rests = played[0].max(-1) < 0.005  # where it rests in single precision, it does
    assert rests.mean() > 0.01
    assert played[1].max(-1)[rests].max() < 0.02
