"""What a client shows a server, and what it wants to be shown: a token, and TLS."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

import grpc


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS as a client wants it; files are PEM.

    Attributes:
        ca: who signs the server's certificate; empty: those whom this machine trusts.
        cert, key: a certificate of the client's own, for servers that ask for one, and its key.
        name: what the server's certificate must say, where that is not the host it is reached by.
    """

    ca: str | Path = ""
    cert: str | Path = ""
    key: str | Path = ""
    name: str = ""

    def context(self) -> ssl.SSLContext:
        """Return what asyncio connects with. Raises CredentialsError."""
        try:
            context = ssl.create_default_context(cafile=str(self.ca) or None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self.cert:
                context.load_cert_chain(self.cert, self.key or None, password=lambda: b"")
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error.strerror if isinstance(error, OSError) else "no PEM"
            raise CredentialsError(f"TLS with {self._files()} can't be: {reason}; give PEM files") from None
        return context

    def channel_credentials(self) -> grpc.ChannelCredentials:
        """Return what gRPC connects with. Raises CredentialsError."""
        self.context()  # which says what is wrong, where gRPC would only log it
        paths = (self.ca, self.key or self.cert, self.cert)
        ca, key, cert = (Path(path).read_bytes() if path else None for path in paths)
        credentials: grpc.ChannelCredentials = grpc.ssl_channel_credentials(ca, key, cert)
        return credentials

    def _files(self) -> str:
        return ", ".join(str(path) for path in (self.ca, self.cert, self.key) if path) or "this machine's certificates"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client comes with.

    Attributes:
        token: for a server that asks for one; empty: none. It is in no repr.
        tls: None: without.
    """

    token: str = field(default="", repr=False)
    tls: Tls | None = None

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What each call of gRPC says in front. Raises CredentialsError for a token that can't be sent."""
        if not self.token:
            return ()
        if not self.token.isascii() or not self.token.isprintable():
            raise CredentialsError("the token has a sign that no token has; copy it again, without what is around it")
        return (("authorization", f"Bearer {self.token}"),)


class CredentialsError(ValueError):
    """Credentials that can't be used; the message never has the token."""


NONE = Credentials()
"""No token and no TLS."""
