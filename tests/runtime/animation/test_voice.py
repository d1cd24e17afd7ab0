"""The voice heard: made voices, whose syllables and pitch are known, and recorded ones."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.presence import PAUSE
from voxrig.runtime.animation.voice import FOREVER, QUIET, Voice, VoiceState, Voicing
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.prosody import Prosody
from voxrig.runtime.core.resample import Resampler

Floats = NDArray[np.float32]
SAMPLES = Path(__file__).parents[3] / "samples"
EMODB = Path(__file__).resolve().parents[4] / "shared" / "data" / "emodb"
RATE = 24_000


def hear(samples: Floats) -> list[Heard]:
    """Say what is heard of samples at 24 kHz; the mouth is awake but in digital silence."""
    whole = np.ascontiguousarray(samples[: len(samples) // 400 * 400], np.float32)
    mel, prosody = LogMel(), Prosody()
    _, rows = mel.step(mel.start(), whole)
    _, columns = prosody.step(prosody.start(), whole)
    return [
        Heard(row, float(level), float(f0), float(voicing), float(level > -65.0))
        for row, (level, f0, voicing) in zip(rows, columns, strict=True)
    ]


def listen(heard: list[Heard] | list[None], state: VoiceState | None = None) -> tuple[VoiceState, list[Voice]]:
    voicing, voices = Voicing(), []
    state = state or voicing.start()
    for at, one in enumerate(heard):
        state, voice = voicing.step(state, at, one)
        voices.append(voice)
    return state, voices


def voiced(pitch: Floats, loudness: Floats) -> Floats:
    """Make a vowel-like sound: harmonics falling by 6 dB an octave, at `pitch` Hz and `loudness` for every sample."""
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 16))
    return np.asarray(0.1 * loudness * sound, np.float32)


def phrase(syllables: int, stressed: tuple[int, ...] = (), ends: float = 1.0, each: float = 0.22) -> Floats:
    """Make syllables of `each` s; the stressed are twice as loud and higher; pitch ends `ends` times as high."""
    count = int(each * RATE)
    time = np.arange(syllables * count) / count
    loudness = np.sin(np.pi * (time % 1.0)) ** 2 + 0.02
    pitch = np.full(len(time), 120.0)
    for number in stressed:
        inside = (time >= number) & (time < number + 1)
        loudness[inside] *= 2.0
        pitch[inside] *= 1.0 + 0.15 * np.sin(np.pi * (time[inside] % 1.0))
    last = time > syllables - 1.2
    pitch[last] *= np.linspace(1.0, ends, last.sum())
    return voiced(pitch, loudness)


def silence(seconds: float) -> Floats:
    return np.zeros(int(seconds * RATE), np.float32)


def noise(seconds: float, decibels: float, seed: int = 1) -> Floats:
    rng = np.random.default_rng(seed)
    return (10 ** (decibels / 20) * rng.standard_normal(int(seconds * RATE))).astype(np.float32)


def clip(name: str) -> Floats:
    samples, _ = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
    return np.asarray(samples, np.float32)


def test_silence_is_quiet_for_ever() -> None:
    state, voices = listen([None] * 100)
    assert set(voices) == {QUIET}
    assert state.since == FOREVER


def test_phrases_begin_and_end_where_they_do() -> None:
    sound = np.concatenate((silence(1.0), phrase(8), silence(1.0), phrase(8), silence(1.0)))
    _, voices = listen(hear(sound))
    started = [at / 60 for at, voice in enumerate(voices) if voice.started]
    ended = [at / 60 for at, voice in enumerate(voices) if voice.ended]
    assert started == pytest.approx([1.0, 3.76], abs=0.12)
    assert ended == pytest.approx([2.76 + PAUSE / 60, 5.52 + PAUSE / 60], abs=0.1)
    for before, voice in pairwise(voices):
        assert voice.started == (voice.speaking and not before.speaking)
        assert voice.ended == (before.speaking and not voice.speaking)
        assert voice.since == (0 if voice.started or voice.ended else min(before.since + 1, FOREVER))


def test_a_stop_within_a_phrase_is_no_end() -> None:
    _, voices = listen(hear(np.concatenate((phrase(4), silence(0.15), phrase(4), silence(0.5)))))
    assert sum(voice.started for voice in voices) == sum(voice.ended for voice in voices) == 1


@pytest.mark.parametrize("decibels", [-50.0, -40.0, -30.0])
def test_steady_noise_does_not_speak(decibels: float) -> None:
    _, voices = listen(hear(noise(6.0, decibels)))
    assert not any(voice.speaking for voice in voices)


def test_noise_that_comes_on_is_room_within_two_seconds() -> None:
    _, voices = listen(hear(np.concatenate((noise(2.0, -60.0), noise(6.0, -35.0)))))
    assert not any(voice.speaking for voice in voices[4 * 60 :])


def test_a_hum_is_room_within_some_seconds() -> None:
    count = 12 * RATE
    _, voices = listen(hear(voiced(np.full(count, 100.0), np.full(count, 0.05))))
    assert not any(voice.speaking for voice in voices[8 * 60 :])


@pytest.mark.parametrize("name", ["gatekeeper", "healer"])
def test_speech_is_heard_over_noise_as_without(name: str) -> None:
    sound = np.concatenate((clip(name), clip(name)))
    clear = np.array([voice.speaking for voice in listen(hear(sound))[1]])
    noisy = np.array([voice.speaking for voice in listen(hear(sound + noise(len(sound) / RATE, -45.0)))[1]])
    assert np.mean(clear[-len(clear) // 2 :] == noisy[-len(clear) // 2 :]) > 0.85


def test_a_whisper_speaks() -> None:
    time = np.arange(4 * RATE) / RATE
    whisper = noise(4.0, -30.0) * (np.sin(2 * np.pi * 2.2 * time) ** 2 + 0.01).astype(np.float32)
    _, voices = listen(hear(np.concatenate((noise(1.0, -75.0), whisper + noise(4.0, -75.0)))))
    assert np.mean([voice.speaking for voice in voices[120:]]) > 0.7


@pytest.mark.parametrize("gain", [0.1, 0.3])
def test_a_gain_changes_nothing_once_the_voice_is_known(gain: float) -> None:
    sound = np.concatenate([clip(name) for name in ("gatekeeper", "healer", "gatekeeper")])
    loud, soft = listen(hear(sound))[1], listen(hear(np.float32(gain) * sound))[1]
    later = range(len(loud) // 3, len(loud))
    assert np.mean([loud[at].speaking == soft[at].speaking for at in later]) > 0.94
    assert np.mean([abs(loud[at].level - soft[at].level) for at in later if loud[at].voiced > 0.9]) < 0.7
    assert np.mean([abs(loud[at].stress - soft[at].stress) for at in later]) < 0.03
    assert np.mean([abs(loud[at].arousal - soft[at].arousal) for at in later]) < 0.1


def test_beats_fall_on_stressed_syllables_and_are_known_in_time() -> None:
    stressed = (1, 4, 7, 10)
    sound = np.concatenate([np.concatenate((phrase(12, stressed), silence(0.6))) for _ in range(6)])
    _, voices = listen(hear(sound))
    length = 12 * 0.22 + 0.6
    beats = [at / 60 for at, voice in enumerate(voices) if voice.beat > 0.0 and at / 60 > 2 * length]
    offsets = [min(((beat % length) - (number + 0.5) * 0.22 for number in range(12)), key=abs) for beat in beats]
    nearest = [min(range(12), key=lambda number: abs(beat % length - (number + 0.5) * 0.22)) for beat in beats]
    assert 4 * 3 <= len(beats) <= 4 * 5
    assert np.mean([number in stressed for number in nearest]) > 0.85
    assert max(np.abs(offsets)) <= 0.08
    peaks = [voices[at].stress for at in range(len(voices)) if voices[at].beat > 0.0]
    assert min(peaks) > 0.4


@pytest.mark.parametrize("name", ["gatekeeper", "healer"])
def test_beats_are_as_frequent_as_stress_in_speech(name: str) -> None:
    _, voices = listen(hear(np.concatenate([clip(name)] * 4)))
    spoken = sum(voice.speaking for voice in voices) / 60
    assert 0.7 <= sum(voice.beat > 0.0 for voice in voices) / spoken <= 1.6


def test_beats_of_samples_are_near_a_vowel() -> None:
    phones = json.loads((SAMPLES / "healer.json").read_text(encoding="utf-8"))["phones"]
    vowels = [(start + end) / 2 for symbol, start, end in phones if symbol in set("aeiouɪɛʌɑɔʊəɜ")]
    _, voices = listen(hear(clip("healer")))
    late = [
        at / 60 - min(vowels, key=lambda v: abs(v - at / 60)) for at, voice in enumerate(voices) if voice.beat > 0.0
    ]
    assert np.mean(np.abs(late) <= 0.08) > 0.8


@pytest.mark.parametrize(("ends", "sign"), [(1.35, 1), (0.75, -1), (1.0, 0)])
def test_a_question_rises(ends: float, sign: int) -> None:
    _, voices = listen(hear(np.concatenate((phrase(8), silence(0.6), phrase(8, ends=ends), silence(3.0)))))
    last = max(at for at, voice in enumerate(voices) if voice.ended)
    rising = voices[last].rising
    assert (rising > 0.5, rising < -0.5, abs(rising) < 0.25) == (sign > 0, sign < 0, sign == 0)
    assert abs(voices[last + 90].rising) < 0.1


def test_a_voice_that_is_higher_and_harder_than_its_own_normal_is_aroused() -> None:
    state, _ = listen(hear(np.concatenate([phrase(10, (2, 6))] * 3)))
    calm = np.mean([voice.arousal for voice in listen(hear(phrase(10, (2, 6))), state)[1]])
    count = int(2.2 * RATE)
    loudness = 2.5 * (np.sin(np.pi * np.arange(count) / (0.22 * RATE)) ** 2 + 0.02)
    high = voiced(120.0 * 1.5 * (1.0 + 0.1 * np.sin(np.arange(count) / RATE * 9.0)), loudness)
    aroused = listen(hear(high), state)[1][-1].arousal
    assert abs(calm) < 0.25
    assert aroused > 0.6


def test_values_are_in_their_ranges() -> None:
    _, voices = listen(hear(np.concatenate((clip("warning"), noise(1.0, -20.0), clip("gatekeeper")))))
    for voice in voices:
        assert all(0.0 <= value <= 1.0 for value in (voice.voiced, voice.stress, voice.beat))
        assert -1.0 <= voice.rising <= 1.0
        assert -1.0 <= voice.arousal <= 1.0
        assert abs(voice.level) <= 20.0
        assert abs(voice.pitch) <= 18.0
        if not voice.speaking:
            assert (voice.level, voice.pitch, voice.voiced, voice.beat) == (0.0, 0.0, 0.0, 0.0)


def test_a_stored_state_goes_on_as_if_nothing_had_been() -> None:
    heard = hear(clip("gatekeeper"))
    whole_state, whole = listen(heard)
    middle, first = listen(heard[:200])
    for _ in range(2):  # the state is not used up
        state, rest = listen(heard[200:], middle)
        assert first + rest == whole
        np.testing.assert_array_equal(state.heard, whole_state.heard)
        assert state.since == whole_state.since


def test_an_interruption_ends_the_phrase() -> None:
    state, voices = listen(hear(clip("healer"))[:100])
    assert voices[-1].speaking
    _, after = listen([None] * 60, state)
    assert [at for at, voice in enumerate(after) if voice.ended] == [PAUSE - 1]


@pytest.mark.skipif(not EMODB.is_dir(), reason="needs ../shared/data/emodb, recordings that are not committed")
def test_actors_in_anger_are_more_aroused_than_in_sadness() -> None:
    def arousal(speaker: str, letter: str, state: VoiceState) -> list[float]:
        found = sorted(EMODB.glob(f"{speaker}a*{letter}?.opus"))[:4]
        return [listen(recorded(path), state)[1][-20].arousal for path in found]

    def recorded(path: Path) -> list[Heard]:
        samples, rate = soundfile.read(path, dtype="float32")
        resampler = Resampler(rate)
        return hear(resampler.step(resampler.start(), np.asarray(samples, np.float32))[1])

    high: list[float] = []
    low: list[float] = []
    for speaker in ("03", "08", "13", "16"):
        state = Voicing().start()
        for path in sorted(EMODB.glob(f"{speaker}*N?.opus"))[:3]:
            state, _ = listen(recorded(path), state)
        high += arousal(speaker, "W", state) + arousal(speaker, "F", state)
        low += arousal(speaker, "T", state) + arousal(speaker, "L", state)
    assert np.mean(high) - np.mean(low) > 0.4
    assert np.mean(np.array(high)[:, None] > np.array(low)[None]) > 0.8
