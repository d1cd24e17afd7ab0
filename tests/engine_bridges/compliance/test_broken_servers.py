"""The suite itself: a server that breaks a rule is caught by the case of that rule."""

import itertools
import random
from collections.abc import Callable

import numpy as np
import pytest
from broken_server import Change, broken_grpc, broken_link, flip_last_bit, raw

from voxrig.engine_bridges.compliance import (
    line,
    server_body,
    server_cues,
    server_frames,
    server_interrupt,
    server_link,
)
from voxrig.engine_bridges.compliance import server_opening as opening
from voxrig.engine_bridges.compliance import server_sessions as sessions
from voxrig.engine_bridges.compliance.rule import run
from voxrig.engine_bridges.compliance.server_suite import try_server
from voxrig.v1 import performance_pb2 as pb


def changing(kind: str, change: Callable[..., object]) -> Callable[[], Change]:
    """Make a change of every message of a kind, in place; True in return swallows the message."""

    def make() -> Change:
        def run(message: pb.ServerMessage) -> list[pb.ServerMessage]:
            copy = pb.ServerMessage.FromString(message.SerializeToString())
            swallowed = copy.HasField(kind) and change(getattr(copy, kind)) is True
            return [] if swallowed else [copy]

        return run

    return make


def setting(kind: str, event: int | None = None, **fields: object) -> Callable[[], Change]:
    """Make a change that sets fields of every message of a kind, or of an event; functions are given the old value."""

    def change(part):
        if event is None or part.kind == event:
            for name, value in fields.items():
                setattr(part, name, value(getattr(part, name)) if callable(value) else value)

    return changing(kind, change)


def swallowing(event: int) -> Callable[[], Change]:
    return changing("event", lambda part: part.kind == event)


def doubling(event: int) -> Callable[[], Change]:
    def make() -> Change:
        return lambda message: [message] * (2 if message.event.kind == event else 1)

    return make


def moody() -> Change:
    """The same audio never gives quite the same frames."""
    chance = random.Random(1)

    def run(message: pb.ServerMessage) -> list[pb.ServerMessage]:
        if message.HasField("frames") and chance.random() < 0.3:
            message.frames.values = flip_last_bit(message.frames.values)
        return [message]

    return run


def forgetful() -> Change:
    """Every tenth message of frames is lost."""
    count = itertools.count(1)
    return lambda message: [] if message.HasField("frames") and next(count) % 10 == 0 else [message]


def shift_samples(frames: pb.Frames) -> None:
    frames.media_samples[:] = [sample + 1 for sample in frames.media_samples]


def doubled(values: bytes) -> bytes:
    return (2 * np.frombuffer(values, "<f4")).astype("<f4").tobytes()


def one_more(value: int) -> int:
    return value + 1


BROKEN = {
    "stride of another rig": (setting("opened", stride=one_more), opening.opened_names_everything_once),
    "no seed": (setting("opened", seed=0), opening.a_drawn_seed_repeats_it_too),
    "a range upside down": (
        changing("opened", lambda opened: opened.minimum.__setitem__(0, 2.0)),
        opening.opened_names_everything_once,
    ),
    "another code": (setting("error", code=13), opening.an_unknown_rig_is_refused),
    "an error that does not close": (setting("error", session_closed=False), opening.a_bad_opening_is_refused),
    "an error without what was refused": (setting("error", refused=""), sessions.what_is_not_open_is_not_found),
    "an error without a sample": (setting("error", next_sample=0), server_frames.a_gap_or_overlap_is_refused),
    "an error without words": (setting("error", message=""), server_frames.a_bad_ending_is_refused),
    "times that are off": (changing("frames", shift_samples), server_frames.frames_are_counted_and_timed_exactly),
    "lost frames": (forgetful, server_frames.one_message_at_a_time_is_the_same),
    "frames by mood": (moody, server_frames.any_cut_gives_the_same_frames),
    "frames by mood, two sessions": (moody, sessions.sessions_know_nothing_of_each_other),
    "an utterance that never ends": (
        swallowing(pb.Event.UTTERANCE_ENDED),
        server_frames.utterances_follow_without_a_gap,
    ),
    "a wrong count": (
        setting("event", pb.Event.UTTERANCE_ENDED, frame_count=one_more),
        server_frames.frames_are_counted_and_timed_exactly,
    ),
    "a wrong next sample": (
        setting("event", pb.Event.UTTERANCE_ENDED, next_sample=one_more),
        server_frames.a_tail_is_silence_on_the_timeline,
    ),
    "a cut elsewhere": (
        setting("event", pb.Event.INTERRUPTED, media_sample=lambda sample: sample + 300),
        server_interrupt.a_cut_goes_back_to_where_it_says,
    ),
    "a cut with another frame": (
        setting("event", pb.Event.INTERRUPTED, frame_index=one_more),
        server_interrupt.an_ended_utterance_can_be_cut,
    ),
    "a cut without a blend": (
        setting("event", pb.Event.INTERRUPTED, next_sample=0),
        server_interrupt.silence_can_be_interrupted,
    ),
    "a cut in the old utterance": (
        setting("event", pb.Event.INTERRUPTED, utterance=0),
        server_interrupt.speech_goes_on_after_a_cut,
    ),
    "a cue that nobody mentions": (swallowing(pb.Event.CUE_IGNORED), server_cues.an_unknown_cue_is_ignored),
    "a late cue without a place": (
        setting("event", pb.Event.CUE_LATE, media_sample=0),
        server_cues.a_late_cue_says_where_it_acts,
    ),
    "visemes at other times": (
        setting("event", pb.Event.VISEME, media_sample=one_more),
        server_cues.visemes_come_with_their_frames,
    ),
    "a body without its feet": (
        changing("opened", lambda opened: opened.bones.pop() if len(opened.bones) > 3 else None),
        server_body.a_body_is_announced_behind_the_face,
    ),
    "a body of another length": (
        setting("frames", values=lambda values: doubled(values)),
        server_body.bones_are_unit_quaternions,
    ),
    "a cue for no body that nobody mentions": (swallowing(pb.Event.CUE_IGNORED), server_body.cues_of_a_body_need_one),
    "an end told twice": (doubling(pb.Event.UTTERANCE_ENDED), sessions.close_ends_the_utterance),
    "a close that never comes": (swallowing(pb.Event.CLOSED), sessions.half_closing_finishes_everything),
}


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    """What never comes is waited for only briefly: everything here is on this machine."""
    monkeypatch.setattr(line, "PATIENCE", 3.0)


