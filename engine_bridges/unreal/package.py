"""Pack the plugin with the native core in it, as a zip to unpack into a project's Plugins folder.

python engine_bridges/unreal/package.py dist
"""

import argparse
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLUGIN = HERE / "Voxrig"
NATIVE = HERE.parent / "native"
LICENSE = HERE.parents[1] / "LICENSE"
INSIDE = "Voxrig/Source/ThirdParty/VoxrigNative"
"""Where VoxrigRuntime.Build.cs looks for the core first."""

_LEFT_OUT = {"Binaries", "Intermediate", "Saved", "DerivedDataCache", "ThirdParty", "__pycache__"}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is packed


def contents() -> Iterator[tuple[Path, str]]:
    """Every file of the package, and its name there."""
    for path in sorted(PLUGIN.rglob("*")):
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(PLUGIN).parts):
            yield path, f"Voxrig/{path.relative_to(PLUGIN).as_posix()}"
    yield LICENSE, "Voxrig/LICENSE"
    for folder in ("include", "src"):
        for path in sorted((NATIVE / folder).rglob("*")):
            if path.is_file():
                yield path, f"{INSIDE}/{path.relative_to(NATIVE).as_posix()}"


def pack(folder: Path) -> Path:
    """Write Voxrig-VERSION-Unreal.zip into `folder`, which is made, and return its path.

    Raises:
        OSError: it cannot be written.
    """
    version = json.loads((PLUGIN / "Voxrig.uplugin").read_text("utf-8"))["VersionName"]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"Voxrig-{version}-Unreal.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path, name in contents():
            package.writestr(zipfile.ZipInfo(name, _EPOCH), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="for the zip")
    print(pack(parser.parse_args().folder))
