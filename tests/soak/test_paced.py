"""Many sessions in real time for long: does the server stay as it is?

    python dev.py test tests/soak/test_paced.py -m benchmarks -s

64 sessions by one gRPC connection and 20 minutes (VOXRIG_SOAK_SESSIONS, VOXRIG_SOAK_MINUTES, VOXRIG_SOAK_TRANSPORT for
others) of `voxrig profile` on a server of its own with the shipped default model. Memory and handles may not grow; what
is late depends on the machine and is told. The figures go to out/soak_paced.json, too.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from slope import per_hour

ROOT = Path(__file__).parents[2]
SESSIONS = int(os.environ.get("VOXRIG_SOAK_SESSIONS", "64"))
MINUTES = float(os.environ.get("VOXRIG_SOAK_MINUTES", "20"))
TRANSPORT = os.environ.get("VOXRIG_SOAK_TRANSPORT", "grpc-bundled")
LOOK_SECONDS = 5.0
MOST_MB_AN_HOUR = 20.0
ALLOWED_MB = 4.0
"""However short the run is: allocators take memory by the piece."""
PROGRAM = (sys.executable, "-m", "voxrig.cli.app")

pytestmark = pytest.mark.benchmarks


@pytest.fixture
def server() -> Iterator[tuple[psutil.Process, dict[str, Any]]]:
    """A server process of its own, and what it said when it was ready."""
    command = (*PROGRAM, "serve", "--json", "--port", "0", "--max-load", "0")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield psutil.Process(process.pid), json.loads(process.stdout.readline())
        process.terminate()
        process.communicate(timeout=30)


def handles(process: psutil.Process) -> int:
    return int(process.num_handles() if sys.platform == "win32" else process.num_fds())


def test_sessions_in_real_time_for_long(server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    process, ready = server
    empty = handles(process)
    port = ready["link_port"] if TRANSPORT.startswith("link") else ready["port"]
    told = tmp_path / "profile.json"
    load = (
        "--sessions",
        SESSIONS,
        "--transport",
        TRANSPORT,
        "--seconds",
        MINUTES * 60,
        "--target",
        f"127.0.0.1:{port}",
    )
    command = (*PROGRAM, "profile", ROOT / "samples" / "gatekeeper.wav", *load, "--json", told)
    moments, resident, open_handles = [], [], []
    begun = time.monotonic()
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL) as profiling:
        while profiling.poll() is None:
            time.sleep(LOOK_SECONDS)
            moments.append(time.monotonic() - begun)
            resident.append(process.memory_info().rss / 1e6)
            open_handles.append(handles(process))
    assert profiling.returncode == 0
    [run] = json.loads(told.read_text("utf-8"))["runs"]
    slope = per_hour(moments[:-2], resident[:-2])  # at the end they close
    figures = {
        "sessions": SESSIONS,
        "transport": TRANSPORT,
        "minutes": MINUTES,
        "frames": run["frames"],
        "late share": run["late_share"],
        "latency, ms": run["latency_ms"],
        "memory, MB": [round(resident[0]), round(max(resident)), round(resident[-1])],
        "memory, MB an hour": round(slope, 2),
        "handles": [empty, max(open_handles), open_handles[-1]],
    }
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out" / "soak_paced.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    with capsys.disabled():
        print(json.dumps(figures))
    hours = (moments[-3] - moments[len(moments) // 3]) / 3600
    assert slope * hours < max(MOST_MB_AN_HOUR * hours, ALLOWED_MB)
    assert max(open_handles) <= empty + SESSIONS + 16
    assert run["dropped"] == 0
