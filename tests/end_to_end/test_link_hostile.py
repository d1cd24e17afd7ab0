"""The engine link under clients that are broken, hostile or unlucky: all of it seeded, over real sockets."""

import asyncio
import math
import random
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgpack
import numpy as np
import pytest

from voxrig.runtime.serving.link import converse
from voxrig.runtime.serving.link_codec import from_map, unpack
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.server import Server
from voxrig.v1 import performance_pb2 as pb

RATE = 24000
HELLO = {"hello": {"version": 1}}
OPENING = {
    "rig": "arkit",
    "frame_rate": {"numerator": 60, "denominator": 1},
    "audio": {"encoding": "F32LE", "sample_rate": RATE, "channels": 1},
    "options": {"tell": "visemes,emotion"},
}
ODD = (
    *(None, True, False, 0, -1, 2**32, 2**64 - 1, -(2**63), 0.5, math.nan, -math.inf, 1e300, "", "arkit", "S16LE"),
    *(b"", b"\xff\xfe", [], [[]], {}, {"": {}}, msgpack.ExtType(5, b"abc"), msgpack.Timestamp(1, 2)),
)
CONTENTS = (
    {"session": 1, "open": OPENING},
    {"session": 1, "audio": {"first_sample": 0, "samples": bytes(480)}},
    {"session": 1, "cue": {"media_sample": 0, "name": "emotion", "values": {"joy": 0.5}}},
    {"session": 1, "end_utterance": {"tail_samples": 5}},
    {"session": 1, "interrupt": {"at_sample": 7}},
    {"session": 1, "close": {}},
    {"ping": {"id": 7, "sent": 1.5}},
    {"describe": {}},
)
DEEP = b"\x91" * 1000 + b"\xc0"


def packet(content: Any) -> bytes:
    payload = content if isinstance(content, bytes) else msgpack.packb(content)
    return struct.pack("<I", len(payload)) + payload


async def told(reader: asyncio.StreamReader) -> list[dict[str, Any]]:
    """Return all payloads up to the end, however it ends."""
    payloads = []
    try:
        while True:
            (length,) = struct.unpack("<I", await reader.readexactly(4))
            payloads.append(msgpack.unpackb(await reader.readexactly(length)))
    except (asyncio.IncompleteReadError, ConnectionError):
        return payloads


async def freed(server: Server) -> None:
    async with asyncio.timeout(30):  # until the server has noticed
        while server.stage.sessions or server.metrics.connections:
            await asyncio.sleep(0.01)


