"""How many files and sockets this process may have open: else a crowd of strangers takes them all from the rest."""

import logging
import sys
from typing import Final

log = logging.getLogger(__name__)

_PORTS: Final = 3
"""Of gRPC, the engine link or a page, and the numbers."""
_OWN: Final = 256
"""What a server opens besides: models, caches, pipes."""
_MOST: Final = 1 << 16


def make_room(max_connections: int) -> None:
    """Raise the system's limit for this process as far as it goes, since gRPC does not outlive having none left.

    Says so in the log where `max_connections` on each port are more than there is room for. Windows has no such limit.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(_MOST, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError) as error:  # macOS has a limit of its own besides
            log.debug("the limit of open files stays at %d: %s", soft, error)
    needed = _PORTS * max_connections + _OWN
    if soft != resource.RLIM_INFINITY and soft < needed:
        log.warning(
            "max_connections is %d on each port, and this process may open %d files, fewer than the %d that takes: "
            "raise `ulimit -n`, or lower --max-connections",
            *(max_connections, soft, needed),
        )
