"""Bundles on disk: a folder or a zip with `model.onnx`, maybe `model.int8.onnx`, `manifest.json`, maybe its signatures.

Read and written here and nowhere else (their files as bytes: `bundle_files`).
"""

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from voxrig.runtime.models import bundle_files
from voxrig.runtime.models.bundle_files import INT8_FILE, MANIFEST_FILE, MODEL_FILE, SIGNATURE_FILE
from voxrig.runtime.models.spec import BundleError, ModelSpec
from voxrig.runtime.models.whole_file import write_whole

DEFAULT: Final = "live"
"""The shipped bundle that is used when nothing else is asked for."""
BAKING: Final = "studio"
"""The shipped bundle for baking: no listener waits, so it may hear far ahead."""

SHIPPED_FOLDER: Final = Path(__file__).parent / "bundles"
_OTHER_ROLES: Final = {"listener": "emotion", "body": "body"}  # of shipped bundles that are not faces


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model and its manifest, checked against each other.

    Attributes:
        spec: the manifest.
        model: the ONNX file's bytes.
        path: where it was read.
        int8: those of its twin in 8-bit integers, which a CPU runs in its place; None where it has none.
        manifest: the manifest's bytes, as they lie on the disk and as they are signed.
        signatures: the bytes of its signatures, see `signature`; empty where it is unsigned. Nothing here trusts them:
            that is the work of `signature.Trust`.
    """

    spec: ModelSpec
    model: bytes
    path: Path
    int8: bytes | None = None
    manifest: bytes = b""
    signatures: bytes = b""


def read(path: str | os.PathLike[str]) -> Bundle:
    """Read a bundle from a folder or a zip; nothing is unpacked to disk.

    Raises:
        BundleError: there is none, a file is missing or damaged, or the manifest is not one this runtime reads.
    """
    path = Path(path)
    try:
        files = bundle_files.read_files(path)
        try:
            manifest = json.loads(files[MANIFEST_FILE].decode("utf-8"))
        except (ValueError, RecursionError) as error:  # ValueError: also a number of thousands of digits
            raise BundleError(f"{MANIFEST_FILE} is not JSON ({error}); copy or export the bundle again") from error
        spec = ModelSpec.from_manifest(manifest)
        model = _checked(files, MODEL_FILE, spec.sha256)
        int8 = _checked(files, INT8_FILE, spec.int8_sha256) if spec.int8_sha256 else None
    except BundleError as error:
        raise BundleError(f"bundle {path}: {error}") from error
    except OSError as error:
        raise BundleError(f"bundle {path} cannot be read: {error}") from error
    return Bundle(spec, model, path, int8, files[MANIFEST_FILE], files.get(SIGNATURE_FILE, b""))


def _checked(files: dict[str, bytes], name: str, checksum: str) -> bytes:
    """Return a file whose checksum is the manifest's."""
    if name not in files:
        raise BundleError(f"{name} is missing, and the manifest names it; copy or export the bundle again")
    digest = hashlib.sha256(files[name]).hexdigest()
    if digest != checksum:
        raise BundleError(
            f"{name} has the checksum {digest[:12]}..., the manifest says {checksum[:12]!r}...: "
            "the file is damaged or was replaced; copy or export the bundle again"
        )
    return files[name]


def write(path: str | os.PathLike[str], spec: ModelSpec, model: bytes, int8: bytes | None = None) -> ModelSpec:
    """Write a bundle: a zip when the name ends in `.zip`, else a folder. An older one there is replaced at once.

    It is unsigned, as its manifest is another; see `add_signatures`.

    Args:
        path: where; its parent folder must exist.
        spec: the manifest; its checksums are filled in.
        model: the ONNX file's bytes.
        int8: those of its twin in 8-bit integers, if it has one.

    Returns:
        The manifest as written.

    Raises:
        BundleError: something that is no bundle is in the way.
        OSError: the disk refuses.
    """
    path = Path(path)
    checksums = [hashlib.sha256(graph).hexdigest() if graph else "" for graph in (model, int8)]
    spec = dataclasses.replace(spec, sha256=checksums[0], int8_sha256=checksums[1])
    manifest = json.dumps(spec.to_manifest(), indent=2, ensure_ascii=False).encode() + b"\n"
    files = {MANIFEST_FILE: manifest, MODEL_FILE: model} | ({INT8_FILE: int8} if int8 else {})
    bundle_files.write_files(path, files)
    return spec


