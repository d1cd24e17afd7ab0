"""The Unity package without Unity: compiled by mono, its shell against stand-ins that have only signatures."""

import subprocess
import sys
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for the tests here, however pytest was started

from unity_package import sources

SAMPLES = Path(__file__).parents[3] / "samples"

Compile = Callable[..., Path]
"""`compile("Name.dll", sources, references, *options)`: C# of Unity 2021's oldest language, warnings are errors."""


@pytest.fixture(scope="session")
def compile_(program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Compile:
    folder = tmp_path_factory.mktemp("unity")

    def run(name: str, sources: Sequence[Path], references: Sequence[str | Path] = (), *options: str) -> Path:
        out = folder / name
        kind = "library" if out.suffix == ".dll" else "exe"
        command = [program("mcs"), "-langversion:7.2", "-warnaserror", "-warn:4", "-debug", f"-target:{kind}"]
        command += [f"-out:{out}", *(f"-r:{reference}" for reference in references), *options, *map(str, sources)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return out

    return run


@pytest.fixture(scope="session")
def core(compile_: Compile) -> Path:
    """Voxrig.Core.dll, every public member of it documented."""
    return compile_("Voxrig.Core.dll", sources("Runtime/Core"), (), "-doc:Voxrig.Core.xml")


@pytest.fixture(scope="session")
def unity_puppet(compile_: Compile, core: Path, program: Callable[..., str]) -> list[str]:
    """The command that starts the core's puppet: HOST PORT, or --playout, is to be appended."""
    puppet = compile_("puppet.exe", sources("Tools~/Puppet"), [core])
    return [program("mono"), str(puppet)]


@pytest.fixture(scope="session")
def voice() -> tuple[bytes, int]:
    """A sample clip: a second and a half as s16le mono, and its rate in Hz."""
    with wave.open(str(SAMPLES / "healer.wav")) as clip:
        return clip.readframes(3 * clip.getframerate() // 2), clip.getframerate()
