"""The ports of several processes: the same for all, or some for each."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Final

from voxrig.runtime.serving.address import AddressError, probe, written
from voxrig.runtime.serving.settings import Settings, SettingsError

STRIDE: Final = 2
"""From one process's own ports to the next one's: the engine link is served on the port in between."""


def can_share() -> bool:
    """Tell whether this system spreads connections over processes that listen on one port.

    Linux does. macOS lets them listen but gives all connections to one of them, and Windows has nothing alike.
    """
    return sys.platform == "linux"


def shares_ports(settings: Settings) -> bool:
    """Tell whether the processes of a server listen on the same ports.

    Raises:
        SettingsError: they should, and can't.
    """
    if settings.ports == "shared" and not can_share():
        raise SettingsError("ports is shared, and this system can't spread connections over processes; use own")
    return settings.ports == "shared" or (settings.ports == "auto" and can_share())


@contextmanager
def reserved(settings: Settings) -> Iterator[tuple[int, int]]:
    """Hold ports for processes that share them, while the block runs.

    Yields those of gRPC and the engine link, 0 where that is not served.

    Others can't have them, while a process that was lost can be started again; the holder gets no connections, as it
    never listens.

    Raises:
        AddressError: a port is in use, also by another server of this kind, or the host is not this machine's.
    """
    with ExitStack() as held:
        port = held.enter_context(_held(settings.host, settings.port, "--port"))
        wanted = replace(settings, port=port) if settings.port else settings
        link = settings.link and held.enter_context(_held(settings.host, wanted.engine_link_port, "--link-port"))
        yield port, int(link)


@contextmanager
def _held(host: str, port: int, option: str) -> Iterator[int]:
    probe(host, port, option)  # alone: sockets that share a port would share it with another server's as well
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    with socket.socket(family, kind) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            holder.bind(address)
        except OSError as error:
            told = f"cannot hold {written(host, port)}: {error.strerror}; choose another with {option}"
            raise AddressError(told) from error
        yield int(holder.getsockname()[1])


def divided(settings: Settings, count: int, shared: tuple[int, int] | None) -> tuple[Settings, ...]:
    """Return the settings of each of `count` processes; `shared`: the ports of all, None for ports of their own.

    Raises:
        SettingsError: there are fewer sessions than processes, or no ports for so many.
    """
    if settings.max_sessions < count:
        raise SettingsError(
            f"max_sessions is {settings.max_sessions}, fewer than the {count} processes that share them; "
            "raise it, or lower processes"
        )
    each, rest = divmod(settings.max_sessions, count)
    own = replace(settings, processes=1, metrics_port=min(settings.metrics_port, 0))  # their pages: any free port
    return tuple(
        replace(own, max_sessions=each + (number < rest), port=port, link_port=link_port)
        for number in range(count)
        for port, link_port in (shared or _ports(settings, number),)
    )


def _ports(settings: Settings, number: int) -> tuple[int, int]:
    step = number * STRIDE
    port = settings.port + step if settings.port else 0
    link = settings.engine_link_port + step if settings.engine_link_port else 0
    if (highest := max(port, link)) > 65_535:
        raise SettingsError(f"process {number} would listen on port {highest}; lower port, link_port or processes")
    return port, link
