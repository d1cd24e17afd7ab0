"""What all ports of a server have in common: whom they let in, and their TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from voxrig.runtime.serving.access.door import Door
from voxrig.runtime.serving.access.listening_rules import check_listening
from voxrig.runtime.serving.access.tls import Tls
from voxrig.runtime.serving.access.token_source import TokenSource
from voxrig.runtime.serving.settings import Settings


@dataclass(frozen=True, slots=True)
class Access:
    """How clients come in.

    Attributes:
        door: who is let in.
        tls: None: there is none.
    """

    door: Door
    tls: Tls | None


@asynccontextmanager
async def guarding(settings: Settings, secret: str = "") -> AsyncIterator[Access]:
    """Yield the access that the settings ask for; while the block runs, changed tokens are taken.

    `secret`: one more token, of whoever starts the server.

    Raises:
        SettingsError: the server may not listen there so, or TLS has a file that cannot be used.
        TokensError: the tokens cannot be read.
    """
    check_listening(settings, bool(secret))
    tls = await asyncio.to_thread(Tls, settings) if settings.tls_cert else None
    source = TokenSource(settings.tokens) if settings.tokens else None
    door = Door(source, bool(settings.tls_client_ca), secret)
    async with door.kept():
        yield Access(door, tls)
