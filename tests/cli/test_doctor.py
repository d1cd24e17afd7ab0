import json
import os
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from voxrig.cli.app import main
from voxrig.cli.diagnosis.network import check_port
from voxrig.runtime.models import bundle, signature
from voxrig.runtime.models.bundle import Bundle

LISTENER = bundle.SHIPPED_FOLDER / "listener"
Doctor = Callable[..., tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def free_port() -> int:
    """One with another free one after it, which the engine link takes."""
    while True:
        with socket.socket() as probe, socket.socket() as link:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            if link.connect_ex(("127.0.0.1", port + 1)) and port < 65_535:
                return port


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_bundle: Bundle) -> Path:
    """The package comes with one tiny model, `live`."""
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", tmp_path)
    shutil.copytree(tiny_bundle.path, tmp_path / "live")
    return tmp_path


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int) -> Doctor:
    """`doctor(...)`: run it with --json; return the exit code and the checks by name."""

    def call(*arguments: object) -> tuple[int, dict[str, dict[str, Any]]]:
        given = arguments or ("--port", free_port)
        monkeypatch.setattr(sys, "argv", ["voxrig", "doctor", "--json", *map(str, given)])
        with pytest.raises(SystemExit) as left:
            main()
        found = json.loads(capsys.readouterr().out)
        code = int(left.value.code or 0)
        assert found["ok"] == (code == 0)
        return code, {check["name"]: check for check in found["checks"]}

    return call


def test_a_sound_machine(doctor: Doctor) -> None:
    code, checks = doctor()
    assert code == 0
    assert all(check["ok"] for check in checks.values() if check["needed"])
    for name in ("python", "voxrig", "numpy", "onnxruntime", "grpcio", "model live", "a short clip"):
        assert checks[name]["ok"], name
    assert "step in" in checks["provider CPUExecutionProvider"]["detail"]
    for name in ("torch", "espeak-ng", "piper", "model listener", "model body"):
        assert not checks[name]["needed"], name


def test_a_port_in_use_is_broken(doctor: Doctor) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, checks = doctor("--port", port)
    assert code == 1
    assert not checks[f"port {port}"]["ok"]
    assert "--port" in checks[f"port {port}"]["remedy"]
    assert f"(process {os.getpid()})" in checks[f"port {port}"]["detail"]
    assert f"stop process {os.getpid()}" in checks[f"port {port}"]["remedy"]
    assert check_port(port).ok


def test_the_port_of_the_engine_link_in_use_is_broken(doctor: Doctor, free_port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port + 1))
        other.listen()
        code, checks = doctor("--port", free_port)
    assert code == 1
    assert checks[f"port {free_port}"]["ok"]
    assert "--link-port, or do without the engine link: --no-link" in checks[f"port {free_port + 1}"]["remedy"]


def test_a_damaged_model_is_broken(doctor: Doctor, shipped: Path) -> None:
    model = shipped / "live" / bundle.MODEL_FILE
    model.write_bytes(model.read_bytes() + b"\0")
    code, checks = doctor()
    assert code == 1
    assert "checksum" in checks["model live"]["detail"]


def test_no_model_is_broken(doctor: Doctor, shipped: Path) -> None:
    shutil.rmtree(shipped / "live")
    code, checks = doctor()
    assert code == 1
    assert "missing" in checks["model live"]["detail"]


def test_without_the_listener_all_else_works(doctor: Doctor, shipped: Path) -> None:
    code, checks = doctor()
    assert code == 0
    assert "no emotion is heard" in checks["model listener"]["why"]
    shutil.copytree(LISTENER, shipped / "listener")
    assert "hears emotion" in doctor()[1]["model listener"]["detail"]
    (shipped / "listener" / bundle.MODEL_FILE).write_bytes(b"\0")
    code, checks = doctor()
    assert code == 1
    assert "checksum" in checks["model listener"]["detail"]


