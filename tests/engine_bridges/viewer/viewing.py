"""A running `voxrig view`, as a user starts it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).parents[3] / "samples"


@dataclass(frozen=True)
class Viewing:
    """A running `voxrig view`."""

    url: str
    port: int
    target: str
    """Of the same server, over gRPC."""
    process: "subprocess.Popen[str]"

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)


def start_viewing(port: int = 0) -> Viewing:
    """Start `voxrig view` with the shipped `live` model, and wait until it is ready."""
    options = ["--port", str(port), "--no-open", "--json", "--model", "live"]
    command = [sys.executable, "-m", "voxrig.cli.app", "view", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    return Viewing(ready["url"], ready["port"], ready["target"], process)
