"""C# of a page, compiled with the Unity package and the stand-ins for the engine that the package's tests have."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from blocks import ROOT, Block

_PACKAGE = ROOT / "engine_bridges" / "unity" / "com.voxrig.bridge" / "Runtime"
_STAND_IN = ROOT / "tests" / "engine_bridges" / "unity" / "stand_in"


def compile_script(block: Block, path: Path, program: Callable[..., str]) -> None:
    """Compile a block that lies in `path`, with warnings as errors; 649 is of fields that the inspector sets."""
    folders = (_PACKAGE / "Core", _PACKAGE, _STAND_IN)
    sources = [str(source) for folder in folders for source in sorted(folder.glob("*.cs"))]
    command = [program("mcs"), "-langversion:7.2", "-warnaserror", "-nowarn:649,169,414,67", "-target:library"]
    done = subprocess.run(
        [*command, f"-out:{path.with_suffix('.dll')}", *sources, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{block.place}:\n{done.stdout}{done.stderr}"