def test_what_is_optional_says_what_it_is_for(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    found = metadata.version

    def version(name: str) -> str:
        if name in ("usd-core", "ray"):
            raise metadata.PackageNotFoundError(name)
        return found(name)

    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].items()
    wanted = [f'{one}; extra == "{extra}"' for extra, listed in extras for one in listed]
    monkeypatch.setattr("voxrig.cli.diagnosis.packages.requires", lambda _: [*project["dependencies"], *wanted])
    monkeypatch.setattr("voxrig.cli.diagnosis.packages.version", version)
    monkeypatch.setenv("PATH", "")
    code, checks = doctor()
    assert code == 0
    for name, why, extra in (("usd-core", "to write USD", "usd"), ("ray", "to bake on a Ray cluster", "ray")):
        assert checks[name]["detail"] == "is not installed"
        assert checks[name]["why"] == f"it is {why}"
        assert checks[name]["remedy"] == f"pip install -U 'voxrig[{extra}]'"
    for name, remedy in (("espeak-ng", "apt-get install espeak-ng"), ("piper", "pip install piper-tts")):
        assert not checks[name]["ok"]
        assert "it would speak for bake --scratch-voice" in checks[name]["why"]
        assert remedy in checks[name]["remedy"]


@pytest.mark.parametrize(
    ("requirement", "says", "remedy"),
    [
        ("nowhere-to-be-found>=1.0", "is not installed", "pip install -U 'nowhere-to-be-found>=1.0'"),
        ("numpy>=99.5", "is older than 99.5", "pip install -U 'numpy>=99.5'"),
    ],
)
def test_a_package_missing_or_too_old(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, requirement: str, says: str, remedy: str
) -> None:
    monkeypatch.setattr("voxrig.cli.diagnosis.packages.requires", lambda _: [requirement])
    code, checks = doctor()
    found = checks[requirement.partition(">")[0]]
    assert code == 1
    assert says in found["detail"]
    assert (found["why"] != "", found["remedy"]) == (True, remedy)


@pytest.mark.parametrize(
    ("module", "package"), [("soundfile", "soundfile"), ("yaml", "pyyaml"), ("onnxruntime", "onnxruntime")]
)
def test_a_package_that_is_there_and_broken(tmp_path: Path, module: str, package: str) -> None:
    """In a process of its own, where what is imported is a file that fails, as with a library that is missing."""
    (tmp_path / f"{module}.py").write_text("raise OSError('sndfile library not found')")
    code = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
from voxrig.cli.diagnosis import packages
packages.requires = lambda _: ['{package}>=0.1']
for one in packages.check_packages():
    print(*one.lines(), sep=chr(10))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert f"BROKEN  {package}" in told
    assert "cannot be loaded: OSError: sndfile library not found" in told
    assert f"do:  pip install --force-reinstall '{package}>=0.1'" in told


def test_an_engine_that_cannot_be_loaded_is_one_finding_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise RuntimeError('cannot cache function: no locator available for file x')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import voxrig.cli.app as a; a.main()"
    command = [sys.executable, "-c", code, "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "BROKEN  numba" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "NUMBA_CACHE_DIR" in done.stdout


def test_models_that_must_be_signed(doctor: Doctor, shipped: Path, tmp_path: Path, free_port: int) -> None:
    secret, public = signature.new_key()
    config = tmp_path / "server.toml"
    config.write_text(f"port = {free_port}\nbundle_keys = [{public!r}]\n")
    code, checks = doctor("--config", config)
    assert code == 1
    assert "is unsigned" in checks["model live"]["detail"]
    assert "voxrig export sign live --key" in checks["model live"]["remedy"]
    found = bundle.read(shipped / "live")
    bundle.add_signatures(found, signature.sign(found, secret)[0])
    code, checks = doctor("--config", config)
    assert (code, checks["model live"]["ok"]) == (0, True)
    assert checks["model live"]["detail"].endswith(", signed")


def test_a_voice_program_that_is_there_is_found(doctor: Doctor, program: Callable[..., str]) -> None:
    path = program("espeak-ng")
    assert doctor()[1]["espeak-ng"]["detail"] == f"{path}, for bake --scratch-voice"


def test_for_people_there_is_a_line_for_each_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int
) -> None:
    monkeypatch.setattr(sys, "argv", ["voxrig", "doctor", "--port", str(free_port)])
    with pytest.raises(SystemExit) as left:
        main()
    lines = capsys.readouterr().out.splitlines()
    assert left.value.code in (0, None)
    assert lines[-1] == "all that is needed works"
    assert any(line.startswith("ok") and "model live" in line and "checksum right" in line for line in lines)
