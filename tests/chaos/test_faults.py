"""Every transport over lines with every fault: who is hit goes on or is told, and nobody else notices."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest
from faults.fault import End, Fault, Line
from faults.tcp_proxy import TcpProxy
from numpy.typing import NDArray
from stand import PLAIN, TALKERS, Stand, standing
from talking.heard import RATE, Heard
from talking.sessions import Sessions

from voxrig.engine_bridges import client

PATIENCE = 30  # seconds; what hangs fails
OWN = {"socket.send() raised exception.", "Exception deserializing message!"}
"""Lines in the log that are not ours: of asyncio, for clients here that write on where nobody listens, and of gRPC, for
a message that is none."""

SLOW = {
    "delay": Fault(delay=0.05),
    "jitter": Fault(delay=0.01, jitter=0.05, segment=1460),
    "throttle": Fault(bytes_per_second=200_000.0, segment=1460),
    "loss": Fault(loss=0.1, stall=0.06, segment=1460),
    "dribble": Fault(segment=1),
}
OVERTAKEN = {f"{delay} s": Line(up=Fault(delay=delay)) for delay in (0.12, 0.06, 0.0, 0.09)}
"""Who connects first is not who is heard first."""
MOMENTS = (0.02, 0.45, 0.97)
"""Where lines end: shares of the bytes of a whole conversation."""
WRONG = ((1e-3, 0), (1e-4, 1000), (1e-2, 4000))
"""Shares of bytes that arrive wrong, and how many are spared at first, as the greeting."""


@dataclass
class Undisturbed:
    """A conversation over a clean line: what was heard, and the bytes that it took up and down."""

    heard: Heard
    carried: list[int]


@dataclass
class Scene:
    """A running server, and clients that talk to it."""

    stand: Stand
    audio: NDArray[np.int16]
    known: dict[str, Undisturbed] = field(default_factory=dict)
    calm: Heard | None = None

    async def undisturbed(self, transport: str) -> Undisturbed:
        """Talk over a clean line, once; it goes well."""
        if transport not in self.known:
            async with self.line(transport, lambda _: Line()) as proxy:
                heard = await TALKERS[transport][1](proxy.port, self.audio)
                assert heard.failure is None
                self.known[transport] = Undisturbed(heard, proxy.carried)
        return self.known[transport]

    def line(self, transport: str, plan: Callable[[int], Line], seed: int = 0) -> TcpProxy:
        """A line to the server's port for that transport."""
        return TcpProxy(("127.0.0.1", self.stand.ports[TALKERS[transport][0]]), plan, seed)

    async def disturbed(
        self, transport: str, lines: dict[str, Line], seed: int = 0, limit: float = PATIENCE
    ) -> dict[str, Heard]:
        """Talk over all the lines at once, beside two sessions that have nothing to do with it: those hear the same.

        Who has heard nothing of an end when `limit` seconds are over gives up: TimeoutError is its failure.
        """
        if self.calm is None:
            self.calm = await self.neighbour()
        planned = list(lines.values())
        async with self.line(transport, lambda number: planned[number % len(lines)], seed) as proxy:
            talks = [self.limited(transport, proxy.port, limit) for _ in lines]
            beside, *heard = await asyncio.gather(self.neighbour(), *talks)
        assert beside == self.calm
        await self.stand.freed()
        assert await self.neighbour() == self.calm
        await self.stand.freed()
        return dict(zip(lines, heard, strict=True))

    async def neighbour(self) -> Heard:
        heard = await Sessions("grpc", 2, **PLAIN)(self.stand.ports["grpc"], self.audio)
        assert heard.failure is None
        return heard

    async def limited(self, transport: str, port: int, limit: float) -> Heard:
        try:
            async with asyncio.timeout(limit):
                return await TALKERS[transport][1](port, self.audio)
        except TimeoutError as failure:
            return Heard([], failure)


@pytest.fixture(scope="module")
def known() -> dict[str, Undisturbed]:
    return {}


@pytest.fixture
async def scene(settings, speech, known, monkeypatch, caplog) -> AsyncIterator[Scene]:
    """A scene in whose log there is nothing when it is over."""
    monkeypatch.setattr(client, "KEEPALIVE_MS", 2000)
    monkeypatch.setattr(client, "KEEPALIVE_PATIENCE_MS", 2000)
    audio = (speech(0.6, RATE) * 32767).astype(np.int16)
    async with standing(settings) as stand:
        yield Scene(stand, audio, known)
    assert [record.getMessage() for record in caplog.records if record.getMessage() not in OWN] == []


def ends(transport: str, end: End, carried: list[int]) -> dict[str, Line]:
    """Lines that end so, at several moments of a conversation, on the way up and on the way down."""
    rng = random.Random(f"{transport} {end}")
    moments = [share * rng.uniform(0.8, 1.02) for share in MOMENTS]
    up = {f"{end.name} up {moment:.3f}": Line(up=Fault(at=1 + int(moment * carried[0]), end=end)) for moment in moments}
    down = {
        f"{end.name} down {moment:.3f}": Line(down=Fault(at=1 + int(moment * carried[1]), end=end))
        for moment in moments
    }
    return up | down


@pytest.mark.parametrize("transport", TALKERS)
async def test_on_a_slow_line_frames_come_later_and_are_the_same(scene: Scene, transport: str) -> None:
    expected = await scene.undisturbed(transport)
    up = {f"{name} up": Line(up=fault) for name, fault in SLOW.items()}
    down = {f"{name} down": Line(down=fault) for name, fault in SLOW.items()}
    for name, heard in (await scene.disturbed(transport, up | down | OVERTAKEN)).items():
        assert heard == expected.heard, name


@pytest.mark.parametrize("transport", TALKERS)
async def test_a_line_that_ends_is_told_and_what_came_is_right(scene: Scene, transport: str) -> None:
    expected = await scene.undisturbed(transport)
    lines = [ends(transport, end, expected.carried) for end in (End.TRUNCATE, End.RESET, End.HALF_CLOSE)]
    for name, heard in (await scene.disturbed(transport, lines[0] | lines[1] | lines[2])).items():
        assert not isinstance(heard.failure, TimeoutError), name
        assert heard.is_beginning_of(expected.heard), name
        assert heard.failure is not None or heard == expected.heard, name


@pytest.mark.parametrize("transport", TALKERS)
async def test_a_line_that_falls_silent_is_found_out(scene: Scene, transport: str) -> None:
    expected = await scene.undisturbed(transport)
    for name, heard in (await scene.disturbed(transport, ends(transport, End.SILENCE, expected.carried))).items():
        assert not isinstance(heard.failure, TimeoutError), name
        assert heard.is_beginning_of(expected.heard), name
        assert heard.failure is not None or heard == expected.heard, name


@pytest.mark.parametrize("transport", TALKERS)
async def test_bytes_that_arrive_wrong_hurt_nobody_else(scene: Scene, transport: str) -> None:
    """Nothing finds a wrong byte in a sample out on a line without TLS; it stays in its own session.

    A client may wait for ever for an answer to what was never understood: who needs to know has a time limit.
    """
    expected = await scene.undisturbed(transport)
    faults = {f"{share:g} after {spared}": Fault(corrupt=share, spared=spared) for share, spared in WRONG}
    up = {f"{name} up": Line(up=fault) for name, fault in faults.items()}
    down = {f"{name} down": Line(down=fault) for name, fault in faults.items()}
    heard = await scene.disturbed(transport, up | down, limit=5.0)
    assert any(one != expected.heard for one in heard.values())
