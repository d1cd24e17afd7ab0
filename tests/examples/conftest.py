"""A server as `voxrig serve` starts it, for the examples' clients."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
"""Seconds; what hangs fails."""


@dataclass(frozen=True)
class Serving:
    """A running `voxrig serve`: its address, the engine link's port, the process."""

    target: str
    link_port: int
    process: "subprocess.Popen[str]"


def serve(*options: str) -> Serving:
    """Start a server with the shipped `live` model; wait until it is ready."""
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--model", "live", "--json", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    return Serving(ready["target"], ready["link_port"], process)


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    one = serve("--port", "0", "--link-port", "0")
    yield one
    one.process.terminate()
    one.process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="session")
def example() -> Callable[..., str]:
    """`example("reconnect.py", "samples/warning.wav", ...)`: run one with warnings as errors; what it says."""

    def run(name: str, *arguments: object) -> str:
        words = [sys.executable, "-W", "error", f"examples/python/{name}", *map(str, arguments)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run
