"""What is kept of a session, for how long, and what is made of it."""

import pytest

from voxrig.engine_bridges.replay import GapError, begin_anew
from voxrig.engine_bridges.session_log import SessionLog
from voxrig.engine_bridges.wire import open_message
from voxrig.v1 import performance_pb2 as pb

RATE = 24_000
OPENED = pb.SessionOpened(
    frame_rate=pb.FrameRate(numerator=60, denominator=1),
    look_ahead=pb.Fraction(numerator=1, denominator=10),
    sample_rate=RATE,
    seed=9,
)


def new_log(keep_seconds: float = 20.0, most_bytes: int = 16 << 20) -> SessionLog:
    opening = pb.ClientMessage(session=4, open=open_message("arkit", RATE, encoding=pb.AudioFormat.S16LE))
    return SessionLog(opening, keep_seconds, most_bytes)


def audio(first: int, count: int) -> pb.ClientMessage:
    samples = b"".join((at % 30_000).to_bytes(2, "little") for at in range(first, first + count))
    return pb.ClientMessage(session=4, audio=pb.AudioChunk(first_sample=first, samples=samples))


def end(tail: int = 0) -> pb.ClientMessage:
    return pb.ClientMessage(session=4, end_utterance=pb.EndUtterance(tail_samples=tail))


def cue(name: str, at: int, **values: float) -> pb.ClientMessage:
    return pb.ClientMessage(session=4, cue=pb.Cue(name=name, media_sample=at, values=values))


def kinds(log: SessionLog) -> list[str]:
    return [entry.kind for entry in log.entries]


def test_what_frames_prove_is_kept_for_so_many_seconds_and_then_forgotten():
    log = new_log(keep_seconds=1.0)
    for second in range(5):
        log.append(audio(second * RATE, RATE))
    log.shown(2 * RATE)
    assert (log.first, log.end, log.is_whole) == (1, 6, True)
    log.shown(3 * RATE + 1)
    assert (log.first, log.is_whole) == (3, False)
    assert [entry.message.audio.first_sample for entry in log.since(4)] == [3 * RATE, 4 * RATE]


def test_audio_waits_when_too_much_may_not_have_been_taken():
    log = new_log(most_bytes=90_000)
    log.append(audio(0, RATE))
    assert not log.is_full
    log.append(audio(RATE, 2 * RATE))
    assert log.is_full
    log.shown(RATE + 1)
    assert log.is_full
    assert log.first == 2, "what was taken makes room"
    log.taken(3)
    assert not log.is_full


def test_a_refused_chunk_and_all_behind_it_are_not_sent_again():
    log = new_log()
    for first in (0, 100, 200, 300):
        log.append(audio(first, 100))
    log.refused("audio", 100)
    log.refused("audio", 100)  # the gap behind it, that was on its way
    log.append(audio(100, 50))
    log.refused("audio", 100)  # the other one
    assert [entry.is_void for entry in log.entries] == [False, True, True, True, False]
    assert log.position == 150


def test_an_utterance_that_was_not_there_cannot_end():
    log = new_log()
    log.append(end(500))
    log.refused("end_utterance", 0)
    log.append(audio(0, 10))
    log.append(end(500))
    log.append(audio(510, 10))
    assert [entry.is_void for entry in log.entries] == [True, False, False, False]
    assert (log.position, log.utterance) == (520, 1)


def test_the_whole_of_it_is_sent_again_with_the_seed_that_was_drawn():
    log = new_log()
    log.append(audio(0, 1000))
    log.append(cue("blink", 200, force=1.0))
    log.append(end())
    begin_anew(log, OPENED, next_index=1)
    assert log.opening.open.seed == 9
    assert not log.opening.open.HasField("begin")
    assert kinds(log) == ["cue", "audio", "end_utterance"], "a cue comes before the audio of its time"
    assert log.first == 1


def test_the_latest_of_it_begins_on_a_frame_that_falls_on_a_sample_with_the_cues_that_stand():
    log = new_log(keep_seconds=8.0)
    log.append(cue("emotion", 0, joy=0.5))
    log.append(cue("gesture", 0, beat=0.5))
    log.append(cue("gaze", 0, yaw=20.0, hold=2.0))
    for second in range(30):
        log.append(audio(second * RATE, RATE))
    log.append(cue("blink", 29 * RATE, force=1.0))
    log.shown(25 * RATE)
    begin_anew(log, OPENED, next_index=25 * 60 + 1)
    begin = log.opening.open.begin
    assert (begin.frame_index, begin.media_sample, begin.utterance) == (20 * 60 + 1, 20 * RATE + 400, 0)
    first = log.entries[0].message.cue
    assert (first.name, first.media_sample, first.values["transition"]) == ("emotion", begin.media_sample, 0.0)
    assert kinds(log) == ["cue", *["audio"] * 9, "cue", "audio"]
    assert log.entries[1].message.audio == audio(20 * RATE + 400, RATE - 400).audio
    assert log.position == 30 * RATE


def test_what_is_not_kept_cannot_be_begun_anew():
    log = new_log(keep_seconds=1.0)
    for second in range(10):
        log.append(audio(second * RATE, RATE))
    log.shown(9 * RATE)
    with pytest.raises(GapError, match="frame 60"):
        begin_anew(log, OPENED, next_index=60)


def test_an_interrupt_cuts_again_where_it_cut_and_what_was_cut_off_is_not_sent():
    log = new_log()
    for first in range(0, 48_000, 12_000):
        log.append(audio(first, 12_000))
    log.append(pb.ClientMessage(session=4, interrupt=pb.Interrupt()))
    log.interrupted(pb.Event(frame_index=18, media_sample=7_200, next_sample=10_080, utterance=1))
    log.append(audio(10_080, 5_000))
    begin_anew(log, OPENED, next_index=20)
    assert kinds(log) == ["audio", "interrupt", "audio"]
    assert len(log.entries[0].message.audio.samples) // 2 == 7_200 + RATE // 10 + 1
    assert log.entries[1].message.interrupt.at_sample == 7_200
    assert log.entries[2].utterance == 1
