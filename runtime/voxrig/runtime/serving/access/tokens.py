"""The list of those that are let in, as TOML:

    [[token]]
    name = "studio-a"                 # for people, logs and refusals
    sha256 = "0123456789abcdef..."    # of the secret, 64 hexadecimal digits; `voxrig token` makes both
    max_connections = 8               # this and what follows may be left out: no limit
    max_sessions = 16
    audio_seconds_per_hour = 3600

    [[token]]
    name = "farm"
    certificate = "render-7"          # the common name of a client certificate, instead of a secret

`secret` instead of `sha256` has the secret itself, of 16 characters or more. A variable of the environment has, instead
of TOML, NAME:SECRET, several with spaces between. No error quotes what it could not read.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

LEAST_SECRET: Final = 16
"""Characters. `voxrig token` makes them of 47, with 256 random bits."""
MOST_BYTES: Final = 1 << 20
"""Of a file."""
_MOST: Final = 10**12
"""Of a limit."""

_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HASH: Final = re.compile(r"[0-9a-fA-F]{64}")
_PLACE: Final = re.compile(r"\(at [^()]*\)")
_KEYS: Final = (
    "name",
    "sha256",
    "secret",
    "certificate",
    "max_connections",
    "max_sessions",
    "audio_seconds_per_hour",
)


class TokensError(ValueError):
    """A list of tokens that cannot be used; the message says where, and never what stands there."""


class Token(NamedTuple):
    """Who is let in, and with what limits; None: no limit.

    Attributes:
        digest: SHA-256 of the secret; empty for a certificate.
        certificate: the common name; empty for a secret.
    """

    name: str
    digest: bytes
    certificate: str
    max_connections: int | None
    max_sessions: int | None
    audio_seconds_per_hour: float | None


def digest(secret: str) -> bytes:
    """Return the SHA-256 of a secret, whatever characters it has."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def read_tokens(content: bytes) -> tuple[Token, ...]:
    """Read a file's content.

    Raises:
        TokensError: it is no such list, names something twice, or has none.
    """
    if len(content) > MOST_BYTES:
        raise TokensError(f"it has {len(content)} bytes; the most is {MOST_BYTES}")
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # ValueError alone: a number of thousands of digits
        place = _PLACE.search(str(error))
        raise TokensError(f"it is not TOML{' ' + place[0] if place else ''}") from None
    entries = table.get("token")
    if set(table) != {"token"} or not isinstance(entries, list) or not entries:
        raise TokensError("it must have [[token]] tables, one or more, and nothing else")
    return _distinct(_token(number, entry) for number, entry in enumerate(entries, 1))


def read_variable(text: str) -> tuple[Token, ...]:
    """Read what a variable of the environment has. Raises TokensError."""
    entries = []
    for number, part in enumerate(text.split(), 1):
        name, colon, secret = part.partition(":")
        if not colon:
            raise TokensError(f"token {number} has no colon; give NAME:SECRET, several with spaces between")
        entries.append(_token(number, {"name": name, "secret": secret}))
    if not entries:
        raise TokensError("it is empty; give NAME:SECRET, several with spaces between")
    return _distinct(iter(entries))


def _token(number: int, entry: Any) -> Token:
    if not isinstance(entry, Mapping):
        raise TokensError("it must have [[token]] tables, one or more, and nothing else")
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TokensError(f"token {number} needs a name of 1 to 64 letters, digits, '.', '_' or '-'")
    if any(key not in _KEYS for key in entry):
        raise TokensError(f"token {number} ({name}) has a key that is unknown; there are {', '.join(_KEYS)}")
    if sum(key in entry for key in ("sha256", "secret", "certificate")) != 1:
        raise TokensError(f"token {number} ({name}) must have one of sha256, secret and certificate")
    whose = f"token {number} ({name})"
    return Token(
        name,
        _digest(entry, whose),
        _certificate(entry, whose),
        _limit(entry, "max_connections", whose),
        _limit(entry, "max_sessions", whose),
        _limit(entry, "audio_seconds_per_hour", whose),
    )


def _digest(entry: Mapping[str, Any], whose: str) -> bytes:
    if "secret" in entry:
        secret = entry["secret"]
        if not isinstance(secret, str) or len(secret) < LEAST_SECRET or not secret.isascii() or " " in secret:
            raise TokensError(f"{whose} has a secret that is too short or no text: {LEAST_SECRET} ASCII signs or more")
        return digest(secret)
    if "sha256" in entry:
        if not isinstance(entry["sha256"], str) or not _HASH.fullmatch(entry["sha256"]):
            raise TokensError(f"{whose} has a sha256 that is not 64 hexadecimal digits")
        return bytes.fromhex(entry["sha256"])
    return b""


def _certificate(entry: Mapping[str, Any], whose: str) -> str:
    name = entry.get("certificate", "")
    if not isinstance(name, str) or ("certificate" in entry and not name):
        raise TokensError(f"{whose} has a certificate that is no common name")
    return name


def _limit(entry: Mapping[str, Any], key: str, whose: str) -> Any:
    value = entry.get(key)
    kinds = (int, float) if key == "audio_seconds_per_hour" else (int,)
    if value is None or (type(value) in kinds and 0 <= value <= _MOST):
        return value
    raise TokensError(f"{whose} has a {key} that is no number from 0 to {_MOST}; leave it out for no limit")


def _distinct(tokens: Iterator[Token]) -> tuple[Token, ...]:
    found = tuple(tokens)
    for what in ("name", "digest", "certificate"):
        values = [value for token in found if (value := getattr(token, what))]
        if len(set(values)) < len(values):
            raise TokensError(f"two tokens have the same {'secret' if what == 'digest' else what}")
    return found
