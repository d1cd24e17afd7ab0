"""The example clients, each as its page says, against a real server."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from .conftest import PATIENCE, ROOT, Serving, serve

Example = Callable[..., str]
WARNING = "samples/warning.wav"
FRAMES = 162  # of 2.7 s


def test_grpc_live(example: Example, serving: Serving) -> None:
    told = example("grpc_live.py", WARNING, "--target", serving.target)
    assert f"{FRAMES} frames, seed " in told
    assert max(map(len, re.findall(r"#+", told))) > 8  # the mouth opened on the way
    assert told.count("jaw") > 30


def test_link_live(example: Example, serving: Serving) -> None:
    told = example("link_live.py", WARNING, "samples/gatekeeper.wav", "--port", serving.link_port)
    assert re.search(r"the server is \d+\.\d ms away", told)
    assert f"{WARNING}: {FRAMES} frames of 61 curves, joy" in told
    assert "samples/gatekeeper.wav: 449 frames of 61 curves, anger" in told


def test_blocking_clip(example: Example, serving: Serving) -> None:
    told = example("blocking_clip.py", WARNING, "--target", serving.target)
    assert f"{FRAMES} frames of 251 controls and 3 bones" in told
    visemes = re.findall(r"^ +(\d\.\d\d) s  (\w+) +\d\.\d\d$", told, re.MULTILINE)
    assert len(visemes) > 10
    assert "PP" in {viseme for _, viseme in visemes}  # "above", "by": its lips meet
    assert visemes[-1][1] == "sil"


def test_plain_link(example: Example, serving: Serving) -> None:
    told = example("plain_link.py", WARNING, serving.link_port)
    assert f"warning.wav: {FRAMES} frames; the widest is " in told
    assert '"JawOpen": 0.' in told


def test_plain_link_needs_no_package() -> None:
    code = "import runpy; runpy.run_path('examples/python/plain_link.py')"
    done = subprocess.run([sys.executable, "-S", "-I", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_audio2face(example: Example, serving: Serving) -> None:
    told = example("audio2face.py", WARNING, "--target", serving.target)
    assert "status 0" in told
    assert "81 frames of 52 shapes; JawOpen is 0." in told


def test_reconnect(example: Example, serving: Serving) -> None:
    told = example("reconnect.py", WARNING, "--times", 2, "--target", serving.target)
    assert f"2 lines, {2 * FRAMES} frames, 0 losses; same to the bit: True" in told


@pytest.mark.skipif(sys.platform == "win32", reason="there a server can't be killed so that its port is free at once")
def test_reconnect_outlives_its_server() -> None:
    first = serve("--port", "0")
    port = first.target.rpartition(":")[2]
    words = [sys.executable, "examples/python/reconnect.py", "samples/gatekeeper.wav", "--target", first.target]
    client = subprocess.Popen([*words, "--times", "9"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert client.stdout is not None
    assert client.stdout.readline() == "line 1 is said\n"
    first.process.send_signal(signal.SIGKILL)
    first.process.communicate(timeout=PATIENCE)
    second = serve("--port", port)
    told, _ = client.communicate(timeout=PATIENCE)
    second.process.terminate()
    second.process.communicate(timeout=PATIENCE)
    assert client.returncode == 0
    assert f"9 lines, {9 * 449} frames" in told
    assert "\nlost: " in "\n" + told
    assert told.endswith("same to the bit: True\n")


def test_every_client_is_told_of_and_tried() -> None:
    names = {path.name for path in (ROOT / "examples" / "python").glob("*.py")}
    page = (ROOT / "examples" / "README.md").read_text("utf-8")
    here = (ROOT / "tests" / "examples" / "test_clients.py").read_text("utf-8")
    assert {name for name in names if f"](python/{name})" not in page or f'"{name}"' not in here} == set()
    assert set(re.findall(r"^\$ python examples/python/(\S+)", page, re.MULTILINE)) == names
