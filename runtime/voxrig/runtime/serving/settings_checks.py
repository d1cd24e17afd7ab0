"""What is wrong with settings, one line each with the value and the remedy."""

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Final

from voxrig.runtime.models.backend import BackendError, check_backend

if TYPE_CHECKING:
    from voxrig.runtime.serving.settings import Settings

MAX_PROCESSES: Final = 512

_MORE_THAN_0: Final = (
    "max_sessions",
    "max_connections",
    "max_chunk_bytes",
    "max_buffered_seconds",
    "max_bake_seconds",
    "max_queued_bytes",
    "a2f_idle_seconds",
    "handshake_seconds",
)
_MOST: Final = 2**31 - 1
"""Of an amount: what gRPC takes, and clocks do."""
_NEVER_AT_0: Final = ("max_idle_seconds", "max_session_seconds", "max_resume_seconds", "hang_seconds")


def problems(settings: "Settings") -> Iterator[str]:
    """Yield what is wrong."""
    yield from _addresses(settings)
    yield from _amounts(settings)
    yield from _choices(settings)
    yield from _access(settings)


def _addresses(settings: "Settings") -> Iterator[str]:
    if not settings.host:
        yield "host is empty; give an address to listen on, for example 127.0.0.1"
    if not 0 <= settings.port <= 65_535:
        yield f"port {settings.port} is outside 0 to 65535; 0 takes a free one"
    if not -1 <= settings.link_port <= 65_535:
        yield f"link_port {settings.link_port} is outside -1 to 65535; -1 takes the port after the other"
    if not -1 <= settings.metrics_port <= 65_535:
        yield f"metrics_port {settings.metrics_port} is outside -1 to 65535; 0 takes a free one, -1 none"
    if settings.otel and not settings.otel.startswith(("http://", "https://")):
        yield f"otel is {settings.otel!r}; it must be a collector's address, as http://127.0.0.1:4318"


def _amounts(settings: "Settings") -> Iterator[str]:
    for name in _MORE_THAN_0:
        if not 0 < getattr(settings, name) <= _MOST:
            yield f"{name} is {getattr(settings, name)}; it must be more than 0, and at most {_MOST}"
    for name in _NEVER_AT_0:
        if not 0 <= getattr(settings, name) < inf:
            yield f"{name} is {getattr(settings, name)}; it must be 0 (never) or more, and an end to it"
    if not 0 <= settings.max_load <= 1:
        yield f"max_load is {settings.max_load}; it must be 0 (sessions are never refused for it) to 1"
    if not 0 <= settings.processes <= MAX_PROCESSES:
        yield f"processes is {settings.processes}; it must be 0 (one a physical core) to {MAX_PROCESSES}"
    if not 0 <= settings.tick_ms <= 1000:
        yield f"tick_ms is {settings.tick_ms}; it must be 0 to 1000 milliseconds"
    if not 0 <= settings.drain_seconds < inf:
        yield f"drain_seconds is {settings.drain_seconds}; it must be 0 or more, and an end to it"
    if not settings.max_chunk_bytes < settings.max_message_bytes <= 1 << 30:
        yield (
            f"max_message_bytes is {settings.max_message_bytes}; it must be more than max_chunk_bytes "
            f"({settings.max_chunk_bytes}) and at most {1 << 30}"
        )


def _choices(settings: "Settings") -> Iterator[str]:
    if settings.a2f_fps not in (30, 60):
        yield f"a2f_fps is {settings.a2f_fps}; it must be 30 or 60"
    if settings.a2f_life not in ("off", "on", "head"):
        yield f"a2f_life is {settings.a2f_life!r}; it must be off, on or head"
    try:
        check_backend(settings.backend)
    except BackendError as error:
        yield str(error)
    if settings.ports not in ("auto", "shared", "own"):
        yield f"ports is {settings.ports!r}; it must be auto, shared or own"


def _access(settings: "Settings") -> Iterator[str]:
    if bool(settings.tls_cert) != bool(settings.tls_key):
        there, missing = ("tls_cert", "tls_key") if settings.tls_cert else ("tls_key", "tls_cert")
        yield f"{there} is given without {missing}; TLS needs both, the certificate and its key"
    if settings.tls_client_ca and not settings.tls_cert:
        yield "tls_client_ca is given without tls_cert and tls_key; client certificates need TLS"
    if settings.tokens == "env:":
        yield "tokens is 'env:'; name the variable that has them, as env:STUDIO_TOKENS"
    if settings.tokens == "env:VOXRIG_TOKENS":
        yield (
            "tokens is 'env:VOXRIG_TOKENS', the variable that stands for --tokens itself; put them into another one, "
            "as STUDIO_TOKENS, and give env:STUDIO_TOKENS"
        )
