"""NVIDIA's own client messages, in an environment of their own, as a client of the tests' real server."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2]))  # for `a2f_client`, however pytest was started

from a2f_client import environment
from a2f_client.clips import Played
from voxrig.runtime.serving.server import Server

PATIENCE = 60  # seconds; what hangs fails

Client = Callable[[str], tuple[list[str], dict[str, str]]]


@pytest.fixture(scope="session")
def client() -> Client:
    """`client("play.py")`: how to run a program of NVIDIA's environment, and the variables to run it with."""
    try:
        environment.command("play.py")
    except environment.ClientMissingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    return lambda program: (environment.command(program), environment.clean())


@pytest.fixture
def play(client: Client) -> Callable[..., Awaitable[list[Played]]]:
    """`await play(server, *clips)`: what the client read of each clip, played at once."""
    command, variables = client("play.py")

    async def run(server: Server, *clips: dict[str, Any]) -> list[Played]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=variables)
        job = json.dumps({"target": server.target, "clips": clips}).encode()
        out, err = await asyncio.wait_for(process.communicate(job), PATIENCE)
        assert process.returncode == 0, err.decode()
        told = json.loads(out)
        assert told["health"] == "0801"  # SERVING, for the empty service name
        return [Played(clip) for clip in told["clips"]]

    return run
