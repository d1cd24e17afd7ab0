"""Reaching a server, and saying so in a line where there is none."""

import asyncio

CONNECT_SECONDS = 5.0


def parted(target: str) -> tuple[str, int]:
    """Return host and port of "host:port" or "[host]:port". Raises ValueError for anything else."""
    host, colon, port = target.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise ValueError(f"target {target!r} is no HOST:PORT, for example 127.0.0.1:52000")
    return host.strip("[]"), int(port)


async def dialled(target: str, protocol: asyncio.Protocol) -> None:
    """Connect `protocol` to a target. Raises ConnectionError where nobody answers."""
    host, port = parted(target)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await asyncio.get_running_loop().create_connection(lambda: protocol, host, port)
    except (OSError, TimeoutError) as error:
        why = getattr(error, "strerror", None) or f"no answer in {CONNECT_SECONDS:g} s"
        raise ConnectionError(f"no server answers at {target} ({why}): start one with `voxrig serve`") from error
