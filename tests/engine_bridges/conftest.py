"""A real server, as a user starts it, for clients in any language."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest


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
