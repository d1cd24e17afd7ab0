"""A start that spares what it can, and says when it has to compile: asked of processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

START = """
import gc, json, sys
from voxrig.cli.starting import quick_start
told = []
with quick_start(told.append):
    resting = not gc.isenabled()
    import voxrig.engine_bridges.outlets
    import voxrig.runtime.serving.server
    from voxrig.runtime.core.features import LogMel
    import numpy as np
    mel = LogMel()
    _, rows = mel.step(mel.start(), np.zeros(4000, np.float32))
packages = sorted({name.partition(".")[0] for name, module in sys.modules.items() if module is not None})
print(json.dumps([told, len(rows), packages, resting, gc.isenabled(), sys.modules.get("scipy", "free")]))
"""
HEAVY = {"torch", "onnx", "scipy", "librosa", "matplotlib", "pandas", "soxr", "pxr", "ray", "sklearn", "tkinter"}


def test_a_first_start_says_that_it_compiles_and_the_second_has_nothing_to_say(tmp_path: Path) -> None:
    first, second = started(tmp_path), started(tmp_path)
    assert [len(told) for told, *_ in (first, second)] == [1, 0]
    assert "compiling" in first[0][0]
    assert first[1] == second[1] > 0


def test_a_server_loads_no_heavy_package_even_where_one_is_installed(tmp_path: Path) -> None:
    _, _, packages, resting, collecting, scipy = started(tmp_path)
    assert {"voxrig", "numba", "grpc"} <= set(packages)
    assert set(packages) & HEAVY == set()
    assert resting
    assert collecting
    assert scipy == "free"  # whoever wants it later has it


def started(cache: Path) -> list:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(cache)}
    done = subprocess.run([sys.executable, "-c", START], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
