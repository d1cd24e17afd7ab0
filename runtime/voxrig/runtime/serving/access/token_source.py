"""Where the list of tokens is, and whether it has changed."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from voxrig.runtime.serving.access.tokens import Token, TokensError, read_tokens, read_variable

VARIABLE: Final = "env:"
"""What a source begins with that is a variable of the environment."""

_MISSING: Final = (0, 0, 0)
_SECRET: Final = re.compile(r"(?s)vox_.*|[A-Za-z0-9._-]{2,64}:[^/\\].*|.*\s[A-Za-z0-9._-]{2,64}:.*")
"""What is no path: a token, NAME:SECRET, or several; a drive of Windows has one letter."""


class TokenSource:
    """A file that is read again when its time or size has changed, or a variable, which never does.

    Args:
        source: a path, or `env:NAME`.
        environment: has the variable.
    """

    def __init__(self, source: str, environment: Mapping[str, str] = os.environ) -> None:
        self._source = source
        self._environment = environment
        self._seen: tuple[int, int, int] | None = None

    def read(self) -> tuple[Token, ...] | None:
        """Return the tokens, None where nothing has changed since they were read last.

        Raises:
            TokensError: it cannot be read. It is read again only when it has changed again.
        """
        if self._source.startswith(VARIABLE):
            return self._from_variable(self._source.removeprefix(VARIABLE))
        path = Path(self._source)
        try:
            state = path.stat()
            seen = (state.st_mtime_ns, state.st_size, state.st_ino)
            if seen == self._seen:
                return None
            content = path.read_bytes()
        except OSError as error:
            if self._seen == _MISSING:  # told already
                return None
            self._seen = _MISSING
            if _SECRET.fullmatch(self._source):  # it must not be in the log
                raise TokensError(
                    "tokens is neither a file nor env:NAME, and looks like a token itself: put it into a variable of "
                    "any name, as STUDIO_TOKENS, and give --tokens env:STUDIO_TOKENS"
                ) from None
            raise TokensError(f"tokens {path} cannot be read: {error.strerror}; make it with voxrig token") from None
        self._seen = seen
        try:
            return read_tokens(content)
        except TokensError as error:
            raise TokensError(f"tokens {path} cannot be used: {error}") from None

    def _from_variable(self, name: str) -> tuple[Token, ...] | None:
        if self._seen is not None:
            return None
        self._seen = _MISSING
        try:
            return read_variable(self._environment.get(name, ""))
        except TokensError as error:
            raise TokensError(f"tokens of the variable {name} cannot be used: {error}") from None
