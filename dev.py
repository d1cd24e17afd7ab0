#!/usr/bin/env python3
"""Set Voxrig up in `.venv` and run it, or run all its tests: needs Python 3.11 or newer and nothing else.

python dev.py demo [CLIP]          stream a sample clip in real time and write its ARKit curves
python dev.py test [PYTEST ARGS]   ruff, mypy, the import contracts and pytest
python dev.py release [OPTIONS]    write every file of a release; --help tells the options
python dev.py lock [--upgrade]     write requirements/*.txt, what is installed, anew

What is installed are the files that requirements/ tells of, by their hashes. `python dev.py --unlocked ...` takes
whatever is newest instead, as for a Python that is newer than the locks.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python gets this line, not a traceback)
    sys.exit("error: Voxrig needs Python 3.11 or newer; %s is %s" % (sys.executable, sys.version.split()[0]))  # noqa: UP031

import argparse
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "voxrig-setup.json"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCKS = ["requirements/runtime.txt", "requirements/build.txt"]
DEV_LOCKS = ["requirements/dev.txt"]
INPUTS = ["pyproject.toml", "constraints.txt", *LOCKS, *DEV_LOCKS]
PATIENCE = 10
"""Seconds between the dots of a quiet step."""


class SetupError(Exception):
    """The set-up or the run can't go on; the text says why and what to do."""


def environment() -> dict[str, str]:
    """Return this process's environment without what would let another Python's packages into ours."""
    away = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {key: value for key, value in os.environ.items() if key not in away}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_REQUIRE_VIRTUALENV": "0"}


def quiet(title: str, command: list[str]) -> tuple[int, str, float]:
    """Run `command` with a title, dots while it lasts and its time; return exit code, output and seconds."""
    print(f"{title} ", end="", flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=output, stderr=subprocess.STDOUT)
        while True:
            try:
                code = process.wait(timeout=PATIENCE)
                break
            except subprocess.TimeoutExpired:
                print(".", end="", flush=True)
            except BaseException:
                process.kill()
                process.wait()
                raise
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    seconds = time.monotonic() - begun
    print(f" {'ok' if code == 0 else f'FAILED (exit code {code})'}, {seconds:.1f} s", flush=True)
    return code, text.strip(), seconds


def loud(title: str, command: list[str]) -> tuple[int, float]:
    """Run `command` below its title, with its output shown; return exit code and seconds."""
    print(title, flush=True)
    begun = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
    return code, time.monotonic() - begun


def must(title: str, command: list[str], remedy: str) -> None:
    """Run a quiet step of the set-up.

    Raises:
        SetupError: the step failed; carries its output and the remedy.
    """
    code, text, _ = quiet(title, command)
    if code:
        raise SetupError(f"{text}\n\n{shlex.join(command)} failed. {remedy}")