async def after_hello(server: Server, sent: bytes) -> list[dict[str, Any]]:
    """Say hello, send something, leave the writing side open; return what comes after the server's hello."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    writer.write(packet(HELLO) + sent)
    try:
        return (await told(reader))[1:]
    finally:
        writer.close()


def mutated(rng: random.Random, content: Any) -> Any:
    if not isinstance(content, dict) or not content or rng.random() < 0.1:
        return rng.choice(ODD)
    changed, key = dict(content), rng.choice(sorted(content))
    value = changed.pop(key)
    match rng.randrange(5):
        case 0:
            changed[rng.choice(("session", "audio", "samples", "zzz", "values"))] = value
        case 1:
            changed |= {key: value, rng.choice(("open", "ping", "name", "")): rng.choice(ODD)}
        case 2 | 3:
            changed[key] = mutated(rng, value)
    return changed


def broken(rng: random.Random, payload: bytes) -> bytes:
    at = rng.randrange(len(payload))
    head, tail = payload[:at], payload[at + 1 :]
    other = bytes([rng.choice(b"\xc0\xc1\xc6\xc9\xcb\xcf\xd3\xdb\xdd\xdf")])
    return rng.choice((head, head + other + tail, head + rng.randbytes(1) + tail, head + rng.randbytes(8) + tail))


def wild(rng: random.Random) -> bytes:
    payload: bytes = msgpack.packb(mutated(rng, rng.choice(CONTENTS)))
    return broken(rng, payload) if rng.random() < 0.3 else payload


def test_whatever_comes_is_read_or_refused_in_a_few_words():
    rng = random.Random(11)
    refusals = []
    for _ in range(20_000):
        try:
            from_map(pb.ClientMessage, unpack(wild(rng)))
        except RefusalError as refusal:
            refusals.append(refusal)
    assert 2000 < len(refusals) < 18_000
    assert all(refusal.code == 3 and 0 < len(str(refusal)) <= 1000 for refusal in refusals)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"\x81\xa4ping\xdd\x00\x10\x00\x00" + bytes(1 << 20), "exceeds max_array_len"),
        (msgpack.packb({"ping": {str(n): n for n in range(2000)}}), "exceeds max_map_len"),
        (msgpack.packb({"ping": [[[] for _ in range(1000)] for _ in range(10)]}), "more than 4096 parts"),
        (b"\x81\xa4ping" + (b"\xdd\x00\x10\x00\x00") * 1000, "exceeds max_array_len"),
        (b"\x91" * 100_000, "recursion|nested|depth|Stack"),
    ],
)
def test_a_payload_takes_no_more_memory_than_a_message_may(payload, message):
    with pytest.raises(RefusalError, match=message):
        unpack(payload)


@pytest.mark.parametrize("value", [True, "1", b"1", [1], {}, None])
def test_a_cue_has_numbers(value):
    with pytest.raises(RefusalError, match=r"^cue\.values is "):
        from_map(pb.ClientMessage, {"session": 1, "cue": {"name": "emotion", "values": {"joy": value}}})


async def test_what_is_nested_too_deep_is_refused_as_anything_else(server, caplog):
    for content in (b"\xa5audio" + DEEP, b"\xa5audio\x81\xacfirst_sample" + DEEP, b"\xa1x" + DEEP):
        answers = await after_hello(server, packet(b"\x82\xa7session\x01" + content) + packet(b"\xc1"))
        assert {answer["error"]["code"] for answer in answers} == {3}
    [answer] = await after_hello(server, packet(b"\x81\xa7session" + DEEP))
    assert "a packet with the keys session is for session" in answer["error"]["message"]
    await freed(server)
    assert caplog.records == []


async def test_a_long_text_of_a_client_is_not_sent_back(server):
    for sent in ({"x" * (4 << 20): {}}, {"session": 1, "y" * (4 << 20): {}}):
        answers = await after_hello(server, packet(sent) + packet({"session": -1}))
        assert max(len(msgpack.packb(answer)) for answer in answers) < 2000


async def test_a_client_that_writes_on_after_its_last_packet_is_told_all_the_same(server):
    """A socket that is closed with something unread is reset: what was said last would be lost."""
    for first in (struct.pack("<I", 0xFFFF_FFFF), packet(b"\xc1"), packet({"session": "one"})):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
        writer.write(packet(HELLO) + first)
        for _ in range(256):
            writer.write(bytes(1 << 16))
            await writer.drain()
        assert (await told(reader))[-1]["error"]["session_closed"]
        writer.close()


async def test_what_was_answered_comes_before_the_error_that_ends_the_link(server, speech):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    writer.write(packet(HELLO) + packet({"session": 1, "open": OPENING}))
    writer.write(packet({"session": 1, "audio": {"first_sample": 0, "samples": speech(1.0, RATE).tobytes()}}))
    async with asyncio.timeout(30):
        while server.metrics.frames < 50:
            await asyncio.sleep(0.01)
    writer.write(packet(b"\xc1"))
    answers = (await told(reader))[1:]
    assert sum(len(answer["frames"]["media_samples"]) for answer in answers if "frames" in answer) >= 50
    assert answers[0]["session"] == 1
    assert (answers[-1]["error"]["code"], "session" in answers[-1]) == (3, False)
    writer.close()
    await freed(server)


async def test_a_client_that_reads_nothing_does_not_keep_the_server_from_stopping(serve, caplog):
    before = asyncio.all_tasks()
    async with serve() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
        writer.transport.pause_reading()
        writer.write(packet(HELLO) + packet({"ping": {"id": bytes(16 << 20)}}))
        async with asyncio.timeout(30):
            while not server.metrics.connections or writer.transport.get_write_buffer_size():
                await asyncio.sleep(0.01)
    writer.transport.abort()
    await told(reader)
    assert asyncio.all_tasks() == before
    assert caplog.records == []


async def test_a_server_on_all_addresses_links_over_ipv4_too(serve):
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    async with serve(host="::", allow_anyone=True) as server:
        [answer] = await after_hello(server, packet(b"\xc1"))
    assert answer["error"]["code"] == 3


class Flood:
    """A line that always has something to read, and never makes its reader wait."""

    def __init__(self, payloads: Sequence[bytes]) -> None:
        self.waiting = list(reversed(payloads))

    async def receive(self) -> bytes | None:
        return self.waiting.pop() if self.waiting else None

    async def send(self, payloads: Sequence[bytes]) -> None:
        pass


async def test_a_flood_lets_others_have_their_turn(server):
    clock = iter(np.arange(0, 10, 0.001))
    line = Flood([msgpack.packb(HELLO), *[msgpack.packb({"ping": {}})] * 300])
    pacer = Pacer(Metrics(), 30.0, clock=lambda: next(clock))
    talking = asyncio.create_task(converse(line, server.stage, pacer, Metrics()))
    turns = 0
    while line.waiting:
        await asyncio.sleep(0)
        turns += 1
    await talking
    assert turns > 100


async def test_a_crowd_of_broken_clients_leaves_the_server_as_it_was(server, offline, speech, caplog):
    audio = speech(1.0, RATE)
    reference = offline("arkit", RATE)
    reference.say(audio)
    expected = b"".join(frame.values.tobytes() for frame in reference.frames)
    tasks = len(asyncio.all_tasks())
    for batch in range(4):
        crowd = asyncio.gather(*(unlucky(server, random.Random(1000 * batch + n), audio) for n in range(40)))
        assert await lucky(server, audio) == expected
        await crowd
        await freed(server)
        assert await lucky(server, audio) == expected
    await freed(server)
    async with asyncio.timeout(30):
        while len(asyncio.all_tasks()) > tasks:
            await asyncio.sleep(0.01)
    own = "socket.send() raised exception."  # of the clients here, which write on where nobody listens
    assert [record.message for record in caplog.records if record.message != own] == []


async def lucky(server: Server, audio: np.ndarray) -> bytes:
    """Send an utterance in chunks, half-close; return the values of all its frames."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    writer.write(packet(HELLO) + packet({"session": 9, "open": OPENING}))
    for first in range(0, len(audio), 480):
        chunk = {"first_sample": first, "samples": audio[first : first + 480].tobytes()}
        writer.write(packet({"session": 9, "audio": chunk}))
    writer.write_eof()
    answers = await told(reader)
    writer.close()
    assert answers[-1].get("event", {}).get("kind") == "CLOSED", answers[-1]
    return b"".join(answer["frames"]["values"] for answer in answers if "frames" in answer)


