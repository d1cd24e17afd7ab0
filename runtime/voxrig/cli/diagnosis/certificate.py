"""A server's certificate and key, looked at with a handshake of TLS in memory: as clients will see them."""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_EXPIRED: Final = 10  # OpenSSL's numbers of what is wrong with a certificate
_NOT_YET: Final = 9
_OTHER_NAMES: Final = (62, 64)  # a host, an address
_UNKNOWN_SIGNERS: Final = (18, 19, 20, 21)


class CertificateError(ValueError):
    """A certificate that clients refuse; the message says why, `remedy` what mends it."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says.

    Attributes:
        names: hosts and addresses that it is for.
        ends: when it expires, in Unix seconds.
    """

    names: tuple[str, ...]
    ends: float

    def days_left(self, now: float) -> float:
        """Return how many days it is good from `now`, in Unix seconds."""
        return (self.ends - now) / 86_400

    def fits(self, host: str) -> bool:
        """Tell whether it is for a host or address."""
        wild = f"*.{host.partition('.')[2]}"
        return any(name.lower() in (host.lower(), wild.lower()) for name in self.names)


def examine(cert: Path, key: Path) -> Certificate:
    """Read a certificate with its key, and shake hands as server and client.

    Raises:
        CertificateError: they don't belong together, are no PEM, or the certificate is expired or not good yet.
        OSError: a file can't be read.
    """
    for path in (cert, key):
        path.read_bytes()  # ssl's own error wouldn't say which of the two it is
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        server.load_cert_chain(cert, key, password="")  # one with a password is refused, not asked for
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            remedy = (
                f"take the key that it was made with: `openssl x509 -in {cert} -noout -pubkey` tells its public half"
            )
            raise CertificateError(f"{key} is the key of another certificate than {cert}", remedy) from error
        remedy = "take PEM files: text that begins with -----BEGIN, the key without a password"
        raise CertificateError(f"{cert} and {key} can't be read ({error.reason or error})", remedy) from error
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.load_verify_locations(cert)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # whoever signed it: that is its clients' question
    try:
        return from_peer(_shake_hands(server, client))
    except ssl.SSLCertVerificationError as error:
        raise refused(error, str(cert)) from error


def refused(error: ssl.SSLCertVerificationError, whose: str) -> CertificateError:
    """Say in plain words why a certificate was refused."""
    code = error.verify_code
    if code == _EXPIRED:
        return CertificateError(f"{whose} is expired", "have it renewed, and put the new file in its place")
    if code == _NOT_YET:
        return CertificateError(f"{whose} is not good yet", "see that the clocks of both machines are right")
    if code in _OTHER_NAMES:
        told = error.verify_message.rstrip(".")
        return CertificateError(
            f"{whose} is for another name ({told})", "connect by a name that it has, or have one made with this name"
        )
    if code in _UNKNOWN_SIGNERS:
        return CertificateError(
            f"{whose} is signed by nobody that this machine trusts",
            "give the file of who signed it with --tls-ca; of a certificate that signs itself, that one",
        )
    return CertificateError(f"{whose} is refused: {error.verify_message}", "have a new one made")


def from_peer(told: Any) -> Certificate:
    """Return what `getpeercert` tells of a verified certificate."""
    names = tuple(str(value) for _, value in told.get("subjectAltName", ()))
    return Certificate(names, ssl.cert_time_to_seconds(str(told["notAfter"])))


def _shake_hands(server: ssl.SSLContext, client: ssl.SSLContext) -> Any:
    """Let the two meet in memory; return the server's certificate as its client sees it."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_side=False),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    waiting = list(ends)
    while waiting:
        for end in list(waiting):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(end)
    return ends[0].getpeercert()
