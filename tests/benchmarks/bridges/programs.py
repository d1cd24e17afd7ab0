"""The puppets of other languages, built for a run."""

import subprocess
from collections.abc import Callable
from pathlib import Path

BRIDGES = Path(__file__).parents[3] / "engine_bridges"


def native_puppet(program: Callable[..., str], folder: Path) -> tuple[str, ...]:
    """Build the C++ puppet; return its command."""
    native, path = BRIDGES / "native", folder / "native_puppet"
    sources = [str(native / "puppet" / "main.cpp"), str(native / "src" / "socket.cpp")]
    _run(program("g++", "clang++"), "-std=c++17", "-O2", "-pthread", f"-I{native / 'include'}", *sources, "-o", path)
    return (str(path),)


def csharp_puppet(program: Callable[..., str], folder: Path) -> tuple[str, ...]:
    """Build the C# puppet; return its command."""
    package, path = BRIDGES / "unity" / "com.voxrig.bridge", folder / "csharp_puppet.exe"
    sources = [*(package / "Runtime" / "Core").rglob("*.cs"), *(package / "Tools~" / "Puppet").rglob("*.cs")]
    _run(program("mcs", "csc"), "-langversion:7.2", "-optimize+", f"-out:{path}", *sources)
    return (program("mono"), str(path))


def _run(*command: object) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
