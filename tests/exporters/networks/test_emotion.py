"""What the ears measure, against plain sums over rows."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.emotions import CLASSES  # noqa: E402
from voxrig.exporters.networks.emotion import (  # noqa: E402
    FUNCTIONALS,
    MEASURED,
    STATES,
    Ears,
    EmotionStep,
    Judge,
)
from voxrig.runtime.models.spec import HEARD  # noqa: E402

LEVEL, PITCH = MEASURED - 2, MEASURED - 1


def rows(count: int, f0: float = 200.0, voicing: float = 0.9, level: float = -30.0, tilt: float = 0.0) -> torch.Tensor:
    """A steady voice: float32[1, count, 131]."""
    mel = -6 - tilt * torch.arange(64) / 64
    row = torch.cat((mel, mel, torch.tensor([level, f0, voicing])))
    return row.repeat(1, count, 1)


def start(ears: Ears) -> tuple[torch.Tensor, ...]:
    return tuple(torch.zeros(1, *shape) for shape in STATES)


def heard(ears: Ears, sound: torch.Tensor) -> torch.Tensor:
    """The functionals after a sound of whole steps, float32[FUNCTIONALS]."""
    recent, sums, _ = start(ears)
    for step in torch.split(sound, 6, 1):
        last, sums, _ = ears.window(step, recent, sums)
        recent = torch.cat((last, torch.zeros(1, 1)), -1)
    return ears.functionals(sums)[0]


def test_a_steady_voice_has_its_values_as_means_and_no_spread() -> None:
    ears = Ears(64)
    found = heard(ears, rows(60, f0=200.0, level=-30.0))
    assert found[LEVEL] == pytest.approx(-3.0, abs=1e-4)
    assert found[PITCH] == pytest.approx(3 * np.log2(200.0), abs=1e-3)
    spread = found[MEASURED + 1 : 2 * MEASURED + 2]
    assert torch.allclose(spread, torch.full_like(spread, 1e-3**0.5), atol=3e-3)
    moved = found[2 * MEASURED + 2 :]
    assert float(moved[:MEASURED].max()) < 1e-4
    assert moved[-1] == pytest.approx(1.0, abs=1e-4)  # all of it is voiced


def test_spread_is_the_standard_deviation_of_the_voiced_rows() -> None:
    ears = Ears(64)
    level = torch.tensor(np.random.default_rng(0).normal(-30, 6, 6), dtype=torch.float32)
    sound = rows(6)
    sound[0, :, 128] = level
    unvoiced = rows(6, f0=0.0, voicing=0.2, level=-60.0)
    recent, sums, _ = start(ears)
    last, sums, count = ears.window(sound, recent, sums)
    assert count.item() == pytest.approx(6)
    found = ears.functionals(sums)[0]
    assert found[MEASURED + 1 + LEVEL] == pytest.approx(float(level.std(unbiased=False)) / 10, rel=1e-3)
    _, sums, count = ears.window(unvoiced, torch.cat((last, torch.zeros(1, 1)), -1), sums)
    assert count.item() == 0
    after = ears.functionals(sums)[0]
    assert torch.allclose(after[:MEASURED], found[:MEASURED], atol=1e-5)  # what is not voiced changes no voiced mean
    assert after[-1] < found[-1]  # but the share of it


def test_the_spectrum_tilts_down() -> None:
    ears = Ears(64)
    flat, tilted = heard(ears, rows(12)), heard(ears, rows(12, tilt=8.0))
    upper, lower = MEASURED - 5, MEASURED - 4
    assert tilted[upper] < flat[upper] - 1
    assert tilted[lower] > flat[lower] + 0.5


def test_silence_empties_the_window_to_exact_zeros() -> None:
    ears = Ears(64)
    step = EmotionStep(ears, [Judge(8).eval()], 1.0).eval()
    states = start(ears)
    with torch.no_grad():
        for _ in range(20):
            _, *states = step(rows(6).reshape(1, -1), *states)
        session = states[2]
        for _ in range(60):
            told, *states = step(rows(6, f0=0.0, voicing=0.0, level=-100.0).reshape(1, -1), *states)
    assert (states[1] == 0).all()
    assert torch.equal(states[2], session)
    assert told[0, 0] == 1.0
    assert (told[0, 1:] == 0).all()


def test_the_session_becomes_the_measure() -> None:
    """A voice that stays as it is becomes usual, faster where it sounds neutral."""
    ears = Ears(64)
    ears.scale.fill_(0.3)
    ears.prior[FUNCTIONALS:] = 60.0
    for neutral, least, most in ((1.0, 0.0, 0.35), (0.0, 0.5, 1.0)):
        recent, sums, session = start(ears)
        far = []
        for _ in range(150):
            last, sums, count = ears.window(rows(6), recent, sums)
            found = ears.found(sums, session)
            session = ears.remembered(session, found, count, torch.tensor([[neutral]]))
            recent = torch.cat((last, torch.zeros(1, 1)), -1)
            far.append(float(found.compared.abs().mean()))
        assert least <= far[-1] / far[5] <= most


def test_what_is_told() -> None:
    step = EmotionStep(Ears(64), [Judge(8).eval()], 1.0)
    one = torch.nn.functional.one_hot(torch.tensor([0, 1, 3, 6]), len(CLASSES)).float()
    told = step.told(one, torch.ones(4, 1))
    assert told.shape == (4, len(HEARD))
    assert torch.allclose(told[:, :8].sum(1), torch.ones(4), atol=1e-6)
    assert told[0].tolist() == pytest.approx([1, *[0] * 10, 1], abs=1e-6)
    assert told[1, HEARD.index("joy")] == pytest.approx(1, abs=1e-6)
    assert told[2, HEARD.index("arousal")] == pytest.approx(0.59, abs=1e-6)
    assert told[3, HEARD.index("arousal")] == pytest.approx(-0.62, abs=1e-6)
    half = step.told(one[1:2], torch.full((1, 1), 0.5))
    assert half[0, HEARD.index("joy")] == pytest.approx(0.5, abs=1e-6)
    any_of_them = step.told(torch.full((1, 7), 1 / 7), torch.ones(1, 1))
    assert any_of_them[0].tolist() == pytest.approx([1, *[0] * 11], abs=1e-4)
