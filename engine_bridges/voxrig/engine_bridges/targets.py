"""Where to send: `HOST:PORT=NAME` as people write it, and which hosts a client of the server may name."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from voxrig.engine_bridges import livelink, vmc
from voxrig.engine_bridges.udp_sender import Address

PORTS: Final = {"livelink": livelink.PORT, "vmc": vmc.PORT}
"""The protocols, and the port of each where none is given."""
LONGEST_NAME: Final = 64
_LOWEST_PORT: Final = 1024
_MOST: Final = 8

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOOPBACK: Final = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))


class TargetError(ValueError):
    """A target that cannot be; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver.

    Attributes:
        protocol: `livelink` or `vmc`.
        host: name or address, IPv6 without brackets.
        port: 1 to 65535.
        name: what stands behind `=`: a subject or a character; empty where nothing does.
    """

    protocol: str
    host: str
    port: int
    name: str = ""


def parse_target(protocol: str, text: str) -> Target:
    """Read `HOST`, `HOST:PORT` or `HOST:PORT=NAME`; IPv6 stands in brackets.

    Raises:
        TargetError: the text is no target.
    """
    place, equals, name = text.strip().partition("=")
    if equals:
        check_name(name)
    if place.startswith("["):
        host, bracket, rest = place[1:].partition("]")
        colon, port = rest[:1], rest[1:]
        broken = not bracket or colon not in ("", ":")
    else:
        host, colon, port = place.partition(":")
        broken = ":" in port
    if broken or not host or host != host.strip():
        raise TargetError(
            f"target {text!r} of {protocol} is no HOST:PORT; give for example 127.0.0.1:{PORTS[protocol]}=Hero, "
            "and IPv6 in brackets: [::1]:11111"
        )
    if colon and not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65_535):
        raise TargetError(f"port {port!r} of target {text!r} is none; give a number from 1 to 65535")
    return Target(protocol, host, int(port) if colon else PORTS[protocol], name)


def parse_targets(protocol: str, text: str) -> tuple[Target, ...]:
    """Read several with commas between them; an empty text has none.

    Raises:
        TargetError: one is no target, or there are more than eight.
    """
    parts = text.split(",") if text.strip() else []
    if len(parts) > _MOST:
        raise TargetError(f"{protocol} names {len(parts)} targets; the most is {_MOST}")
    return tuple(parse_target(protocol, part) for part in parts)


def check_name(name: str) -> str:
    """Return the name of a character or subject.

    Raises:
        TargetError: it is empty, longer than 64 characters, or has signs that a name can't have.
    """
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & set("=,") or name != name.strip():
        raise TargetError(
            f"name {name!r:.80} cannot be a subject; give 1 to {LONGEST_NAME} printable characters without = and comma"
        )
    return name


def resolve(target: Target) -> Address:
    """Look a target's address up, IPv4 before IPv6; may take seconds, where a name has to be asked for.

    Raises:
        TargetError: there is no such host.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as error:
        raise TargetError(f"host {target.host!r} is not known here ({error}); give its address") from error
    # `localhost` is ::1 first on many systems, where no engine listens.
    family, _, _, _, place = min(found, key=lambda one: one[0] != socket.AF_INET)
    return _address(family, str(place[0]), target.port)


class AllowedHosts:
    """The hosts that clients of a server may have packets sent to: this machine, and those it is told of.

    Names are looked up once, here, since `address` is called where nothing may wait.

    Args:
        send_to: names, addresses or networks (`192.168.1.0/24`) besides the loopback.
        lookup: finds the address of a host that is given by its name.

    Raises:
        TargetError: a name is not known.
    """

    def __init__(self, send_to: Sequence[str], lookup: Callable[[Target], Address] = resolve) -> None:
        self._networks: list[_Network] = list(_LOOPBACK)
        self._names = {"localhost": Address(socket.AF_INET, ("127.0.0.1", 0))}
        for text in send_to:
            try:
                self._networks.append(ipaddress.ip_network(text.strip("[]"), strict=False))
            except ValueError:
                known = lookup(Target("livelink", text, 1))
                self._names[text.lower()] = known
                self._networks.append(ipaddress.ip_network(known.place[0].partition("%")[0]))

    def address(self, target: Target) -> Address:
        """Return the address of a target that a client named, without asking anybody.

        Raises:
            TargetError: its host is not allowed, or its port is one of the system's.
        """
        if target.port < _LOWEST_PORT:
            raise TargetError(f"port {target.port} is one of the system's; give one from {_LOWEST_PORT} up")
        known = self._names.get(target.host.lower())
        if known is not None:
            return _address(known.family, known.place[0], target.port)
        try:
            host = ipaddress.ip_address(target.host)
        except ValueError:
            host = None
        if host is None or not any(host in network for network in self._networks):
            raise TargetError(
                f"{target.protocol} target {target.host} is not allowed: this server sends to its own machine, "
                f"and elsewhere only if it is started with --send-to {target.host}"
            )
        return _address(socket.AF_INET if host.version == 4 else socket.AF_INET6, target.host, target.port)


def _address(family: int, host: str, port: int) -> Address:
    return Address(family, (host, port) if family == socket.AF_INET else (host, port, 0, 0))
