"""Fuzzes a target and tells what came of it, as JSON: `python tests/fuzz/run.py TARGET --runs 1000000`.

`all` runs every target, one after the other. Needs atheris (Linux, and a Python that it has a wheel for). A finding is
kept under --out, is printed by `python tests/fuzz/run.py TARGET --show FILE`, and makes the exit status 1.
--keep chooses from all inputs that led somewhere the few that are kept in corpus/TARGET.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.fuzz import minimise, target  # noqa: E402 (the path comes first)

_TIMEOUT: Final = 20  # seconds that one input may take
MEMORY: Final = 1024  # MiB that a process may have
# A process's peak of memory is at first that of the one that started it, as Linux counts it: a small one in between.
_AFRESH: Final = (sys.executable, "-S", "-c", "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))")
_PROGRESS: Final = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)/")


def fuzz(name: str, runs: int, work: Path, seed: int = 0, seconds: int = 0) -> dict[str, Any]:
    """Give a target `runs` inputs, or as many as `seconds` allow (0: all); `work` keeps those that led somewhere."""
    chosen = target.load(name)
    found, begun = work / "found", work / "corpus"
    for folder in (found, begun):
        folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(chosen.seeds()):
        (begun / f"seed_{number}").write_bytes(data)
    options = [
        *(f"-runs={runs}", f"-max_len={chosen.longest}", f"-seed={seed or 1}", "-print_final_stats=1"),
        *(f"-timeout={_TIMEOUT}", f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={found}{os.sep}"),
        *([f"-max_total_time={seconds}"] if seconds else []),
    ]
    if chosen.words:
        words = work / "words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in chosen.words), encoding="ascii")
        options.append(f"-dict={words}")
    kept = [str(target.CORPUS / name)] if (target.CORPUS / name).is_dir() else []
    command = [*_AFRESH, sys.executable, str(HERE / "engine.py"), name, str(begun), *kept, *options]
    with (work / "log").open("w+b") as log:  # to be looked into while it runs
        rc = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode
    return {"target": name, **read_log(work / "log"), "rc": rc, "finding": _finding(rc, work)}


def read_log(log: Path) -> dict[str, Any]:
    """What a run has done, or so far: its last count then is up to a half too low."""
    text = log.read_text(encoding="utf-8", errors="replace")
    progress = _PROGRESS.findall(text)
    edges, features, inputs = (int(number) for number in progress[-1]) if progress else (0, 0, 0)
    spent = re.search(r"Done (\d+) runs in (\d+) second", text)
    units = re.search(r"number_of_executed_units: (\d+)", text)
    counted = re.findall(r"^#(\d+)\s", text, re.MULTILINE)
    memory = re.search(r"peak_rss_mb:\s+(\d+)", text)
    return {
        "inputs": int(units[1] if units else counted[-1] if counted else 0),
        "seconds": int(spent[2]) if spent else None,
        "peak_rss_mb": int(memory[1]) if memory else None,
        "edges": edges,
        "features": features,
        "corpus": inputs,
    }


def _finding(rc: int, work: Path) -> dict[str, Any] | None:
    if rc == 0:
        return None
    files = sorted((work / "found").iterdir(), key=lambda path: path.stat().st_mtime)
    text = (work / "log").read_text(encoding="utf-8", errors="replace")
    return {"file": str(files[-1]) if files else None, "log": text[-4000:]}


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=[*target.names(), "all"])
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=0, help="stop after so long; 0: after all runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder for inputs that lead somewhere, and findings")
    parser.add_argument("--keep", action="store_true", help="choose the inputs that are kept in corpus/")
    parser.add_argument("--show", type=Path, help="only run this input, here, and let its error out")
    given = parser.parse_args()
    chosen = target.names() if given.target == "all" else [given.target]
    if given.show:
        target.load(chosen[0]).check(given.show.read_bytes())
        return 0
    out = given.out or Path(tempfile.mkdtemp(prefix="voxrig-fuzz-"))
    failed = False
    for name in chosen:
        told = fuzz(name, given.runs, out / name, given.seed, given.seconds)
        failed |= told["finding"] is not None
        if given.keep:
            told["kept"] = minimise.keep(name, out / name / "corpus")
        print(json.dumps(told), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
