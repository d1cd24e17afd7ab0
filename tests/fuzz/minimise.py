"""Chooses the inputs that are kept: the fewest, and short ones, that come to every line that all of them come to."""

import os
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from . import target

MOST: Final = 20
"""Inputs of one target."""
LARGEST: Final = 48 * 1024
"""Bytes of all of them."""

_OURS: Final = f"{os.sep}voxrig{os.sep}"
_Line = tuple[CodeType, int]


class Lines:
    """Notes the lines of Voxrig that are come to, in this thread and in those that begin meanwhile."""

    def __init__(self) -> None:
        self.seen: set[_Line] = set()

    def _each(self, frame: FrameType, event: str, _: Any) -> Any:
        return self._inside if _OURS in frame.f_code.co_filename else None

    def _inside(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            self.seen.add((frame.f_code, frame.f_lineno))
        return self._inside

    def of(self, name: str, data: bytes) -> set[_Line]:
        """The lines that one input comes to."""
        self.seen = set()
        check = target.load(name).check
        before = sys.gettrace()
        threading.settrace(self._each)
        sys.settrace(self._each)
        try:
            check(data)
        finally:
            sys.settrace(before)
            threading.settrace(None)  # type: ignore[arg-type]  # which ends it
        return self.seen


def keep(name: str, folder: Path) -> int:
    """Replace what is kept of a target by the best of that and of `folder`; return how many there are."""
    paths = sorted({*folder.glob("*"), *target.corpus(name)}, key=lambda path: (path.stat().st_size, path.name))
    inputs = list(dict.fromkeys(path.read_bytes() for path in paths))
    noting = Lines()
    reached = [noting.of(name, data) for data in inputs]
    chosen: list[bytes] = []
    seen: set[_Line] = set()
    room = LARGEST
    while len(chosen) < MOST:
        fitting = [place for place, data in enumerate(inputs) if len(data) <= room]
        best = max(fitting, key=lambda place: len(reached[place] - seen), default=None)
        if best is None or not reached[best] - seen:
            break
        chosen.append(inputs[best])
        seen |= reached[best]
        room -= len(inputs[best])
    own = target.CORPUS / name
    own.mkdir(parents=True, exist_ok=True)
    for path in target.corpus(name):
        path.unlink()
    for number, data in enumerate(chosen):
        (own / f"{number:02d}").write_bytes(data)
    return len(chosen)
