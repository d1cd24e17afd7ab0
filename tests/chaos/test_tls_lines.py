"""Bad lines under TLS: a wrong byte is never taken for a right one, and who resumes a session loses nothing by it."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
from faults.fault import End, Fault, Line
from faults.tcp_proxy import TcpProxy
from numpy.typing import NDArray
from stand import Stand, standing
from talking.heard import RATE
from talking.sessions import Sessions

from voxrig.engine_bridges.credentials import Tls

OWN = {"socket.send() raised exception.", "Exception deserializing message!"}
SHARES = (0.35, 0.6, 0.95)
"""Of the bytes of a conversation: where something happens."""


@pytest.fixture
async def stand(settings, authority, caplog) -> AsyncIterator[Stand]:
    """A server that speaks TLS, in whose log there is nothing when it is over."""
    pair = authority.signed("server")
    async with standing(settings, tls_cert=str(pair.cert), tls_key=str(pair.key), max_resume_seconds=2.0) as running:
        yield running
    assert [record.getMessage() for record in caplog.records if record.getMessage() not in OWN] == []


def lines(carried: list[int]) -> dict[str, Line]:
    """Lines with a few wrong bytes, and lines that end, up and down."""
    found = {}
    for share in SHARES:
        for name, fault in (
            ("wrong", {"corrupt": 0.01}),
            (End.TRUNCATE.name, {"end": End.TRUNCATE}),
            (End.RESET.name, {"end": End.RESET}),
        ):
            up, down = (int(share * size) for size in carried)
            key = "spared" if name == "wrong" else "at"
            found[f"{name} up from {share}"] = Line(up=Fault(**{key: up}, **fault))
            found[f"{name} down from {share}"] = Line(down=Fault(**{key: down}, **fault))
    return found


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("way", ["grpc", "link"])
async def test_what_comes_is_right_and_whoever_resumes_has_it_all(
    stand: Stand, authority, speech, way: str, count: int
) -> None:
    audio: NDArray[np.int16] = (speech(0.5, RATE) * 32767).astype(np.int16)
    server = ("127.0.0.1", stand.ports[way])
    tls = Tls(ca=authority.ca)
    plain = Sessions(way, count, tls=tls, resume_seconds=0.0)
    async with TcpProxy(server) as proxy:
        expected, carried = await plain(proxy.port, audio), proxy.carried
    assert expected.failure is None
    broken = 0
    for name, line in lines(carried).items():
        async with TcpProxy(server, lambda _, line=line: line, seed=3) as proxy:
            heard = await plain(proxy.port, audio)
        assert heard.is_beginning_of(expected), name
        assert heard.failure is not None or heard == expected, name
        async with TcpProxy(server, lambda number, line=line: Line() if number else line, seed=3) as proxy:
            resumed = await Sessions(way, count, tls=tls)(proxy.port, audio)
            broken += proxy.connections > 1
        assert resumed == expected or not resumed.rows, f"{name}: {resumed.failure}"
    assert broken > 6
    await stand.freed()
