"""Emotion heard by the shipped listener, pose by pose."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.hearing import Hearing
from voxrig.runtime.animation.listening import NOTHING_HEARD, HeardEmotion, Listening, ListeningState
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models import bundle
from voxrig.runtime.models.contract import state_bytes, verify_bounded
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import HEARD, LISTENER_STEPS

ROOT = Path(__file__).resolve().parents[3]
EMODB = ROOT.parent / "shared" / "data" / "emodb"
A_YEAR = 365 * 24 * 3600 * STEP_RATE
Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def listener() -> OnnxModel:
    return OnnxModel(bundle.load("listener", "emotion"))


def heard(listener: OnnxModel, samples: Floats, rate: int) -> Iterator[Heard]:
    hearing = Hearing(listener.spec, rate)
    _, rows = hearing.step(hearing.start(0), samples)
    for row, (level, f0, voicing) in zip(rows.features, rows.prosody.tolist(), strict=True):
        yield Heard(row, level, f0, voicing, 1.0)


def sample(listener: OnnxModel, name: str) -> list[Heard]:
    samples, rate = soundfile.read(ROOT / "samples" / f"{name}.wav", dtype="float32")
    return list(heard(listener, samples, rate))


def listen(
    listening: Listening, sounds: Iterable[Heard | None], first: int = 0, state: ListeningState | None = None
) -> tuple[list[HeardEmotion], list[ListeningState]]:
    state = state or listening.start()
    answers, states = [], []
    for at, sound in enumerate(sounds, first):
        state, answer = listening.step(state, at, sound)
        answers.append(answer)
        states.append(state)
    return answers, states


def test_the_outputs_are_named_as_the_categories_are() -> None:
    assert HEARD[:8] == ("neutral", *CATEGORIES)


def test_without_a_network_nothing_is_heard() -> None:
    listening = Listening(None)
    state = listening.start()
    assert listening.step(state, 5, None) == (state, NOTHING_HEARD)


def test_a_model_that_moves_a_face_is_refused(listener: OnnxModel) -> None:
    with pytest.raises(ValueError, match=r"bundle live has the role 'face'; give one that hears emotion"):
        Listening(OnnxModel(bundle.load("live")))


def test_answers_are_probabilities_and_come_ten_times_a_second(listener: OnnxModel) -> None:
    answers, _ = listen(Listening(listener), sample(listener, "gatekeeper"))
    assert max(answer.confidence for answer in answers) > 0.3
    for at, answer in enumerate(answers):
        assert sum(answer.probabilities) == pytest.approx(1.0, abs=1e-5)
        assert min(answer.probabilities) >= 0.0
        assert 0.0 <= answer.confidence <= 1.0
        assert max(abs(value) for value in answer[1:4]) <= 1.0
        assert answer.probabilities[1 + CATEGORIES.index("surprise") :] == (0.0, 0.0)  # and contempt
        if at % LISTENER_STEPS != LISTENER_STEPS - 1:
            assert answer is (answers[at - 1] if at else NOTHING_HEARD)


def test_the_same_sound_gives_the_same_answers_and_older_states_go_on(listener: OnnxModel) -> None:
    listening, sounds = Listening(listener), sample(listener, "healer")
    answers, states = listen(listening, sounds)
    assert listen(listening, sounds)[0] == answers
    back = 203  # in the middle of six
    assert listen(listening, sounds[back:], back, states[back - 1])[0] == answers[back:]


@pytest.mark.parametrize("first", [A_YEAR, A_YEAR + 6])
def test_a_session_may_begin_at_any_pose(listener: OnnxModel, first: int) -> None:
    listening, sounds = Listening(listener), sample(listener, "warning")
    assert first % LISTENER_STEPS == 0
    assert listen(listening, sounds, first)[0] == listen(listening, sounds)[0]


def test_a_session_may_begin_in_the_middle_of_six(listener: OnnxModel) -> None:
    """The rows before it are silence."""
    listening, sounds = Listening(listener), sample(listener, "warning")
    late = listen(listening, sounds, 4)[0]
    assert late == listen(listening, [None, None, None, None, *sounds])[0][4:]


def test_silence_says_nothing_for_ever(listener: OnnxModel) -> None:
    answers, states = listen(Listening(listener), [None] * 7200)
    assert set(answers) == {NOTHING_HEARD}
    verify_bounded([state_bytes(states[n]) for n in (11, 3605, 7199)])


def test_noise_says_next_to_nothing(listener: OnnxModel) -> None:
    random = np.random.default_rng(5)
    for level in (0.001, 0.03, 0.3):
        noise = (level * random.standard_normal(20 * 16_000)).astype(np.float32)
        answers, _ = listen(Listening(listener), heard(listener, noise, 16_000))
        assert max(answer.confidence for answer in answers) < 0.05
        assert min(answer.probabilities[0] for answer in answers) > 0.97


def test_after_speech_the_answer_fades_to_neutral(listener: OnnxModel) -> None:
    listening, sounds = Listening(listener), sample(listener, "gatekeeper")
    spoken, states = listen(listening, sounds)
    pause, _ = listen(listening, [None] * 240, len(sounds), states[-1])
    assert spoken[-30].confidence > 0.3
    confidence = [answer.confidence for answer in pause[::6]]
    assert all(later <= before for before, later in pairwise(confidence[2:]))
    assert pause[-1] == NOTHING_HEARD._replace(valence=pause[-1].valence, arousal=pause[-1].arousal)
    assert pause[-1].valence == pause[-1].arousal == 0.0


def test_silence_in_the_network_is_the_silence_that_it_is_spared(listener: OnnxModel) -> None:
    """Where there is no sound the network is not run: speech after it is heard as if it had been."""
    listening, sounds = Listening(listener), sample(listener, "warning")
    spared, states = listen(listening, [*sounds, *[None] * 600, *sounds])
    assert states[len(sounds) + 400].network is states[len(sounds) + 500].network
    silence = Heard(np.full(128, np.log(np.float32(listener.spec.log_mel().floor)), np.float32), -100.0, 0.0, 0.0, 0.0)
    run, _ = listen(listening, [*sounds, *[silence] * 600, *sounds])
    assert run == spared


def test_a_state_stays_small_and_does_not_grow(listener: OnnxModel) -> None:
    listening, sounds = Listening(listener), sample(listener, "healer")
    _, states = listen(listening, sounds * 6)
    sizes = [state_bytes(states[n]) for n in range(11, len(states), 6 * len(sounds) // 7)]
    verify_bounded([max(sizes), *sizes])
    assert max(state_bytes(state) for state in states) < 5_000


def test_numbers_stay_numbers_after_an_hour_of_speech(listener: OnnxModel) -> None:
    listening, sounds = Listening(listener), sample(listener, "healer")
    state = listening.start()
    for at in range(STEP_RATE * 3600):
        state, answer = listening.step(state, at, sounds[at % len(sounds)])
    assert np.isfinite(answer[1:]).all()
    assert state.network is not None
    assert all(np.isfinite(part).all() for part in state.network)
    assert answer.probabilities[0] > 0.5


@pytest.mark.skipif(not EMODB.is_dir(), reason="../shared/data/emodb is not there")
def test_acted_anger_and_sadness_are_told_apart(listener: OnnxModel) -> None:
    """On clips that the shipped listener learned from: a test that it is wired right, not of how well it hears."""

    def last(letter: str) -> list[HeardEmotion]:
        clips = sorted(EMODB.glob(f"*[0-9]{letter}?.opus"))[::6]
        assert len(clips) > 8
        return [listen(Listening(listener), heard(listener, *read(clip)))[0][-1] for clip in clips]

    anger, sadness = last("W"), last("T")
    named = {name: 1 + CATEGORIES.index(name) for name in ("anger", "sadness")}
    assert np.mean([a.probabilities[named["anger"]] > a.probabilities[named["sadness"]] for a in anger]) > 0.9
    assert np.mean([a.probabilities[named["sadness"]] > a.probabilities[named["anger"]] for a in sadness]) > 0.9
    assert np.mean([a.arousal for a in anger]) > 0.2 > -0.05 > np.mean([a.arousal for a in sadness])


def read(path: Path) -> tuple[Floats, int]:
    samples, rate = soundfile.read(path, dtype="float32")
    return samples, rate
