"""Archives whose bytes depend on nothing but what is in them, their names and one date."""

import gzip
import io
import tarfile
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_FILE_MODE: Final = 0o644
_UNIX: Final = 3
_FIRST_OF_ZIP: Final = 315_532_800  # 1980, in Unix seconds: a zip knows none earlier
_LEFT_OUT: Final = {"__pycache__", ".import", ".mono", ".godot"}

Files = Mapping[str, bytes]
"""Contents by their name in the archive, with slashes."""


def files_below(folder: Path, inside: str) -> dict[str, bytes]:
    """Return every file below a folder by `inside` and its path there, without what tools leave behind."""
    return {
        f"{inside}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(folder).parts)
    }


def write_zip(target: Path, files: Files, epoch: int) -> None:
    """Write a zip; `epoch` is the files' date in Unix seconds. Raises OSError."""
    date = time.gmtime(max(epoch, _FIRST_OF_ZIP))[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date)
            entry.create_system = _UNIX  # else it says which system it was made on
            entry.external_attr = _FILE_MODE << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)


def write_tgz(target: Path, files: Files, epoch: int) -> None:
    """Write a gzipped tar; `epoch` is the files' date in Unix seconds. Raises OSError."""
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(files[name]), epoch, _FILE_MODE
            archive.addfile(entry, io.BytesIO(files[name]))
