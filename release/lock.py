"""The locks in requirements/: which version of every package, for every platform and Python, and its files' hashes."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from release.source import ROOT, ReleaseError, project

FOLDER: Final = ROOT / "requirements"
OLDEST_PYTHON: Final = "3.11"
_UNLOCKED: Final = "torch"
"""Its CPU build comes from another index, as a file with another hash. constraints.txt holds its version."""
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
_DIRECTLY: Final = re.compile(r"-r \S*voxrig\.in")  # how uv writes that the project itself asks for a package
_HEADER: Final = """\
# {what}
# Made by `python dev.py lock` from pyproject.toml: for Linux, macOS and Windows, Python {python} and newer. Don't edit.
# pip install --require-hashes -r requirements/{name}.txt
"""
_WHAT: Final = {
    "runtime": "What the wheel needs to run.",
    "build": "What builds the wheel, and installs a checkout.",
    "dev": "What `dev.py test` needs: the wheel's packages, the extra dev, and export without torch.",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of a lock.

    Attributes:
        name: as the index writes it.
        version: the one that is installed.
        marker: on which platforms and Pythons; empty: on all.
        hashes: SHA-256 of each of its files, in hex.
        wanted_by: names of the packages that ask for it; `voxrig` among them, if that does itself.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def inputs() -> dict[str, list[str]]:
    """Return what each lock is made from, as pyproject.toml has it."""
    table = project()
    runtime = cast(list[str], table["dependencies"])
    extras = cast(dict[str, list[str]], table["optional-dependencies"])
    build = [one for one in extras["dev"] if one.startswith(("hatchling", "editables"))]
    export = [one for one in extras["export"] if not one.startswith(_UNLOCKED)]
    return {"runtime": runtime, "build": build, "dev": [*runtime, *extras["dev"], *export]}


def make_locks(upgrade: bool, tell: Callable[[str], None]) -> None:
    """Write the locks anew: what is pinned stays where it still fits, unless `upgrade`.

    Raises:
        ReleaseError: uv is missing (the extra dev has it), or no versions fit together; carries what uv said.
    """
    for name, wanted in inputs().items():
        path = FOLDER / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        options = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-config", "--no-header"]
        command = [sys.executable, "-m", "uv", "pip", "compile", "-q", *options, "-o", str(path)]
        command += ["--upgrade"] if upgrade else []
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder, "voxrig.in")
            given.write_text("\n".join(wanted), "utf-8")
            done = subprocess.run([*command, str(given)], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ReleaseError(f"no lock {path.name}: {done.stderr}")
        header = _HEADER.format(what=_WHAT[name], python=OLDEST_PYTHON, name=name)
        text = _DIRECTLY.sub("voxrig", path.read_text("utf-8"))
        path.write_text(header + text, "utf-8", newline="\n")
        tell(f"{path.relative_to(ROOT)}: {len(read_lock(path))} packages")


def read_lock(path: Path) -> list[Pin]:
    """Return the pins of a lock.

    Raises:
        ReleaseError: a line is none of a lock.
    """
    pins: list[Pin] = []
    for line in path.read_text("utf-8").splitlines():
        stripped = line.strip()
        if found := _PIN.match(line):
            pins.append(Pin(found[1], found[2], (found[3] or "").strip(), (), ()))
        elif stripped.startswith("--hash=sha256:"):
            digest = stripped.removeprefix("--hash=sha256:").removesuffix("\\").strip()
            pins[-1] = _with(pins[-1], hashes=(*pins[-1].hashes, digest))
        elif pins and stripped.startswith("#"):
            name = stripped.removeprefix("#").strip().removeprefix("via").strip()
            pins[-1] = _with(pins[-1], wanted_by=(*pins[-1].wanted_by, *([name] if name else [])))
        elif stripped and not stripped.startswith("#"):
            raise ReleaseError(f"{path}: {stripped!r} is no line of a lock; make it with `python dev.py lock`")
    return pins


def _with(pin: Pin, **changes: tuple[str, ...]) -> Pin:
    fields = {"hashes": pin.hashes, "wanted_by": pin.wanted_by, **changes}
    return Pin(pin.name, pin.version, pin.marker, **fields)
