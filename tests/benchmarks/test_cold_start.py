"""How soon is a server there? From the start of the process to its ready line, and to the first frame of a client.

    python -m pytest tests/benchmarks/test_cold_start.py -m benchmarks -s

Compiled code is there already, as after any first start. Beside it stands what merely importing the packages takes
that it is built on, and the commands that people wait for. Only that frames come is asserted.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from rich.console import Console
from rich.table import Table

from voxrig.engine_bridges.blocking import connect

ROOT = Path(__file__).parents[2]
TIMES = 5
PACKAGES = "import numba, onnxruntime, grpc.aio, google.protobuf.message, msgpack, typer"

pytestmark = pytest.mark.benchmarks


def python(*arguments: str) -> float:
    """Return the seconds that a process takes."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def server() -> tuple[float, float]:
    """Start a server; return the seconds until it was ready, and until a client had its first frame."""
    samples, rate = soundfile.read(ROOT / "samples" / "healer.wav", dtype="float32", stop=12_000)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().replace(",", " ").split()
            ready = time.perf_counter() - begun
            with connect(words[words.index("on") + 1]) as connection:
                session = connection.open("metahuman", rate)
                session.send(samples)
                assert next(iter(session)).index == 0
                return ready, time.perf_counter() - begun
        finally:
            process.terminate()


def median(work: Callable[[], float]) -> float:
    return statistics.median(work() for _ in range(TIMES))


def test_cold_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server()  # compiles, if it has to
    floor = median(lambda: python("-c", PACKAGES))
    ready, first = (statistics.median(column) for column in zip(*(server() for _ in range(TIMES)), strict=True))
    bake = ["-m", "voxrig.cli.app", "bake", "samples/warning.wav", "-o", str(tmp_path / "warning.csv")]
    python(*bake)
    rows = {
        "import of the packages alone": floor,
        "voxrig serve, ready": ready,
        "voxrig serve, first frame of a client": first,
        "voxrig --help": median(lambda: python("-m", "voxrig.cli.app", "--help")),
        "voxrig bake of 2.7 s": median(lambda: python(*bake)),
    }
    table = Table("from the start of the process", "s", "× import alone", title=f"median of {TIMES}")
    for name, seconds in rows.items():
        table.add_row(name, f"{seconds:.2f}", f"{seconds / floor:.1f}")
    with capsys.disabled():
        Console(width=100).print(table, f"load {os.getloadavg() if hasattr(os, 'getloadavg') else 'unknown'}")
    assert first > ready > 0.0
