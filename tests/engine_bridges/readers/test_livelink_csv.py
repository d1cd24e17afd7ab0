"""Our own CSVs and the app's; and PyPI's openfacefx reading ours, in an environment of its own."""

import json
import subprocess
from fractions import Fraction

import numpy as np
import pytest

from voxrig.engine_bridges.readers.livelink_csv import read_livelink_csv
from voxrig.engine_bridges.writers.livelink_csv import COLUMNS, write_livelink_csv
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timecode import timecode_seconds
from voxrig.runtime.core.timecode_clock import Timecode
from voxrig.runtime.core.timing import FrameRate


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


RATES = [
    *("25/2", "15", "23.976", "24", "25", "29.97", "30", "47.952", "48", "50", "59.94", "60", "90", "119.88", "120"),
    "240",
]
DROPPING = ["29.97", "59.94", "119.88"]


@pytest.mark.parametrize(("rate", "mark"), [*((rate, ":") for rate in RATES), *((rate, ";") for rate in DROPPING)])
@pytest.mark.parametrize("start", ["00:00:00{}00", "00:00:59{}10", "10:08:59{}12", "23:59:59{}10"])
def test_the_times_are_exact_at_every_rate(tmp_path, rate, mark, start):
    """Over minutes that drop numbers, the tenth that doesn't, and midnight."""
    fps = FrameRate.parse(rate)
    code = Timecode.parse(start.format(mark), fps)
    take = arkit_take(130, fps)
    write_livelink_csv(take, tmp_path / "take.csv", code)
    read = read_livelink_csv(tmp_path / "take.csv", fps)
    assert (read.fps, read.start_index, len(read)) == (fps, code.frames, 130)
    assert read.time(129) == code.seconds + Fraction(129) / fps.fraction
    np.testing.assert_allclose(read.values, take.values, atol=1e-9)
    lines = (tmp_path / "take.csv").read_text("utf-8").splitlines()
    seconds = timecode_seconds([line.split(",")[0] for line in lines[1:]], fps)
    wanted = [float(code.seconds + Fraction(k) / fps.fraction) for k in range(130)]
    np.testing.assert_allclose(seconds, wanted, atol=1e-8)


@pytest.mark.parametrize("rate", ["24", "25", "30", "48", "50", "60", "120"])
def test_whole_rates_are_found_without_being_told(tmp_path, rate):
    fps = FrameRate.parse(rate)
    write_livelink_csv(arkit_take(300, fps), tmp_path / "take.csv", Timecode.parse("01:00:00:00", fps))
    read = read_livelink_csv(tmp_path / "take.csv")
    assert (read.fps, read.start_index, len(read)) == (fps, 3600 * int(rate), 300)


@pytest.mark.parametrize("rate", ["29.97", "59.94"])
def test_drop_frame_tells_the_ntsc_rate_by_itself(tmp_path, rate):
    fps = FrameRate.parse(rate)
    code = Timecode.parse("01:00:00;00", fps)
    write_livelink_csv(arkit_take(700, fps), tmp_path / "take.csv", code)
    read = read_livelink_csv(tmp_path / "take.csv")
    assert (read.fps, read.start_index, len(read)) == (fps, code.frames, 700)


def test_the_app_has_other_columns_and_the_time_of_day(tmp_path):
    names = list(COLUMNS)
    left, right = names.index("JawLeft"), names.index("JawRight")
    names[left], names[right] = names[right], names[left]
    values = np.random.default_rng(2).random((120, 61))
    first = (10 * 3600 + 5 * 60 + 59) * 60 + 55
    rows = [f"{Timecode(first + k, FrameRate(60))}.000,61,{','.join(map(str, row))}" for k, row in enumerate(values)]
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
