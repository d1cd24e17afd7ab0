"""The Python script that makes AnimSequences of a folder of MetaHuman takes: `unreal_import` with the takes filled in.

It is one file, so what it imports of `unreal_body` stands in it.

Never run in Unreal: tests run it against a stand-in for its `unreal` module.
"""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, NamedTuple

from voxrig.engine_bridges.writers.whole_file import whole_text_file

_TAKES: Final = "TAKES: tuple[tuple[str, str], ...] = ()  #"
_BODY: Final = "from voxrig.engine_bridges.writers.unreal_body import RestPose, every_frame\n"
_DESTINATION: Final = 'DESTINATION = "/Game/Voxrig"\n'


class ListedTake(NamedTuple):
    """A take for Unreal.

    Attributes:
        file: of the take, as `metahuman_json` wrote it; relative to the script, with forward slashes.
        sound: its sound file, in the same way; empty for none.
    """

    file: str
    sound: str = ""


def write_unreal_script(takes: Iterable[ListedTake], path: Path, destination: str = "/Game/Voxrig") -> None:
    """Write the script to `path`, whole or not at all.

    Args:
        takes: in the order in which they are imported.
        path: the file, which is replaced if it is there; best `import_to_unreal.py` in the folder of the takes.
        destination: the content folder that the assets go to.

    Raises:
        ValueError: a path is absolute or has backslashes, or the destination is no content folder.
        OSError: the file cannot be written.
    """
    if not destination.startswith("/") or destination.endswith("/") or set(destination) & set("\\\"'\n "):
        raise ValueError(f"{destination!r} is no content folder of Unreal; give one such as /Game/Voxrig")
    lines = []
    for take in takes:
        for name in take:
            if "\\" in name or PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive:
                raise ValueError(f"{name!r} must be relative to the script, with forward slashes")
        lines.append(f"    {tuple(take)!r},\n")
    source = _source("unreal_import").replace(_BODY, _source("unreal_body").partition('"""\n\n')[2].rstrip() + "\n")
    filled = source.replace(_TAKES, f"{_TAKES.partition('()')[0]}(\n{''.join(lines)})  #" if lines else _TAKES)
    with whole_text_file(path) as file:
        file.write(filled.replace(_DESTINATION, f'DESTINATION = "{destination}"\n'))


def _source(module: str) -> str:
    return files("voxrig.engine_bridges.writers").joinpath(f"{module}.py").read_text(encoding="utf-8")
