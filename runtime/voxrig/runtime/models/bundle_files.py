"""The files of a bundle, as bytes: read from a folder or a zip within bounds, written whole or not at all."""

import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from voxrig.runtime.models.spec import BundleError
from voxrig.runtime.models.whole_file import write_whole

MODEL_FILE: Final = "model.onnx"
INT8_FILE: Final = "model.int8.onnx"
MANIFEST_FILE: Final = "manifest.json"
SIGNATURE_FILE: Final = "manifest.sig"
LARGEST: Final = {
    MANIFEST_FILE: 4 * 2**20,
    MODEL_FILE: 512 * 2**20,
    INT8_FILE: 512 * 2**20,
    SIGNATURE_FILE: 64 * 2**10,
}
"""The files that are read, and the most bytes of each: a folder or a zip may claim anything."""
_NEEDED: Final = (MANIFEST_FILE, MODEL_FILE)
_LARGEST_EXTRA: Final = 16 * 2**20  # of what else a zip holds, a model card or a licence
_MOST_ENTRIES: Final = 1_000
_NO_ZIP: Final = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, zlib.error)
"""What zipfile raises for bytes that are none: also ValueError for names that are no text, and for places before 0."""


def read_files(path: Path) -> dict[str, bytes]:
    """Read those files of `LARGEST` that are there, by their exact names at the top; nothing is unpacked to disk.

    Raises:
        BundleError: there is no folder and no zip, one lacks the manifest or the model, or a file is too large.
        OSError: the disk refuses.
    """
    if not path.exists():
        raise BundleError("there is no such folder or file")
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():  # a pipe or a device, which would be read forever
        raise BundleError("is neither a folder nor a file")
    return _read_zip(path)


def write_files(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip where the name ends in `.zip`, else a folder, in place of an older bundle there.

    What an older one holds besides the files of `LARGEST`, as a model card, stays.

    Raises:
        BundleError: something that is no bundle is in the way.
        OSError: the disk refuses.
    """
    if path.suffix.lower() == ".zip":
        write_zip(path, files)
    else:
        _write_folder(path, files)


def _read_folder(path: Path) -> dict[str, bytes]:
    for name in _NEEDED:
        if not (path / name).is_file():
            raise BundleError(f"{name} is missing; a bundle has {MANIFEST_FILE} and {MODEL_FILE}")
    found = {}
    for name in LARGEST:
        if (path / name).is_file():
            with (path / name).open("rb") as file:
                found[name] = _bounded(file, name)
    return found


def _read_zip(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            there = [name for name in LARGEST if name in _NEEDED or name in archive.namelist()]
            return {name: _read_member(archive, entries, name) for name in there}
    except BundleError:
        raise
    except _NO_ZIP as error:
        raise BundleError(f"it is no readable zip file ({error}); copy or export the bundle again") from error


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise BundleError(f"the zip holds {len(entries)} files, a bundle has at most {_MOST_ENTRIES}")
    return entries


def _read_member(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> bytes:
    """Read one file by its exact name at the archive's top: other names, whatever paths they hold, are never used."""
    found = [entry for entry in entries if entry.filename == name]
    if len(found) != 1:
        raise BundleError(f"the zip holds {name} {len(found)} times, it must be once at its top level")
    if found[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA asks for memory as it likes
        raise BundleError(f"{name} is compressed in a way that bundles aren't; zip the bundle with deflate")
    with archive.open(found[0]) as file:
        return _bounded(file, name)


def _bounded(file: IO[bytes], name: str) -> bytes:
    most = LARGEST.get(name, _LARGEST_EXTRA)
    data = file.read(most + 1)
    if len(data) > most:
        size = f"{most >> 20} MiB" if most >> 20 else f"{most >> 10} KiB"
        raise BundleError(f"{name} is larger than {size}")
    return data


def _write_folder(path: Path, files: dict[str, bytes]) -> None:
    if path.exists() and not (path / MANIFEST_FILE).is_file() and not (path.is_dir() and not any(path.iterdir())):
        raise BundleError(f"{path} is there and is no bundle; remove it or choose another name")
    fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    old = fresh.with_name(fresh.name + "-old")
    try:
        fresh.chmod(0o755)  # mkdtemp makes it private
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        if path.is_dir():
            for extra in path.iterdir():
                if extra.is_file() and extra.name not in LARGEST:
                    shutil.copy2(extra, fresh, follow_symlinks=False)  # what a link leads to is no part of a bundle
            path.rename(old)
        fresh.rename(path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip, whatever its name; see `write_files`."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in {**files, **_extras(path)}.items():
            # ZipInfo's own date is 1980: the same bundle is the same file.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    write_whole(path, data.getvalue())


def _extras(path: Path) -> dict[str, bytes]:
    """What an older zip holds at its top besides a bundle's own files."""
    if not path.is_file():
        return {}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            names = sorted({entry.filename for entry in entries} - set(LARGEST))
            kept = [name for name in names if not {"/", "\\"} & set(name)]
            return {name: _read_member(archive, entries, name) for name in kept}
    except _NO_ZIP:
        return {}  # it is being replaced
