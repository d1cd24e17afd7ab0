"""The way to a server, one step after the other: name, connection, TLS, and what answers there."""

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from voxrig.cli.diagnosis.certificate import from_peer, refused
from voxrig.cli.diagnosis.finding import Finding, broken, good, one_line, risky
from voxrig.cli.diagnosis.network import check_proxy
from voxrig.engine_bridges.credentials import CredentialsError, Tls

PATIENCE: Final = 5.0
"""Seconds for each step."""
_FEW_DAYS: Final = 21
_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])  # and an empty SETTINGS
_SETTINGS: Final = 4
_TLS_ALERT: Final = 0x15
_NONE: Final = "no client of this machine reaches the server"


@dataclass(frozen=True, slots=True)
class Way:
    """How a client is to connect.

    Attributes:
        host, port: of the server.
        token: empty for none.
        tls: None: without.
    """

    host: str
    port: int
    token: str = field(default="", repr=False)
    tls: Tls | None = None

    @property
    def target(self) -> str:
        """HOST:PORT, as gRPC takes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, target: str, token: str = "", tls: Tls | None = None) -> "Way":
        """Read HOST:PORT.

        Raises:
            ValueError: it is none.
        """
        host, colon, port = target.rpartition(":")
        if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
            raise ValueError(f"--target is {target!r}; give HOST:PORT, as 127.0.0.1:52000")
        return cls(host.strip("[]"), int(port), token, tls)


class Blocked(Exception):  # noqa: N818 (it is an outcome, not a fault of ours)
    """A step failed, so that those after it can't be tried; carries what was found."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.detail)
        self.finding = finding


def check_way(way: Way, now: float) -> Iterator[Finding]:
    """Go as far as to something that speaks gRPC; `now` in Unix seconds. Raises Blocked."""
    yield _resolve(way)
    yield from check_proxy(way.host)
    yield _connect(way)
    if way.tls is not None:
        yield from _secure(way, way.tls, now)
    else:
        yield _plain(way)


