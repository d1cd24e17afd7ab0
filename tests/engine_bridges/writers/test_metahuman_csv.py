from pathlib import Path

import numpy as np
import pytest

from voxrig.engine_bridges.writers.metahuman_csv import write_metahuman_csv
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS, rest_bones
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate

from .reading.frame_tables import read_csv


def metahuman_take(frames: int, fps: FrameRate, start: int = 0) -> Take:
    rng = np.random.default_rng(1)
    controls = rng.random((frames, 251), np.float32) * rng.integers(0, 2, (frames, 251)) * np.float32(1e-3)
    rig = profile("metahuman")
    values = rig.from_native(controls, np.broadcast_to(rest_bones(), (frames, 3, 4)))
    return Take("metahuman", rig.names, rig.bones, fps, values, start, 16_000)


def test_all_251_controls_and_the_bones_come_back_bit_for_bit(tmp_path: Path) -> None:
    take = metahuman_take(40, FrameRate(60))
    write_metahuman_csv(take, tmp_path / "take.csv")
    header, rows = read_csv(tmp_path / "take.csv")
    assert header[:2] == ["Frame", "Time"]
    assert tuple(header[2:253]) == NATIVE_CONTROLS
    assert header[253:257] == ["head.x", "head.y", "head.z", "head.w"]
    assert len(header) == 2 + 251 + 4 * len(BONES)
    back = np.array([row[2:] for row in rows], np.float64).astype(np.float32)
    np.testing.assert_array_equal(back, take.values)


def test_frames_and_times_are_exact(tmp_path: Path) -> None:
    write_metahuman_csv(metahuman_take(3, FrameRate(30_000, 1001)), tmp_path / "zero.csv")
    assert [row[:2] for row in read_csv(tmp_path / "zero.csv")[1]] == [
        ["0", "0.000000"],
        ["1", "0.033367"],
        ["2", "0.066733"],
    ]
    write_metahuman_csv(metahuman_take(1, FrameRate(60), start=216_001), tmp_path / "late.csv")
    assert read_csv(tmp_path / "late.csv")[1][0][:2] == ["216001", "3600.016667"]


def test_another_profile_is_refused(tmp_path: Path) -> None:
    take = Take("arkit", ("JawOpen",), (), FrameRate(60), np.zeros((1, 1), np.float32), 0, 16_000)
    with pytest.raises(ValueError, match="'arkit' has no MetaHuman controls"):
        write_metahuman_csv(take, tmp_path / "take.csv")
    assert not list(tmp_path.iterdir())