async def unlucky(server: Server, rng: random.Random, audio: np.ndarray) -> None:
    """Talk sense and nonsense, then leave in one of five ways; some don't read until then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    if rng.random() < 0.2:
        writer.transport.pause_reading()
    reading = asyncio.create_task(told(reader))
    writer.write(packet(HELLO if rng.random() < 0.95 else wild(rng)) + packet({"session": 1, "open": OPENING}))
    first = 0
    for _ in range(rng.randrange(25)):
        count = rng.choice((0, 1, 480, 4800))
        said = {"first_sample": first, "samples": audio[:count].tobytes()}
        first += count
        sense = rng.choice((*CONTENTS[2:], CONTENTS[0], *[{"session": 1, "audio": said}] * 6))
        writer.write(packet(wild(rng) if rng.random() < 0.04 else sense))
        await asyncio.sleep(0)
    way = rng.randrange(5)
    if way == 0:
        raw: socket.socket = writer.get_extra_info("socket")
        with suppress(OSError):  # closed already: the server was first
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    elif way == 1:
        writer.write(packet(CONTENTS[1])[: rng.randrange(1, 60)])
    if way < 3:
        writer.close()
    else:
        with suppress(OSError):  # closed already
            writer.write_eof()
        writer.transport.resume_reading()
        async with asyncio.timeout(60):
            await reading  # the server ends what was begun, and closes
    writer.transport.abort()
    await reading
