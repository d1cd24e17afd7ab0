"""`voxrig serve` as a process that is watched: its page of numbers, and a collector's address from a variable."""

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager


@contextmanager
def serving(bundle, *arguments, **variables):
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0", "--no-link", "--model", str(bundle.path)]
    process = subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | variables
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_ready_line_says_where_the_page_is(tiny_bundle):
    with serving(tiny_bundle, "--metrics-port", "0", "--json") as process:
        port = json.loads(process.stdout.readline())["metrics_port"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            assert 'voxrig_build_info{model="tiny"' in answer.read().decode()


def test_an_address_from_the_variable_that_is_none_is_told_in_one_line(tiny_bundle):
    with serving(tiny_bundle, OTEL_EXPORTER_OTLP_ENDPOINT="localhost:4318") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    wanted = "otel is 'localhost:4318'; it must be a collector's address, as http://127.0.0.1:4318"
    assert err == f"voxrig: error: {wanted}\n"


def test_a_server_that_nobody_watches_loads_nothing_for_it():
    code = "import sys, voxrig.runtime.serving.server; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "psutil" in loaded
    assert loaded & {"opentelemetry", "prometheus_client", "requests"} == set()
