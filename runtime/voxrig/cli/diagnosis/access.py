"""What a server is set up with: where it listens, its tokens, its certificate."""

import os
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxrig.cli.diagnosis.certificate import CertificateError, examine
from voxrig.cli.diagnosis.finding import Finding, broken, good, one_line, risky

if TYPE_CHECKING:
    from voxrig.runtime.serving.settings import Settings

_FEW_DAYS: Final = 21
_ANY: Final = ("0.0.0.0", "::")
_NO_START: Final = "a server set up so does not start"


def check_access(settings: "Settings", now: float) -> Iterator[Finding]:
    """Look at what guards a server; `now` in Unix seconds."""
    yield _listening(settings)
    if settings.tokens:
        yield from _tokens(settings.tokens)
    if settings.tls_cert:
        yield from _certificate(settings, now)
    if settings.tls_client_ca:
        yield _client_ca(Path(settings.tls_client_ca))


def _listening(settings: "Settings") -> Finding:
    from voxrig.runtime.serving.access.listening_rules import check_listening, is_own
    from voxrig.runtime.serving.settings import SettingsError

    try:
        check_listening(settings)
    except SettingsError as error:
        return broken("host", one_line(error), _NO_START, "one of the remedies in the line above")
    guards = [name for name, there in (("tokens", settings.tokens), ("certificates", settings.tls_client_ca)) if there]
    if is_own(settings.host):
        return good("host", f"{settings.host}: this machine alone")
    if not guards:
        why = "everybody in reach can use the server"
        return risky("host", f"{settings.host}, without tokens", why, "--tokens FILE, made by `voxrig token`")
    return good("host", f"{settings.host}, guarded by {' and '.join(guards)}")


def _tokens(source: str) -> Iterator[Finding]:
    from voxrig.runtime.serving.access.token_source import VARIABLE, TokenSource
    from voxrig.runtime.serving.access.tokens import TokensError

    try:
        found = TokenSource(source).read() or ()
    except TokensError as error:
        yield broken(
            "tokens", one_line(error), _NO_START, "make it with `voxrig token`, and let the server's user read it"
        )
        return
    yield good("tokens", f"{source}: {len(found)}")
    if not source.startswith(VARIABLE):
        yield from _private("tokens", Path(source), "whoever else uses this machine can read or change who is let in")


def _private(name: str, path: Path, why: str) -> Iterator[Finding]:
    """See whether others than its owner may read a file; Windows keeps that elsewhere."""
    mode = path.stat().st_mode
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield risky(name, f"{path} can be read by others ({stat.filemode(mode)})", why, f"chmod 600 '{path}'")


def _certificate(settings: "Settings", now: float) -> Iterator[Finding]:
    name = "certificate"
    cert, key = Path(settings.tls_cert), Path(settings.tls_key)
    try:
        found = examine(cert, key)
    except OSError as error:
        yield broken(
            name, f"{error.filename} cannot be read: {error.strerror}", _NO_START, "see its path and its rights"
        )
        return
    except CertificateError as error:
        yield broken(name, one_line(error), "clients don't connect, or the server doesn't start", error.remedy)
        return
    days = found.days_left(now)
    told = f"{cert} for {', '.join(found.names) or 'no name'}, good for {days:.0f} days"
    if days < _FEW_DAYS:
        why = "clients stop connecting when it expires"
        yield risky(name, told, why, "have it renewed; a running server takes the new file by itself")
    elif settings.host not in _ANY and not found.fits(settings.host):
        why = f"clients that connect to {settings.host} refuse it"
        yield risky(name, told, why, "have one made with this name, or let clients connect by a name that it has")
    else:
        yield good(name, told)
    yield from _private("key", key, "whoever else uses this machine can pretend to be this server")


def _client_ca(path: Path) -> Finding:
    name = "client certificates"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(path)
    except (OSError, ssl.SSLError) as error:
        return broken(name, f"{path} cannot be read: {one_line(error)}", _NO_START, "take a PEM file of who signs them")
    return good(name, f"those that {path} signs")
