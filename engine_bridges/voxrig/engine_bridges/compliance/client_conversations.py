"""What a client must tell of a real server: all that the reference client tells, to the bit."""

import math

from voxrig.engine_bridges.compliance.client_subject import Subject, told_by
from voxrig.engine_bridges.compliance.program import Program
from voxrig.engine_bridges.compliance.rule import NotApplicableError, require
from voxrig.engine_bridges.compliance.sound import voice


def speech(
    session: int, first: int, seconds: float, rate: int = 16_000, seed: int = 1, chunk: float = 0.02
) -> list[str]:
    """Return the commands that send a voice from media sample `first` on."""
    samples = voice(seconds, rate, seed)
    size = max(1, round(chunk * rate))
    return [
        f"audio {session} {first + place} {samples[place : place + size].tobytes().hex()}"
        for place in range(0, len(samples), size)
    ]


def a_whole_conversation(client: Subject) -> None:
    """Open, audio in chunks of 20 ms, end_utterance, close: every frame, event and time as the reference client has
    them.
    """

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20", *speech(1, 0, 1.0), "end 1 0")
        program.answer("event", "1", "UTTERANCE_ENDED")
        program.say("close 1")
        program.answer("event", "1", "CLOSED")
        program.say("done")

    client.against_reference(script, 1)


def another_rig_and_other_rates(client: Subject) -> None:
    """metahuman with bones, 29.97 frames a second at 44.1 kHz, a tail of silence, and the largest seed."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 4294967295 metahuman 30000 1001 44100 18446744073709551615")
        program.say(*speech(4294967295, 0, 0.7, 44_100), "end 4294967295 22050", "close 4294967295", "done")

    client.against_reference(script, 4294967295)


def utterances_in_a_row(client: Subject) -> None:
    """Audio may follow `end_utterance` at once, and everything may be sent before anything is read."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20")
        for number in range(4):
            program.say(*speech(1, 3_360 * number, 0.2, seed=number), "end 1 160")
        program.say("close 1", "done")

    client.against_reference(script, 1)


def two_sessions_at_once(client: Subject) -> None:
    """Sessions share a connection, each with frames of its own, and a number can be used again after CLOSED."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20", "open 2 metahuman 30 1 48000 21")
        for left, right in zip(speech(1, 0, 0.5), speech(2, 0, 0.5, 48_000, seed=3), strict=True):
            program.say(left, right)
        program.say("end 1 0", "close 1")
        program.answer("event", "1", "CLOSED")
        program.say("open 1 arkit 25 1 8000 5", *speech(1, 0, 0.3, 8_000), "close 1", "close 2", "done")

    client.against_reference(script, 1, 2)


def a_body_comes_with_the_face(client: Subject) -> None:
    """With the option `body` the session's bones are more, and its stride; a client needs to know nothing of them."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20 body=on", "cue 1 4000 gesture offer=1")
        program.say("open 2 metahuman 30 1 16000 21 body=arms,fingers,energy=0.5")
        for left, right in zip(speech(1, 0, 0.6), speech(2, 0, 0.6, seed=3), strict=True):
            program.say(left, right)
        program.say("close 1", "close 2", "done")

    client.against_reference(script, 1, 2)


def refusals_are_told(client: Subject) -> None:
    """An error tells code, refused message, closed or not and the next sample; the session goes on, and the rest is as
    if nothing was.
    """

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20", "end 1 0")
        program.answer("error", "1", "9", "end_utterance", "0", "0")
        program.say("audio 1 5 00000000")
        program.answer("error", "1", "11", "audio", "0", "0")
        program.say("cue 1 100 blink force=7")
        program.answer("error", "1", "3", "cue", "0", "0")
        program.say(*speech(1, 0, 0.3), "end 1 0")
        program.answer("event", "1", "UTTERANCE_ENDED")
        program.say("audio 1 4799 0000")
        program.answer("error", "1", "11", "audio", "0", "4800")
        program.say("close 1", "done")

    client.against_reference(script, 1)


