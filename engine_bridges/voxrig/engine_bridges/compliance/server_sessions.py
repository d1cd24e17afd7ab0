"""Rules of sessions among each other, and of how they and their connection end."""

import time
from contextlib import suppress

from voxrig.engine_bridges.compliance.line import PATIENCE
from voxrig.engine_bridges.compliance.rule import NotApplicableError, RuleBrokenError, require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import RATE, Talk, Target, opening, performed, same
from voxrig.v1 import performance_pb2 as pb

_INVALID, _NOT_FOUND, _EXISTS, _EXHAUSTED, _PRECONDITION = 3, 5, 6, 8, 9
_MOST_TRIED = 1_000


def sessions_know_nothing_of_each_other(server: Target) -> None:
    """An error never touches another session; sessions that share a connection perform as they would alone."""
    samples = voice(0.5, RATE), voice(0.5, 48_000, seed=4)
    alone = performed(server, samples[0]), performed(server, samples[1], rate=48_000, rig="metahuman", seed=3)
    with server.line() as line:
        first, second = Talk(line, 0), Talk(line, 0xFFFFFFFF)
        first.open()
        second.open(rate=48_000, rig="metahuman", seed=3)
        for place in range(0, 8_000, 800):
            bad = first.message(cue=pb.Cue())
            left = first.chunks(samples[0][place : place + 800])
            line.send(*left, bad, *second.chunks(samples[1][3 * place : 3 * (place + 800)]))
        for place in range(800, 8_800, 800):
            first.refused("cue", _INVALID, at=place)
        second.end()
        second.close()
        first.end()
        first.close()
    require(not (text := same(alone[0].frames, first.frames)), f"the first of two: {text}")
    require(not (text := same(alone[1].frames, second.frames)), f"the second of two: {text}")


def a_number_is_free_after_closed(server: Target) -> None:
    """An id is free again after its CLOSED event; a new session under it begins anew."""
    samples = voice(0.2, RATE)
    with server.line() as line:
        runs = [Talk(line, 5), Talk(line, 5)]
        for talk in runs:
            talk.open()
            talk.say(samples)
            talk.end()
            talk.close()
    require(not (text := same(runs[0].frames, runs[1].frames)), f"the second session under one number: {text}")


def what_is_not_open_is_not_found(server: Target) -> None:
    """Any message to a number that is not open: NOT_FOUND, closed."""
    with server.line() as line:
        talk = Talk(line, 9)
        for name, content in _messages().items():
            talk.send(**{name: content})
            talk.refused(name, _NOT_FOUND, closed=True)
        talk.open()
        talk.close()
        talk.send(audio=pb.AudioChunk(samples=bytes(320)))
        talk.refused("audio", _NOT_FOUND, closed=True)


def after_close_only_interrupt_is_taken(server: Target) -> None:
    """After `close` and until CLOSED, an `open` is ALREADY_EXISTS and any other message but `interrupt`
    FAILED_PRECONDITION.
    """
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(voice(3.0, RATE))
        refused = {name: content for name, content in _messages().items() if name != "interrupt"}
        messages = [talk.message(**{name: content}) for name, content in refused.items()]
        line.send(talk.message(close=pb.CloseSession()), talk.message(open=opening()), *messages)
        talk.refused("open", _EXISTS)
        for name in refused:
            talk.refused(name, _PRECONDITION)
        talk.until(pb.Event.CLOSED)
    require(len(talk.frames) == 180, f"{len(talk.frames)} frames of 3 s came, not 180")


def close_ends_the_utterance(server: Target) -> None:
    """`close` ends a running utterance as `end_utterance` does, everything sent before is done, and CLOSED is the last
    that comes.
    """
    samples = voice(0.4, RATE)
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.say(samples)
        kinds = [event.kind for event in talk.close()]
        require(kinds == [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED], "UTTERANCE_ENDED and CLOSED did not come in turn")
        line.done_writing()
        line.end()
        require(not line.rest(talk.number), "something came after CLOSED")
    require(not (text := same(performed(server, samples).frames, talk.frames)), text)


def half_closing_finishes_everything(server: Target) -> None:
    """When the client has done writing, every open session is closed as by `close`, and the connection ends in good
    order.
    """
    samples = voice(0.4, RATE)
    with server.line() as line:
        talks = [Talk(line, 1), Talk(line, 2)]
        for talk in talks:
            talk.open()
            talk.say(samples)
        line.done_writing()
        for talk in talks:
            kinds = [event.kind for event in talk.until(pb.Event.CLOSED)]
            require(kinds == [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED], "its end was not told in turn")
        line.end()
    wanted = performed(server, samples).frames
    for talk in talks:
        require(not (text := same(wanted, talk.frames)), text)


def an_idle_connection_ends_at_once(server: Target) -> None:
    """A client that has done writing with no session open gets the end of the connection."""
    with server.line() as line:
        line.done_writing()
        line.end()


def a_lost_connection_frees_its_sessions(server: Target) -> None:
    """More than max_sessions: RESOURCE_EXHAUSTED, closed. A cancelled call, or a lost connection, frees its sessions
    at once.
    """
    description = server.describe()
    most = description.limits.max_sessions
    if most > _MOST_TRIED:
        raise NotApplicableError(f"{most} sessions are too many to try")
    before = int(description.metrics.get("sessions", 0.0))
    with server.line() as line:
        opened = 0
        while opened <= most:
            talk = Talk(line, opened)
            talk.send(open=opening())
            message = line.next(opened)
            if message.HasField("error"):
                break
            opened += 1
        error = message.error
        require(message.HasField("error"), f"{opened} sessions are open, and the most is {most}")
        told = error.code, error.session_closed, error.refused
        require(told == (_EXHAUSTED, True, "open"), f"the session too many got {told}")
        require(opened + before <= most, f"{opened} sessions were opened beside {before}, the most is {most}")
    _until_open(server)


def a_message_without_content_is_refused(server: Target) -> None:
    """A message with no content this version knows: INVALID_ARGUMENT; the session goes on."""
    if server.over != "grpc":
        raise NotApplicableError("see unknown_keys_are_refused")
    with server.line() as line:
        talk = Talk(line)
        talk.open()
        talk.send()
        talk.refused("", _INVALID)
        talk.close()


def _messages() -> dict[str, object]:
    return {
        "audio": pb.AudioChunk(samples=bytes(320)),
        "cue": pb.Cue(name="blink", values={"force": 1.0}),
        "end_utterance": pb.EndUtterance(),
        "interrupt": pb.Interrupt(),
        "close": pb.CloseSession(),
    }


def _until_open(server: Target) -> None:
    """Try until a session opens: the server may need a moment to notice what was lost."""
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with suppress(RuleBrokenError), server.line() as line:
            Talk(line).open()
            return
        time.sleep(0.05)
    raise RuleBrokenError(f"{PATIENCE:g} s after the connection was lost its sessions are not free")


CASES = (
    sessions_know_nothing_of_each_other,
    a_number_is_free_after_closed,
    what_is_not_open_is_not_found,
    after_close_only_interrupt_is_taken,
    close_ends_the_utterance,
    half_closing_finishes_everything,
    an_idle_connection_ends_at_once,
    a_lost_connection_frees_its_sessions,
    a_message_without_content_is_refused,
)
