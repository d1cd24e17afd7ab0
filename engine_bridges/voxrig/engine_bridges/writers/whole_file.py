"""Files that are either whole or not there."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TextIO

DRAFTS: Final = ".*.part*"
"""Pattern of the names of drafts, and of some others (`is_draft`)."""

_DRAFT: Final = re.compile(r"\..+\.\d+\.part(\.[^.]*)?")

_NO_ROOM: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
_NOT_ALLOWED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


def is_draft(path: Path) -> bool:
    """Tell by its name whether a file is a draft; one that nobody writes any more is what a killed process left."""
    return _DRAFT.fullmatch(path.name) is not None and path.is_file()


@contextmanager
def whole_path(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to, which takes the place of `path` only when everything is written.

    For libraries that open files themselves; it ends like `path`. On an error, `path` keeps what it was.

    Raises:
        OSError: the folder is missing or cannot be written, or the disk is full; it names the file and the remedy.
    """
    draft = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        if error.errno is None or error.filename not in (None, draft, os.fspath(draft)):
            raise  # about another file
        told = f"{path} cannot be written: {error.strerror or 'it failed'}; {_remedy(error.errno)}"
        raise OSError(error.errno, told) from error
    finally:
        draft.unlink(missing_ok=True)


def _remedy(number: int) -> str:
    if number in _NO_ROOM:
        return "make room on the disk, or write elsewhere"
    if number in _NOT_ALLOWED:
        return "choose a place that you may write to"
    return "make the folder first" if number == errno.ENOENT else "write elsewhere"


@contextmanager
def whole_text_file(path: Path) -> Iterator[TextIO]:
    r"""Open a text file for writing, as `whole_path`.

    UTF-8, with \n line ends on every system, so that a take is the same bytes everywhere.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    with whole_path(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        yield file
        file.close()  # before it is moved: Windows does not move an open file


@contextmanager
def whole_binary_file(path: Path) -> Iterator[BinaryIO]:
    """Open a binary file for writing, as `whole_path`.

    Raises:
        OSError: the folder is missing or cannot be written.
    """
    with whole_path(path) as draft, draft.open("wb") as file:
        yield file
        file.close()  # before it is moved: Windows does not move an open file
