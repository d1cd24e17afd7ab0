"""The engine link over a real socket: the same sessions, the same frames, its own handshake and framing."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgpack
import numpy as np
import pytest

from voxrig.runtime.core.frame import Frame
from voxrig.runtime.serving.server import Server

RATE = 24000
OPENING = {
    "rig": "arkit",
    "frame_rate": {"numerator": 60, "denominator": 1},
    "audio": {"encoding": "F32LE", "sample_rate": RATE, "channels": 1},
}


class Link:
    """A bare engine link: any bytes can be sent, and the payloads come as they are."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, **content: Any) -> None:
        payload = msgpack.packb(content)
        self.writer.write(struct.pack("<I", len(payload)) + payload)

    async def next(self) -> dict[str, Any] | None:
        """Return the next payload, or None at the end."""
        try:
            (length,) = struct.unpack("<I", await self.reader.readexactly(4))
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise
            return None
        return msgpack.unpackb(await self.reader.readexactly(length))

    async def rest(self) -> list[dict[str, Any]]:
        """Return everything up to the end."""
        payloads = []
        while (payload := await self.next()) is not None:
            payloads.append(payload)
        return payloads

    async def until(self, kind: str, session: int = 1) -> dict[str, Any]:
        """Return the next event or message of this kind; what comes before it is dropped."""
        while (payload := await self.next()) is not None:
            if payload.get("session", session) == session and (
                kind in payload or payload.get("event", {}).get("kind") == kind
            ):
                return payload[kind if kind in payload else "event"]
        raise AssertionError(f"the link ended before {kind}")


@asynccontextmanager
async def linked(server: Server, hello: bool = True) -> AsyncIterator[Link]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    link = Link(reader, writer)
    try:
        if hello:
            link.send(hello={"version": 1, "client": "test"})
            assert (await link.next())["hello"]["version"] == 1
        yield link
    finally:
        writer.close()


def frames_of(payloads: list[dict[str, Any]], session: int = 1) -> list[Frame]:
    frames = []
    for payload in payloads:
        if payload.get("session") == session and "frames" in payload:
            part = payload["frames"]
            values = np.frombuffer(part["values"], "<f4").reshape(len(part["media_samples"]), -1)
            frames += [
                Frame(part["first_index"] + row, sample, part["utterance"], values[row])
                for row, sample in enumerate(part["media_samples"])
            ]
    return frames


async def test_the_frames_are_those_of_the_stream_to_the_bit(server, offline, speech, same):
    audio = speech(1.5, RATE)
    reference = offline("arkit", RATE)
    reference.cue("emotion", 12000, {"joy": 0.8})
    reference.say(audio)
    async with linked(server) as link:
        link.send(session=1, open=OPENING)
        link.send(session=1, cue={"media_sample": 12000, "name": "emotion", "values": {"joy": 0.8}})
        for first in range(0, len(audio), 480):
            link.send(session=1, audio={"first_sample": first, "samples": audio[first : first + 480].tobytes()})
        link.send(session=1, close={})
        link.writer.write_eof()
        payloads = await link.rest()
    opened = payloads[0]["opened"]
    assert (opened["stride"], opened["controls"][0], opened["sample_rate"]) == (61, "EyeBlinkLeft", RATE)
    assert opened["seed"] == 20
    assert same(frames_of(payloads), reference.frames)
    assert [payload["event"]["kind"] for payload in payloads if "event" in payload] == ["UTTERANCE_ENDED", "CLOSED"]


async def test_a_half_close_ends_what_is_open_after_its_last_frame(server, speech):
    async with linked(server) as link:
        link.send(session=1, open=OPENING)
        link.send(session=1, audio={"first_sample": 0, "samples": speech(0.5, RATE).tobytes()})
        link.writer.write_eof()
        payloads = await link.rest()
    assert (len(frames_of(payloads)), payloads[-1]["event"]["kind"]) == (30, "CLOSED")


async def test_packets_may_come_in_any_pieces(server, speech):
    async with linked(server, hello=False) as link:
        wire, audio = b"", speech(0.2, RATE).tobytes()
        for content in (
            {"hello": {"version": 1}},
            {"session": 1, "open": OPENING},
            {"session": 1, "audio": {"first_sample": 0, "samples": audio}},
            {"session": 1, "close": {}},
        ):
            payload = msgpack.packb(content)
            wire += struct.pack("<I", len(payload)) + payload
        for place in range(0, len(wire), 7):
            link.writer.write(wire[place : place + 7])
            await asyncio.sleep(0)
        link.writer.write_eof()
        payloads = await link.rest()
    assert (len(frames_of(payloads)), payloads[-1]["event"]["kind"]) == (12, "CLOSED")


async def test_refusals_come_in_their_turn_and_the_session_goes_on(server, speech):
    audio = speech(0.1, RATE).tobytes()
    async with linked(server) as link:
        link.send(session=1, open=OPENING)
        link.send(session=1, audio={"first_sample": 0, "samples": audio})
        link.send(session=1, audio={"frist_sample": 2400, "samples": audio})
        link.send(session=1, dance={})
        link.send(session=1, close={}, cue={})
        link.send(session=1, audio={"first_sample": 7, "samples": audio})
        link.send(session=1, end_utterance={})
        link.send(session=2, audio={"first_sample": 0, "samples": audio})
        errors = {1: [], 2: []}  # no session waits for another's answers
        while len(errors[1]) + len(errors[2]) < 5:
            payload = await link.next()
            if "error" in payload:
                errors[payload["session"]].append(payload["error"])
        refused, [unopened] = errors[1], errors[2]
        assert [error["refused"] for error in refused] == ["audio", "dance", "", "audio"]
        assert {error["next_sample"] for error in refused} == {2400}
        assert "audio.frist_sample is unknown" in refused[0]["message"]
        assert (unopened["code"], unopened["session_closed"]) == (5, True)
        link.send(session=1, close={})
        await link.until("CLOSED")


