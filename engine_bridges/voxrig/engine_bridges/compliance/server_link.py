"""Rules of the engine link alone: packets, hello, keys, pings."""

import socket
import struct
from typing import Any

import msgpack

from voxrig.engine_bridges.compliance.line import RawLink
from voxrig.engine_bridges.compliance.rule import require
from voxrig.engine_bridges.compliance.sound import voice
from voxrig.engine_bridges.compliance.talk import RATE, Target, performed
from voxrig.engine_bridges.link_packets import VERSION, packet
from voxrig.v1 import performance_pb2 as pb

_INVALID = 3
_HELLO: dict[str, Any] = {"hello": {"version": VERSION, "client": "compliance suite"}}
_OPEN: dict[str, Any] = {
    "rig": "arkit",
    "frame_rate": {"numerator": 60, "denominator": 1},
    "audio": {"encoding": "S16LE", "sample_rate": RATE, "channels": 1},
    "seed": 20,
}


def hello_comes_first(server: Target) -> None:
    """The first packet is hello, and is answered by the server's, with its version and limits."""
    with server.raw() as raw:
        answer = raw.greet()
    hello = answer.get("hello", {})
    require(hello.get("version") == VERSION, f"hello was answered by {answer!r:.200}")
    require(hello.get("server"), "the server does not say its version")
    limits = hello.get("limits", {})
    wanted = {"max_sessions", "max_chunk_bytes", "max_message_bytes", "max_buffered_seconds"}
    require(wanted <= set(limits), f"limits lack {sorted(wanted - set(limits))}")


def without_hello_it_ends(server: Target) -> None:
    """No hello, or one of another version: the connection's error, and the server closes."""
    firsts: tuple[dict[str, Any], ...] = (
        {"session": 1, "open": _OPEN},
        {"hello": {"version": 99}},
        {"hello": {}},
        {"hello": 1},
    )
    for first in firsts:
        with server.raw() as raw:
            raw.send(first)
            error = raw.refusal()
            require(error.get("code") and error.get("message"), f"{first!r:.60} got the error {error}")


def packets_come_in_any_pieces(server: Target) -> None:
    """Packets come in any pieces, single bytes and all at once: the frames are the same."""
    wanted = [frame.values.tobytes() for frame in performed(server, voice(0.2, RATE)).frames]
    data = b"".join(map(packet, (_HELLO, *_conversation())))
    for size in (1, 7, len(data)):
        with server.raw() as raw:
            for place in range(0, len(data), size):
                raw.socket.sendall(data[place : place + size])
            told = b"".join(content["frames"]["values"] for content in _until_closed(raw) if "frames" in content)
        require(told == b"".join(wanted), f"packets in pieces of {size} bytes gave other frames")


def unknown_keys_are_refused(server: Target) -> None:
    """An unknown key is refused, as is any value that cannot be: INVALID_ARGUMENT, in its turn, and the session goes
    on.
    """
    bad: tuple[dict[str, Any], ...] = (
        {"session": 1, "dance": {}},
        {"session": 1, "audio": {"first_sample": 0, "samples": b"", "loudness": 3}},
        {"session": 1, "audio": {"first_sample": -1, "samples": b""}},
        {"session": 1, "audio": {"samples": "text"}},
        {"session": 1, "cue": {"name": "blink", "values": {"force": "much"}}},
        {"session": 1, "audio": {}, "close": {}},
        {"session": 1},
        {"session": 1, "close": 7},
    )
    with server.raw() as raw:
        raw.greet()
        raw.send({"session": 1, "open": _OPEN}, *bad, *_conversation()[1:])
        answers = _until_closed(raw)
    errors = [content["error"] for content in answers if "error" in content]
    require(len(errors) == len(bad), f"of {len(bad)} bad packets {len(errors)} were refused")
    codes = {(error["code"], error["session_closed"]) for error in errors}
    require(codes == {(_INVALID, False)}, f"they were refused with {codes}")
    require(errors[1]["refused"] == "audio", f"`refused` is {errors[1]['refused']!r}, not 'audio'")
    require("loudness" in errors[1]["message"], f"the message does not name the key: {errors[1]['message']!r}")
    frames = sum(len(content["frames"]["media_samples"]) for content in answers if "frames" in content)
    require(frames == 12, f"{frames} frames of 0.2 s came, not 12")


def fields_may_be_left_out(server: Target) -> None:
    """Any field may be left out: it is 0 or empty then. Whole numbers may stand for floats, numbers for names of
    enums.
    """
    audio = voice(0.2, RATE).tobytes()
    opening = {**_OPEN, "audio": {**_OPEN["audio"], "encoding": 1}, "options": {"emotion": "joy=0.1"}}
    with server.raw() as raw:
        raw.greet()
        raw.send({"session": 0, "open": opening}, {"session": 0, "cue": {"name": "emotion", "values": {"joy": 1}}})
        raw.send({"session": 0, "audio": {"samples": audio}}, {"session": 0, "end_utterance": {}})
        raw.send({"session": 0, "interrupt": {}}, {"session": 0, "close": {}})
        answers = _until_closed(raw)
    errors = [content["error"]["message"] for content in answers if "error" in content]
    require(not errors, f"it was refused: {errors}")
    kinds = [content["event"]["kind"] for content in answers if "event" in content]
    require("INTERRUPTED" in kinds, f"an empty map for interrupt was answered by {kinds}")


