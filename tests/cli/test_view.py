"""`voxrig view` as a process: its ready line, its page, the browser that it opens, and Ctrl-C."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.resources import as_file
from urllib.request import urlopen

import pytest

from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.viewer import page
from voxrig.runtime.models.bundle import Bundle

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tiny_bundle: Bundle) -> Iterator[Start]:
    """`start("--port", 0)`: the command with the tiny model."""
    processes = []

    def run(*arguments: object, **variables: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "voxrig.cli.app", "view", "--model", str(tiny_bundle.path)]
        process = subprocess.Popen(
            [*command, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | variables,
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def fetched(url: str) -> bytes:
    with urlopen(url, timeout=20) as answer:
        return bytes(answer.read())


def test_ready_line_then_the_page_then_a_clean_end(start):
    process = start("--port", 0, "--no-open", "--json")
    ready = json.loads(process.stdout.readline())
    assert ready["event"] == "ready"
    assert ready["url"] == f"http://127.0.0.1:{ready['port']}/"
    assert b"<title>Voxrig</title>" in fetched(ready["url"])
    with connect(ready["target"]) as connection:
        assert connection.describe().models[0].name == "tiny"
    if sys.platform != "win32":  # where a process cannot be sent Ctrl-C alone
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (out, err, process.returncode) == ("", "", 0)


def test_every_file_that_the_page_names_is_served(start):
    """All of the package's, and each import of each module leads to one."""
    process = start("--port", 0, "--no-open", "--json")
    url = json.loads(process.stdout.readline())["url"]
    with as_file(page()) as folder:
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        index = (folder / "index.html").read_text("utf-8")
        wanted = {link.removeprefix("./").partition("#")[0] for link in re.findall(r'(?:src|href)="([^"#]+)', index)}
        for module in folder.glob("app/*.js"):
            for name in re.findall(
                r'from "(\.[^"]+)"|import\("(\.[^"]+)"\)|URL\("(\.[^"]+)"', module.read_text("utf-8")
            ):
                target = (module.parent / "".join(name)).resolve()
                wanted.add(target.relative_to(folder.resolve()).as_posix())
        assert (
            {"app/main.js", "app/msgpack.js", "app/feeder_worklet.js", "stage/stage.js", "style.css"} <= wanted <= names
        )
        for name in sorted(wanted):
            assert fetched(url + name) == (folder / name).read_bytes()


def test_a_person_reads_where_and_the_browser_is_opened(start, tmp_path):
    seen = tmp_path / "opened.txt"
    opener = tmp_path / "opener.py"
    opener.write_text(f"import pathlib, sys\npathlib.Path({str(seen)!r}).write_text(sys.argv[1])\n")
    process = start("--port", 0, BROWSER=f"{sys.executable} {opener} %s")
    line = process.stdout.readline()
    address = re.search(r"shows its face on (http://127\.0\.0\.1:\d+/) \(Ctrl-C stops it\)", line)
    assert address, line
    for _ in range(3000):  # the browser is a process of its own
        if seen.exists() and seen.read_text():
            break
        time.sleep(0.02)
    process.terminate()
    process.communicate(timeout=20)
    assert seen.read_text() == address[1]


def test_port_in_use_is_one_line(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--port", port, "--no-open")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"voxrig: error: cannot listen on 127.0.0.1:{port}: port {port} is in use; ")
    assert err.count("\n") == 1


def test_what_cannot_be_is_one_line(start):
    process = start("--port", 0, "--no-open", "--style", "shuot")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "there is no style preset and no file 'shuot'" in err
    assert err.count("\n") == 1
