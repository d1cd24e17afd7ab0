"""Real servers to be lost: as processes of their own that can be killed and started again on the same ports."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from voxrig.runtime.models.bundle import Bundle


class MortalServer:
    """`voxrig serve` on ports that stay the same."""

    def __init__(self, bundle: Path, *options: str) -> None:
        self.port, self.link_port = free_ports(2)
        self._command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--json", "--model", str(bundle)]
        self._command += ["--port", str(self.port), "--link-port", str(self.link_port), *options]
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line or json.loads(line)["event"] != "ready":
            self.kill()
            raise AssertionError(f"the server did not start; it said {line!r}")

    def kill(self) -> None:
        """As by a crash: no word to anyone."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@pytest.fixture(scope="module")
def mortal(tiny_bundle: Bundle) -> Iterator[Callable[..., MortalServer]]:
    """`mortal(*options)`: a server of the tiny model."""
    servers: list[MortalServer] = []

    def start(*options: str) -> MortalServer:
        servers.append(MortalServer(tiny_bundle.path, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="module")
def server(mortal: Callable[..., MortalServer]) -> MortalServer:
    """One for tests that leave it running."""
    return mortal()