def every_field_is_sent(server: Target) -> None:
    """The server sends all fields of what it sends, also zeros; enums are names, bytes are bin."""
    with server.raw() as raw:
        raw.greet()
        bad = {"session": 1, "audio": {"first_sample": 5, "samples": b"\0\0"}}
        raw.send({"session": 1, "open": _OPEN}, bad, *_conversation()[1:])
        answers = _until_closed(raw)
    kinds = pb.ServerMessage.DESCRIPTOR.fields_by_name
    for content in answers:
        name = next(key for key in content if key != "session")
        kind = kinds[name].message_type
        assert kind is not None
        fields = {field.name for field in kind.fields}
        require(set(content[name]) >= fields, f"{name} lacks {sorted(fields - set(content[name]))}")
        if name == "event":
            require(isinstance(content[name]["kind"], str), "the kind of an event is not its name")
        if name == "frames":
            require(isinstance(content[name]["values"], bytes), "the values of frames are not msgpack's bin")


def pings_are_answered_before_frames_that_wait(server: Target) -> None:
    """A ping may come at any time; its pong overtakes frames that wait, and says what was sent and two times of the
    server's clock.
    """
    with server.raw() as raw:
        raw.greet()
        raw.send({"session": 1, "open": _OPEN}, *_conversation(seconds=4.0)[1:-1])
        raw.send({"ping": {"id": 7, "sent": 12.345}}, {"ping": {"id": 8, "sent": 3}}, {"session": 1, "close": {}})
        answers = _until_closed(raw)
    pongs = [content["pong"] for content in answers if "pong" in content]
    require([pong["id"] for pong in pongs] == [7, 8], f"pings 7 and 8 were answered by {pongs}")
    require([float(pong["sent"]) for pong in pongs] == [12.345, 3.0], f"`sent` did not come back: {pongs}")
    times = [float(pong[key]) for pong in pongs for key in ("received", "replied")]
    require(times == sorted(times), f"the server's clock went back: {times}")
    order = ["pong" if "pong" in content else "" for content in answers]
    ended = next(n for n, content in enumerate(answers) if content.get("event", {}).get("kind") == "UTTERANCE_ENDED")
    require(order.index("pong") < ended, "the pong waited for all frames of 4 s of speech")


def too_long_a_packet_ends_it(server: Target) -> None:
    """A payload has at most Limits.max_message_bytes, before hello 4096: a longer one ends the connection with an
    error.
    """
    with server.raw() as raw:
        limit = raw.greet()["hello"]["limits"]["max_message_bytes"]
        raw.socket.sendall(struct.pack("<I", limit + 1))
        require(raw.refusal().get("code"), "the error has no code")
    with server.raw() as raw:
        raw.socket.sendall(struct.pack("<I", 4_097))
        require(raw.refusal().get("code"), "the error has no code")


def what_is_no_map_ends_it(server: Target) -> None:
    """A payload that is no msgpack, or no map, ends the connection with an error; no other connection notices."""
    with server.raw() as other:
        other.greet()
        for payload in (b"\xc1garbage", msgpack.packb([1, 2]), msgpack.packb(5), b"\x81", b""):
            with server.raw() as raw:
                raw.greet()
                raw.socket.sendall(struct.pack("<I", len(payload)) + payload)
                require(raw.refusal().get("code") == _INVALID, f"the payload {payload!r} was not INVALID_ARGUMENT")
        other.send({"ping": {"id": 1, "sent": 0.0}})
        require("pong" in other.next(), "another connection noticed")


def a_packet_that_ends_in_the_middle_is_a_loss(server: Target) -> None:
    """A connection that ends within a packet was broken off: no answer, its sessions are freed, and the server goes
    on.
    """
    with server.raw() as raw:
        raw.greet()
        raw.send({"session": 1, "open": _OPEN})
        require("opened" in raw.next(), "`open` was not answered")
        raw.socket.sendall(struct.pack("<I", 500) + b"half of it")
        raw.socket.shutdown(socket.SHUT_WR)
        rest = []
        try:
            while data := raw.socket.recv(4_096):
                rest.append(data)
        except ConnectionError:
            rest.clear()
        require(not rest, "a packet that was broken off was answered")
    hello_comes_first(server)


def describe_is_answered(server: Target) -> None:
    """{"describe": {}} is answered by the server's description, at any time."""
    description = server.describe()
    require(description.version and description.rigs and description.models, "the description is empty")


def _conversation(seconds: float = 0.2) -> list[dict[str, Any]]:
    """Return what a whole session sends: open, audio, end, close."""
    samples = voice(seconds, RATE)
    return [
        {"session": 1, "open": _OPEN},
        {"session": 1, "audio": {"first_sample": 0, "samples": samples[:1_000].tobytes()}},
        {"session": 1, "audio": {"first_sample": 1_000, "samples": samples[1_000:].tobytes()}},
        {"session": 1, "end_utterance": {"tail_samples": 0}},
        {"session": 1, "close": {}},
    ]


def _until_closed(raw: RawLink) -> list[dict[str, Any]]:
    """Return the contents up to CLOSED, without the server's hello."""
    answers: list[dict[str, Any]] = []
    while not answers or answers[-1].get("event", {}).get("kind") != "CLOSED":
        answers.append(raw.next())
    return [answer for answer in answers if "hello" not in answer]


CASES = (
    hello_comes_first,
    without_hello_it_ends,
    packets_come_in_any_pieces,
    unknown_keys_are_refused,
    fields_may_be_left_out,
    every_field_is_sent,
    pings_are_answered_before_frames_that_wait,
    too_long_a_packet_ends_it,
    what_is_no_map_ends_it,
    a_packet_that_ends_in_the_middle_is_a_loss,
    describe_is_answered,
)
