"""Killed in the middle, and run again: as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.models.bundle import Bundle

Bytes = Callable[[Path], dict[str, str]]

LINES = 200


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory, speech: Callable[..., np.ndarray]) -> Path:
    """200 short lines of two who talk to each other, some with a written emotion; a sixth of them are broken."""
    folder = tmp_path_factory.mktemp("scene")
    sounds = [speech(0.35 + 0.05 * number, 16_000, number) for number in range(6)]
    lines = []
    for number in range(LINES):
        soundfile.write(folder / f"line_{number:03d}.wav", sounds[number % 6] * (1.0 - number / 400), 16_000)
        line = {"id": f"line_{number:03d}", "character": "AB"[number % 2], "text": "Well, that is good of you!"}
        if number % 3 == 0:
            line["emotion"] = "joy=0.5"
        lines.append(line)
    (folder / "line_100.wav").write_bytes(b"nothing")
    path = folder / "talk.json"
    path.write_text(json.dumps({"lines": lines}), encoding="utf-8")
    return path


def command(script: Path, out: Path, model: Bundle) -> list[str]:
    options = ["--format", "csv,glb,take", "--jobs", "2", "--model", str(model.path), "--json"]
    return [sys.executable, "-m", "voxrig.cli.app", "bake", str(script), "-o", str(out), *options]


@pytest.fixture(scope="module")
def undisturbed(
    script: Path, tmp_path_factory: pytest.TempPathFactory, tiny_bundle: Bundle, bytes_of: Bytes
) -> dict[str, str]:
    """The bytes of a bake that nobody disturbs."""
    out = tmp_path_factory.mktemp("bakes") / "undisturbed"
    ran = subprocess.run(command(script, out, tiny_bundle), capture_output=True, text=True, check=False)
    assert ran.returncode == 2, ran.stderr
    return bytes_of(out)


def done(out: Path) -> int:
    return len(list((out / ".voxrig" / "takes").glob("line_*.json")))


@pytest.mark.skipif(os.name == "nt", reason="there are no process groups to kill on Windows")
@pytest.mark.parametrize("share", [0.02, 0.6])
def test_kill_9_and_again_gives_the_same_bytes(
    script: Path,
    tiny_bundle: Bundle,
    undisturbed: dict[str, str],
    bytes_of: Bytes,
    tmp_path_factory: pytest.TempPathFactory,
    share: float,
) -> None:
    # As far from the recordings as the other one: the report says where they are.
    out = tmp_path_factory.mktemp("bakes") / "killed"
    with subprocess.Popen(command(script, out, tiny_bundle), start_new_session=True, stdout=subprocess.DEVNULL) as bake:
        deadline = time.monotonic() + 120
        while done(out) < share * LINES:
            assert bake.poll() is None, "it was done before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.killpg(bake.pid, signal.SIGKILL)
    kept = done(out)
    assert share * LINES <= kept < LINES - 1
    again = subprocess.run(command(script, out, tiny_bundle), capture_output=True, text=True, check=False)
    assert again.returncode == 2, again.stderr  # one line has no sound
    told = json.loads(again.stdout)
    assert (told["unchanged"], told["baked"], told["failed"]) == (kept, LINES - 1 - kept, 1)
    assert bytes_of(out) == undisturbed
