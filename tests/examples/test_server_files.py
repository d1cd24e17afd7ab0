"""The example servers' files, read by what reads them; each server starts."""

import configparser
import shlex
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import typer.main

from voxrig.cli.app import app
from voxrig.runtime.serving import settings
from voxrig.runtime.serving.access.tokens import read_tokens

from .conftest import PATIENCE, ROOT

EXAMPLES = ROOT / "examples"
CONFIGS = sorted(path for path in (EXAMPLES / "server").glob("*.toml") if path.name != "tokens.toml")
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_settings_are_settings(path: Path) -> None:
    assert settings.load(path) != settings.Settings()


def test_tokens_are_tokens() -> None:
    content = (EXAMPLES / "server" / "tokens.toml").read_bytes()
    animators, farm = read_tokens(content)
    assert (animators.name, animators.max_sessions, farm.audio_seconds_per_hour) == ("animators", 64, 36_000)
    named = tomllib.loads((EXAMPLES / "server" / "studio.toml").read_text("utf-8"))["tokens"]
    assert (ROOT / named).read_bytes() == content


def test_the_workstations_server_starts() -> None:
    """The one that needs nothing else; on free ports."""
    words = [*voxrig(), "serve", "--config", "examples/server/workstation.toml", "--port", "0", "--metrics-port", "0"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "is ready on 127.0.0.1" in process.stdout.readline()
    process.terminate()
    process.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(("name", "lacks"), [("studio", "certificates/server"), ("cloud", "VOXRIG_TOKEN_LIST")])
def test_a_server_that_lacks_its_secrets_does_not_start(name: str, lacks: str) -> None:
    words = [*voxrig(), "serve", "--config", f"examples/server/{name}.toml", "--port", "0", "--processes", "1"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode != 0
    assert lacks in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_unit_starts_a_server() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(EXAMPLES / "systemd" / "voxrig.service", encoding="utf-8")
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert Path(program).name == "voxrig"
    check_command(words)
    assert float(unit["Service"]["TimeoutStopSec"]) > 60  # studio.toml drains for so long


def test_the_task_starts_a_server() -> None:
    task = ElementTree.parse(EXAMPLES / "windows" / "voxrig_task.xml").getroot()
    assert task.tag == f"{TASK}Task"
    action = task.find(f"{TASK}Actions/{TASK}Exec")
    assert action is not None
    assert str(action.findtext(f"{TASK}Command")).endswith("voxrig.exe")
    check_command(str(action.findtext(f"{TASK}Arguments")).split())
    limit = task.findtext(f"{TASK}Settings/{TASK}ExecutionTimeLimit")
    assert limit == "PT0S"  # else it would be ended after three days


def voxrig() -> list[str]:
    return [sys.executable, "-m", "voxrig.cli.app"]


def check_command(words: list[str]) -> None:
    """Read the words as `voxrig` would; nothing is run."""
    command = typer.main.get_group(app).commands[words[0]]
    assert command.make_context(words[0], list(words[1:])).params["config"] is not None