@pytest.mark.parametrize("name", list(BROKEN)[::4])
def test_a_broken_rule_is_found_over_grpc(serving, name):
    change, case = BROKEN[name]
    with broken_grpc(serving.target, change()) as target:
        (finding,) = run([case], target)
    assert finding.status == "broken", "the case did not notice"
    assert finding.detail


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_found_over_the_link(serving, name):
    change, case = BROKEN[name]
    with broken_link(serving.host, serving.link_port, raw(change())) as target:
        (finding,) = run([case], target)
    assert finding.status == "broken", "the case did not notice"


def test_the_relays_themselves_break_nothing(serving):
    """Else a case could fail for what the relay does, and not for what it changes."""
    cases = list(dict.fromkeys(case for _, case in BROKEN.values()))
    with broken_grpc(serving.target, lambda message: [message]) as target:
        assert [finding.detail for finding in run(cases[::5], target) if finding.status != "kept"] == []
    with broken_link(serving.host, serving.link_port, raw(lambda message: [message])) as target:
        assert [finding.detail for finding in run(cases, target) if finding.status != "kept"] == []


def without_zeros(content):
    return [{key: {k: v for k, v in part.items() if v != 0} if isinstance(part, dict) else part
             for key, part in content.items()}]  # fmt: skip


def with_numbers_for_kinds(content):
    if "event" in content:
        content["event"]["kind"] = 1
    return [content]


def late_pongs():
    kept = []

    def change(content):
        if "pong" in content:
            kept.append(content)
            return []
        is_end = content.get("event", {}).get("kind") == "UTTERANCE_ENDED"
        return [content, *kept] if is_end else [content]

    return change


def other_pongs(content):
    if "pong" in content:
        content["pong"]["sent"] = 0.0
    return [content]


def mute(content):
    return [] if "error" in content and "session" not in content else [content]


def without_limits(content):
    return [{"hello": {"version": 1, "server": "x"}}] if "hello" in content else [content]


LINK_BROKEN = {
    "zeros left out": (without_zeros, server_link.every_field_is_sent),
    "kinds as numbers": (with_numbers_for_kinds, server_link.every_field_is_sent),
    "pongs behind frames": (late_pongs(), server_link.pings_are_answered_before_frames_that_wait),
    "pongs of another ping": (other_pongs, server_link.pings_are_answered_before_frames_that_wait),
    "no word of what was wrong": (mute, server_link.what_is_no_map_ends_it),
    "no word of the version": (mute, server_link.without_hello_it_ends),
    "no word of the size": (mute, server_link.too_long_a_packet_ends_it),
    "no limits": (without_limits, server_link.hello_comes_first),
    "no description": (
        lambda content: [{"describe": {}} if "describe" in content else content],
        server_link.describe_is_answered,
    ),
}


@pytest.mark.parametrize("name", LINK_BROKEN)
def test_what_only_the_link_has_is_found(serving, name):
    change, case = LINK_BROKEN[name]
    with broken_link(serving.host, serving.link_port, change) as target:
        (finding,) = run([case], target)
    assert finding.status == "broken", "the case did not notice"


def test_a_server_that_takes_unknown_keys_is_found(serving):
    def lenient(content):
        known = pb.ClientMessage.DESCRIPTOR.fields_by_name
        for key, part in list(content.items()):
            if key in known and isinstance(part, dict):
                fields = known[key].message_type.fields_by_name if known[key].message_type else {}
                content[key] = {name: value for name, value in part.items() if name in fields}
        return content

    with broken_link(serving.host, serving.link_port, lambda content: [content], lenient) as target:
        (finding,) = run([server_link.unknown_keys_are_refused], target)
    assert finding.status == "broken"
    assert "7 were refused" in finding.detail


def test_a_server_that_is_none_breaks_every_rule_it_is_asked_for():
    from voxrig.engine_bridges.compliance.talk import Target

    assert {finding.status for finding in try_server(Target("127.0.0.1", 1, "link"))} <= {"broken", "not tried"}
