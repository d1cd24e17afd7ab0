"""From sounds with an emotion in them to judges who hear it in voices they never heard, and what is said of them."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters.emotions import CLASSES  # noqa: E402
from voxrig.exporters.networks.emotion import STATES, EmotionSize, EmotionStep  # noqa: E402
from voxrig.exporters.training.emotion_report import calibration, false_emotion, report  # noqa: E402
from voxrig.exporters.training.folds import Verdicts, evaluate  # noqa: E402
from voxrig.exporters.training.judging import Recipe, judged_by, learn, temperature  # noqa: E402
from voxrig.exporters.training.sessions import (  # noqa: E402
    PAUSE,
    by_speaker,
    listen,
    moody,
    shuffled,
    silence,
    tuned,
)
from voxrig.exporters.training.voices import Take  # noqa: E402

QUICK = Recipe(EmotionSize(1, 24), updates=250, batch=192)
STEPS = 12


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As the command trains: a second thread costs more than it gives."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def take(speaker: str, emotion: int, number: int, variant: int = 0) -> Take:
    """A made-up actor: each emotion has its own pitch and tilt, each speaker a pitch and a level."""
    random = np.random.default_rng((number, emotion, variant, int(speaker)))
    count = 6 * STEPS
    rows = np.empty((count, 131), np.float32)
    tilt = (emotion % 3) * 2.0 - 2
    mel = -7 - tilt * np.linspace(-1, 1, 64) + random.normal(0, 0.4, (count, 64))
    rows[:, :64] = rows[:, 64:128] = mel
    rows[:, 128] = -25 - int(speaker) + random.normal(0, 2, count)
    rows[:, 129] = (130 + 10 * int(speaker)) * 2 ** ((emotion // 3) * 0.7) * np.exp(random.normal(0, 0.02, count))
    rows[:, 130] = random.uniform(0.7, 1.0, count)
    return Take(f"{speaker}{emotion}{number}", f"made:{speaker}", variant, emotion, rows.astype(np.float16))


@pytest.fixture(scope="module")
def acted() -> list[Take]:
    return [take(s, e, n) for s in ("1", "2", "3", "4") for e in range(len(CLASSES)) for n in range(4)]


@pytest.fixture(scope="module")
def calm() -> list[Take]:
    return [take(s, 0, n) for s in ("5", "6") for n in range(6)]


def test_a_session_is_clips_and_pauses(acted: list[Take]) -> None:
    ears = tuned(acted)
    first, second = acted[0], dataclasses.replace(acted[9], rows=acted[9].rows[: 6 * 5])
    told = listen(ears, [[first, second], [second]])
    assert told.compared.shape == (2, STEPS + PAUSE + 5 + PAUSE, told.compared.shape[2])
    clips = [*[0] * STEPS, *[-1] * PAUSE, *[1] * 5, *[-1] * PAUSE]
    assert told.clip[0].tolist() == clips
    assert np.flatnonzero(told.last[0]).tolist() == [STEPS - 1, STEPS + PAUSE + 4]
    assert np.flatnonzero(told.last[1]).tolist() == [4]
    assert told.emotion[0, STEPS + PAUSE] == second.emotion
    assert (told.emotion[0] == -1).sum() == 2 * PAUSE


def test_sessions_hear_what_the_exported_step_hears(acted: list[Take]) -> None:
    ears, judges = learn(acted, [], QUICK)
    session = [acted[3], acted[20], acted[5]]
    told = listen(ears, [session], judged_by(judges, 0.7))
    step = EmotionStep(ears, judges, 0.7).eval()
    states = tuple(torch.zeros(1, *shape) for shape in STATES)
    pause = np.tile(silence(), (6 * PAUSE, 1))
    sound = np.concatenate([part for clip in session for part in (clip.rows.astype(np.float32), pause)])
    with torch.no_grad():
        for t, block in enumerate(sound.reshape(-1, 6 * 131)):
            found, *states = step(torch.from_numpy(block)[None], *states)
            expected = step.told(step.judged(told.compared[:, t]), told.enough[:, t, None])
            if told.enough[0, t] == 1:
                assert torch.allclose(found, expected, atol=1e-4)


def test_sessions_are_drawn_of_one_speaker(acted: list[Take]) -> None:
    random = np.random.default_rng(0)
    groups = by_speaker(acted)
    assert sorted(groups) == [(f"made:{s}", 0) for s in "1234"]
    takes = groups["made:2", 0]
    assert sorted(t.name for t in shuffled(takes, random)) == sorted(t.name for t in takes)
    shares = [max(np.bincount([t.emotion for t in moody(takes, random)])) for _ in range(40)]
    assert max(shares) >= 8  # of ten: a scene of one emotion
    assert min(shares) <= 5


def test_judges_hear_a_voice_they_never_heard(acted: list[Take], calm: list[Take]) -> None:
    verdicts = evaluate(acted, calm, QUICK)
    assert verdicts["session"].uar > 0.6  # by chance: 0.14
    assert verdicts["late"].uar >= verdicts["alone"].uar - 0.05
    assert len(verdicts["alone"].emotion) == len(acted)
    assert set(verdicts["session"].by_speaker) == {f"made:{s}" for s in "1234"}
    said = report(verdicts)
    assert f"session        {verdicts['session'].uar:.3f}" in said
    assert "temperature 0.50" in calibration(verdicts, 0.5)


def test_calm_voices_are_neutral(acted: list[Take], calm: list[Take]) -> None:
    ears, judges = learn(acted, calm, QUICK)
    lines = false_emotion(ears, judges, 0.7, calm).splitlines()[1:]
    assert len(lines) == 2
    assert all(float(line.rpartition(" %")[0].rpartition(" ")[2]) < 5 for line in lines)


def test_recall_is_the_mean_over_the_classes() -> None:
    emotion = np.array([0, 0, 0, 1])
    scores = np.eye(7, dtype=np.float32)[[0, 0, 1, 2]]
    found = Verdicts(emotion, scores, np.array(["a", "a", "b", "b"]))
    assert found.uar == pytest.approx((2 / 3 + 0) / 2)
    assert found.by_speaker == {"a": 1.0, "b": 0.0}
    assert found.confusion[0, :2] == pytest.approx([2 / 3, 1 / 3])
    assert found.confusion[1, 2] == 1


def test_temperature_makes_likelihoods_true() -> None:
    """Logits of classes that are right as often as their softmax says, times three."""
    random = np.random.default_rng(0)
    scores = random.normal(0, 1, (20_000, 7)).astype(np.float32)
    likely = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    drawn = (likely.cumsum(1) > random.random((len(scores), 1))).argmax(1)
    assert temperature(torch.from_numpy(3 * scores), torch.from_numpy(drawn)) == pytest.approx(3, rel=0.06)
