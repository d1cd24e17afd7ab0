"""By which names a browser may call a server: any other may be one that somebody points at this machine."""

import re
from ipaddress import ip_address
from typing import Final

_CALLED: Final = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]{1,5}))?")
_LAST_PORT: Final = 65_535

REFUSAL: Final = "This server goes by its address, or by localhost."
"""What is told to whoever calls it otherwise."""


def is_own_name(name: str, host: str) -> bool:
    """Tell whether a `Host` header is one of ours: an address, localhost, or what the server was told to listen on.

    Nobody can point an address at another machine, as they can a name of theirs (DNS rebinding). What is ours may be
    repeated in a header: it has nothing in it but a name and a port.

    Args:
        name: the header's value, with a port or without.
        host: where the server listens.
    """
    found = _CALLED.fullmatch(name)
    if found is None or int(found[3] or 0) > _LAST_PORT:
        return False
    called = (found[1] or found[2]).lower()
    if called in ("localhost", host.lower()):
        return True
    try:
        ip_address(called)
    except ValueError:
        return False
    return True