def _resolve(way: Way) -> Finding:
    try:
        found = socket.getaddrinfo(way.host, way.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        remedy = "see how the name is written, or give the server's address in numbers"
        raise Blocked(broken("name", f"{way.host} is not known: {one_line(error)}", _NONE, remedy)) from error
    return good("name", ", ".join(dict.fromkeys(str(address[0]) for *_, address in found)))


def _connect(way: Way) -> Finding:
    begun = time.perf_counter()
    try:
        with socket.create_connection((way.host, way.port), PATIENCE):
            pass
    except ConnectionRefusedError as error:
        remedy = f"on that machine: voxrig serve --port {way.port} (with --host, for other machines); see its firewall"
        raise Blocked(broken("connection", "nothing listens there", _NONE, remedy)) from error
    except TimeoutError as error:
        remedy = (
            f"let the firewalls of both machines and between them pass TCP port {way.port}; see that the server runs"
        )
        raise Blocked(broken("connection", f"no answer in {PATIENCE:.0f} s", _NONE, remedy)) from error
    except OSError as error:
        remedy = "see the network of both machines"
        raise Blocked(broken("connection", one_line(error), _NONE, remedy)) from error
    return good("connection", f"in {(time.perf_counter() - begun) * 1000:.1f} ms")


def _plain(way: Way) -> Finding:
    """Say hello as HTTP/2 does without TLS, and look at what comes back."""
    answer = _answer_to_preface(way)
    if len(answer) > 3 and answer[3] == _SETTINGS:
        return good("protocol", "HTTP/2 without TLS")
    if answer[:1] == bytes([_TLS_ALERT]) or _speaks_tls(way):
        remedy = "give --tls, and --tls-ca FILE where its certificate isn't signed by a public authority"
        raise Blocked(broken("protocol", "the server speaks TLS, and this client doesn't", _NONE, remedy))
    raise Blocked(_stranger(answer))


def _stranger(answer: bytes) -> Finding:
    told = "a web server (HTTP/1)" if answer.startswith(b"HTTP/1") else "something that is no gRPC server"
    remedy = "give the port that `voxrig serve` says it is ready on; the engine link's is another"
    return broken("protocol", f"{told} answers there", _NONE, remedy)


def _answer_to_preface(way: Way) -> bytes:
    """Return what comes back; nothing where the connection is closed. Raises Blocked where neither happens."""
    try:
        with socket.create_connection((way.host, way.port), PATIENCE) as line:
            line.settimeout(PATIENCE)
            line.sendall(_PREFACE)
            return line.recv(64)
    except TimeoutError as error:
        detail = f"it is taken, and for {PATIENCE:.0f} s nothing is said"
        remedy = "see whether the server hangs or is overloaded (its log, `top`), and start it again"
        raise Blocked(broken("protocol", detail, _NONE, remedy)) from error
    except OSError:
        return b""


def _speaks_tls(way: Way) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is sent on it
    try:
        with (
            socket.create_connection((way.host, way.port), PATIENCE) as line,
            context.wrap_socket(line, server_hostname=way.host),
        ):
            return True
    except OSError:
        return False


def _secure(way: Way, tls: Tls, now: float) -> Iterator[Finding]:
    """Shake hands as clients do, with all checks."""
    context = _context(tls)
    try:
        with (
            socket.create_connection((way.host, way.port), PATIENCE) as line,
            context.wrap_socket(line, server_hostname=tls.name or way.host) as secured,
        ):
            found = from_peer(secured.getpeercert())
            told, chosen = secured.version(), secured.selected_alpn_protocol()
            secured.sendall(_PREFACE)
            if not secured.recv(64):  # what the server thinks of a client's certificate comes after the handshake
                raise Blocked(_unwelcome(tls))
    except ssl.SSLCertVerificationError as error:
        plain = refused(error, "the server's certificate")
        raise Blocked(broken("TLS", str(plain), _NONE, plain.remedy)) from error
    except (ssl.SSLError, ConnectionError, TimeoutError) as error:
        raise Blocked(_no_tls(way, tls, error)) from error
    if chosen != "h2":
        raise Blocked(_stranger(b"HTTP/1"))
    days = found.days_left(now)
    detail = f"{told}, the certificate is good for {days:.0f} days"
    if days < _FEW_DAYS:
        yield risky("TLS", detail, "clients stop connecting when it expires", "have the server's certificate renewed")
    else:
        yield good("TLS", detail)


def _no_tls(way: Way, tls: Tls, error: OSError) -> Finding:
    if "CERTIFICATE" in str(error).upper() or "UNKNOWN_CA" in str(error).upper():
        return _unwelcome(tls)
    answer = _answer_to_preface(way)
    if len(answer) > 3 and answer[3] == _SETTINGS:
        remedy = "leave --tls out, or give the server --tls-cert and --tls-key"
        return broken("TLS", "the server doesn't speak TLS", _NONE, remedy)
    return broken("TLS", one_line(error), _NONE, "see that this is the port of `voxrig serve`")


def _unwelcome(tls: Tls) -> Finding:
    """What to say of a server that breaks off once it has seen the client's certificate, or that there is none."""
    if not tls.cert:
        remedy = "give --tls-cert and --tls-key, of a certificate that the server's --tls-client-ca has signed"
        return broken("TLS", "the server wants a client certificate", _NONE, remedy)
    remedy = "take one that the server's --tls-client-ca has signed, and that is not expired"
    return broken("TLS", "the server refuses this client certificate", _NONE, remedy)


def _context(tls: Tls) -> ssl.SSLContext:
    """Return what a client of gRPC shakes hands with. Raises Blocked."""
    try:
        context = tls.context()
    except CredentialsError as error:
        raise Blocked(
            broken("TLS", one_line(error), _NONE, "take PEM files; the key must be the certificate's")
        ) from error
    context.set_alpn_protocols(["h2"])
    return context
