"""No room for a result, or no right to write it: one line that names the file and the remedy, and no half a file.

A limit on how large a file may become stands for the full disk: the same error of the same call, and no root is exempt.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")

SAMPLES = Path(__file__).parents[2] / "samples"
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
del sys.argv[1]
from voxrig.cli.app import main
main()
"""


def limited(size: int, *arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", LIMITED, str(size), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def only_error(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 1, done
    [line] = [line for line in done.stderr.splitlines() if line.startswith("voxrig: error")]
    assert "Traceback" not in done.stderr
    assert len(line) < 600
    return line


@pytest.mark.parametrize("name", ["take.csv", "take.glb", "take.usda", "take.vxtake"])
def test_a_bake_without_room(tmp_path: Path, name: str) -> None:
    output = tmp_path / name
    output.write_text("as it was", "utf-8")
    line = only_error(limited(4096, "bake", SAMPLES / "warning.wav", "-o", output))
    assert str(output) in line
    assert "disk" in line
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert output.read_text("utf-8") == "as it was"


def test_a_stream_without_room(tmp_path: Path) -> None:
    output = tmp_path / "take.csv"
    done = limited(4096, "stream", SAMPLES / "warning.wav", "--serve", "-o", output)
    assert f"{output} cannot be written: File too large; make room on the disk, or write elsewhere" in only_error(done)
    assert not list(tmp_path.iterdir())


def test_what_was_finished_of_many_stays_and_the_rest_is_done_later(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for name in ("warning", "healer"):
        shutil.copy(SAMPLES / f"{name}.wav", sounds)
    out = tmp_path / "out"
    done = limited(250_000, "bake", sounds, "-o", out, "--format", "csv")
    assert done.returncode == 2
    assert "healer.csv cannot be written: File too large; make room on the disk" in done.stdout + done.stderr
    assert [path.name for path in out.rglob("*.csv")] == ["warning.csv"]
    whole = (out / "csv" / "warning.csv").read_bytes()
    again = limited(1 << 30, "bake", sounds, "-o", out, "--format", "csv")
    assert again.returncode == 0, again
    assert "1 baked" in again.stdout
    assert sorted(path.name for path in out.rglob("*.csv")) == ["healer.csv", "warning.csv"]
    assert (out / "csv" / "warning.csv").read_bytes() == whole
    assert not [path for path in out.rglob(".*") if path.is_file() and ".part" in path.name]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="this system has no folder that nobody may write to")
def test_a_folder_that_nobody_may_write_to() -> None:
    """Not even root may in /proc."""
    line = only_error(limited(1 << 30, "bake", SAMPLES / "warning.wav", "-o", "/proc/self/take.csv"))
    assert "/proc/self/take.csv cannot be written" in line
