"""Where a page's commands are run: a folder that looks like a clone, with ports of its own for the usual ones."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from blocks import ROOT, Block, Command

PATIENCE = 180.0
"""Seconds for any one command; what hangs fails."""
LINKED = ("samples", "engine_bridges", "examples", "deploy", "proto")
STAYS = ("serve", "view")
"""Commands of voxrig that run until they are stopped."""
_INSTALLING = "tests/test_house.py installs the wheel and bakes with it"
_TRAINING = "tests/exporters/training/test_own_data.py trains, exports and bakes"
NOT_RUN: dict[str, str] = {
    "git clone": "the folder is the clone",
    "cd voxrig": "the folder is the clone",
    "python -m venv": _INSTALLING,
    "source": _INSTALLING,
    "pip install": _INSTALLING,
    "python -m voxrig.exporters.training.face": _TRAINING,
    "python -m voxrig.exporters.onnx": _TRAINING,
    "python -m voxrig.exporters.int8_export": "tests/exporters/test_int8.py exports",
    "voxrig bake samples/healer.wav -o line.csv --model anna": _TRAINING,
    "voxrig serve --model anna": _TRAINING,
    "voxrig serve --body on --body-model dancer": "tests/cli/test_train.py bakes with what it trained",
    "voxrig train body": "tests/cli/test_train.py trains",
    "voxrig fit-style": "tests/cli/test_fit_style.py fits a capture",
    "voxrig profile": "tests/cli/test_profile.py profiles, for seconds instead of minutes",
    "voxrig statistics": "tests/cli/test_statistics.py reports minutes instead of hours",
}
"""Commands that are not run here, by how they begin, and what runs or checks them instead."""


def free_ports(count: int) -> int:
    """Return the first of `count` ports in a row that are free for TCP."""
    for _ in range(100):
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
        if port + count < 65_536 and all(_is_free(port + n) for n in range(count)):
            return port
    raise OSError(f"no {count} ports in a row are free")


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Ground:
    """A page's folder, what runs there, and its ports. `close` ends what still runs.

    The ports of the pages (52000 to 52003, 52080, 9464) are replaced by free ones wherever they stand, so that pages
    can be run side by side and beside a server of the user's; UDP ports of receivers stay as they are.
    """

    def __init__(self, folder: Path, program: Callable[..., str]) -> None:
        self.folder = folder
        self.program = program
        self._running: list[tuple[Command, subprocess.Popen[str]]] = []
        first = free_ports(6)
        self._ports = {
            **{str(52_000 + n): str(first + n) for n in range(4)},
            "52080": str(first + 4),
            "9464": str(first + 5),
        }
        self.port = first
        for name in LINKED:
            if (ROOT / name).is_dir():
                _link(ROOT / name, folder / name)
        (folder / "out").mkdir()  # as the demo leaves it

    def moved(self, text: str) -> str:
        """Return text with this ground's ports."""
        return re.sub(r"(?<![\d.])(?:5200[0-3]|52080|9464)(?!\d)", lambda found: self._ports[found[0]], text)

    def save(self, block: Block) -> Path:
        """Write a block to the file that it names."""
        path = self.folder / block.name
        assert path.resolve().is_relative_to(self.folder.resolve()), f"{block.place}: {block.name} is not in the folder"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.moved(block.text), encoding="utf-8")
        return path

    def python(self, block: Block) -> None:
        """Run a Python block as a program, with warnings as errors."""
        path = self.folder / f"block_{block.line}.py"
        path.write_text(self.moved(block.text), encoding="utf-8")
        self._run(Command(block.place, path.name, ()), [sys.executable, "-W", "error", path.name])

    def type(self, command: Command) -> None:
        """Run a command of a console block as a user types it; one that stays is ended by `close` or by its like."""
        if reason_not_run(command.line):
            return
        words = shlex.split(self.moved(command.line), comments=True)
        variables: dict[str, str] = {}
        while "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            variables[name] = value
        if words[0] == "voxrig":
            self._voxrig(command, words[1:], variables)
        else:
            name, *rest = words
            found = [sys.executable] if name.startswith("python") else [self._found(name)]
            self._run(command, [*found, *rest], variables)

    def close(self) -> None:
        """End what runs."""
        while self._running:
            _, process = self._running.pop()
            process.terminate()
            process.communicate(timeout=60)

    def _found(self, name: str) -> str:
        own = self.folder / name
        return str(own) if name.startswith("./") and own.is_file() else self.program(name)

    def _voxrig(self, command: Command, words: list[str], variables: dict[str, str]) -> None:
        line = [sys.executable, "-m", "voxrig.cli.app", *words]
        if words[0] not in STAYS or "--help" in words:
            if words[0] == "stream" and not {"--serve", "--target"} & set(words):
                line += ["--target", f"127.0.0.1:{self.port}"]
            self._run(command, line, variables)
            return
        self.close()  # a page's next server takes the place of the one before
        if words[0] == "serve" and "--port" not in words:
            line += ["--port", str(self.port)]
        if words[0] == "view":
            line += ["--no-open", *(() if "--port" in words else ("--port", self._ports["52080"]))]
        process = subprocess.Popen(
            line,
            cwd=self.folder,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._running.append((command, process))
        assert process.stdout is not None
        told = []
        for text in process.stdout:
            told.append(text)
            if " ready " in text or "http" in text:
                break
        else:
            raise AssertionError(f"{command.place}: $ {command.line}\nended at once: {''.join(told)}")
        self._compare(command, "".join(told))

    def _run(self, command: Command, words: list[str], variables: dict[str, str] | None = None) -> None:
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=os.environ | (variables or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command.place}: $ {command.line}\nleft with {done.returncode}:\n{done.stdout}"
        self._compare(command, done.stdout)

    def _compare(self, command: Command, output: str) -> None:
        """Find the lines that the page says come, in their order; "…" stands for anything."""
        coming = iter(output.splitlines())
        for wanted in map(self.moved, command.answer):
            pattern = ".*".join(map(re.escape, wanted.split("…")))
            found = any(re.fullmatch(pattern, line.rstrip()) for line in coming)
            assert found, f"{command.place}: $ {command.line}\nnever said {wanted!r}; it said\n{output}"


def reason_not_run(line: str) -> str:
    """Return why a command is not run here; empty where it is."""
    return next((why for start, why in NOT_RUN.items() if line == start or line.startswith(start + " ")), "")


def _link(folder: Path, place: Path) -> None:
    try:
        place.symlink_to(folder, target_is_directory=True)
    except OSError:  # Windows without the right to make links
        shutil.copytree(folder, place)
