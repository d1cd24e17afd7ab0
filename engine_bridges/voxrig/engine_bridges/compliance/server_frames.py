"""Rules of audio and frames: how many, when, and the same however the audio was sent."""

from fractions import Fraction
from math import ceil

import numpy as np

from voxrig.engine_bridges.compliance.rule import require
from voxrig.engine_bridges.compliance.sound import cuts, voice
from voxrig.engine_bridges.compliance.talk import RATE, Talk, Target, performed, same
from voxrig.v1 import performance_pb2 as pb

_INVALID, _EXHAUSTED, _PRECONDITION, _RANGE = 3, 8, 9, 11
_NTSC = Fraction(30_000, 1_001)


def frames_are_counted_and_timed_exactly(server: Target) -> None:
    """T seconds give ceil(T x frame rate) frames; media_samples[i] = floor((first_index + i) x sample_rate /
    frame_rate).
    """
    rates = (
        (RATE, Fraction(60)),
        (48_000, _NTSC),
        (44_100, Fraction(24)),
        (8_000, Fraction(240)),
        (192_000, Fraction(1)),
    )
    with server.line() as line:
        for number, (rate, fps) in enumerate(rates):
            talk = Talk(line, number)
            talk.open(rate=rate, fps=fps)
            samples = voice(0.31, rate)
            talk.say(samples)
            talk.end()
            ended = talk.until(pb.Event.UTTERANCE_ENDED)[-1]
            wanted = ceil(Fraction(len(samples), rate) * fps)
            what = f"{len(samples)} samples at {rate} Hz and {fps} frames a second"
            require(len(talk.frames) == wanted, f"{what} gave {len(talk.frames)} frames, not {wanted}")
            require(ended.frame_count == wanted, f"{what}: frame_count is {ended.frame_count}, not {wanted}")
            require(ended.next_sample == len(samples), f"{what}: next_sample is {ended.next_sample}")
            require(ended.utterance == 0, f"the first utterance has number {ended.utterance}")
            talk.close()


def any_cut_gives_the_same_frames(server: Target) -> None:
    """Any cut is as good as any other: the frames are the same to the bit."""
    samples = voice(0.7, RATE)
    whole = performed(server, samples)
    even = list(range(320, len(samples), 320))
    for places, how in (
        (even, "20 ms"),
        (cuts(len(samples), 1), "1 to 1500 samples"),
        (cuts(len(samples), 2), "others"),
    ):
        text = same(whole.frames, performed(server, samples, places).frames)
        require(not text, f"cut into pieces of {how}: {text}")


def one_message_at_a_time_is_the_same(server: Target) -> None:
    """What is bundled into one request, and what is not, makes no difference."""
    samples = voice(0.5, 48_000)
    whole = performed(server, samples, rate=48_000)
    with server.line() as line:
        talk = Talk(line)
        talk.open(rate=48_000)
        for part in np.split(samples, range(960, len(samples), 960)):
            talk.say(part)
        talk.end()
        talk.close()
    require(not (text := same(whole.frames, talk.frames)), text)


def floats_and_integers_say_the_same(server: Target) -> None:
    """S16LE: full scale is 32768; F32LE: full scale is 1.0."""
    samples = voice(0.3, RATE)
    floats = (samples.astype(np.float32) / np.float32(32768.0)).view(np.int16)
    with server.line() as line:
        talk = Talk(line)
        talk.open(encoding=pb.AudioFormat.F32LE)
        talk.send(audio=pb.AudioChunk(samples=floats.tobytes()))
        talk.next_sample = len(samples)
        talk.end()
        talk.close()
    require(not (text := same(performed(server, samples).frames, talk.frames)), text)


def stereo_is_mixed_to_its_mean(server: Target) -> None:
    """Two channels are mixed to their mean; one stereo pair is one sample."""
    samples = voice(0.3, RATE)
    pairs = np.repeat(samples, 2)
    with server.line() as line:
        talk = Talk(line)
        talk.open(channels=2)
        talk.send(audio=pb.AudioChunk(samples=pairs.tobytes()))
        talk.next_sample = len(samples)
        talk.end()
        ended = talk.until(pb.Event.UTTERANCE_ENDED)[-1]
        talk.close()
    require(ended.next_sample == len(samples), f"{len(samples)} pairs counted as {ended.next_sample} samples")
    require(not (text := same(performed(server, samples).frames, talk.frames)), text)


def a_frame_needs_its_look_ahead_and_no_more(server: Target) -> None:
    """Frame n needs the samples before n / frame rate + look_ahead, and no more: it comes with nothing after them."""
    samples = voice(1.0, RATE)
    with server.line() as line:
        talk = Talk(line)
        opened = talk.open()
        ahead = Fraction(opened.look_ahead.numerator, opened.look_ahead.denominator)
        needed = ceil((Fraction(20, 60) + ahead) * RATE)
        talk.say(samples[:needed])
        talk.until_frame(20)
        talk.say(samples[needed:])
        talk.end()
        talk.close()
    other = np.concatenate((samples[:needed], voice(1.0, RATE, seed=9)[needed:]))
    changed = performed(server, other)
    text = same(talk.frames[:21], changed.frames[:21])
    require(not text, f"frame 20 or one before it knows of samples after its look-ahead: {text}")


