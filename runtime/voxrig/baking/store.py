"""What is baked already: a small file for each take, beside the assets, from which a bake goes on.

    OUT/.voxrig/takes/NAME.json

It is written last, after all files of the take, each of which is whole or not there: so a take that has one is done,
whatever was killed when. It has no time of day and nothing of the machine: the same bake gives the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from voxrig.baking.formats import FORMATS
from voxrig.baking.job import digest_of
from voxrig.engine_bridges.writers.whole_file import DRAFTS, is_draft, whole_text_file

HIDDEN: Final = ".voxrig"
"""The folder in a bake's folder that is the bake's own."""

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A take that is done.

    Attributes:
        inputs: the hash of what it was made from.
        files: size and SHA-256 by path, relative to the bake's folder, with slashes.
        record: what the report tells of it.
    """

    inputs: str
    files: Mapping[str, tuple[int, str]]
    record: Record


class Store:
    """The takes of a bake's folder.

    Attributes:
        folder: where the assets go.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._takes = folder / HIDDEN / "takes"

    def open(self) -> None:
        """Make the folders, and clear away drafts that a killed bake left.

        Raises:
            OSError: the folder cannot be written.
        """
        self._takes.mkdir(parents=True, exist_ok=True)
        hidden = [path for path in (self.folder / HIDDEN).iterdir() if path.is_dir()]
        # Only where a bake writes: what else is in the folder is somebody's, maybe another bake's that is at work.
        for place in (self.folder, *hidden, *(self.folder / name for name in (*FORMATS, "report", "scratch"))):
            for path in place.glob(DRAFTS):
                if is_draft(path):
                    path.unlink(missing_ok=True)

    def load(self, name: str) -> Stored | None:
        """Return what is known of a take; None where there is nothing, or nothing that can be read."""
        try:
            told = json.loads((self._takes / f"{name}.json").read_text(encoding="utf-8"))
            files = {path: (int(size), str(digest)) for path, (size, digest) in told["files"].items()}
            return Stored(str(told["inputs"]), files, dict(told["record"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(self, name: str, inputs: str, paths: Sequence[Path], record: Record) -> None:
        """Say that a take is done, with the files that it has.

        Raises:
            OSError: it cannot be written.
        """
        files = {path.relative_to(self.folder).as_posix(): (path.stat().st_size, digest_of(path)) for path in paths}
        told = {"inputs": inputs, "files": files, "record": record}
        with whole_text_file(self._takes / f"{name}.json") as file:
            json.dump(told, file, indent=1, sort_keys=True)
            file.write("\n")

    def names(self) -> list[str]:
        """Return the names of all takes that are done, also of those that the script no longer has."""
        return sorted(path.stem for path in self._takes.glob("*.json") if not path.name.startswith("."))

    def is_whole(self, stored: Stored) -> bool:
        """Tell whether all files of a take are there."""
        return all((self.folder / path).is_file() for path in stored.files)

    def edited(self, stored: Stored) -> list[str]:
        """Return those files of a take that somebody has changed since."""
        return [path for path, known in stored.files.items() if self._changed(self.folder / path, known)]

    def _changed(self, path: Path, known: tuple[int, str]) -> bool:
        try:
            return path.stat().st_size != known[0] or digest_of(path) != known[1]
        except FileNotFoundError:
            return False
