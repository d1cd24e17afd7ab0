"""The plugin's own parts against a real server: what a component does, with a device made of a thread."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from voxrig.runtime.core.rig import profile

SAMPLES = Path(__file__).parents[3] / "samples"


def perform(performer: Path, serving, rig: str, name: str) -> list[str]:
    command = [str(performer), serving.host, str(serving.link_port), rig, str(SAMPLES / "warning.wav"), name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def number(lines: list[str], word: str, index: int = 0) -> float:
    return float([line for line in lines if line.startswith(word + " ")][index].split()[1])


def test_speech_is_shown_cued_interrupted_and_shown_again(performer, serving) -> None:
    """With both rigs at a time."""
    with ThreadPoolExecutor(2) as pool:
        runs = [(rig, pool.submit(perform, performer, serving, rig, "speak")) for rig in ("arkit", "metahuman")]
    for rig, run in runs:
        check_speech(rig, run.result())


def check_speech(rig: str, lines: list[str]) -> None:
    shape = profile(rig)
    assert lines[0] == f"opened {rig} {len(shape.names)} {len(shape.bones)}"
    assert number(lines, "mouth") > 0.2
    assert number(lines, "turned") > 10  # to a point on its right: positive in Unreal
    assert number(lines, "joy") > 0.5
    told = next(line for line in lines if line.startswith("told"))
    assert int(told.split()[2]) > 10
    assert int(told.split()[4]) > 0
    gesture = next(line for line in lines if line.startswith("refused"))
    assert "'gesture'" in gesture
    assert gesture.startswith("refused 0")
    assert lines.index("interrupted") < next(n for n, line in enumerate(lines) if line.startswith("rest"))
    assert number(lines, "rest") < 0.1
    assert number(lines, "mouth", 1) > 0.2
    counts = re.fullmatch(r"counts pushed (\d+) shown (\d+) late (\d+)", lines[-1])
    assert counts is not None
    assert int(counts[1]) > 300
    assert int(counts[2]) > 0


def test_a_refused_session_is_told_once_and_the_voice_is_heard(performer, serving) -> None:
    lines = perform(performer, serving, "hobgoblin", "refuse")
    assert lines[0].startswith("refused 5 ")
    assert "hobgoblin" in lines[0]
    assert "arkit or metahuman" in lines[0]
    assert number(lines, "heard") > 2.5
    assert lines[-1] == "refusals 1"


class Restarted:
    """A server that can be stopped and started again on the same port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host, self.link_port = "127.0.0.1", probe.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--link-port", str(self.link_port), "--json", "--model", "live"]
        command = [sys.executable, "-m", "voxrig.cli.app", "serve", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert json.loads(self.process.stdout.readline())["event"] == "ready"

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


@pytest.fixture
def restarted() -> Iterator[Restarted]:
    server = Restarted()
    server.start()
    yield server
    server.stop()


def test_a_lost_server_is_found_again_and_the_character_goes_on(performer, restarted) -> None:
    command = [
        str(performer),
        restarted.host,
        str(restarted.link_port),
        "arkit",
        str(SAMPLES / "warning.wav"),
        "restart",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.strip())
            if lines[-1] == "stop the server":
                restarted.stop()
            elif lines[-1] == "start the server":
                restarted.start()
    assert process.returncode == 0, "\n".join(lines)
    assert sum(line.startswith("lost ") for line in lines) == 1
    assert lines.index("restored") > lines.index("start the server")
    assert number(lines, "mouth") > 0.2


def test_the_connection_test_says_what_the_server_is(performer, serving) -> None:
    lines = perform(performer, serving, "-", "test")
    assert lines[0].startswith("Voxrig ")
    assert lines[0].endswith(f"at {serving.host}:{serving.link_port}")
    assert "live" in lines[1]
    assert "metahuman" in lines[2]
    assert "arkit" in lines[2]


def test_the_connection_test_says_what_to_do_without_a_server(performer) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        done = subprocess.run([performer, "127.0.0.1", str(port), "-", "-", "test"], capture_output=True, text=True)
    assert done.returncode == 1
    assert f"No Voxrig server at 127.0.0.1:{port}" in done.stdout
    assert "voxrig serve" in done.stdout


def test_the_connection_test_on_the_grpc_port_fails_in_words(performer, serving) -> None:
    command = [performer, serving.host, str(serving.port), "-", "-", "test"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "52000 is gRPC's" in done.stdout
