"""`voxrig serve` as a process: its ready line, a client, and Ctrl-C."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from voxrig.engine_bridges import client
from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.wire import ConnectionLostError
from voxrig.runtime.core.body.bones import bones_of
from voxrig.runtime.core.native import BONES
from voxrig.runtime.models.bundle import Bundle

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tiny_bundle: Bundle) -> Iterator[Start]:
    """`start("--port", 0)`: the command with the tiny model."""
    processes = []

    def run(*arguments: object, model: object = tiny_bundle.path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--model", str(model), *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl-C alone on Windows")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_ready_line_then_work_then_a_clean_end(start, end, speech):
    process = start("--port", 0, "--json")
    ready = json.loads(process.stdout.readline())
    assert ready["event"] == "ready"
    assert ready["target"] == f"127.0.0.1:{ready['port']}"
    assert ready["models"] == ["tiny 1"]
    with connect(ready["target"]) as connection:
        session = connection.open("arkit", 24000)
        session.send(speech(0.5, 24000))
        session.close()
        assert sum(1 for _ in session) == 30
        connection.open("arkit", 24000)  # still open when the server is stopped
        process.send_signal(end)
        out, err = process.communicate(timeout=20)
    stopped = json.loads(out)
    assert (stopped["event"], stopped["sessions_opened"], stopped["frames"]) == ("stopped", 2, 30)
    assert err == ""
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be stopped like this on Windows")
def test_a_server_that_vanished_is_told_to_whoever_waits(start, monkeypatch):
    """No word and no reset, as when a cable is pulled: the client asks, and nobody answers."""
    monkeypatch.setattr(client, "KEEPALIVE_MS", 300)
    monkeypatch.setattr(client, "KEEPALIVE_PATIENCE_MS", 300)
    process = start("--port", 0, "--json")
    with connect(json.loads(process.stdout.readline())["target"], resume_seconds=0) as connection:
        session = connection.open("arkit", 24000)
        reading = ThreadPoolExecutor(1).submit(list, session)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(ConnectionLostError, match="UNAVAILABLE"):
            reading.result(timeout=20)


def test_a_person_reads_where_and_with_what(start):
    process = start("--port", 0)
    line = process.stdout.readline()
    assert "is ready on 127.0.0.1:" in line
    assert "model tiny 1" in line


def test_port_in_use_is_one_line(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--port", port)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert out == ""
    assert err.startswith(f"voxrig: error: cannot listen on 127.0.0.1:{port}: port {port} is in use")
    assert "--port" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [("prot = 1", "there is no setting 'prot'; there are host, port"), ("port =", "is not TOML")],
)
def test_a_bad_settings_file_is_one_line(start, tmp_path, text, message):
    file = tmp_path / "server.toml"
    file.write_text(text)
    process = start("--config", file)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert message in err
    assert err.count("\n") == 1


def test_a_style_of_the_servers_own(start):
    process = start("--port", 0, "--json", "--style", "mumble")
    with connect(json.loads(process.stdout.readline())["target"]) as connection:
        jaws = []
        for options in ({}, {"style": "mumble"}, {"style": "natural"}):
            session = connection.open("arkit", 24000, seed=1, options=options)
            session.send(np.random.default_rng(0).uniform(-0.2, 0.2, 12000).astype(np.float32))
            session.close()
            jaws.append([float(frame.values[17]) for frame in session])
    assert jaws[0] == jaws[1] != jaws[2]


def test_a_style_that_does_not_exist_is_one_line(start):
    process = start("--port", 0, "--style", "shuot")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err.startswith("voxrig: error: there is no style preset and no file 'shuot'; the presets are natural")
    assert err.count("\n") == 1


def test_a_corrupt_bundle_is_one_line(start, tiny_bundle, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    for name in ("manifest.json", "model.onnx"):
        data = bytearray((tiny_bundle.path / name).read_bytes())
        if name == "model.onnx":
            data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)
    process = start("--port", 0, model=folder)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "checksum" in err
    assert err.count("\n") == 1


def test_the_settings_file_is_used(start, tmp_path):
    file = tmp_path / "server.toml"
    file.write_text("port = 0\nmax_sessions = 1\n")
    process = start("--config", file, "--json")
    ready = json.loads(process.stdout.readline())
    with connect(ready["target"]) as connection:
        assert connection.describe().limits.max_sessions == 1
        session = connection.open("arkit", 24000)
        session.send(np.zeros(24000, np.float32))
        session.close()
        assert sum(1 for _ in session) == 60


def test_a_life_of_the_servers_own(start, speech):
    process = start("--port", 0, "--json", "--emotion", "joy=0.8", "--blink", "off", "--gaze", "off", "--heard", "0.2")
    own = {"emotion": "joy=0.8", "blink": "off", "gaze": "off", "heard": "0.2"}
    with connect(json.loads(process.stdout.readline())["target"]) as connection:
        runs = []
        for options in ({}, own, {"emotion": "neutral"}):
            session = connection.open("arkit", 24000, seed=1, options=options)
            session.send(speech(0.5, 24000))
            session.close()
            runs.append(np.stack([frame.values for frame in session]))
    np.testing.assert_array_equal(runs[0], runs[1])
    smile = session.controls.index("MouthSmileRight")
    assert (runs[0] - runs[2])[:, smile].mean() > 0.1


def test_a_body_of_the_servers_own(start, speech):
    process = start("--port", 0, "--json", "--body", "torso,arms,sitting")
    with connect(json.loads(process.stdout.readline())["target"]) as connection:
        assert tuple(connection.open("metahuman", 24000).bones) == (*BONES, *bones_of(("torso", "arms")))
        assert tuple(connection.open("metahuman", 24000, options={"body": "off"}).bones) == BONES


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--emotion", "jou"), "emotion: there is no emotion 'jou'"),
        (("--idle", "no"), "idle is 'no'; it must be on or off"),
        (("--body", "tail"), "body has 'tail'; give on, off, or some of torso, arms, fingers, legs"),
    ],
)
def test_a_life_that_cannot_be_is_one_line(start, arguments, message):
    process = start("--port", 0, *arguments)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert message in err
    assert err.count("\n") == 1
