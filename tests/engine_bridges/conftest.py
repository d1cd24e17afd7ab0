"""A real server, as a user starts it, for clients in any language; and another's reader of what we write."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPENFACEFX = "openfacefx==0.24.0"


@dataclass(frozen=True)
class Serving:
    """A running `voxrig serve`."""

    host: str
    port: int
    link_port: int
    process: "subprocess.Popen[str]"

    @property
    def target(self) -> str:
        """Of the gRPC service."""
        return f"{self.host}:{self.port}"


def start_serving(*options: str) -> Serving:
    """Start `voxrig serve` on free ports of this machine, and wait until it is ready."""
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0", "--json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert ready["event"] == "ready"
    return Serving("127.0.0.1", ready["port"], ready["link_port"], process)


def stop_serving(serving: Serving) -> None:
    serving.process.terminate()
    serving.process.communicate(timeout=60)


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    """One server with the shipped model `live` for all tests of one run."""
    running = start_serving("--model", "live")
    yield running
    stop_serving(running)


@pytest.fixture(scope="session")
def openfacefx() -> list[str]:
    """The command of an environment with openfacefx alone, kept in .cache; it pins what we would not."""
    folder = ROOT / ".cache" / "openfacefx"
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    ready = folder / f"{OPENFACEFX}.ready"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(programs / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", OPENFACEFX]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            text = f"{OPENFACEFX} cannot be installed: {done.stderr.strip()[-300:]}"
            pytest.fail(text) if os.environ.get("CI") else pytest.skip(text)
        ready.touch()
    return [str(programs / "python"), "-m", "openfacefx"]