def add_signatures(bundle: Bundle, signatures: bytes) -> None:
    """Put signatures beside the manifest of a bundle that was read, in place of those it has.

    Raises:
        OSError: the disk refuses.
    """
    if bundle.path.is_dir():
        write_whole(bundle.path / SIGNATURE_FILE, signatures)
        return
    files = {MANIFEST_FILE: bundle.manifest, MODEL_FILE: bundle.model, SIGNATURE_FILE: signatures}
    bundle_files.write_zip(bundle.path, files | ({INT8_FILE: bundle.int8} if bundle.int8 else {}))


def shipped(role: str = "face") -> tuple[str, ...]:
    """Names of the bundles for one of `spec.ROLES` that came with the package, sorted."""
    if not SHIPPED_FOLDER.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in SHIPPED_FOLDER.iterdir() if _role(entry / MANIFEST_FILE) == role))


def _role(manifest: Path) -> str | None:
    """What a shipped bundle is for; None where there is none.

    One with a damaged manifest is listed for what its folder's name is for, so that `read` refuses it there alone.
    """
    if not manifest.is_file():
        return None
    try:
        stated = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        stated = None
    usual = _OTHER_ROLES.get(manifest.parent.name, "face")
    return str(stated.get("role", usual)) if isinstance(stated, dict) else usual


def load(name_or_path: str | os.PathLike[str], role: str = "face") -> Bundle:
    """Read a shipped bundle by its name, or any bundle by its path.

    Args:
        name_or_path: of the bundle.
        role: what it must be for, of `spec.ROLES`.

    Raises:
        BundleError: neither is there, the bundle is bad, or it is for something else.
    """
    if isinstance(name_or_path, str) and name_or_path in shipped(role):
        found = read(SHIPPED_FOLDER / name_or_path)
    elif Path(name_or_path).exists():
        found = read(name_or_path)
    else:
        raise BundleError(f"there is no bundle {os.fspath(name_or_path)!r}: {_there_is(role)}, or a path")
    if found.spec.role != role:
        raise BundleError(
            f"bundle {found.path} has the role {found.spec.role!r}, {role!r} is wanted: {_there_is(role)}"
        )
    return found


def choose(look_ahead_ms: float | None, default: str = DEFAULT) -> Bundle:
    """Read the shipped bundle with the longest look-ahead that is at most the asked one.

    Args:
        look_ahead_ms: the model's own look-ahead in milliseconds (a session declares its whole look-ahead, which adds
            the resampler's and, at frame rates that do not divide 60, the interpolation's); None for the default.
        default: name of the shipped bundle to read for None.

    Raises:
        BundleError: there is none so quick.
    """
    if look_ahead_ms is None:
        return load(default)
    bundles = [load(name) for name in shipped()]
    # Compared as floats: whoever types 81.25 means exactly this bundle.
    fitting = [bundle for bundle in bundles if _milliseconds(bundle) <= look_ahead_ms]
    if not fitting:
        raise BundleError(f"no shipped bundle has a look-ahead of at most {look_ahead_ms:g} ms: {_there_is()}")
    return max(fitting, key=_milliseconds)


def _milliseconds(bundle: Bundle) -> float:
    return float(bundle.spec.look_ahead * Fraction(1000))


def _there_is(role: str = "face") -> str:
    """Say which bundles came with the package."""
    if role != "face":
        return f"the package has {', '.join(shipped(role)) or 'none'}"
    names = [f"{name} ({_milliseconds(load(name)):g} ms)" for name in shipped()]
    return f"the package has {', '.join(names)}" if names else "the package came without bundles"
