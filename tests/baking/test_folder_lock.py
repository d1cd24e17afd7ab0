"""One bake at a time in a folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from voxrig.baking.folder_lock import FolderBusyError, only_one

HOLD = """
import sys
from pathlib import Path
from voxrig.baking.folder_lock import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "out" / ".voxrig" / "lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(FolderBusyError, match="out: another bake is writing there"), only_one(path):
            pass
        holder.kill()
        holder.wait()
    with only_one(path):
        assert path.exists()


def test_it_is_let_go_of_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(RuntimeError), only_one(path):
        raise RuntimeError
    with only_one(path):
        pass
