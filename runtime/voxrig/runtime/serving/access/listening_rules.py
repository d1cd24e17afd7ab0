"""Where a server may listen: on other addresses than this machine's own only with a guard, or if told so in words."""

import socket
from ipaddress import ip_address

from voxrig.runtime.serving.settings import Settings, SettingsError


def check_listening(settings: Settings, has_secret: bool = False) -> None:
    """Refuse a server that others could use without a token or a certificate, or whose tokens others could read.

    Args:
        settings: of the server.
        has_secret: whether clients need a secret that was made for this start.

    Raises:
        SettingsError: it may not listen so; the message names every remedy.
    """
    if is_own(settings.host):
        return
    has_tokens = bool(settings.tokens) or has_secret
    if not (has_tokens or settings.tls_client_ca or settings.allow_anyone):
        raise SettingsError(
            f"host is {settings.host}, where everybody in reach could use this server: let in who has a token "
            "(--tokens FILE, made by `voxrig token`) or a certificate (--tls-client-ca FILE), stay on 127.0.0.1, or "
            "say --allow-anyone"
        )
    if has_tokens and not settings.tls_cert and not settings.allow_plaintext:
        raise SettingsError(
            f"host is {settings.host} without TLS, where tokens could be read on their way: give --tls-cert and "
            "--tls-key, or say --allow-plaintext where a proxy in front ends TLS"
        )


def is_own(host: str) -> bool:
    """Tell whether only this machine reaches `host`. A name that is not known is none of its own."""
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # the latter of a name that can't be one
        return False
    return all(ip_address(str(address[0]).partition("%")[0]).is_loopback for *_, address in found)
