"""The house rules: layout, imports, the wheel and the README; what no single module's test would notice."""

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import typer.main

from voxrig.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PORTIONS = ["proto/voxrig", "runtime/voxrig", "exporters/voxrig", "engine_bridges/voxrig"]
TOP = ["proto", "runtime", "exporters", "engine_bridges", "release", "samples", "tests"]
DRAWERS = {"util", "utils", "common", "helper", "helpers", "misc"}
HEAVY = {"torch", "onnx", "scipy", "librosa", "matplotlib", "soxr", "pxr", "ray"}
LONGEST = 300
LONG_FOR_A_REASON: dict[str, str] = {}
"""Modules that may be longer than LONGEST lines: path and why."""


def files(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def python(*arguments: str, **variables: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_namespace_has_no_init() -> None:
    assert [folder for folder in TOP if (ROOT / folder / "__init__.py").exists()] == []
    assert [str(path) for path in files(*TOP) if path.parts[-2:] == ("voxrig", "__init__.py")] == []


def test_every_package_below_the_namespace_has_an_init() -> None:
    packages = {path.parent for path in files(*PORTIONS) if path.suffix == ".py"}
    assert [str(p) for p in sorted(packages) if p.name != "voxrig" and not (p / "__init__.py").exists()] == []


def test_modules_are_short_and_no_drawers() -> None:
    modules = [path for path in files(*TOP) if path.suffix == ".py" and "_pb2" not in path.name]
    modules.append(ROOT / "dev.py")
    names = [path.relative_to(ROOT) for path in modules]
    long = {str(name.as_posix()) for name in names if len((ROOT / name).read_text("utf-8").splitlines()) > LONGEST}
    assert long == set(LONG_FOR_A_REASON), "shorten it, or give the reason in LONG_FOR_A_REASON"
    assert [str(name) for name in names if DRAWERS & {part.removesuffix(".py") for part in name.parts}] == []


IMPORT_ALL = """
import importlib, json, pkgutil, sys
sys.modules |= dict.fromkeys(json.loads(sys.argv[1]))  # importing one of these fails, as where it isn't installed
import voxrig.cli.app, voxrig.engine_bridges, voxrig.runtime
for package in (voxrig.runtime, voxrig.engine_bridges):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(json.dumps(list(sys.modules)))
"""


def test_server_runs_without_the_heavy_packages() -> None:
    loaded = set(json.loads(python("-c", IMPORT_ALL, json.dumps(sorted(HEAVY)))))
    assert {"voxrig.runtime.serving.server", "voxrig.engine_bridges.client"} <= loaded


def test_server_loads_no_heavy_package_that_is_installed() -> None:
    loaded = set(json.loads(python("-c", IMPORT_ALL, "[]")))
    assert loaded & (HEAVY - {"scipy"}) == set()  # numba itself looks at scipy's version where there is one


def test_import_contracts_hold() -> None:
    told = python("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert "0 broken" in told


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_the_four_portions_and_their_data(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = {path.relative_to(ROOT / portion).as_posix() for portion in PORTIONS for path in files(portion)}
    assert inside == {f"voxrig/{name}" for name in wanted}
    data = {name.rpartition(".")[2] for name in inside}
    assert {"proto", "json", "onnx", "pyi"} <= data
    assert {name.split("/")[1] for name in inside} == {
        *("v1", "ace", "runtime", "baking", "profiling", "cli", "exporters", "engine_bridges")
    }


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```console\n")[1:]]
    commands = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return sorted(set(commands))


@pytest.mark.parametrize("command", readme_commands())
def test_readme_command_exists(command: str) -> None:
    words = shlex.split(command, comments=True)
    while "=" in words[0]:  # VARIABLE=value in front
        words = words[1:]
    program, *arguments = words
    if program.startswith("python"):
        program, *arguments = arguments
    if program == "voxrig":
        options = cli_options()
        assert arguments[0] in options
        assert {word.partition("=")[0] for word in arguments if word.startswith("-")} <= options[arguments[0]]
    elif program == "dev.py":
        assert arguments[0] in {"demo", "test", "release", "lock"}
        assert arguments[0] in python("dev.py", "--help")
    elif program == "-m":
        python("-c", f"import {arguments[0]}")
    elif program.endswith(".py"):
        assert (ROOT / program).is_file()
    else:
        assert program in {"git", "cd", "pip", "apt-get", "npm", "sudo", "espeak-ng", "source", ".venv/bin/pip"}
    assert [word for word in arguments if word.startswith("samples/") and not (ROOT / word).exists()] == []


def cli_options() -> dict[str, set[str]]:
    group = typer.main.get_group(app)
    return {name: {o for p in c.params for o in p.opts} | {"--help"} for name, c in group.commands.items()}
