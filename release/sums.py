"""SHA256SUMS: the checksum of every file of a release, maybe signed, and whether they still are those."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from release.source import ReleaseError

SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"


def write_sums(folder: Path, files: Sequence[Path]) -> Path:
    """Write the checksums of files of a folder, as `sha256sum -c` reads them. Raises OSError."""
    lines = [f"{_checksum(path)}  {path.name}\n" for path in sorted(files, key=lambda path: path.name)]
    target = folder / SUMS
    target.write_text("".join(lines), "utf-8", newline="\n")
    return target


def sign_sums(folder: Path, key: Path) -> Path:
    """Sign the checksums with an Ed25519 key in PEM: 64 bytes, as `openssl pkeyutl -verify -rawin` takes them.

    Raises:
        SignatureError: it is no such key, or the package cryptography is missing.
        OSError: a file can't be read or written.
    """
    from voxrig.runtime.models.signature import sign_bytes

    target = folder / SIGNATURE
    target.write_bytes(sign_bytes((folder / SUMS).read_bytes(), key.read_bytes()))
    return target


def verify(folder: Path, key: str | None) -> int:
    """Check the files of a release, and with a public key the signature as well; return how many files there are.

    Raises:
        ReleaseError: a file is missing or another, a name leaves the folder, or the signature isn't that of the key.
        OSError: a file can't be read.
    """
    told = (folder / SUMS).read_bytes()
    if key is not None:
        _verify_signature(folder, told, key)
    lines = told.decode("utf-8").splitlines()
    for line in lines:
        checksum, _, name = line.partition("  ")
        if Path(name).name != name or not (folder / name).is_file():
            raise ReleaseError(f"{name} is missing; fetch it again")
        if _checksum(folder / name) != checksum:
            raise ReleaseError(f"{name} isn't the file that {SUMS} tells of; fetch it again")
    return len(lines)


def _verify_signature(folder: Path, data: bytes, key: str) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from voxrig.runtime.models.signature import read_public_key

    try:
        Ed25519PublicKey.from_public_bytes(read_public_key(key)).verify((folder / SIGNATURE).read_bytes(), data)
    except InvalidSignature as error:
        raise ReleaseError(f"{SIGNATURE} isn't this key's signature of {SUMS}: don't use these files") from error


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
