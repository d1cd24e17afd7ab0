"""The files of a release: Python packages, engine plugins, the bill of materials."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from release.bill import bill_of_materials
from release.packing import Files, files_below, write_tgz, write_zip
from release.source import ROOT, ReleaseError, epoch, version

_BRIDGES: Final = ROOT / "engine_bridges"


def make_all(folder: Path) -> list[Path]:
    """Write every file of the release into a folder that is there; return them, sorted.

    Raises:
        ReleaseError: a part can't be built; carries what its tool said.
        OSError: the disk refuses.
    """
    date = epoch()
    before = set(folder.iterdir())
    _run(["-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(folder)], date)
    _run([str(_BRIDGES / "unreal" / "package.py"), str(folder)], date)
    write_tgz(folder / f"com.voxrig.bridge-{version()}.tgz", _unity(), date)
    for engine in ("godot3", "godot4"):
        write_zip(folder / f"voxrig-{version()}-{engine}.zip", _godot(engine), date)
    write_zip(folder / f"voxrig-{version()}-blender.zip", _blender(), date)
    (folder / f"voxrig-{version()}.cdx.json").write_text(bill_of_materials(date), "utf-8", newline="\n")
    return sorted(set(folder.iterdir()) - before)


def _unity() -> Files:
    """A package as Unity's package manager takes it from a tarball: everything below `package`."""
    return files_below(_BRIDGES / "unity" / "com.voxrig.bridge", "package")


def _godot(engine: str) -> Files:
    """To unpack into a project: `addons/voxrig`, with the licence in it."""
    addon = files_below(_BRIDGES / "godot" / engine / "addons" / "voxrig", "addons/voxrig")
    readme = (_BRIDGES / "godot" / "README.md").read_bytes()
    return {**addon, "addons/voxrig/LICENSE": _licence(), "addons/voxrig/README.md": readme}


def _blender() -> Files:
    addon = files_below(_BRIDGES / "blender" / "voxrig_addon", "voxrig_addon")
    return {**addon, "voxrig_addon/LICENSE": _licence()}


def _licence() -> bytes:
    return (ROOT / "LICENSE").read_bytes()


def _run(arguments: list[str], date: int) -> None:
    """Run Python on a build script, with the release's date. Raises ReleaseError."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(date)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseError(f"{' '.join(arguments)} failed: {done.stdout}{done.stderr}")
