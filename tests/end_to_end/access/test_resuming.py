"""Sessions that wait for their client behind tokens, and behind the page's WebSocket."""

import asyncio
from collections.abc import Callable

import grpc
import grpc.aio
import msgpack
import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from voxrig.engine_bridges.wire import open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

GOOD, OTHER = "good-secret-0123456789", "other-secret-9876543210"
RATE = 24_000
WINDOW_MS = 20_000


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not what():
            await asyncio.sleep(0.01)


async def asked(call, message):
    await call.write(pb.PerformRequest(messages=[message]))
    return (await call.read()).messages[0]


async def test_a_token_that_is_taken_out_takes_the_sessions_that_wait_with_it(serve, tokens):
    """Long before their window is over; put back, it is another one, which has none."""
    tokens.write(studio=GOOD, other=OTHER)
    opening = open_message("arkit", RATE)
    opening.resume_window_ms = WINDOW_MS
    async with serve(tokens=str(tokens.path)) as server, grpc.aio.insecure_channel(server.target) as channel:

        def call(token):
            return rpc.VoxrigStub(channel).Perform(metadata=(("authorization", f"Bearer {token}"),))

        keys = {}
        for token in (GOOD, OTHER):
            opened = (await asked(first := call(token), pb.ClientMessage(session=1, open=opening))).opened
            keys[token] = opened.resume_id
            first.cancel()
        await until(lambda: server.stage.parked == 2)
        tokens.write(other=OTHER)
        await until(lambda: server.stage.parked == 1)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await asked(call(GOOD), pb.ClientMessage(session=1, open=opening))
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        tokens.write(studio=GOOD, other=OTHER)
        await until(lambda: len(server.access.door._tokens) == 2)
        resume = {
            token: pb.ClientMessage(session=1, resume=pb.ResumeSession(id=key, received=1))
            for token, key in keys.items()
        }
        told = await asked(call(GOOD), resume[GOOD])
        assert told.error.code == grpc.StatusCode.NOT_FOUND.value[0]
        assert (await asked(call(OTHER), resume[OTHER])).HasField("resumed")


class Page:
    """What a page says over its WebSocket, and hears."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.heard: list[dict] = []

    async def say(self, **content: object) -> None:
        await self.socket.send(msgpack.packb(content))

    async def hear(self, kind: str) -> dict:
        """Read until there is a message of that kind."""
        while True:
            self.heard.append(msgpack.unpackb(await self.socket.recv()))
            if kind in self.heard[-1]:
                return self.heard[-1][kind]


async def greeted(port: int) -> Page:
    page = Page(await connect(f"ws://127.0.0.1:{port}/link", origin=f"http://127.0.0.1:{port}"))
    await page.say(hello={"version": 1})
    await page.hear("hello")
    return page


async def test_a_websocket_that_is_half_closed_is_lost_and_what_can_be_resumed_waits(serve, page_of, speech):
    """Its other session is freed at once; and counts that no client can have are refused."""
    audio = (speech(0.5, RATE) * 32767).astype("<i2")
    opening = {
        "rig": "arkit",
        "frame_rate": {"numerator": 60, "denominator": 1},
        "audio": {"encoding": "S16LE", "sample_rate": RATE, "channels": 1},
    }
    async with serve() as server, page_of(server) as port:
        page = await greeted(port)
        await page.say(session=1, open={**opening, "resume_window_ms": WINDOW_MS})
        key = (await page.hear("opened"))["resume_id"]
        await page.say(session=2, open=opening)
        assert not (await page.hear("opened")).get("resume_id")
        await page.say(session=1, audio={"first_sample": 0, "samples": audio.tobytes()})
        await page.hear("frames")
        assert server.stage.sessions == 2
        page.socket.transport.write_eof()
        with pytest.raises(ConnectionClosed):
            await page.hear("nothing more")
        await until(lambda: (server.stage.sessions, server.stage.parked) == (0, 1))
        got = [one for one in page.heard if one.get("session") == 1]
        again = await greeted(port)
        refused = {-1: "INVALID_ARGUMENT", 1.5: "INVALID_ARGUMENT", len(got) + 1000: "OUT_OF_RANGE"}
        for number, (received, code) in enumerate(refused.items()):
            await again.say(session=number, resume={"id": key, "received": received})
            error = await again.hear("error")
            assert (error["code"], error["session_closed"]) == (grpc.StatusCode[code].value[0], True)
        await again.say(session=9, resume={"id": key, "received": len(got)})
        assert await again.hear("resumed") == {"taken": 2, "next_sample": len(audio)}
        await again.say(session=9, close={})
        while (await again.hear("event"))["kind"] != "CLOSED":
            pass
        got += [one for one in again.heard if one.get("session") == 9]
        frames = [one["frames"] for one in got if "frames" in one]
        indices = [frame["first_index"] + n for frame in frames for n in range(len(frame["media_samples"]))]
        assert indices == list(range(30))
        values = np.frombuffer(b"".join(frame["values"] for frame in frames), "<f4")
        assert np.isfinite(values).all()
        await again.socket.close()
