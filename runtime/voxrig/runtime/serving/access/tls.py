"""TLS as the settings have it: for gRPC and for asyncio, with certificates that are read again when they change."""

import logging
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import grpc

from voxrig.runtime.serving.settings import Settings, SettingsError

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 1.0


class _Files(NamedTuple):
    """PEM: the certificate with those that signed it, its key, who signs client certificates (empty: nobody)."""

    cert: bytes
    key: bytes
    client_ca: bytes


class Tls:
    """A server's certificates; any thread may use it.

    Args:
        settings: with tls_cert and tls_key.
        clock: seconds; files are looked at once a second at most.

    Raises:
        SettingsError: a file cannot be read, is no PEM, or the key is another certificate's.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        names = (settings.tls_cert, settings.tls_key, settings.tls_client_ca)
        self._paths = tuple(Path(name) if name else None for name in names)
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = clock()
        self._seen = self._state()
        self._contexts: dict[bool, ssl.SSLContext] = {}
        self._files = self._read()

    @property
    def wants_certificates(self) -> bool:
        """Whether clients must show one."""
        return self._paths[2] is not None

    def grpc_credentials(self) -> grpc.ServerCredentials:
        """Return what gRPC listens with."""
        credentials: grpc.ServerCredentials = grpc.dynamic_ssl_server_credentials(
            self._configuration(), self._configuration, self.wants_certificates
        )
        return credentials

    def context(self, certificate_needed: bool = True) -> ssl.SSLContext:
        """Return what asyncio listens with.

        Args:
            certificate_needed: whether a client must show a certificate, if the settings say who signs them. Else it
                may: whoever asks a page for the server's health has none.
        """
        with self._lock:
            outer = _context(self._files, self._paths, certificate_needed)

        def choose(connection: Any, name: str | None, _: ssl.SSLContext) -> None:  # noqa: ARG001
            connection.context = self._current(certificate_needed)

        outer.sni_callback = choose  # also where the client names no server
        return outer

    def _configuration(self) -> grpc.ServerCertificateConfiguration:
        self._look()
        files = self._files
        configuration: grpc.ServerCertificateConfiguration = grpc.ssl_server_certificate_configuration(
            [(files.key, files.cert)], files.client_ca or None
        )
        return configuration

    def _current(self, certificate_needed: bool) -> ssl.SSLContext:
        self._look()
        with self._lock:
            if certificate_needed not in self._contexts:
                self._contexts[certificate_needed] = _context(self._files, self._paths, certificate_needed)
            return self._contexts[certificate_needed]

    def _look(self) -> None:
        """Read the files again if they have changed; such that cannot be used change nothing."""
        with self._lock:
            now = self._clock()
            if now - self._looked < _LOOK_SECONDS:
                return
            self._looked = now
            seen = self._state()
            if seen == self._seen:
                return
            self._seen = seen
            try:
                self._files = self._read()
            except SettingsError as error:
                log.error("%s; the certificate from before stays", error)
            else:
                self._contexts.clear()
                log.warning("the TLS certificate was read again")

    def _state(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(None if path is None else _state(path) for path in self._paths)

    def _read(self) -> _Files:
        """Read the files and try them. Raises SettingsError."""
        contents = []
        for name, path in zip(("tls_cert", "tls_key", "tls_client_ca"), self._paths, strict=True):
            try:
                contents.append(b"" if path is None else path.read_bytes())
            except OSError as error:
                raise SettingsError(f"{name} {path} cannot be read: {error.strerror}") from None
        files = _Files(*contents)
        _context(files, self._paths, True)
        return files


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def _context(files: _Files, paths: tuple[Path | None, ...], certificate_needed: bool) -> ssl.SSLContext:
    """Raises SettingsError where the files do not fit or are no PEM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # A resumed TLS session would skip looking at the client's certificate, which may be good no more.
    context.options |= ssl.OP_NO_TICKET
    context.num_tickets = 0
    cert, key, client_ca = paths
    assert cert is not None
    try:
        context.load_cert_chain(cert, key, password=lambda: b"")  # asked for a password it would wait for a terminal
        if client_ca is not None:
            context.load_verify_locations(cadata=files.client_ca.decode("ascii"))
    except (OSError, ValueError) as error:
        which = f"{cert} and {key}" if not isinstance(error, UnicodeDecodeError) else str(client_ca)
        reason = getattr(error, "reason", None) or "no PEM"
        raise SettingsError(
            f"the TLS files {which} cannot be used ({reason}); give a PEM certificate and its own key, without a "
            "password"
        ) from None
    if client_ca is not None:
        context.minimum_version = ssl.TLSVersion.TLSv1_3  # 1.2 has another way to resume, which Python can't turn off
        context.verify_mode = ssl.CERT_REQUIRED if certificate_needed else ssl.CERT_OPTIONAL
    return context


def common_name(transport: Any) -> str:
    """Return the common name of the client certificate that TLS has verified on an asyncio transport; else empty."""
    certificate = transport.get_extra_info("peercert") or {}
    for part in certificate.get("subject", ()):
        for key, value in part:
            if key == "commonName":
                return str(value)
    return ""
