"""A checkout of its own, so that a release can be made whatever the state of this one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {".git", ".venv", ".cache", "out", "dist", "build", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
LEFT_OUT |= {"__pycache__", ".import_linter_cache", ".hypothesis"}
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory, program: Callable[..., str]) -> Path:
    """A clean git checkout with the files of this one as they are now, and its version released in the changelog."""
    path = tmp_path_factory.mktemp("release") / "checkout"
    shutil.copytree(ROOT, path, ignore=lambda _, names: LEFT_OUT & set(names))
    changelog = path / "CHANGELOG.md"
    changelog.write_text(changelog.read_text("utf-8").replace(", not released yet", ", 2026-11-23"), "utf-8")
    who = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.invalid", "GIT_CONFIG_GLOBAL": os.devnull}
    who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
    who |= {f"GIT_{name}_DATE": "2026-11-23T12:00:00Z" for name in ("AUTHOR", "COMMITTER")}
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        subprocess.run([program("git"), *arguments], cwd=path, env={**os.environ, **who}, check=True)
    return path


@pytest.fixture(scope="session")
def run(checkout: Path) -> Run:
    """`run("make", "-o", folder)`: the release's command in that checkout."""

    def call(*arguments: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
        command = [sys.executable, "-m", "release", *map(str, arguments)]
        return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)

    return call


@pytest.fixture(scope="session")
def made(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole release."""
    folder = tmp_path_factory.mktemp("made") / "dist"
    done = run("make", "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder
