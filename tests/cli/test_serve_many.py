"""`voxrig serve --processes 2`: one server of several processes, one of which may be lost; draining; how it ends."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import numpy as np
import psutil
import pytest

from voxrig.engine_bridges.blocking import Connection, Session, connect
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.processes.ports import can_share

Start = Callable[..., "subprocess.Popen[str]"]
RATE = 24_000
shared = pytest.mark.skipif(not can_share(), reason="this system can't spread connections over processes on one port")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signals to one process")


@pytest.fixture
def start(tiny_bundle: Bundle) -> Iterator[Start]:
    """`start("--port", 0)`: the command with the tiny model, as JSON."""
    processes = []

    def run(*arguments: object) -> "subprocess.Popen[str]":
        model = ("--model", str(tiny_bundle.path), "--json")
        command = [sys.executable, "-m", "voxrig.cli.app", "serve", *model, *map(str, arguments)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()  # its own processes see that it is gone, and go too
        process.communicate()


def ready_of(process: "subprocess.Popen[str]") -> dict:
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return json.loads(line)


def spread(connections: ExitStack, target: str) -> tuple[Connection, Connection]:
    """Two connections that came to different processes: each counts its own."""
    first = connections.enter_context(connect(target, resume_seconds=0))
    for _ in range(64):
        other = connections.enter_context(connect(target, resume_seconds=0))
        before = other.describe().metrics["sessions_opened"]
        first.open("arkit", RATE).close()
        if other.describe().metrics["sessions_opened"] == before:
            return first, other
    raise AssertionError("64 connections all came to the same process")


def closed_frames(session: Session) -> list[bytes]:
    session.close()
    return [frame.values.tobytes() for frame in session]


def open_until_refused(connection: Connection) -> None:
    """A signal takes its time to come."""
    while True:
        closed_frames(connection.open("arkit", RATE))


@shared
def test_a_process_is_killed_and_only_its_own_sessions_are_lost(start, speech):
    process = start("--port", 0, "--processes", 2)
    ready = ready_of(process)
    assert (ready["processes"], len(ready["pids"]), ready["targets"]) == (2, 2, [ready["target"]])
    audio = speech(1.0, RATE)
    with ExitStack() as stack:
        connections = spread(stack, ready["target"])
        sessions = [connection.open("arkit", RATE, seed=7) for connection in connections]
        for session in sessions:
            session.send(audio[:12_000])
        os.kill(ready["pids"][0], signal.SIGKILL)
        ended = []
        for session in sessions:
            try:
                session.send(audio[12_000:])
                ended.append(closed_frames(session))
            except ConnectionLostError as error:
                ended.append(str(error))
        [told] = [end for end in ended if isinstance(end, str)]
        [frames] = [end for end in ended if isinstance(end, list)]
        assert "UNAVAILABLE" in told
        with connect(ready["target"]) as again:
            session = again.open("arkit", RATE, seed=7)
            session.send(audio)
            assert closed_frames(session) == frames, "the same frames from whichever process"
    line = process.stderr.readline()
    assert f"process 0 (pid {ready['pids'][0]}) was ended by signal 9" in line
    assert "it is started again" in line
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    stopped = json.loads(out)
    assert (process.returncode, err, stopped["event"]) == (0, "", "stopped")
    assert stopped["sessions_opened"] >= 2
    assert stopped["frames"] >= 120


@shared
def test_the_port_is_theirs_alone(start):
    process = start("--port", 0, "--processes", 2)
    port = ready_of(process)["port"]
    second = start("--port", port, "--processes", 2)
    out, err = second.communicate(timeout=30)
    assert (second.returncode, out) == (1, "")
    assert err.startswith(f"voxrig: error: cannot listen on 127.0.0.1:{port}: port {port} is in use")


def test_ports_of_their_own_are_all_told(start):
    process = start("--port", 0, "--processes", 3, "--ports", "own", "--max-sessions", 8)
    ready = ready_of(process)
    assert len(set(ready["targets"])) == len(set(ready["link_ports"])) == 3
    limits = []
    for target in ready["targets"]:
        with connect(target) as connection:
            limits.append(connection.describe().limits.max_sessions)
    assert limits == [3, 3, 2], "each has its share of what the whole server takes"


@shared
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_any_host_can_be_shared(start, host):
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    ready = ready_of(start("--host", host, "--allow-anyone", "--port", 0, "--processes", 2))
    with connect(ready["target"]) as connection:
        assert connection.describe().version == ready["version"]
    with socket.create_connection(("127.0.0.1", ready["link_port"]), timeout=10):
        pass


@posix
def test_one_page_has_the_numbers_of_all(start, speech):
    """Also while it drains, when it says that it isn't ready."""
    process = start("--port", 0, "--processes", 2, "--ports", "own", "--metrics-port", 0, "--drain-seconds", 60)
    ready = ready_of(process)
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(target)) for target in ready["targets"]]
        for count, connection in enumerate(connections, start=1):
            for _ in range(count):
                session = connection.open("arkit", RATE)
                session.send(speech(0.5, RATE))
                assert len(closed_frames(session)) == 30
        assert fetched(ready, "/readyz")[0] == 200
        running = connections[0].open("arkit", RATE)
        process.send_signal(signal.SIGTERM)
        with pytest.raises(SessionError):
            open_until_refused(connections[1])
        assert [fetched(ready, path)[0] for path in ("/readyz", "/healthz")] == [503, 200]
        for accept in ("text/plain", "application/openmetrics-text"):
            status, text = fetched(ready, "/metrics", accept)
            assert status == 200
            assert 'voxrig_frames_total{process="0"} 30.0' in text
            assert "voxrig_processes " in text
            assert "voxrig_process_restarts_total 0.0" in text
            names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
            assert len(names) == len(set(names)), "each family once"
        closed_frames(running)
        process.communicate(timeout=30)


