"""Rules of `interrupt`."""

import numpy as np

from voxrig.engine_bridges.compliance.line import Line
from voxrig.engine_bridges.compliance.rule import NotApplicableError, require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import RATE, Talk, Target
from voxrig.engine_bridges.wire import Frame
from voxrig.v1 import performance_pb2 as pb

_RANGE = 11
_FURTHEST_HISTORY = 60.0


def a_cut_goes_back_to_where_it_says(server: Target) -> None:
    """`at_sample` says where: frames from frame_index on are void, frames of the same numbers come again and ease to
    rest.
    """
    with server.line() as line:
        talk = _spoken(line)
        shown = list(talk.frames)
        talk.send(interrupt=pb.Interrupt(at_sample=7_200))
        event = _cut(talk)
        require(event.media_sample == 7_200, f"it was cut at {event.media_sample}, not at 7200")
        require(event.frame_index == 27, f"frame_index is {event.frame_index}, not 27")
        talk.close()
    easing = [frame for frame in talk.frames if frame.index >= 27]
    wanted = talk.first_frame(event.next_sample) - 27
    require(len(easing) == wanted, f"{len(easing)} easing frames came, not {wanted}")
    require(all(frame.utterance == event.utterance for frame in easing), "easing frames have another utterance")
    step, before = _jump([shown[26], *easing]), _jump(shown)
    require(step <= max(2.0 * before, 0.3), f"the face jumps by {step:.2f} at the cut")


def without_a_place_it_cuts_at_once(server: Target) -> None:
    """Without `at_sample`, or with a later one, the cut is at the first frame not computed yet."""
    for message in (pb.Interrupt(), pb.Interrupt(at_sample=1 << 40)):
        with server.line() as line:
            talk = _spoken(line)
            talk.send(interrupt=message)
            event = _cut(talk)
            computed = talk.frames[-1].index + 1
            require(event.frame_index >= computed, f"frame {event.frame_index} was cut, with {computed} computed")
            require(event.media_sample <= talk.next_sample, "it was cut after the last audio")


def speech_goes_on_after_a_cut(server: Target) -> None:
    """The next `audio` starts at next_sample and has the event's `utterance`; UTTERANCE_ENDED counts its frames and
    the easing ones.
    """
    with server.line() as line:
        talk = _spoken(line)
        talk.send(interrupt=pb.Interrupt(at_sample=4_000))
        event = _cut(talk)
        require(event.utterance == 1, f"the event's utterance is {event.utterance}, not 1")
        talk.say(voice(0.3, RATE, seed=5))
        talk.end()
        ended = talk.until(pb.Event.UTTERANCE_ENDED)[-1]
        talk.close()
    frames = [frame for frame in talk.frames if frame.utterance == 1]
    require(frames[0].index == event.frame_index, "the new utterance does not begin at frame_index")
    told = ended.utterance, ended.frame_count
    require(told == (1, len(frames)), f"utterance {told[0]} ended with {told[1]} frames, not 1 with {len(frames)}")
    require(ended.next_sample == talk.next_sample, f"next_sample is {ended.next_sample}, not {talk.next_sample}")


def a_cut_utterance_does_not_end(server: Target) -> None:
    """An utterance that is cut gets no UTTERANCE_ENDED."""
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(voice(1.0, RATE))
        talk.send(interrupt=pb.Interrupt(at_sample=0))
        _cut(talk)
        kinds = [event.kind for event in talk.close()]
    require(kinds == [pb.Event.CLOSED], "of the utterance that was cut more was told")


def an_ended_utterance_can_be_cut(server: Target) -> None:
    """Also after UTTERANCE_ENDED: all its frames had been sent, and now some are void."""
    with server.line() as line:
        talk = _spoken(line)
        talk.end()
        talk.until(pb.Event.UTTERANCE_ENDED)
        count = len(talk.frames)
        talk.send(interrupt=pb.Interrupt(at_sample=8_000))
        event = _cut(talk)
        require(event.frame_index == 30 < count, f"of {count} frames those from {event.frame_index} on are void")
        talk.close()


