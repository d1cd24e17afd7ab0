"""Our own CSVs and the app's; and PyPI's openfacefx reading ours, in an environment of its own."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.readers.livelink_csv import read_livelink_csv
from voxrig.engine_bridges.writers.livelink_csv import COLUMNS, timecode, write_livelink_csv
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

ROOT = Path(__file__).resolve().parents[3]
OPENFACEFX = "openfacefx==0.24.0"


def arkit_take(frames, fps, start=0):
    values = np.random.default_rng(1).random((frames, 61), np.float32)
    return Take("arkit", profile("arkit").names, (), fps, values, start, 24_000)


@pytest.mark.parametrize("fps", [FrameRate(60), FrameRate(24), FrameRate(30_000, 1001)])
def test_what_is_written_is_read_again(tmp_path, fps):
    take = arkit_take(90, fps, start=123)
    write_livelink_csv(take, tmp_path / "take.csv")
    read = read_livelink_csv(tmp_path / "take.csv", fps)
    assert (read.profile, read.names, read.fps, read.start_index) == ("arkit", take.names, fps, 123)
    np.testing.assert_allclose(read.values, take.values, atol=1e-9)


def test_the_app_has_other_columns_and_the_time_of_day(tmp_path):
    names = list(COLUMNS)
    left, right = names.index("JawLeft"), names.index("JawRight")
    names[left], names[right] = names[right], names[left]
    values = np.random.default_rng(2).random((120, 61))
    first = (10 * 3600 + 5 * 60 + 59) * 60 + 55
    rows = [f"{timecode(first + k, 60)},61,{','.join(map(str, row))}" for k, row in enumerate(values)]
    path = tmp_path / "app.csv"
    path.write_bytes("\r\n".join(["\ufeffTimecode,BlendShapeCount," + ",".join(names), *rows, ""]).encode())
    read = read_livelink_csv(path)
    assert (read.fps, read.start_index) == (FrameRate(60), first)
    np.testing.assert_allclose(read.values[:, COLUMNS.index("JawRight")], values[:, left], atol=1e-7)
    np.testing.assert_allclose(read.values[:, COLUMNS.index("JawLeft")], values[:, right], atol=1e-7)


def test_without_timecode_it_begins_at_zero(tmp_path):
    path = tmp_path / "take.csv"
    path.write_text("Time,JawOpen\n5.0,0.5\n5.1,0.25\n5.2,0.5\n")
    read = read_livelink_csv(path)
    assert (read.start_index, read.fps) == (0, FrameRate(10))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read .*; check the path"),
        (b"\xff\xfe\x00", "no CSV text; give a take of `voxrig bake --rig arkit`"),
        (b"", "the capture is empty"),
        (b"Timecode,JawOpen\n00:00:00:00.000,x\n", "line 2: JawOpen is 'x'"),
        (b"Frame,Time,CTRL_expressions_jawOpen\n0,0,0\n", "none of ARKit's 52 names"),
    ],
)
def test_what_is_no_recording_is_told_with_its_path(tmp_path, content, message):
    path = tmp_path / "take.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as refused:
        read_livelink_csv(path)
    assert str(path) in str(refused.value)


@pytest.fixture(scope="module")
def openfacefx():
    """The command of an environment with openfacefx alone, kept in .cache; it pins what we would not."""
    folder = ROOT / ".cache" / "openfacefx"
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    ready = folder / f"{OPENFACEFX}.ready"
    if not ready.exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(programs / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", OPENFACEFX]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            text = f"{OPENFACEFX} cannot be installed: {done.stderr.strip()[-300:]}"
            pytest.fail(text) if os.environ.get("CI") else pytest.skip(text)
        ready.touch()
    return [str(programs / "python"), "-m", "openfacefx"]


def smooth_take(frames):
    """Every column a slow wave of its own, between 0 and 1."""
    time = np.arange(frames)[:, None] / 60
    values = 0.4 + 0.35 * np.sin(2 * np.pi * (0.3 + np.arange(61) / 100) * time + np.arange(61))
    return Take("arkit", profile("arkit").names, (), FrameRate(60), values.astype(np.float32), 0, 24_000)


def test_openfacefx_reads_ours(tmp_path, openfacefx):
    take = smooth_take(90)
    write_livelink_csv(take, tmp_path / "take.csv")
    track = tmp_path / "track.json"
    subprocess.run([*openfacefx, "from-csv", str(tmp_path / "take.csv"), "-o", str(track)], check=True, timeout=120)
    subprocess.run([*openfacefx, "validate", str(track)], check=True, timeout=120)
    read = json.loads(track.read_text("utf-8"))
    assert (read["fps"], tuple(read["viseme_set"])) == (60.0, COLUMNS)
    assert read["duration"] == pytest.approx(89 / 60, abs=1e-3)
    times = np.arange(90) / 60
    for channel in read["channels"]:
        keys = np.array(channel["keys"])  # [time, value]
        curve = np.interp(times, keys[:, 0], keys[:, 1])
        np.testing.assert_allclose(
            curve, take.values[:, COLUMNS.index(channel["name"])], atol=0.03
        )  # it thins keys out
    assert len(read["channels"]) == 61


def test_we_read_openfacefxs(tmp_path, openfacefx):
    take = smooth_take(90)
    write_livelink_csv(take, tmp_path / "take.csv")
    theirs = tmp_path / "theirs.livelink.csv"
    subprocess.run([*openfacefx, "from-csv", str(tmp_path / "take.csv"), "-o", str(theirs)], check=True, timeout=120)
    read = read_livelink_csv(theirs)
    assert (read.fps, len(read)) == (FrameRate(60), 90)
    shapes = slice(0, 52)
    np.testing.assert_allclose(read.values[:, shapes], take.values[:, shapes], atol=0.03)