def fingerprint() -> str:
    """Return a hash of everything that decides what is installed."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def read_stamp() -> dict[str, object]:
    """Return what was noted about `.venv` when it was last set up; empty if nothing was."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def usable() -> bool:
    """Tell whether `.venv` holds a Python that starts and is new enough."""
    probe = [str(PYTHON), "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(probe, capture_output=True, env=environment(), check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Create `.venv`, in place of one of ours that no longer works.

    Raises:
        SetupError: this Python can't make environments, or a foreign `.venv` is in the way.
    """
    if VENV.exists():
        if not STAMP.exists():
            raise SetupError(f"{VENV} is no working Python environment and was not made by dev.py. Move it away.")
        shutil.rmtree(VENV)
    remedy = (
        "This Python can't make virtual environments. On Debian and Ubuntu: `sudo apt-get install python3-venv`. "
        "Elsewhere install Python from python.org, or run dev.py with another Python."
    )
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(f"the module ensurepip is missing. {remedy}")
    VENV.mkdir()
    STAMP.write_text("{}", encoding="utf-8")  # ours from here on, however far it gets
    must("creating .venv", [sys.executable, "-m", "venv", str(VENV)], remedy)


def set_up(extras: set[str], unlocked: bool) -> None:
    """Bring `.venv` to what the project asks for, with at least `extras`; nothing is done where that holds already.

    Every file comes from the locks and is checked by its hash, but those of torch: its version is in constraints.txt.
    `unlocked`: whatever fits pyproject.toml is installed.

    Raises:
        SetupError: a step failed.
    """
    if not usable():
        make_venv()
    stamp = read_stamp()
    present = stamp.get("extras")
    have = {str(extra) for extra in present} if isinstance(present, list) else set()
    wanted = fingerprint()
    if stamp.get("fingerprint") == wanted and extras <= have:
        print("set-up: .venv is up to date")
        return
    extras = extras | have
    chosen = f"[{','.join(sorted(extras))}]" if extras else ""
    pip = [str(PYTHON), "-m", "pip", "install", "-q"]
    editable = [*pip, "-c", "constraints.txt", "-e", f".{chosen}"]
    if not unlocked:
        locks = [word for lock in (DEV_LOCKS if "dev" in extras else LOCKS) for word in ("-r", lock)]
        remedy = "Is the package index in reach? Then run it again; without the locks: python dev.py --unlocked ..."
        must(
            "installing locked packages into .venv (minutes the first time)", [*pip, "--require-hashes", *locks], remedy
        )
        editable.insert(len(pip), "--no-build-isolation")  # what builds it has come from the lock
    must(f"installing voxrig{chosen} into .venv", editable, "Is the package index in reach? Then run it again.")
    STAMP.write_text(json.dumps({"fingerprint": wanted, "extras": sorted(extras)}), encoding="utf-8")


def demo(clip: Path, unlocked: bool) -> int:
    """Run the main job on `clip`: a real server, a real client, real time; return the exit code."""
    if not clip.is_file():
        raise SetupError(f"there is no file {clip}; the sample clips are in {ROOT / 'samples'}")
    begun = time.monotonic()
    set_up(set(), unlocked)
    out = ROOT / "out" / f"{clip.stem}_arkit.csv"
    out.parent.mkdir(exist_ok=True)
    out.unlink(missing_ok=True)
    voxrig = shutil.which("voxrig", path=str(SCRIPTS))
    if voxrig is None:
        raise SetupError(f"{SCRIPTS} has no `voxrig`; delete {VENV} and run this again")
    names = [str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path) for path in (clip, out)]
    arguments = ["stream", names[0], "--serve", "-o", names[1]]
    code, seconds = loud(f"voxrig {shlex.join(arguments)}", [voxrig, *arguments])
    total = f"{seconds:.1f} s, with the set-up {time.monotonic() - begun:.1f} s"
    if code or not out.is_file():
        print(f"\ndemo: FAILED (exit code {code}) after {total}")
        return code or 1
    rows = len(out.read_text(encoding="utf-8").splitlines()) - 1
    print(f"\ndemo: ok, {rows} frames in {names[1]}, {total}")
    return 0


def test(arguments: list[str], unlocked: bool) -> int:
    """Run every check, to the end even when one fails; return 1 if any did."""
    set_up({"dev", "export"}, unlocked)
    python = str(PYTHON)
    results: list[tuple[str, bool, float]] = []
    linter = shutil.which("lint-imports", path=str(SCRIPTS)) or str(SCRIPTS / "lint-imports")
    checks = {
        "ruff": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "lint-imports": [linter],
    }
    for name, command in checks.items():
        code, text, seconds = quiet(name, command)
        results.append((name, code == 0, seconds))
        if code:
            print(text, flush=True)
    code, seconds = loud(f"pytest {shlex.join(arguments)}".rstrip(), [python, "-m", "pytest", *arguments])
    results.append(("pytest", code == 0, seconds))
    print("\ntest: " + ", ".join(f"{name} {'ok' if ok else 'FAILED'} {s:.1f} s" for name, ok, s in results))
    failed = [name for name, ok, _ in results if not ok]
    print(f"test: FAILED: {', '.join(failed)}" if failed else "test: all ok")
    return 1 if failed else 0


def release(arguments: list[str], unlocked: bool) -> int:
    """Run a command of the folder release; return its exit code."""
    set_up({"dev"}, unlocked)
    return subprocess.run(
        [str(PYTHON), "-m", "release", *arguments], cwd=ROOT, env=environment(), check=False
    ).returncode


def main() -> int:
    """Read the command line, run what it asks for and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unlocked", action="store_true", help="install what is newest, not what requirements/ tells")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("demo", help="set up, then stream a sample clip in real time")
    one.add_argument("clip", nargs="?", type=Path, default=ROOT / "samples" / "healer.wav", help="a sound file")
    passing = {
        "test": "set up, then run all checks; further arguments go to pytest",
        "release": "set up, then write all files of a release into dist/",
        "lock": "set up, then write requirements/*.txt anew",
    }
    for name, told in passing.items():
        commands.add_parser(name, help=told)
    # What follows those commands is not for this parser.
    length = next((1 + index for index, word in enumerate(sys.argv) if word in passing), len(sys.argv))
    given, rest = parser.parse_args(sys.argv[1:length]), sys.argv[length:]
    try:
        if given.command == "demo":
            return demo(given.clip.resolve(), given.unlocked)
        if given.command == "test":
            return test(rest, given.unlocked)
        return release(["make" if given.command == "release" else "lock", *rest], given.unlocked)
    except SetupError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
