"""Who listens: nods where the voice invites, mirrors late, and sees nobody but the speaker."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.affect.backchannel import APART, LOW, SPOKEN, WAIT, invitations, speaks
from voxrig.runtime.animation.affect.listener import LATE, ListenerCue, listener_cues
from voxrig.runtime.animation.affect.personality import AVERAGE, Personality
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.core.prosody import Prosody

Floats = NDArray[np.float32]
SAMPLES = Path(__file__).parents[4] / "samples"
SAD = {"sadness": 0.25}


def said(*pitches: tuple[int, float]) -> Floats:
    """A voice whose pitch is as given for so many poses each; 0 Hz is silence."""
    rows = [
        (-20.0 + 4.0 * np.sin(at), hertz, 0.9) if hertz else (-90.0, 0.0, 0.0)
        for n, hertz in pitches
        for at in range(n)
    ]
    return np.array(rows, np.float32)


def prosody(name: str) -> Floats:
    samples, _ = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
    return Prosody().step(Prosody().start(), np.asarray(samples[: len(samples) // 400 * 400], np.float32))[1]


@pytest.fixture(scope="module")
def speech() -> Floats:
    """A minute and a half of speech with pauses of 0.7 s."""
    pause = said((42, 0.0))
    clips = [part for name in ("gatekeeper", "healer", "warning") for part in (prosody(name), pause)]
    return np.concatenate(clips * 5)


def nods(cues: tuple[ListenerCue, ...]) -> list[ListenerCue]:
    return [cue for cue in cues if "nod" in cue.values]


def test_low_pitch_late_enough_invites_once() -> None:
    """150 Hz but for 10 poses of 100 Hz after a second; the 26th percentile lies between."""
    voice = said((20, 0.0), (60, 150.0), (10, 100.0), (20, 150.0), (20, 100.0), (60, 150.0))
    found = [one.at for one in invitations(voice) if not one.pause]
    assert found[0] == 80 + LOW - 1 + WAIT
    assert all(later - sooner >= APART for sooner, later in pairwise(found))


def test_low_pitch_too_soon_or_too_short_does_not() -> None:
    soon = said((20, 0.0), (20, 150.0), (20, 100.0), (40, 150.0))
    assert SPOKEN > 40
    assert [one for one in invitations(soon) if not one.pause] == []
    short = said((20, 0.0), (60, 150.0), (LOW - 2, 100.0), (20, 150.0), (LOW - 2, 100.0), (5, 150.0))
    assert [one for one in invitations(short) if not one.pause] == []


def test_a_pause_after_enough_speech_invites() -> None:
    voice = said((20, 0.0), (90, 150.0), (60, 0.0), (10, 150.0), (60, 0.0))
    talking = speaks(voice)
    ends = np.flatnonzero(talking[:-1] & ~talking[1:]) + 1
    assert [one.at for one in invitations(voice) if one.pause] == [ends[0]]


def test_silence_and_nothing_invite_nobody() -> None:
    for nothing in (said((300, 0.0)), np.zeros((0, 3), np.float32)):
        assert invitations(nothing) == ()
        cues = listener_cues(nothing, SAD, AVERAGE, 1)
        assert [cue.name for cue in cues] == (["activity"] if len(nothing) else [])


def test_invitations_are_apart_on_real_speech(speech: Floats) -> None:
    at = np.array([one.at for one in invitations(speech)])
    assert np.diff(at).min() >= APART
    assert 8 <= len(at) / (len(speech) / 3600) <= 40, "a minute"


def test_a_listener_listens_nods_blinks_and_mirrors(speech: Floats) -> None:
    cues = listener_cues(speech, SAD, AVERAGE, 3)
    assert cues[0] == ListenerCue(0.0, "activity", {"listening": 1.0})
    assert {cue.name for cue in cues} == {"activity", "head", "blink", "emotion"}
    assert [cue.seconds for cue in cues] == sorted(cue.seconds for cue in cues)
    for cue in cues:
        read_cue(cue.name, cue.values)
        assert 0.0 <= cue.seconds < len(speech) / 60
    assert 4 <= len(nods(cues)) / (len(speech) / 3600) <= 20, "a minute"


def test_what_is_mirrored_comes_late_and_goes_with_the_line(speech: Floats) -> None:
    first = np.flatnonzero(speaks(speech))[0] / 60
    late = []
    for seed in range(20):
        [cue] = [
            cue for cue in listener_cues(speech, {"joy": 0.3, "surprise": 0.15}, AVERAGE, seed) if cue.name == "emotion"
        ]
        late.append(cue.seconds - first)
        assert cue.values["joy"] == 0.3
        assert cue.seconds + cue.values["hold"] == pytest.approx(len(speech) / 60, abs=0.01)
    assert LATE[0] - 0.001 <= min(late) < max(late) <= LATE[1] + 0.001
    assert "emotion" not in {cue.name for cue in listener_cues(speech, {}, AVERAGE, 1)}


def test_the_kind_and_outgoing_nod_more(speech: Floats) -> None:
    def count(who: Personality) -> int:
        return sum(len(nods(listener_cues(speech, {}, who, seed))) for seed in range(10))

    cold, usual, warm = (Personality(extraversion=e, agreeableness=e) for e in (-1.0, 0.0, 1.0))
    assert 0 < count(cold) < 0.75 * count(usual)
    assert count(usual) < 0.9 * count(warm)


def test_bad_news_shake_the_head(speech: Floats) -> None:
    def shakes(reaction: dict[str, float]) -> int:
        return sum("shake" in cue.values for seed in range(5) for cue in listener_cues(speech, reaction, AVERAGE, seed))

    assert shakes({"sadness": 0.3}) > 5
    assert shakes({"joy": 0.3}) == shakes({}) == 0


def test_seeds_differ_and_repeat(speech: Floats) -> None:
    assert listener_cues(speech, SAD, AVERAGE, 5) == listener_cues(speech, SAD, AVERAGE, 5)
    assert nods(listener_cues(speech, SAD, AVERAGE, 5)) != nods(listener_cues(speech, SAD, AVERAGE, 6))


def test_a_partner_elsewhere_is_looked_at(speech: Floats) -> None:
    cues = listener_cues(speech, {}, AVERAGE, 1, partner=(0.5, 0.0, 1.0))
    [gaze] = [cue for cue in cues if cue.name == "gaze"]
    assert gaze == ListenerCue(0.0, "gaze", {"x": 0.5, "y": 0.0, "z": 1.0, "partner": 1.0})


def clip(name: str, seconds: int) -> Floats:
    """A sample clip, repeated or cut to a length: float32 at 24 kHz."""
    return np.resize(soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")[0], seconds * 24_000)


def rows_of(sound: Floats) -> Floats:
    return Prosody().step(Prosody().start(), sound)[1]


def performed(stage: Callable[..., Any], first: Floats, second: Floats) -> Floats:
    """A and B speak at once, C listens to A, all in one batch: C's frames."""
    sounds = (first, second, np.zeros_like(first))
    made = [stage(24_000, character=Character(seed)) for seed in (1, 2, 3)]
    states = [one.pipeline.start() for one in made]
    for cue in listener_cues(rows_of(first), SAD, Personality(agreeableness=0.5), 3, (0.3, 0.0, 1.0)):
        sample = round(cue.seconds * 24_000)
        states[2], start = made[2].pipeline.cue(states[2], sample, read_cue(cue.name, cue.values))
        assert start == sample
    states = [one.pipeline.push(state, sound) for one, state, sound in zip(made, states, sounds, strict=True)]
    frames = []
    while all(one.pipeline.pending(state) for one, state in zip(made, states, strict=True)):
        results = made[0].runner.step(
            [one.pipeline.features(state) for one, state in zip(made, states, strict=True)],
            [one.pipeline.model_state(state) for one, state in zip(made, states, strict=True)],
        )
        for number, result in enumerate(results):
            states[number], more = made[number].pipeline.advance(states[number], *result)
            frames += more if number == 2 else []
    return np.stack([frame.values for frame in frames])


def test_what_a_third_one_says_does_not_leak(stage: Callable[..., Any]) -> None:
    """Whatever B says, C's frames are the same to the bit; what A says changes them."""
    one, other, third = clip("healer", 4), clip("warning", 4), clip("gatekeeper", 4)
    expected = performed(stage, one, other)
    assert np.ptp(expected, axis=0).max() > 0.3, "C is alive"
    np.testing.assert_array_equal(performed(stage, one, third), expected)
    assert (performed(stage, third, other) != expected).any()
