"""One bake at a time in a folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderBusyError(ValueError):
    """Another bake writes to the folder."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock on the file `path`, which is made if it is missing. A process that is killed lets go of it.

    Raises:
        FolderBusyError: another process holds it.
        OSError: the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        try:
            _hold(handle)
        except OSError as error:
            folder = path.parent.parent
            raise FolderBusyError(
                f"{folder}: another bake is writing there; wait for it, or give another -o"
            ) from error
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _hold(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _hold(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
