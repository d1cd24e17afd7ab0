"""The fuzz targets of the native core: what was of use is replayed, and a little is tried anew."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import fuzzer_build
import run

TARGETS = list(fuzzer_build.LONGEST)


@pytest.mark.parametrize("target", TARGETS)
def test_inputs_that_are_kept_do_no_harm(target, program, tmp_path):
    paths = fuzzer_build.kept(target)
    assert 1 < len(paths) <= 50
    replay = fuzzer_build.build_replay(program("g++"), target, tmp_path)
    done = subprocess.run([replay, *map(str, paths)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"replayed {len(paths)}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="gcc's sanitizers under clang's objects, as on Linux")
@pytest.mark.parametrize("target", TARGETS)
def test_new_inputs_do_no_harm(target, program, tmp_path):
    if fuzzer_build.libfuzzer() is None:
        pytest.skip("atheris, which brings libFuzzer, is not installed")
    fuzzer = fuzzer_build.build_fuzzer(program("clang++"), program("g++"), target, tmp_path)
    told = run.fuzz(fuzzer, target, tmp_path / "work", 20_000, 10)
    assert told["rc"] == 0, told["finding"]
    assert told["inputs"] > 100


def test_corpora_are_small():
    paths = [path for target in TARGETS for path in fuzzer_build.kept(target)]
    assert {path.name for path in fuzzer_build.CORPUS.iterdir()} == set(TARGETS)
    assert len(paths) < 250
    assert sum(path.stat().st_size for path in paths) < 128 << 10