def too_far_back_is_refused(server: Target) -> None:
    """`interrupt` further back than Limits.interrupt_history_seconds: OUT_OF_RANGE; speech goes on."""
    history = server.describe().limits.interrupt_history_seconds
    if history > _FURTHEST_HISTORY:
        raise NotApplicableError(f"the history is {history:g} s, too long to try")
    seconds = int(history) + 2
    with server.line() as line:
        talk = Talk(line)
        talk.open(rate=8_000, fps=10)
        samples = np.tile(voice(1.0, 8_000), seconds)
        talk.say(samples, list(range(8_000, len(samples), 8_000)))
        talk.until_frame(10 * (seconds - 1))
        talk.send(interrupt=pb.Interrupt(at_sample=0))
        talk.refused("interrupt", _RANGE)
        talk.end()
        ended = talk.until(pb.Event.UTTERANCE_ENDED)[-1]
        require(ended.frame_count == 10 * seconds, f"{ended.frame_count} frames came, not {10 * seconds}")


def silence_can_be_interrupted(server: Target) -> None:
    """Interrupting a session that is silent is allowed: its timeline moves on by blend_samples of silence."""
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.send(interrupt=pb.Interrupt())
        event = _cut(talk)
        cut = event.media_sample, event.frame_index
        require(cut == (0, 0), f"it was cut at sample {cut[0]} and frame {cut[1]}, not 0 and 0")
        talk.say(voice(0.2, RATE))
        talk.end()
        talk.close()


def audio_sent_before_the_answer_is_refused(server: Target) -> None:
    """Wait for INTERRUPTED before you send more audio: what is sent earlier is at the wrong sample and refused."""
    with server.line() as line:
        talk = _spoken(line)
        early = talk.message(audio=pb.AudioChunk(first_sample=talk.next_sample, samples=bytes(320)))
        line.send(talk.message(interrupt=pb.Interrupt(at_sample=3_000)), early)
        _cut(talk)
        talk.refused("audio", _RANGE)
        talk.close()


def interrupt_and_close_ends_at_once(server: Target) -> None:
    """To end at once, send `interrupt` and then `close`; an interrupt is taken even after `close`."""
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(voice(5.0, RATE), [16_000, 32_000, 48_000])
        line.send(talk.message(close=pb.CloseSession()), talk.message(interrupt=pb.Interrupt(at_sample=0)))
        _cut(talk)
        talk.until(pb.Event.CLOSED)
    require(len(talk.frames) < 250, "everything was performed in spite of the interrupt")


def _spoken(line: Line) -> Talk:
    """Return a session in the middle of an utterance, with its first 40 frames taken."""
    talk = Talk(line)
    talk.open()
    talk.say(voice(1.0, RATE), [5_000, 10_000])
    talk.until_frame(39)
    return talk


def _cut(talk: Talk) -> pb.Event:
    """Take everything up to INTERRUPTED, and check what it must say."""
    event = talk.until(pb.Event.INTERRUPTED)[-1]
    wanted = event.media_sample + talk.opened.blend_samples
    require(event.next_sample == wanted, f"next_sample is {event.next_sample}, not {wanted}: the cut and the blend")
    first = talk.first_frame(event.media_sample)
    require(event.frame_index == first, f"frame_index is {event.frame_index}, but {first} is the first after the cut")
    talk.next_sample = event.next_sample
    return event


def _jump(frames: list[Frame]) -> float:
    """Return the greatest step of a face shape from a frame to the next."""
    return float(np.abs(np.diff([frame.values[:52] for frame in frames], axis=0)).max())


CASES = (
    a_cut_goes_back_to_where_it_says,
    without_a_place_it_cuts_at_once,
    speech_goes_on_after_a_cut,
    a_cut_utterance_does_not_end,
    an_ended_utterance_can_be_cut,
    too_far_back_is_refused,
    silence_can_be_interrupted,
    audio_sent_before_the_answer_is_refused,
    interrupt_and_close_ends_at_once,
)
