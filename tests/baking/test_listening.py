"""What the one who listens is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voxrig.baking.job import Job
from voxrig.baking.listening import listener_tags
from voxrig.baking.script.dialogue import CharacterSheet, Line
from voxrig.engine_bridges.readers.sound_file import Sound
from voxrig.runtime.animation.affect.postures import Posture
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.models.bundle import Bundle

RATE = 16_000


@pytest.fixture
def sound(speech: Callable[..., np.ndarray]) -> Sound:
    """Speech with a pause of a second after each two seconds."""
    pieces = [
        np.concatenate([speech(2.0, RATE, seed), np.zeros(RATE, np.float32)]).astype(np.float32) for seed in range(4)
    ]
    return Sound(np.concatenate(pieces), RATE, "WAV PCM_16", 1)


def job(seed: int = 5, feeling: dict[str, float] | None = None, **personality: float) -> Job:
    sheet = CharacterSheet("Bo", seed=seed, personality=personality)
    line = Line("l1", "Ann", Path("l1.wav"), listener="Bo")
    return Job("l1_listener", line, sheet, True, Path("l1.wav"), False, feeling or {}, "")


def test_a_listener_listens_nods_and_blinks_at_the_pauses(sound: Sound, tiny_bundle: Bundle) -> None:
    cues = listener_tags(job(agreeableness=1.0, extraversion=1.0), sound, tiny_bundle.spec)
    assert (cues[0].seconds, cues[0].name, cues[0].values) == (0.0, "activity", {"listening": 1.0})
    assert "head" in {cue.name for cue in cues}
    assert "blink" in {cue.name for seed in range(8) for cue in listener_tags(job(seed), sound, tiny_bundle.spec)}
    assert [cue.seconds for cue in cues] == sorted(cue.seconds for cue in cues)
    assert max(cue.seconds for cue in cues) < 12.0
    for cue in cues:
        read_cue(cue.name, {key: float(value) for key, value in cue.values.items()})


def test_a_reaction_shows_after_the_voice_has_begun(sound: Sound, tiny_bundle: Bundle) -> None:
    cues = listener_tags(job(feeling={"sadness": 0.5}), sound, tiny_bundle.spec)
    [first, *_] = [cue for cue in cues if cue.name == "emotion"]
    assert first.values["sadness"] > 0.0
    assert 0.4 <= first.seconds < 2.0
    assert not [cue for cue in listener_tags(job(), sound, tiny_bundle.spec) if cue.name == "emotion"]


def test_another_seed_or_personality_answers_otherwise(sound: Sound, tiny_bundle: Bundle) -> None:
    def answers(one: Job) -> list[tuple[float, str]]:
        return [(cue.seconds, cue.name) for cue in listener_tags(one, sound, tiny_bundle.spec)]

    assert answers(job(5)) == answers(job(5))
    assert len({tuple(answers(job(seed))) for seed in range(6)}) > 1
    eager, cold = (
        sum(cue.name == "head" for seed in range(8) for cue in listener_tags(
            job(seed, agreeableness=trait, extraversion=trait), sound, tiny_bundle.spec))
        for trait in (1.0, -1.0)
    )  # fmt: skip
    assert eager > cold


def test_the_speakers_words_and_manner_count_for_nothing(sound: Sound, tiny_bundle: Bundle) -> None:
    plain = job()
    other = replace(plain, line=replace(plain.line, text="Hello!", style="shout"))
    assert listener_tags(plain, sound, tiny_bundle.spec) == listener_tags(other, sound, tiny_bundle.spec)


def test_a_body_that_listens_mirrors_what_the_speaker_is_told_to_keep(sound: Sound, tiny_bundle: Bundle) -> None:
    plain = listener_tags(job(), sound, tiny_bundle.spec)
    assert "body" not in {cue.name for cue in plain}
    cues = listener_tags(job(), sound, tiny_bundle.spec, [Posture(4.0, {"side": 6.0})])
    assert [cue for cue in cues if cue.name != "body"] == list(plain)
    assert [cue.seconds for cue in cues] == sorted(cue.seconds for cue in cues)
    attentive, mirrored = (cue for cue in cues if cue.name == "body")
    assert float(attentive.values["lean"]) > 0.0
    assert float(mirrored.values["side"]) < 0.0
    assert 4.5 < mirrored.seconds < 5.5
