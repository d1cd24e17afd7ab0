"""Who is let in: finds the account of whoever comes with a token or a client certificate."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import grpc

from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.access.token_source import TokenSource
from voxrig.runtime.serving.access.tokens import Token, TokensError, digest
from voxrig.runtime.serving.refusal import RefusalError

log = logging.getLogger(__name__)

LONGEST: Final = 512
"""Characters of a token that is looked at."""
LOOK_SECONDS: Final = 1.0
"""How often a server looks whether its tokens have changed."""

_SCHEME: Final = "bearer "


class Door:
    """Knows the tokens of a server; lives in the event loop.

    Without tokens and client certificates it lets everybody in, as `ANYONE`.

    Args:
        source: where the tokens are; None: there are none.
        by_certificate: whether clients show certificates, which TLS has verified.
        secret: one more that is let in, without limits: of whoever started the server, for as long as it runs.
        clock: seconds, for the limits.

    Raises:
        TokensError: the tokens cannot be read.
    """

    def __init__(
        self,
        source: TokenSource | None = None,
        by_certificate: bool = False,
        secret: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._clock = clock
        self._by_certificate = by_certificate
        self._tokens: dict[Token, Account] = {}
        self._certified: WeakValueDictionary[str, Account] = WeakValueDictionary()  # while somebody has it
        self._started = ((digest(secret), Account("page")),) if secret else ()
        self._by_digest = dict(self._started)
        self.refused = 0
        """Calls and connections that showed nothing good, since the start."""
        self._told = 0
        if source is not None:
            self._take(source.read() or ())

    @property
    def is_open(self) -> bool:
        """Whether everybody is let in."""
        return self._source is None and not self._by_certificate and not self._started

    def account(self, token: object, certificate: str = "") -> Account:
        """Return whose this client is.

        Args:
            token: what it shows, None for nothing.
            certificate: the common name of the certificate that TLS has verified; empty: there is none.

        Raises:
            RefusalError: UNAUTHENTICATED: nothing that it shows is good here.
        """
        if self.is_open:
            return ANYONE
        if token is not None and token != "":
            return self._of_token(token)
        if certificate:
            return self._of_certificate(certificate)
        raise self._unknown("this server lets in who has a token; send one as `authorization: Bearer ...`, or in hello")

    def bearer(self, header: str | None, certificate: str = "") -> Account:
        """As `account`, for the value of an `authorization` header; None: there was none."""
        if self.is_open or header is None:
            return self.account(None, certificate)
        if header[: len(_SCHEME)].lower() != _SCHEME:
            raise self._unknown("authorization must be `Bearer` and a token, with one space between")
        return self.account(header[len(_SCHEME) :].strip(" ") or None, certificate)

    def look(self) -> None:
        """Take new tokens if there are some, and end the connections of those that are gone.

        Tokens that cannot be read change nothing; a line in the log says so.
        """
        self._tell_refused()
        try:
            tokens = None if self._source is None else self._source.read()
        except TokensError as error:
            log.error("%s; those from before stay good", error)
            return
        if tokens is not None:
            self._take(tokens)
            log.warning("%d tokens were read again", len(tokens))

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """`look` every second while the block runs."""

        async def keep() -> None:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                try:
                    self.look()
                except Exception:
                    log.exception("looking for new tokens failed; it is tried again")

        keeping = asyncio.create_task(keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    def _take(self, tokens: tuple[Token, ...]) -> None:
        """Keep the accounts of those that are still there, with their new limits."""
        before = {(token.name, token.digest, token.certificate): account for token, account in self._tokens.items()}
        self._tokens = {}
        for token in tokens:
            limits = (token.max_connections, token.max_sessions, token.audio_seconds_per_hour)
            account = before.pop((token.name, token.digest, token.certificate), None)
            if account is None:
                account = Account(token.name, *limits, clock=self._clock)
            else:
                account.limit(*limits)
            self._tokens[token] = account
        listed = {token.digest: account for token, account in self._tokens.items() if token.digest}
        self._by_digest = listed | dict(self._started)
        for account in before.values():
            account.end()

    def _of_token(self, token: object) -> Account:
        if not isinstance(token, str) or len(token) > LONGEST:
            raise self._unknown(f"a token is text of at most {LONGEST} characters")
        # Looked up by SHA-256, as quick for ten thousand tokens as for one: what time that takes says nothing of a
        # secret, since nobody can choose what hashes are like.
        found = self._by_digest.get(digest(token))
        if found is None:
            raise self._unknown("this token is not good here; it may have been replaced: ask whoever runs the server")
        return found

    def _of_certificate(self, name: str) -> Account:
        for token, listed in self._tokens.items():
            if token.certificate and token.certificate == name:
                return listed
        if self._source is not None or not self._by_certificate:
            raise self._unknown("this certificate is not in the server's list; send a token, or have it added")
        account = self._certified.get(name)
        if account is None:
            account = self._certified[name] = Account(name, clock=self._clock)
        return account

    def _unknown(self, text: str) -> RefusalError:
        self.refused += 1
        return RefusalError(grpc.StatusCode.UNAUTHENTICATED, text)

    def _tell_refused(self) -> None:
        if self.refused > self._told:
            log.warning("%d calls or connections were refused for want of a good token", self.refused - self._told)
            self._told = self.refused


def new_secret() -> str:
    """Return a secret of 256 random bits that no other server, user or start has."""
    return f"vox_{secrets.token_urlsafe(32)}"


OPEN: Final = Door()
"""Lets everybody in."""
