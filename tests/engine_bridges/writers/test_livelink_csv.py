from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.livelink_csv import COLUMNS, write_livelink_csv
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timecode_clock import Timecode
from voxrig.runtime.core.timing import FrameRate

from .reading.frame_tables import read_csv


def arkit_take(frames: int, fps: FrameRate, start: int = 0, names: tuple[str, ...] | None = None) -> Take:
    values = np.random.default_rng(1).random((frames, 61), np.float32)
    return Take("arkit", names or profile("arkit").names, (), fps, values, start, 16_000)


def test_the_columns_are_the_arkit_profile() -> None:
    assert profile("arkit").names == COLUMNS


def test_every_value_lands_under_its_name(tmp_path: Path) -> None:
    names = profile("arkit").names
    shuffled = tuple(np.random.default_rng(2).permutation(names).tolist())
    take = arkit_take(3, FrameRate(60), names=shuffled)
    write_livelink_csv(take, tmp_path / "take.csv")
    header, rows = read_csv(tmp_path / "take.csv")
    assert header[:3] == ["Timecode", "BlendshapeCount", "EyeBlinkLeft"]
    assert len(header) == 63
    for row, frame in zip(rows, take.values, strict=True):
        assert row[1] == "61"
        found = dict(zip(header[2:], map(float, row[2:]), strict=True))
        for name, value in zip(shuffled, frame, strict=True):
            assert found[name] == pytest.approx(float(value), abs=1e-10)


@pytest.mark.parametrize(
    ("fps", "last"),
    [
        (FrameRate(60), "00:00:01:59.000"),
        (FrameRate(60_000, 1001), "00:00:01:59.000"),
        (FrameRate(30_000, 1001), "00:00:03:29.000"),
        (FrameRate(25), "00:00:04:19.000"),
        (FrameRate(25, 2), "00:00:09:02.000"),
    ],
)
def test_timecode_starts_at_zero_and_counts_at_the_nominal_rate(tmp_path: Path, fps: FrameRate, last: str) -> None:
    write_livelink_csv(arkit_take(120, fps), tmp_path / "take.csv")
    codes = [row[0] for row in read_csv(tmp_path / "take.csv")[1]]
    assert codes[0] == "00:00:00:00.000"
    assert codes[-1] == last
    assert len(set(codes)) == 120
    assert codes == sorted(codes)


def test_a_start_in_the_scene_is_the_timecode_of_frame_0(tmp_path: Path) -> None:
    fps = FrameRate(30_000, 1001)
    for text, wanted in (
        ("01:09:59:29", ["01:09:59:29.000", "01:10:00:00.000"]),
        ("01:08:59;29", ["01:08:59;29.000", "01:09:00;02.000"]),
    ):
        write_livelink_csv(arkit_take(2, fps), tmp_path / "take.csv", Timecode.parse(text, fps))
        assert [row[0] for row in read_csv(tmp_path / "take.csv")[1]] == wanted


def test_a_start_at_another_rate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a start at 25 frames a second does not fit a take at 30; count it at"):
        write_livelink_csv(arkit_take(2, FrameRate(30)), tmp_path / "take.csv", Timecode(0, FrameRate(25)))


def test_a_take_that_starts_later_keeps_its_time(tmp_path: Path) -> None:
    write_livelink_csv(arkit_take(2, FrameRate(30), start=45), tmp_path / "take.csv")
    assert [row[0] for row in read_csv(tmp_path / "take.csv")[1]] == ["00:00:01:15.000", "00:00:01:16.000"]


def test_line_ends_are_the_same_on_every_system_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text("older")
    write_livelink_csv(arkit_take(2, FrameRate(60)), path)
    data = path.read_bytes()
    assert data.count(b"\n") == 3
    assert b"\r" not in data
    assert data.endswith(b"\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["take.csv"]


def test_a_take_without_the_names_is_refused_and_the_file_kept(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text("older")
    take = Take("other", ("JawOpen",), (), FrameRate(60), np.zeros((1, 1), np.float32), 0, 16_000)
    with pytest.raises(ValueError, match=r"lacks 60 of the 61.*'arkit'"):
        write_livelink_csv(take, path)
    assert path.read_text() == "older"


def test_an_empty_take_is_a_header(tmp_path: Path) -> None:
    write_livelink_csv(arkit_take(0, FrameRate(60)), tmp_path / "take.csv")
    header, rows = read_csv(tmp_path / "take.csv")
    assert len(header) == 63
    assert rows == []


def test_a_missing_folder_is_an_error_with_the_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_livelink_csv(arkit_take(1, FrameRate(60)), tmp_path / "nowhere" / "take.csv")
