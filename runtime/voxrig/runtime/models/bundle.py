"""Bundles on disk: a folder or a zip with `model.onnx` and `manifest.json`. Read and written here and nowhere else."""

import dataclasses
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from voxrig.runtime.models.spec import BundleError, ModelSpec

MODEL_FILE: Final = "model.onnx"
MANIFEST_FILE: Final = "manifest.json"
DEFAULT: Final = "live"
"""The shipped bundle that is used when nothing else is asked for."""
BAKING: Final = "studio"
"""The shipped bundle for baking: no listener waits, so it may hear far ahead."""

SHIPPED_FOLDER: Final = Path(__file__).parent / "bundles"
_OTHER_ROLES: Final = {"listener": "emotion", "body": "body"}  # of shipped bundles that are not faces
_LARGEST: Final = {MODEL_FILE: 512 * 2**20, MANIFEST_FILE: 4 * 2**20}  # bytes: a zip may claim anything


@dataclass(frozen=True, slots=True)
class Bundle:
    """A model and its manifest, checked against each other.

    Attributes:
        spec: the manifest.
        model: the ONNX file's bytes.
        path: where it was read.
    """

    spec: ModelSpec
    model: bytes
    path: Path


def read(path: str | os.PathLike[str]) -> Bundle:
    """Read a bundle from a folder or a zip; nothing is unpacked to disk.

    Raises:
        BundleError: there is none, a file is missing or damaged, or the manifest is not one this runtime reads.
    """
    path = Path(path)
    try:
        if path.is_dir():
            manifest, model = _read_folder(path)
        elif path.exists():
            manifest, model = _read_zip(path)
        else:
            raise BundleError("there is no such folder or file")
        try:
            spec = ModelSpec.from_manifest(json.loads(manifest.decode("utf-8")))
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
            raise BundleError(f"{MANIFEST_FILE} is not JSON ({error}); copy or export the bundle again") from error
        digest = hashlib.sha256(model).hexdigest()
        if digest != spec.sha256:
            raise BundleError(
                f"{MODEL_FILE} has the checksum {digest[:12]}..., the manifest says {spec.sha256[:12]!r}...: "
                "the file is damaged or was replaced; copy or export the bundle again"
            )
    except BundleError as error:
        raise BundleError(f"bundle {path}: {error}") from error
    except OSError as error:
        raise BundleError(f"bundle {path} cannot be read: {error}") from error
    return Bundle(spec, model, path)


def write(path: str | os.PathLike[str], spec: ModelSpec, model: bytes) -> ModelSpec:
    """Write a bundle: a zip when the name ends in `.zip`, else a folder. An older one there is replaced at once.

    Args:
        path: where; its parent folder must exist.
        spec: the manifest; its checksum is filled in.
        model: the ONNX file's bytes.

    Returns:
        The manifest as written.

    Raises:
        BundleError: something that is no bundle is in the way.
        OSError: the disk refuses.
    """
    path = Path(path)
    spec = dataclasses.replace(spec, sha256=hashlib.sha256(model).hexdigest())
    manifest = json.dumps(spec.to_manifest(), indent=2, ensure_ascii=False).encode() + b"\n"
    if path.suffix.lower() == ".zip":
        _write_zip(path, manifest, model)
    else:
        _write_folder(path, manifest, model)
    return spec


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


def _read_folder(path: Path) -> tuple[bytes, bytes]:
    for name in (MANIFEST_FILE, MODEL_FILE):
        if not (path / name).is_file():
            raise BundleError(f"{name} is missing; a bundle has {MANIFEST_FILE} and {MODEL_FILE}")
    return (path / MANIFEST_FILE).read_bytes(), (path / MODEL_FILE).read_bytes()


def _read_zip(path: Path) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_member(archive, MANIFEST_FILE), _read_member(archive, MODEL_FILE)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise BundleError(f"it is no readable zip file ({error}); copy or export the bundle again") from error


def _read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one file by its exact name at the archive's top: other names, whatever paths they hold, are never used."""
    entries = [entry for entry in archive.infolist() if entry.filename == name]
    if len(entries) != 1:
        raise BundleError(f"the zip holds {name} {len(entries)} times, it must be once at its top level")
    with archive.open(entries[0]) as file:
        data = file.read(_LARGEST[name] + 1)
    if len(data) > _LARGEST[name]:
        raise BundleError(f"{name} is larger than {_LARGEST[name] >> 20} MiB")
    return data


def _write_folder(path: Path, manifest: bytes, model: bytes) -> None:
    if path.exists() and not (path / MANIFEST_FILE).is_file() and not (path.is_dir() and not any(path.iterdir())):
        raise BundleError(f"{path} is there and is no bundle; remove it or choose another name")
    fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    old = fresh.with_name(fresh.name + "-old")
    try:
        fresh.chmod(0o755)  # mkdtemp makes it private
        (fresh / MANIFEST_FILE).write_bytes(manifest)
        (fresh / MODEL_FILE).write_bytes(model)
        if path.is_dir():
            for extra in path.iterdir():  # a model card stays
                if extra.is_file() and extra.name not in (MANIFEST_FILE, MODEL_FILE):
                    shutil.copy2(extra, fresh)
            path.rename(old)
        fresh.rename(path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _write_zip(path: Path, manifest: bytes, model: bytes) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in ((MANIFEST_FILE, manifest), (MODEL_FILE, model)):
            # ZipInfo's own date is 1980: the same bundle is the same file.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data.getvalue())
        Path(fresh).chmod(0o644)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
