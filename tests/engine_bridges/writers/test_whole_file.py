from pathlib import Path

import pytest

from voxrig.engine_bridges.writers.whole_file import whole_text_file


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    path.write_text("older")
    with pytest.raises(TypeError), whole_text_file(path) as file:
        file.writelines(["new", None])  # type: ignore[list-item]
    assert path.read_text() == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "take.csv"
    with whole_text_file(path) as file:
        file.write("one\n")
        assert not path.exists()
    assert path.read_bytes() == b"one\n"
