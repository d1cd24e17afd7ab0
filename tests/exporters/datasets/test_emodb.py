"""EmoDB's names say who speaks and what is played."""

from pathlib import Path

import pytest

from voxrig.exporters.datasets.speech import DatasetError

pytest.importorskip("torch")

from voxrig.exporters.datasets.emodb import read_acted
from voxrig.exporters.emotions import CLASSES

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def test_names_are_read(tmp_path: Path) -> None:
    (tmp_path / "emodb").mkdir()
    for name in ("16b10Wa", "03a01Fa", "08a07Lc"):
        (tmp_path / "emodb" / f"{name}.opus").touch()
    found = list(read_acted(tmp_path))
    assert [(clip.speaker, CLASSES[clip.emotion]) for clip in found] == [
        ("03", "joy"), ("08", "boredom"), ("16", "anger"),
    ]  # fmt: skip


def test_what_is_missing_or_strange_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"emodb holds no \*\.opus; give the folder"):
        list(read_acted(tmp_path))
    (tmp_path / "emodb").mkdir()
    (tmp_path / "emodb" / "03a01Xa.opus").touch()
    with pytest.raises(DatasetError, match="named like no clip of EmoDB"):
        list(read_acted(tmp_path))


@pytest.mark.skipif(not (SHARED / "emodb").is_dir(), reason="../shared/data/emodb is not there")
def test_the_whole_set() -> None:
    found = list(read_acted(SHARED))
    assert len(found) == 535
    assert len({clip.speaker for clip in found}) == 10
    assert [sum(clip.emotion == number for clip in found) for number in range(7)] == [79, 71, 62, 127, 69, 46, 81]
