"""docs/security.md: its commands are run from top to bottom, and what it names is there."""

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from voxrig.runtime.serving.access.tokens import read_tokens

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
PATIENCE = 120


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def two_free_ports():
    """The first of two in a row: of gRPC and of the engine link."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
            except OSError:
                continue
            return port


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands are for a POSIX shell")
def test_the_commands_work(tmp_path, tiny_bundle, program):
    program("openssl")
    (tmp_path / "samples").mkdir()
    samples, rate = soundfile.read(ROOT / "samples" / "healer.wav", stop=24_000)
    soundfile.write(tmp_path / "samples" / "healer.wav", samples, rate)  # a second of it, as it is played in real time
    (tmp_path / "bin").mkdir()
    voxrig = tmp_path / "bin" / "voxrig"
    voxrig.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m voxrig.cli.app "$@"\n')
    voxrig.chmod(0o755)
    environment = os.environ | {"PATH": f"{voxrig.parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("VOXRIG_TOKEN", None)
    port, server = two_free_ports(), None
    commands = [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    assert sum(line.startswith("voxrig stream") for line in commands) == 3
    try:
        for line in commands:
            line = line.replace("52000", str(port))
            if not line.startswith("voxrig serve"):
                done = subprocess.run(
                    line, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE
                )
                assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
                continue
            if server is not None:
                server.terminate()
                server.communicate(timeout=PATIENCE)
            words = [*shlex.split(line), "--port", str(port), "--model", str(tiny_bundle.path), "--max-load", "0"]
            server = subprocess.Popen(
                words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            assert "is ready" in server.stdout.readline(), line
    finally:
        if server is not None:
            server.terminate()
            server.communicate(timeout=PATIENCE)
    names = [token.name for token in read_tokens((tmp_path / "tokens.toml").read_bytes())]
    assert names == ["studio-a-2"]
    assert (tmp_path / "tokens.toml").stat().st_mode & 0o077 == 0, "its owner's alone"
    secret = (tmp_path / "studio-a-2.token").read_text().strip()
    assert secret not in (tmp_path / "tokens.toml").read_text()


def test_the_list_is_one():
    [text] = blocks("toml")
    first, second = read_tokens(text.encode())
    assert (first.max_sessions, second.certificate) == (16, "render-7")


def test_the_tests_that_it_names_are_there():
    named = set(re.findall(r"`(tests/[\w/.]+)`", PAGE))
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
