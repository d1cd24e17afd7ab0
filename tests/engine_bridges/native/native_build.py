"""Building the native core, with every warning an error."""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

NATIVE = Path(__file__).parents[3] / "engine_bridges" / "native"

FLAGS = (
    *("-std=c++17", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off", "-pthread"),
    *("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"),
)

Program = Callable[..., str]


def compile_native(compiler: str, path: Path, sources: Sequence[Path], *flags: str) -> Path:
    """Compile sources with the core's own to the program `path`, and return that."""
    command = [compiler, *FLAGS, *flags, f"-I{NATIVE / 'include'}"]
    command += [*map(str, sources), str(NATIVE / "src" / "socket.cpp"), "-o", str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return path


def build_puppet(program: Program, folder: Path) -> Path:
    """Build the puppet in `folder`; `program` is the fixture of that name."""
    return compile_native(program("g++"), folder / "voxrig_puppet", [NATIVE / "puppet" / "main.cpp"], "-O1")
