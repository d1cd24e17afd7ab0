"""How many processes `auto` starts."""

import os
from pathlib import Path

import pytest

from voxrig.runtime.serving.processes.cores import usable_cores


@pytest.mark.parametrize(("told", "most"), [("150000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", 10**6)])
def test_a_containers_quota_counts(tmp_path: Path, told: str, most: int) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(told, "ascii")
    assert usable_cores(quota) == min(most, usable_cores(tmp_path / "none"))


def test_there_is_one_at_least_and_no_more_than_the_machine_has(tmp_path: Path) -> None:
    assert 1 <= usable_cores(tmp_path / "none") <= (os.cpu_count() or 1)