def a_tail_is_silence_on_the_timeline(server: Target) -> None:
    """`tail_samples` of silence are appended: they have frames, and the next utterance starts after them."""
    samples = voice(0.2, RATE)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(samples)
        talk.end(tail=1_600)
        ended = talk.until(pb.Event.UTTERANCE_ENDED)[-1]
        wanted = ceil(Fraction(len(samples) + 1_600, RATE) * 60)
        require(ended.frame_count == wanted, f"with its tail it has {ended.frame_count} frames, not {wanted}")
        require(ended.next_sample == talk.next_sample, f"next_sample is {ended.next_sample}, not {talk.next_sample}")
        talk.say(samples)
        talk.end()
        talk.close()


def utterances_follow_without_a_gap(server: Target) -> None:
    """Utterances follow each other without a gap; one from a to b has exactly the frames with a <= time < b."""
    lengths = (3_333, 1, 5_000)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        for number, length in enumerate(lengths):
            talk.say(voice(length / RATE, RATE, seed=number))
            talk.end()
        ended = [event for event in talk.close() if event.kind == pb.Event.UTTERANCE_ENDED]
    require([event.utterance for event in ended] == [0, 1, 2], "UTTERANCE_ENDED did not come for 0, 1 and 2 in turn")
    start = 0
    for event, length in zip(ended, lengths, strict=True):
        wanted = talk.first_frame(start + length) - talk.first_frame(start)
        start += length
        told = f"the utterance of {length} samples that ends at {start}"
        require(event.next_sample == start, f"{told}: next_sample is {event.next_sample}")
        of = sum(frame.utterance == event.utterance for frame in talk.frames)
        require(of == event.frame_count == wanted, f"{told} has {of} frames, says {event.frame_count}, not {wanted}")


def a_gap_or_overlap_is_refused(server: Target) -> None:
    """`first_sample` must be the next one: else OUT_OF_RANGE with both numbers, nothing changes, and all behind it is
    refused too.
    """
    samples = voice(0.4, RATE)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(samples[:2_000])
        for first in (2_001, 1_999, 0, 1 << 40):
            talk.send(audio=pb.AudioChunk(first_sample=first, samples=samples[:160].tobytes()))
            error = talk.refused("audio", _RANGE)
            told = str(first) in error.message and "2000" in error.message
            require(told, f"the message does not name {first} and 2000: {error.message!r}")
        talk.say(samples[2_000:])
        talk.end()
        talk.close()
    require(not (text := same(performed(server, samples).frames, talk.frames)), f"refused audio had an effect: {text}")


def empty_audio_does_nothing(server: Target) -> None:
    """`audio` without samples, at the expected sample: nothing happens. It begins no utterance."""
    samples = voice(0.2, RATE)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(samples[:0])
        talk.send(end_utterance=pb.EndUtterance())
        talk.refused("end_utterance", _PRECONDITION)
        talk.say(samples, [1_000, 1_000])
        talk.end()
        talk.close()
    require(not (text := same(performed(server, samples).frames, talk.frames)), text)


def a_bad_ending_is_refused(server: Target) -> None:
    """`end_utterance` without audio since the last one: FAILED_PRECONDITION; with a tail of more than 10 s:
    OUT_OF_RANGE.
    """
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.send(end_utterance=pb.EndUtterance())
        talk.refused("end_utterance", _PRECONDITION)
        talk.say(voice(0.1, RATE))
        talk.send(end_utterance=pb.EndUtterance(tail_samples=10 * RATE + 1))
        talk.refused("end_utterance", _RANGE)
        talk.end()
        talk.until(pb.Event.UTTERANCE_ENDED)
        talk.send(end_utterance=pb.EndUtterance())
        talk.refused("end_utterance", _PRECONDITION)


def broken_samples_are_refused(server: Target) -> None:
    """`audio` with broken samples, NaN, infinity, floats beyond 8: INVALID_ARGUMENT; the same sample is expected
    still.
    """
    with server.line() as line:
        talk = Talk(line)
        talk.open(encoding=pb.AudioFormat.F32LE)
        for value in (np.nan, np.inf, -np.inf, 8.5):
            data = np.array([0.0, value], "<f4").tobytes()
            talk.send(audio=pb.AudioChunk(samples=data))
            talk.refused("audio", _INVALID)
        talk.send(audio=pb.AudioChunk(samples=b"\0\0\0\0\0"))
        talk.refused("audio", _INVALID)


def too_large_a_chunk_is_refused(server: Target) -> None:
    """`audio` larger than max_chunk_bytes: RESOURCE_EXHAUSTED; the session goes on."""
    limit = server.describe().limits.max_chunk_bytes
    samples = voice(0.2, RATE)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.send(audio=pb.AudioChunk(samples=bytes(2 * (limit // 2 + 1))))
        talk.refused("audio", _EXHAUSTED)
        talk.say(samples)
        talk.end()
        talk.close()
    require(not (text := same(performed(server, samples).frames, talk.frames)), text)


CASES = (
    frames_are_counted_and_timed_exactly,
    any_cut_gives_the_same_frames,
    one_message_at_a_time_is_the_same,
    floats_and_integers_say_the_same,
    stereo_is_mixed_to_its_mean,
    a_frame_needs_its_look_ahead_and_no_more,
    a_tail_is_silence_on_the_timeline,
    utterances_follow_without_a_gap,
    a_gap_or_overlap_is_refused,
    empty_audio_does_nothing,
    a_bad_ending_is_refused,
    broken_samples_are_refused,
    too_large_a_chunk_is_refused,
)
