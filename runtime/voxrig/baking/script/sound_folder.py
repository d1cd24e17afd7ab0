"""Where the recordings of a script are: paths, ids, and references to an Unreal project's assets."""

import os
import re
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

from voxrig.baking.script.nodes import shown

ENDINGS: Final = (".wav", ".flac", ".ogg")
"""Sound files that are found by their name alone, best first."""

_LONGEST_PATH: Final = 2000  # characters; more than any system has
_LONGEST_NAME: Final = 255  # bytes of a folder or file
_MOST_FILES: Final = 500_000
_WRAPPED: Final = re.compile(r"""[/\w.]*?(?:SoundWave|SoundCue|DialogueWave|Object)?['"]{1,2}(/[^'"]+)['"]{1,2}""")
_ASSET: Final = re.compile(r"/(?:\w+/)+(?P<name>[^/.:]+)(?:\.(?P=name))?")
_MOUNTED: Final = re.compile(r"/(Game|Engine|All)/|/[^.]+/([^/.]+)\.\2$")


class SoundError(ValueError):
    """A reference that fits several files, or none that can be; the message says so."""


class SoundFolder:
    """The folder that a script's sounds are in, and below.

    Attributes:
        root: absolute; it need not be there.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def named(self, given: str) -> Path:
        """Return where a sound that a script names must be; absolute, whether it is there or not.

        Args:
            given: a path, relative to the folder, with slashes of either kind; or a reference to an Unreal asset,
                such as /Game/VO/gate_01.gate_01, which is a file of that name anywhere below the folder.

        Raises:
            SoundError: several files fit the asset equally well, or no system has names of files that long.
        """
        path = self._named(given)
        if len(str(path)) > _LONGEST_PATH or any(len(os.fsencode(part)) > _LONGEST_NAME for part in path.parts):
            raise SoundError(f"{shown(given)} is too long for the name of a file; shorten it")
        return path

    def _named(self, given: str) -> Path:
        wrapped = _WRAPPED.fullmatch(given)
        asset = _ASSET.fullmatch(wrapped[1] if wrapped else given)
        if asset and (wrapped or _MOUNTED.match(given)):
            return self._asset(PurePosixPath(asset[0]).with_name(asset["name"]))
        return Path(os.path.normpath(self.root / given.replace("\\", "/")))

    def default(self, name: str) -> Path | None:
        """Return the sound of a line by its id, where there is one."""
        return next((self.root / (name + ending) for ending in ENDINGS if name + ending in self._here), None)

    @cached_property
    def _here(self) -> frozenset[str]:
        try:
            return frozenset(os.listdir(self.root))  # noqa: PTH208 - names only, and many of them
        except OSError:
            return frozenset()

    @cached_property
    def _below(self) -> dict[str, list[Path]]:
        """Sounds in the folder and below, by their name without ending, in small letters."""
        found: dict[str, list[Path]] = {}
        count = 0
        for folder, folders, files in os.walk(self.root):
            folders.sort()
            count += len(files)
            if count > _MOST_FILES:
                break
            for file in sorted(files):
                stem, ending = os.path.splitext(file)  # noqa: PTH122 - a Path for each file would be slow
                if ending.lower() in ENDINGS:
                    found.setdefault(stem.casefold(), []).append(Path(folder, file))
        return found

    def _asset(self, asset: PurePosixPath) -> Path:
        paths = self._below.get(asset.name.casefold(), [])
        if not paths:
            return self.root / f"{asset.name}{ENDINGS[0]}"
        best = max(self._alike(path, asset) for path in paths)
        fitting = [path for path in paths if self._alike(path, asset) == best]
        folders = {path.parent for path in fitting}
        if len(folders) > 1:
            names = ", ".join(path.relative_to(self.root).as_posix() for path in fitting[:3])
            raise SoundError(f"the asset {shown(str(asset))} may be {names}; give the path, or take the others away")
        return min(fitting, key=lambda path: ENDINGS.index(path.suffix.lower()))

    def _alike(self, path: Path, asset: PurePosixPath) -> int:
        """Count the folders that end both paths alike."""
        here = [part.casefold() for part in path.parent.relative_to(self.root).parts]
        there = [part.casefold() for part in asset.parent.parts]
        count = 0
        while count < min(len(here), len(there)) and here[-1 - count] == there[-1 - count]:
            count += 1
        return count


def is_file(path: Path) -> bool:
    """Whether a file is there; a path that no system can have is none."""
    return os.path.isfile(path)  # noqa: PTH113 - Path's own raises where a name is too long
