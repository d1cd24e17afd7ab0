"""Who made a bundle: Ed25519 signatures over its manifest, which has the checksums of all the rest.

They lie beside it in `manifest.sig`, one a line: `ed25519 KEY SIGNATURE`, both in base64; several keys may sign one
bundle, so that a key can be replaced. A public key is written as `ed25519:KEY`, a private one is a PEM file (PKCS 8).

Needs the package cryptography (the extra `signing`), imported only where there is a key.
"""

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import BundleError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_KIND: Final = "ed25519"
_CONTEXT: Final = b"voxrig bundle manifest 1\n"
"""Signed in front of the manifest: a signature that the same key made for anything else is none of a bundle."""
_KEY_BYTES: Final = 32


class SignatureError(BundleError):
    """A key or a signature that cannot be used; the message names it and the remedy."""


class Trust:
    """The public keys of whom bundles are taken from.

    Args:
        keys: each `ed25519:BASE64`, or the path of a file that holds one; none: every bundle is taken.

    Raises:
        SignatureError: one is no key, or the package cryptography is missing.
    """

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._keys = tuple(map(read_public_key, keys))
        if keys:
            _require_cryptography()

    def check(self, bundle: Bundle) -> None:
        """Refuse a bundle that none of the keys has signed.

        Raises:
            SignatureError: it is unsigned, signed by others, or its manifest is not the one that was signed.
        """
        if not self._keys:
            return
        where = f"bundle {bundle.path}"
        remedy = f"sign it with `voxrig export sign {bundle.path} --key FILE.key`, or take its key into bundle_keys"
        if not bundle.signatures:
            raise SignatureError(f"{where} is unsigned, and this server takes signed ones only: {remedy}")
        signed = _parse(bundle)
        ours = [(key, signature) for key, signature in signed if key in self._keys]
        if not ours:
            names = ", ".join(_written(key) for key, _ in signed)
            raise SignatureError(f"{where} is signed by {names}, which bundle_keys doesn't have: {remedy}")
        for key, signature in ours:
            if not _holds(key, signature, bundle.manifest):
                raise SignatureError(
                    f"{where}: its manifest is not the one that {_written(key)} signed: copy the bundle again, or "
                    "export and sign it again"
                )


def new_key() -> tuple[bytes, str]:
    """Make a key: the private one as PEM, the public one as text.

    Raises:
        SignatureError: the package cryptography is missing.
    """
    _require_cryptography()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    coding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(coding, form, serialization.NoEncryption()), _written(_public(key))


def sign(bundle: Bundle, private: bytes) -> tuple[bytes, str]:
    """Sign a bundle's manifest.

    Args:
        bundle: as read.
        private: the key, PEM.

    Returns:
        The bundle's signatures, with this one new and those of other keys that still hold; the public key as text.

    Raises:
        SignatureError: it is no such key, or the package cryptography is missing.
    """
    key = _private_key(private)
    public = _public(key)
    others = _parse(bundle) if bundle.signatures else []
    kept = [(one, old) for one, old in others if one != public and _holds(one, old, bundle.manifest)]
    lines = [*kept, (public, key.sign(_CONTEXT + bundle.manifest))]
    text = "".join(f"{_KIND} {_base64(one)} {_base64(signature)}\n" for one, signature in lines)
    return text.encode("ascii"), _written(public)


def sign_bytes(data: bytes, private: bytes) -> bytes:
    """Sign any other file, without the bundle's context: 64 bytes. Raises SignatureError."""
    return _private_key(private).sign(data)


def read_public_key(text: str) -> bytes:
    """Return the bytes of a public key, given as `ed25519:BASE64` or as the path of a file with that in it.

    Raises:
        SignatureError: it is neither.
    """
    given = text.strip()
    if not given.startswith(f"{_KIND}:"):
        try:
            with Path(given).open("rb") as file:
                given = file.read(1_000).decode("ascii", "replace").strip()
        except OSError as error:
            raise SignatureError(
                f"bundle key {text!r} is neither {_KIND}:BASE64 nor a file: {error.strerror}"
            ) from error
    kind, _, coded = given.partition(":")
    key = _decoded(coded)
    if kind != _KIND or len(key) != _KEY_BYTES:
        raise SignatureError(
            f"bundle key {text!r:.80} is no public key: `voxrig export keygen NAME` makes NAME.key, which signs, and "
            "NAME.pub, which goes here"
        )
    return key


def _parse(bundle: Bundle) -> list[tuple[bytes, bytes]]:
    """Return the keys and signatures of a bundle; lines of kinds that are unknown here are passed over."""
    found = []
    for line in bundle.signatures.decode("ascii", "replace").splitlines():
        kind, *rest = line.split(" ")
        if kind == _KIND and len(rest) == 2:
            found.append((_decoded(rest[0]), _decoded(rest[1])))
    if not found:
        raise SignatureError(f"bundle {bundle.path}: its manifest.sig holds no signature: sign it again")
    return found


def _holds(key: bytes, signature: bytes, manifest: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _CONTEXT + manifest)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private_key(pem: bytes) -> "Ed25519PrivateKey":
    _require_cryptography()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except Exception as error:  # cryptography raises its own kinds, and TypeError for a key with a password
        raise SignatureError(f"the key is no private key in PEM without a password: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError("the key is not of the kind Ed25519: make one with `voxrig export keygen NAME`")
    return key


def _public(key: "Ed25519PrivateKey") -> bytes:
    return key.public_key().public_bytes_raw()


def _require_cryptography() -> None:
    try:
        import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401
    except ImportError as error:
        raise SignatureError("signatures need the package cryptography: pip install 'voxrig[signing]'") from error


def _written(key: bytes) -> str:
    return f"{_KIND}:{_base64(key)}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decoded(text: str) -> bytes:
    """Return what base64 says; nothing where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
