from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from voxrig.engine_bridges.writers.face_board import write_face_board
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.face_board import BOARD, board_values, raw_values

from .reading.frame_tables import read_face_board


def test_a_line_a_frame_comes_back_as_sliders_and_as_raw_controls(
    tmp_path: Path, lively_clip: Callable[..., Clip]
) -> None:
    clip = lively_clip(frames=90)
    write_face_board(clip, tmp_path / "a.txt")
    rows = np.array(read_face_board(tmp_path / "a.txt"))
    assert rows.shape == (90, 174)
    np.testing.assert_allclose(rows, board_values(clip.take.controls), atol=5.1e-7)
    np.testing.assert_allclose(raw_values(rows), clip.take.controls, atol=2e-6)
    assert rows[:, BOARD.index("CTRL_C_jaw-translateX")].min() < -0.3


def test_the_text_is_the_same_everywhere(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=30)
    write_face_board(clip, tmp_path / "a.txt")
    write_face_board(clip, tmp_path / "b.txt")
    data = (tmp_path / "a.txt").read_bytes()
    assert data == (tmp_path / "b.txt").read_bytes()
    assert b"\r" not in data
    assert b"-0.000000" not in data
    assert data.endswith(b"\n")


def test_no_frames_are_an_empty_file(tmp_path: Path, lively_clip: Callable[..., Clip]) -> None:
    clip = lively_clip(frames=2)
    empty = replace(clip, take=replace(clip.take, values=clip.take.values[:0]), layers={})
    write_face_board(empty, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == b""
