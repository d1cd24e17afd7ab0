"""Ports, loopback and proxies: can a server listen here, and can clients of this machine reach it?"""

import os
import socket
from collections.abc import Iterator, Mapping
from typing import Final

from voxrig.cli.diagnosis.finding import Finding, broken, good, one_line, risky

_PATIENCE: Final = 3.0  # seconds
_WORD: Final = b"voxrig"
_PROXIES: Final = ("grpc_proxy", "https_proxy", "http_proxy")


def check_port(port: int, host: str = "127.0.0.1", remedy: str = "--port") -> Finding:
    """See whether a server could listen on `port` of `host`; `remedy` is the option that chooses another."""
    name = f"port {port}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        why = "a server can't listen on a host that has no address"
        return broken(name, f"{host} is no address: {error.strerror}", why, "choose one with --host, as 127.0.0.1")
    with socket.socket(family, kind) as probe:
        if os.name == "posix":  # else a port that was just closed counts as taken for a minute
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            user = _user_of(port)
            there = f"is in use by {user[0]} (process {user[1]})" if user else f"cannot be used ({error.strerror})"
            stop = f"stop process {user[1]}" if user else "stop what listens there"
            why = "`voxrig serve` would not start"
            return broken(name, there, why, f"{stop}, or choose another with {remedy}")
    return good(name, "is free")


def _user_of(port: int) -> tuple[str, int] | None:
    """Return the name and number of the process that listens on a port, where this user may know it."""
    try:
        import psutil

        for line in psutil.net_connections("tcp"):
            if line.status == psutil.CONN_LISTEN and line.laddr and line.laddr.port == port and line.pid:
                return psutil.Process(line.pid).name(), line.pid
    except Exception:  # macOS tells only root; and a process may end meanwhile: then it stays unknown
        return None
    return None


def check_loopback() -> Iterator[Finding]:
    """Talk to ourselves, as an engine on this machine talks to a server on it."""
    why = "an engine on this machine cannot talk to a server on it"
    remedy = "let your firewall or security program allow connections from this machine to itself (127.0.0.1)"
    for name, talk in (("loopback over TCP", _over_tcp), ("loopback over UDP", _over_udp)):
        try:
            talk()
        except OSError as error:
            yield broken(name, f"fails: {one_line(error)}", why, remedy)
        else:
            yield good(name, "works")
    try:
        socket.getaddrinfo("localhost", None)
    except OSError as error:
        why = "clients that are told `localhost` find no server"
        remedy = "write 127.0.0.1 for localhost, or add `127.0.0.1 localhost` to the hosts file"
        yield risky("localhost", f"has no address: {error.strerror}", why, remedy)


def _over_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(_PATIENCE)
        with socket.create_connection(server.getsockname(), _PATIENCE) as client:
            taken, _ = server.accept()
            with taken:
                client.sendall(_WORD)
                taken.settimeout(_PATIENCE)
                if taken.recv(len(_WORD)) != _WORD:
                    raise OSError("what is sent doesn't come")


def _over_udp() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.settimeout(_PATIENCE)
        receiver.bind(("127.0.0.1", 0))
        sender.sendto(_WORD, receiver.getsockname())
        if receiver.recv(100) != _WORD:
            raise OSError("what is sent doesn't come")


def check_proxy(host: str, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """See whether gRPC would go to `host` by way of a proxy, as the environment may tell it to."""
    chosen = next((name for name in _PROXIES if environ.get(name)), None)
    if chosen is None:
        return
    without = environ.get("no_grpc_proxy") or environ.get("no_proxy") or ""
    spared = [part.strip() for part in without.split(",") if part.strip()]
    if any(host == part or host.endswith(f".{part.lstrip('.')}") for part in spared) or "*" in spared:
        yield good("proxy", f"{chosen} is set, and not for {host}", needed=False)
        return
    why = "most proxies break off what streams both ways, or hold frames back"
    remedy = f"export no_proxy={','.join([*spared, host])}"
    yield risky("proxy", f"{chosen} is set: clients over gRPC go to {host} through it", why, remedy)
