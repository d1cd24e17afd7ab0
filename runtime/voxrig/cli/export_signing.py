"""`voxrig export keygen` and `voxrig export sign`: bundles that a server can tell from anyone else's."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

# The models are imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.runtime.models.bundle import Bundle


def keygen(
    name: Annotated[Path, typer.Argument(metavar="NAME", help="Of the two files: NAME.key and NAME.pub.")],
) -> None:
    """Make a key to sign bundles with: NAME.key, to be kept secret, and NAME.pub, which servers are told of."""
    from voxrig.runtime.models.signature import new_key
    from voxrig.runtime.models.whole_file import write_whole

    private, public = (name.with_name(name.name + ending) for ending in (".key", ".pub"))
    for path in (private, public):
        if path.exists():
            raise ValueError(f"{path} is there already; choose another name: a lost key can't be made again")
    secret, shown = new_key()
    write_whole(private, secret, mode=0o600)
    write_whole(public, f"{shown}\n".encode("ascii"))
    typer.echo(f"{private}: keep it secret, and sign with it: voxrig export sign BUNDLE --key {private}")
    typer.echo(f"{public}: {shown}, for a server's setting bundle_keys")


def sign(
    bundles: Annotated[
        list[str], typer.Argument(metavar="BUNDLE...", help="Bundles by their path, or shipped models by name.")
    ],
    key: Annotated[Path, typer.Option(metavar="FILE.key", help="The secret key, as `voxrig export keygen` makes it.")],
) -> None:
    """Sign bundles, in place: the signature lies beside the manifest, which has the checksums of all the rest."""
    from voxrig.runtime.models import signature
    from voxrig.runtime.models.bundle import add_signatures

    secret = key.read_bytes()
    found = [_read(name) for name in bundles]  # all of them, before any is signed
    for one in found:
        signatures, public = signature.sign(one, secret)
        add_signatures(one, signatures)
        typer.echo(f"{one.path}: {one.spec.name} {one.spec.version} signed by {public}")


def _read(name: str) -> "Bundle":
    """Read a bundle, whatever it is for. Raises BundleError."""
    from voxrig.runtime.models import bundle
    from voxrig.runtime.models.spec import ROLES

    for role in ROLES:
        if name in bundle.shipped(role):
            return bundle.load(name, role)
    return bundle.read(name)
