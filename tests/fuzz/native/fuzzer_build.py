"""Builds the fuzz targets of the native core: with libFuzzer, or to replay files alone."""

import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
BRIDGES = HERE.parents[2] / "engine_bridges"
CORPUS = HERE / "corpus"
LONGEST = {"packets": 2048, "client": 512, "survival": 64, "playout": 2048, "wav": 2048}
"""The targets, and the bytes of their longest input."""

_SANITIZED = ("-g1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-sanitize=vptr")
_COVERED = ("-fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp,indirect-calls",)
_FOLDERS = ("native/include", "native", "unreal/Voxrig/Source/VoxrigRuntime/Private/Core")
_FLAGS = ("-std=c++17", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror")


def build_replay(compiler: str, target: str, folder: Path) -> Path:
    """Build a program that gives a target the files named on its command line."""
    program = folder / f"{target}_replay"
    includes = [f"-I{BRIDGES / name}" for name in _FOLDERS]
    sources = [str(HERE / f"{target}.cpp"), str(HERE / "replay.cpp")]
    _run([compiler, *_FLAGS, "-O1", *_SANITIZED, *includes, *sources, "-o", str(program)])
    return program


def build_fuzzer(clang: str, gcc: str, target: str, folder: Path) -> Path:
    """Build a fuzzer with the libFuzzer that atheris brings, else with clang's own.

    Debian's clang comes without its runtimes: then gcc's sanitizers, which are called the same, are linked.
    """
    program = folder / target
    includes = [f"-I{BRIDGES / name}" for name in _FOLDERS]
    archive = libfuzzer()
    if archive is None:
        everything = [*_FLAGS, "-O2", "-g1", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"]
        _run([clang, *everything, *includes, str(HERE / f"{target}.cpp"), "-o", str(program)])
        return program
    with tempfile.TemporaryDirectory() as work:
        objects = [str(Path(work) / name) for name in ("target.o", "driver.o")]
        flags = [*_FLAGS, "-O2", *_SANITIZED, *_COVERED, *includes]
        _run([clang, *flags, "-c", str(HERE / f"{target}.cpp"), "-o", objects[0]])
        _run([clang, "-c", str(HERE / "driver.cpp"), "-o", objects[1]])
        libraries = [str(archive), "-lpthread", "-ldl"]
        _run([gcc, "-fsanitize=address,undefined", *objects, *libraries, "-o", str(program)])
    return program


def libfuzzer() -> Path | None:
    """Return the archive of libFuzzer in atheris; None where that is not installed."""
    found = find_spec("atheris")
    if found is None or found.origin is None:
        return None
    archive = Path(found.origin).parents[1] / "libclang_rt.fuzzer_no_main.a"
    return archive if archive.exists() else None


def kept(target: str) -> list[Path]:
    """Return the inputs of a target that are kept."""
    return sorted((CORPUS / target).iterdir())


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")
