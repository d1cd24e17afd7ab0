"""What is built of the plugin's engine-free part for the tests, once a run."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from plugin_source import CORE, NATIVE

UNIT = Path(__file__).with_name("unit")
FLAGS = (
    *("-std=c++17", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off", "-pthread", "-O1", "-g"),
    *("-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"),
)


@pytest.fixture(scope="session")
def build(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`build("g++", ["parts.cpp"], "-fsanitize=thread")`: the program made of files of unit/ and the native core."""

    def make(compiler: str, names: list[str], *flags: str) -> Path:
        path = tmp_path_factory.mktemp("unreal") / "program"
        sources = [*(UNIT / name for name in names), NATIVE / "src" / "socket.cpp"]
        command = [program(compiler), *FLAGS, *flags, f"-I{CORE}", f"-isystem{NATIVE / 'include'}"]
        done = subprocess.run([*command, *map(str, sources), "-o", str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return path

    return make


@pytest.fixture(scope="session")
def performer(build: Callable[..., Path]) -> Path:
    """The plugin's own parts as a program: PERFORMER HOST PORT RIG WAV speak|restart|test."""
    return build("g++", ["performer.cpp"])
