"""Fuzzes a target of the native core and tells what came of it, as JSON.

`python tests/fuzz/native/run.py client --runs 1000000`; `all` runs every target. Needs clang++, g++ and atheris, which
brings libFuzzer. A finding is kept under --out and makes the exit status 1. --keep puts some of the least inputs that
cover the same as all that led somewhere into corpus/TARGET.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from fuzzer_build import CORPUS, LONGEST, build_fuzzer  # (the path comes first)

# A process's peak of memory is at first that of the one that started it, as Linux counts it: a small one in between.
_AFRESH = (sys.executable, "-S", "-c", "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))")
_TIMEOUT = 20  # seconds that one input may take
_MEMORY = 1024  # MiB
_MOST = 50  # inputs of a corpus that is kept
_LARGEST = 24 << 10  # and their bytes


def fuzz(program: Path, target: str, work: Path, runs: int, seconds: int = 0) -> dict[str, Any]:
    """Give a target `runs` inputs, or as many as `seconds` allow (0: all); `work` keeps what led somewhere."""
    corpus, found = work / target, work / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    options = [f"-runs={runs}", f"-max_len={LONGEST[target]}", f"-timeout={_TIMEOUT}", f"-rss_limit_mb={_MEMORY}"]
    options += [f"-max_total_time={seconds}", "-print_final_stats=1", "-seed=1", f"-artifact_prefix={found}{os.sep}"]
    folders = [str(corpus), *([str(CORPUS / target)] if (CORPUS / target).is_dir() else [])]
    begun = time.monotonic()
    done = _run([*_AFRESH, str(program), *folders, *options])
    text = done.stderr
    units = re.search(r"number_of_executed_units: (\d+)", text)
    memory = re.search(r"peak_rss_mb:\s+(\d+)", text)
    edges = re.findall(r"cov: (\d+)", text)
    return {
        "target": target,
        "inputs": int(units[1]) if units else 0,
        "seconds": round(time.monotonic() - begun),
        "peak_rss_mb": int(memory[1]) if memory else None,
        "edges": int(edges[-1]) if edges else None,
        "rc": done.returncode,
        "finding": text[-3000:] if done.returncode else None,
    }


def keep(program: Path, target: str, work: Path) -> int:
    """Merge what was found into the corpus that is kept: of every size some. Return how many there are."""
    merged = work / f"{target}_merged"
    merged.mkdir(parents=True, exist_ok=True)
    (CORPUS / target).mkdir(parents=True, exist_ok=True)
    _run([str(program), "-merge=1", str(merged), str(CORPUS / target), str(work / target)])
    for path in (CORPUS / target).iterdir():
        path.unlink()
    paths = sorted(merged.iterdir(), key=lambda path: (path.stat().st_size, path.name))
    chosen = paths[:: -(-len(paths) // _MOST)]
    while sum(path.stat().st_size for path in chosen) > _LARGEST:
        chosen.pop()
    for path in chosen:
        (CORPUS / target / path.name[:12]).write_bytes(path.read_bytes())
    return len(chosen)


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    abort = {"UBSAN_OPTIONS": "abort_on_error=1:halt_on_error=1:print_stacktrace=1"}
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, env=os.environ | abort
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", choices=[*LONGEST, "all"])
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=0, help="at most; 0: no limit")
    parser.add_argument("--out", type=Path, default=Path("out/fuzz_native"))
    parser.add_argument("--keep", action="store_true", help="put what is of use into the corpus")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    failed = False
    for target in LONGEST if given.target == "all" else [given.target]:
        program = build_fuzzer("clang++", "g++", target, given.out)
        told = fuzz(program, target, given.out, given.runs, given.seconds)
        failed = failed or told["rc"] != 0
        if given.keep and told["rc"] == 0:
            told["kept"] = keep(program, target, given.out)
        print(json.dumps(told), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
