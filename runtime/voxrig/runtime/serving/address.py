"""Where a server listens: how that is written, and whether it can be had."""

import errno
import socket
import sys
from typing import Final

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class AddressError(OSError):
    """The address cannot be listened on, as when its port is in use; the message names it and the remedy."""


def near(host: str) -> str:
    """Return the address by which this machine reaches a server that listens on `host`."""
    return _ANY.get(host, host)


def written(host: str, port: int) -> str:
    """Return HOST:PORT, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def probe(host: str, port: int, option: str = "--port") -> None:
    """Bind a plain socket and let it go: it says what is wrong, where gRPC would only log that something is.

    `option` is what chooses another port. Raises AddressError.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = found[0]
        with socket.socket(family, kind) as plain:
            if sys.platform != "win32":  # as gRPC binds: a port that a stopped server left a moment ago is free
                plain.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            plain.bind(address)
            plain.listen()
    except OSError as error:
        reason = {
            errno.EADDRINUSE: f"port {port} is in use; stop the other server, or choose another port with {option} "
            "(0 takes a free one)",
            errno.EADDRNOTAVAIL: f"{host} is no address of this machine; choose another with --host",
            errno.EACCES: f"port {port} needs more rights than this user has; choose one from 1024 up with {option}",
        }.get(error.errno or 0, f"{error.strerror}; choose another with --host and --port")
        raise AddressError(f"cannot listen on {written(host, port)}: {reason}") from error