def fetched(ready: dict, path: str, accept: str = "text/plain") -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", ready["metrics_port"], timeout=20)) as asking:
        asking.request("GET", path, headers={"Accept": accept})
        answer = asking.getresponse()
        return answer.status, answer.read().decode()


def test_who_cannot_start_is_told_in_one_line(start, tmp_path):
    process = start("--port", 0, "--processes", 2, "--model", tmp_path / "nowhere")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("voxrig: error: ")
    assert "nowhere" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--processes", "many"), "--processes is 'many'; give a number, or auto"),
        (("--processes", -1), "processes is -1; it must be 0"),
        (("--processes", 3, "--max-sessions", 2), "max_sessions is 2, fewer than the 3 processes"),
        (("--ports", "some"), "ports is 'some'; it must be auto, shared or own"),
        (("--drain-seconds", -1), "drain_seconds is -1.0; it must be 0 or more"),
    ],
)
def test_settings_that_cannot_be_are_one_line(voxrig, arguments, message):
    code, _, err = voxrig("serve", "--port", 0, *arguments)
    assert code == 1
    assert message in err
    assert err.count("\n") == 1


@posix
@pytest.mark.parametrize("processes", [1, 2])
def test_draining_lets_sessions_go_on_and_opens_none(start, speech, processes):
    process = start("--port", 0, "--processes", processes, "--drain-seconds", 60)
    audio = speech(1.0, RATE)
    with connect(ready_of(process)["target"]) as connection:
        session = connection.open("arkit", RATE)
        session.send(audio[:12_000])
        process.send_signal(signal.SIGTERM)
        with pytest.raises(SessionError, match=r"about to stop and opens no more sessions; connect again"):
            open_until_refused(connection)
        session.send(audio[12_000:])
        assert len(closed_frames(session)) == 60
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["frames"] == 60


@posix
@pytest.mark.parametrize("processes", [1, 2])
def test_a_second_signal_stops_at_once(start, processes):
    process = start("--port", 0, "--processes", processes, "--drain-seconds", 600)
    with connect(ready_of(process)["target"], resume_seconds=0) as connection:
        session = connection.open("arkit", RATE)
        session.send(np.zeros(RATE, np.float32))
        process.send_signal(signal.SIGINT)
        with pytest.raises(SessionError):
            open_until_refused(connection)
        process.send_signal(signal.SIGINT)
        with pytest.raises(ConnectionLostError):
            list(session)
        process.communicate(timeout=30)
    assert process.returncode == 0


@posix
def test_stopped_before_they_are_ready_they_leave_nothing(start):
    process = start("--port", 0, "--processes", 2)
    give_up = time.monotonic() + 30
    while not (children := psutil.Process(process.pid).children()):
        assert time.monotonic() < give_up, "it starts nothing"
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not any(is_running(child.pid) for child in children)


@posix
def test_processes_whose_parent_is_gone_go_too(start):
    process = start("--port", 0, "--processes", 2)
    pids = ready_of(process)["pids"]
    process.kill()
    process.wait()
    give_up = time.monotonic() + 30
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < give_up, "they go on without a parent"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
