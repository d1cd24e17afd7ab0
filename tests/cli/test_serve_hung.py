"""`voxrig serve` whose network hangs, for real; that is stopped and continued; whose models are replaced."""

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import numpy as np
import onnx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from onnx import TensorProto, helper, numpy_helper

from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError
from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle

RATE = 24_000
LOUD = -4.0
"""Log-mel from which the network never ends: silence is below, shouting above."""
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to one process")
Start = Callable[..., "subprocess.Popen[str]"]


def endless(network: bytes) -> bytes:
    """The same network, but for ever counting when it hears something loud."""
    model = onnx.load_from_string(network)
    graph = model.graph
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["on"], ["still_on"]),
            helper.make_node("Add", ["count", "count"], ["more"]),
        ],
        "count_on",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("count", TensorProto.FLOAT, []),
        ],
        [
            helper.make_tensor_value_info("still_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("more", TensorProto.FLOAT, []),
        ],
    )
    constants = {"loud": np.float32(LOUD), "for_ever": np.int64(2**60), "never": np.int64(0), "yes": np.bool_(True)}
    constants |= {"nothing": np.float32(0.0)}
    graph.initializer.extend(numpy_helper.from_array(np.array(value), name) for name, value in constants.items())
    last = graph.node.pop()
    last.output[0] = "quiet_controls"
    graph.node.extend(
        [
            last,
            helper.make_node("ReduceMax", ["features"], ["loudest"], keepdims=0),
            helper.make_node("Greater", ["loudest", "loud"], ["is_loud"]),
            helper.make_node("Where", ["is_loud", "for_ever", "never"], ["turns"]),
            helper.make_node("Loop", ["turns", "yes", "nothing"], ["counted"], body=body),
            helper.make_node("Add", ["quiet_controls", "counted"], ["controls"]),
        ]
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


@pytest.fixture(scope="module")
def hanging(tiny_bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundles") / "hanging"
    bundle.write(path, tiny_bundle.spec, endless(tiny_bundle.model))
    return path


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(model, "--hang-seconds", 1)`: the command on a free port, as JSON."""
    processes = []

    def run(model: Path, *arguments: object) -> "subprocess.Popen[str]":
        told = ("serve", "--model", str(model), "--json", "--port", "0", *map(str, arguments))
        command = [sys.executable, "-m", "voxrig.cli.app", *told]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.communicate()


def ready_of(process: "subprocess.Popen[str]") -> dict:
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return json.loads(line)


def loud(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).uniform(-1, 1, round(seconds * RATE)).astype(np.float32)


def test_a_network_that_hangs_ends_the_process_and_every_session_with_a_reason(start, hanging):
    process = start(hanging, "--hang-seconds", 1, "--metrics-port", 0)
    ready = ready_of(process)
    with connect(ready["target"]) as first, connect(ready["target"]) as second:
        quiet, shouting = first.open("arkit", RATE), second.open("arkit", RATE)
        quiet.send(np.zeros(4800, np.float32))
        shouting.send(loud(0.5))
        told = []
        for session in (quiet, shouting):
            with pytest.raises((SessionError, ConnectionLostError)) as caught:
                for _ in session:
                    pass
            told.append(str(caught.value))
        assert ["the server failed and ends; connect again" in text for text in told] == [True, True], told
    assert process.wait(20) == 70
    err = process.stderr.read()
    [line] = [line for line in err.splitlines() if "a tick hangs for 1 s" in line]
    assert "onnxruntime" in line
    assert "tick.py" in line


def test_health_says_so_while_it_ends(start, hanging):
    """To the health service and, before, to its page."""
    process = start(hanging, "--hang-seconds", 1, "--metrics-port", 0)
    ready = ready_of(process)
    page = f"http://127.0.0.1:{ready['metrics_port']}"
    with grpc.insecure_channel(ready["target"]) as channel, connect(ready["target"]) as client:
        health = health_pb2_grpc.HealthStub(channel)
        watched = health.Watch(health_pb2.HealthCheckRequest(service=""))
        assert next(watched).status == health_pb2.HealthCheckResponse.SERVING
        assert urllib.request.urlopen(f"{page}/healthz", timeout=10).status == 200
        client.open("arkit", RATE).send(loud(0.5))
        assert next(watched).status == health_pb2.HealthCheckResponse.NOT_SERVING
        watched.cancel()
    assert process.wait(20) == 70


def test_under_supervision_it_is_started_again(start, hanging):
    process = start(hanging, "--hang-seconds", 1, "--supervise")
    ready = ready_of(process)
    [pid] = ready["pids"]
    with connect(ready["target"]) as client:
        session = client.open("arkit", RATE)
        session.send(loud(0.5))
        with pytest.raises((SessionError, ConnectionLostError)):
            list(session)
    assert f"process 0 (pid {pid}) ended with exit code 70 (its ticks hang or have failed" in told_in(process, "exit")
    assert frames_from(ready["target"]) == 30


@posix
def test_a_process_that_says_nothing_is_killed_and_started_again(start, tiny_bundle):
    """Its event loop hangs; here, as it is stopped."""
    process = start(tiny_bundle.path, "--hang-seconds", 1, "--supervise")
    ready = ready_of(process)
    [pid] = ready["pids"]
    os.kill(pid, signal.SIGSTOP)
    assert "has said nothing for 1 s: it hangs, and is killed" in told_in(process, "has said")
    assert frames_from(ready["target"]) == 30


def told_in(process: "subprocess.Popen[str]", word: str) -> str:
    """The next line of its log with a word."""
    for line in process.stderr:
        if word in line:
            return line
    raise AssertionError(f"the log ended without {word!r}")


def frames_from(target: str) -> int:
    """How many frames half a second of silence has, from whoever is started there; it may take a while."""
    for _ in range(200):
        try:
            with connect(target) as client:
                session = client.open("arkit", RATE)
                session.send(np.zeros(12_000, np.float32))
                session.close()
                return len(list(session))
        except (ConnectionLostError, SessionError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"nobody serves at {target}")


@posix
def test_a_server_that_was_stopped_for_three_seconds_goes_on(start, tiny_bundle, speech):
    """A suspended laptop: no session is taken for idle, no tick for hung, and no frame is lost."""
    process = start(tiny_bundle.path, "--hang-seconds", 2, "--max-idle-seconds", 2.5)
    ready = ready_of(process)
    audio = speech(1.0, RATE)
    with connect(ready["target"]) as client:
        session = client.open("arkit", RATE)
        session.send(audio[:12_000])
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(3.0)
        os.kill(process.pid, signal.SIGCONT)
        session.send(audio[12_000:])
        session.close()
        frames = list(session)
        assert [frame.index for frame in frames] == list(range(60))
        metrics = client.describe().metrics
        assert (metrics["sessions"], metrics["errors"], metrics["frames"]) == (0, 0, 60)
        assert 0 <= metrics["load"] < 1
    assert process.poll() is None


@posix
def test_a_client_that_was_stopped_goes_on(start, tiny_bundle, speech, tmp_path):
    ready = ready_of(start(tiny_bundle.path))
    code = """
import sys, numpy as np
from voxrig.engine_bridges.blocking import connect
with connect(sys.argv[1]) as client:
    session = client.open("arkit", 24000)
    session.send(np.zeros(12000, np.float32))
    print("sent", flush=True)
    session.send(np.zeros(12000, np.float32))
    session.close()
    print([frame.index for frame in session] == list(range(60)), flush=True)
"""
    command = [sys.executable, "-c", code, ready["target"]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout.readline() == "sent\n"
        os.kill(client.pid, signal.SIGSTOP)
        time.sleep(2.0)
        os.kill(client.pid, signal.SIGCONT)
        assert client.stdout.readline() == "True\n"


@posix
@pytest.mark.parametrize("arguments", [(), ("--processes", 2)])
def test_a_hangup_signal_loads_the_models_again(start, tiny_bundle, tmp_path, arguments):
    own = tmp_path / "own"
    shutil.copytree(tiny_bundle.path, own)
    process = start(own, *arguments)
    ready = ready_of(process)
    with connect(ready["target"]) as client:
        running = client.open("arkit", RATE)
        running.send(np.zeros(4800, np.float32))
        bundle.write(own, dataclasses.replace(tiny_bundle.spec, version="2"), tiny_bundle.model)
        process.send_signal(signal.SIGHUP)
        for _ in range(ready.get("processes", 1)):
            assert "models: tiny 2 (" in told_in(process, "models")
        assert client.describe().models[0].version == "2"
        running.send(np.zeros(4800, np.float32))
        running.close()
        assert len(list(running)) == 24
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


@posix
def test_who_still_speaks_when_the_server_stops_is_told_after_the_frames_that_it_has(start, tiny_bundle):
    """At the end of --drain-seconds; then the client goes elsewhere at once, and knows why."""
    process = start(tiny_bundle.path, "--drain-seconds", 0.5)
    ready = ready_of(process)
    with connect(ready["target"]) as client:
        session = client.open("arkit", RATE)
        session.send(np.zeros(12_000, np.float32))
        first = next(iter(session))
        process.send_signal(signal.SIGTERM)
        frames = [first.index]
        with pytest.raises((SessionError, ConnectionLostError), match="the server stops; connect again"):
            frames.extend(frame.index for frame in session)
        assert frames == list(range(len(frames)))
        assert len(frames) >= 24, "all that half a second gives without what comes after it"
    assert process.wait(30) == 0
    assert process.stderr.read() == ""