def a_refused_opening_is_told(client: Subject) -> None:
    """An `open` that is refused is an error of that session, which is closed; its number is free."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 3 no_such_rig 60 1 16000 20")
        program.answer("error", "3", "5", "open", "1", "0")
        program.say("open 3 arkit 60 1 16000 20 jaw=9")
        program.answer("error", "3", "3", "open", "1", "0")
        program.say("open 3 arkit 60 1 16000 20", *speech(3, 0, 0.1), "close 3", "done")

    client.against_reference(script, 3)


def cues_and_their_events(client: Subject) -> None:
    """Cues act; CUE_IGNORED and CUE_LATE are told with their samples."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20 emotion=joy=0.1", "cue 1 3200 emotion joy=0.75 brows.anger=0.125")
        program.say("cue 1 4000 blink force=1", "cue 1 77 no_such_cue strange=-3.5")
        program.answer("event", "1", "CUE_IGNORED")
        program.say(*speech(1, 0, 0.6), "end 1 0")
        program.answer("event", "1", "UTTERANCE_ENDED")
        program.say("cue 1 100 gaze yaw=10")
        program.answer("event", "1", "CUE_LATE")
        program.say(*speech(1, 9_600, 0.3), "close 1", "done")

    client.against_reference(script, 1)


def what_is_told_is_told(client: Subject) -> None:
    """With the option `tell`, events VISEME and EMOTION come between the frames, with their values by name."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20 tell=visemes,emotion emotion=joy=0.5", *speech(1, 0, 1.0))
        program.say("close 1", "done")

    client.against_reference(script, 1)


def an_interruption(client: Subject) -> None:
    """`interrupt` voids frames; those of the same numbers come again, and audio goes on at the event's next_sample."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20", *speech(1, 0, 1.0), "end 1 0")
        program.answer("event", "1", "UTTERANCE_ENDED")
        program.say("interrupt 1 7200")
        following = int(program.answer("event", "1", "INTERRUPTED").split()[7])
        require(following == 7_200 + 1_920, f"NEXT_SAMPLE of the event is {following}, not 9120")
        program.say(*speech(1, following, 0.4, seed=2), "end 1 0")
        program.answer("event", "1", "UTTERANCE_ENDED")
        program.say("interrupt 1")
        program.answer("event", "1", "INTERRUPTED")
        program.say("close 1", "done")

    client.against_reference(script, 1)


def half_closing_is_enough(client: Subject) -> None:
    """`done` without `close`: the server closes every session, all frames come, and the client says `done`."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20", "open 2 arkit 60 1 16000 21")
        program.say(*speech(1, 0, 0.4), *speech(2, 0, 0.4, seed=2), "done")

    client.against_reference(script, 1, 2)


def nothing_at_all(client: Subject) -> None:
    """`done` at once: hello and done, exit code 0."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("done")

    client.against_reference(script)


def quitting_needs_no_answer(client: Subject) -> None:
    """`quit` drops everything: exit code 0, whatever is under way."""
    if client.server is None:
        raise NotApplicableError("there is no server to try it on")

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("open 1 arkit 60 1 16000 20", *speech(1, 0, 3.0), "quit")

    told_by((*client.command, client.server.host, str(client.server.port)), script)


def a_ping_is_answered(client: Subject) -> None:
    """`ping`: the round trip in seconds, a number from 0 on."""

    def script(program: Program) -> None:
        program.answer("hello")
        program.say("ping", "ping")
        for _ in range(2):
            seconds = float(program.answer("pong").split()[1])
            require(0.0 <= seconds < 10.0 and math.isfinite(seconds), f"a round trip of {seconds:g} s was told")
        program.say("done")

    client.against_reference(script)


def no_server_is_a_loss(client: Subject) -> None:
    """Where there is no server, the client says `lost` and ends; nothing hangs."""

    def script(program: Program) -> None:
        program.say("done")

    told = told_by((*client.command, "127.0.0.1", "1"), script, succeeds=False)
    require(told[-1].startswith("lost"), f"the last line is {told[-1]!r}, not `lost ...`")


CASES = (
    a_whole_conversation,
    another_rig_and_other_rates,
    utterances_in_a_row,
    two_sessions_at_once,
    a_body_comes_with_the_face,
    refusals_are_told,
    a_refused_opening_is_told,
    cues_and_their_events,
    what_is_told_is_told,
    an_interruption,
    half_closing_is_enough,
    nothing_at_all,
    quitting_needs_no_answer,
    a_ping_is_answered,
    no_server_is_a_loss,
)
