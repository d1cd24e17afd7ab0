"""Every rule of the protocol's page, tried on a server."""

from collections.abc import Callable, Iterator, Sequence

from voxrig.engine_bridges.compliance import (
    server_body,
    server_cues,
    server_frames,
    server_grpc,
    server_interrupt,
    server_link,
    server_opening,
    server_sessions,
)
from voxrig.engine_bridges.compliance.rule import Finding, run
from voxrig.engine_bridges.compliance.talk import Target

ServerCase = Callable[[Target], None]

_OF_BOTH: Sequence[ServerCase] = (
    *server_opening.CASES,
    *server_frames.CASES,
    *server_interrupt.CASES,
    *server_cues.CASES,
    *server_body.CASES,
    *server_sessions.CASES,
)


def server_cases(over: str) -> Sequence[ServerCase]:
    """Return the cases for a server over `grpc` or `link`."""
    return (*_OF_BOTH, *(server_link.CASES if over == "link" else server_grpc.CASES))


def try_server(target: Target) -> Iterator[Finding]:
    """Try every rule on a server, and yield what came of each."""
    return run(server_cases(target.over), target)
