"""Servers with tokens and certificates, and clients of every kind."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.credentials import Tls
from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.viewer import page
from voxrig.runtime.serving.link import converse
from voxrig.runtime.serving.server import Server
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.web import WebSocketLine, publishing

from ...certificates import Authority

Come = Callable[..., AbstractAsyncContextManager[PerformConnection]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As elsewhere, but that nobody is refused for what else this machine has to do."""
    return dataclasses.replace(settings, max_load=0.0)


@pytest.fixture
def tls(authority: Authority) -> dict[str, str]:
    """The settings of a server that speaks TLS."""
    pair = authority.signed("server")
    return {"tls_cert": str(pair.cert), "tls_key": str(pair.key)}


@pytest.fixture(params=["grpc", "link"])
def come(request: pytest.FixtureRequest) -> Come:
    """`async with come(server, token=..., tls=...) as connection`: over gRPC, and over the engine link."""

    @asynccontextmanager
    async def connected(server: Server, **shown: Any) -> AsyncIterator[PerformConnection]:
        host = shown.pop("host", "127.0.0.1")
        if request.param == "grpc":
            over = client.connect(f"{host}:{server.port}", **shown)
            async with over as connection:
                yield connection
        else:
            assert server.link_port is not None
            async with link_client.connect(host, server.link_port, **shown) as connection:
                yield connection

    return connected


@pytest.fixture
def page_of() -> Callable[[Server], AbstractAsyncContextManager[int]]:
    """`async with page_of(server) as port`: the page of `voxrig view`, with the server's access."""

    @asynccontextmanager
    async def published(server: Server) -> AsyncIterator[int]:
        settings, access = server.stage.settings, server.access

        async def talk(line: WebSocketLine) -> None:
            known = partial(access.door.account, certificate=line.certificate)
            await converse(line, server.stage, server.pacer, server.metrics, "view", known)

        limits = (settings.max_message_bytes, access.tls, settings.max_connections, settings.handshake_seconds)
        async with publishing(page(), talk, "127.0.0.1", 0, *limits) as web:
            yield web.port

    return published


class TokenList:
    """A file of tokens that a test writes, and what the server reads of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, **tokens: str) -> None:
        """`write(studio="secret", farm='certificate = "x"')`: a whole line, or a secret."""
        tables = [
            f'[[token]]\nname = "{name}"\n' + (what if "=" in what else f'secret = "{what}"')
            for name, what in tokens.items()
        ]
        self.path.write_text("\n\n".join(tables), encoding="utf-8")


@pytest.fixture
def tokens(tmp_path: Path) -> TokenList:
    return TokenList(tmp_path / "tokens.toml")


@pytest.fixture
def as_client(authority: Authority) -> Callable[..., Tls]:
    """`as_client("render-7")`: TLS of a client that trusts the authority, with a certificate of that name."""

    def shown(name: str = "", signed_by: Authority = authority, **more: Any) -> Tls:
        if not name:
            return Tls(ca=authority.ca, **more)
        pair = signed_by.signed(name, **{key: more.pop(key) for key in ("lasts",) if key in more})
        return Tls(ca=authority.ca, cert=pair.cert, key=pair.key, **more)

    return shown