async def test_sessions_interrupt_and_pings(server, speech):
    audio = speech(1.0, RATE)
    async with linked(server) as link:
        for session in (1, 2):
            link.send(session=session, open=OPENING)
            link.send(session=session, audio={"first_sample": 0, "samples": audio.tobytes()})
        shown = 0
        while shown < 30:
            shown += len((await link.until("frames"))["media_samples"])
        link.send(session=1, interrupt={"at_sample": 7200})
        cut = await link.until("INTERRUPTED")
        assert (cut["media_sample"], cut["next_sample"], cut["frame_index"]) == (7200, 10080, 18)
        link.send(ping={"id": 3, "sent": 1.25})
        pong = await link.until("pong")
        assert (pong["id"], pong["sent"]) == (3, 1.25)
        assert pong["received"] <= pong["replied"]
        link.send(session=2, close={})
        await link.until("CLOSED", session=2)


async def test_describe_is_that_of_grpc(server, connection):
    await connection.open("arkit", RATE)  # its call has reached the server
    async with linked(server) as link:
        link.send(describe={})
        told = await link.until("describe")
    described = await connection.describe()
    assert told["version"] == described.version
    assert [rig["name"] for rig in told["rigs"]] == [rig.name for rig in described.rigs]
    assert told["limits"]["max_sessions"] == described.limits.max_sessions
    assert (told["metrics"]["connections"], told["metrics"]["sessions"]) == (2.0, 1.0)


@pytest.mark.parametrize(
    ("packet", "code", "message"),
    [
        (msgpack.packb({"hello": {"version": 2}}), 12, "version 2 of the engine link is not spoken here"),
        (msgpack.packb({"hello": 1}), 9, "first packet must be"),
        (msgpack.packb({"session": 1, "open": {}}), 9, "first packet must be"),
        (b"\xc1", 3, "no msgpack"),
        (b"\x93\1\2\3", 3, "send a map"),
    ],
)
async def test_who_does_not_say_hello_is_told_and_let_go(server, packet, code, message):
    async with linked(server, hello=False) as link:
        link.writer.write(struct.pack("<I", len(packet)) + packet)
        [answer] = await link.rest()
    assert (answer["error"]["code"], answer["error"]["session_closed"]) == (code, True)
    assert message in answer["error"]["message"]
    assert "session" not in answer


async def test_another_protocol_at_this_port_is_told_from_its_first_bytes(server):
    async with linked(server, hello=False) as link:
        link.writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        [answer] = await link.rest()
    assert answer["error"]["code"] == 8
    assert "is this the right port?" in answer["error"]["message"]


async def test_a_packet_larger_than_the_limit_ends_the_link_but_not_the_server(serve):
    async with serve(max_message_bytes=2 << 20) as server:
        async with linked(server) as link:
            link.writer.write(struct.pack("<I", (2 << 20) + 1))
            [answer] = await link.rest()
            assert "the most is 2097152" in answer["error"]["message"]
        async with linked(server) as link:
            link.send(session=1, open=OPENING)
            await link.until("opened")


@pytest.mark.parametrize("payload", [b"\xc1", msgpack.packb({"session": -1, "close": {}}), msgpack.packb({"hi": 1})])
async def test_what_is_for_no_session_ends_the_link_and_frees_its_sessions(server, payload):
    async with linked(server) as link:
        link.send(session=1, open=OPENING)
        await link.until("opened")
        link.writer.write(struct.pack("<I", len(payload)) + payload)
        assert [answer["error"]["code"] for answer in await link.rest()] == [3]
    await freed(server)


async def test_a_lost_link_frees_its_sessions(server, speech):
    async with linked(server) as link:
        link.send(session=1, open=OPENING)
        await link.until("opened")
        assert server.stage.sessions == 1
        raw: socket.socket = link.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.writer.write(struct.pack("<I", 100) + b"half a packet")
        await link.writer.drain()
        link.writer.transport.abort()
    await freed(server)


async def freed(server: Server) -> None:
    async with asyncio.timeout(20):  # until the server has noticed
        while server.stage.sessions or server.metrics.connections:
            await asyncio.sleep(0.01)


async def test_who_does_not_read_holds_up_itself_alone(serve, speech):
    audio = speech(1.0, RATE).tobytes()
    async with serve(max_queued_bytes=1 << 16) as server, linked(server) as deaf, linked(server) as link:
        deaf.send(session=1, open=OPENING | {"rig": "metahuman"})

        async def flood() -> None:
            for number in range(40):
                deaf.send(session=1, audio={"first_sample": number * RATE, "samples": audio})
                await deaf.writer.drain()

        flooding = asyncio.create_task(flood())
        link.send(session=1, open=OPENING)
        link.send(session=1, audio={"first_sample": 0, "samples": audio})
        link.send(session=1, close={})
        await link.until("CLOSED")
        shown: list[int] = []
        while len(shown) < 40 * 60 - 10:  # nothing is lost once it reads; the last wait for their look-ahead
            frames = await deaf.until("frames")
            shown += range(frames["first_index"], frames["first_index"] + len(frames["media_samples"]))
        await flooding
    assert shown == list(range(len(shown)))


async def test_a_link_that_is_open_does_not_keep_the_server_from_stopping(serve):
    async with serve() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
        link = Link(reader, writer)
        link.send(hello={"version": 1})
        await link.next()
    async with asyncio.timeout(20):
        assert await link.rest() == []
    writer.close()
