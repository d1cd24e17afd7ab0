"""Formats by name and by ending, and where layers go."""

from pathlib import Path

import numpy as np
import pytest

from voxrig.baking.formats import FORMATS, FormatError, Manner, files_of, format_of_file, formats_of
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


@pytest.fixture
def clip() -> Clip:
    """Three frames at rest, with two layers."""
    values = np.zeros((3, len(NATIVE_CONTROLS) + 4 * len(BONES)), np.float32)
    values[:, len(NATIVE_CONTROLS) + 3 :: 4] = 1.0
    take = Take(
        profile="metahuman",
        names=NATIVE_CONTROLS,
        bones=BONES,
        values=values,
        fps=FrameRate(60),
        start_index=0,
        sample_rate=16_000,
    )
    return Clip("gate.01", take, layers={"speech": take, "blink": take})


def test_names_with_commas_between_them() -> None:
    assert [one.name for one in formats_of(" csv,GLB ,csv,,")] == ["csv", "glb"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("csv,fbx", "format 'fbx' is unknown; give some of csv, metahuman"), (" , ", "no format is named; give some of")],
)
def test_names_that_are_none(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        formats_of(text)


@pytest.mark.parametrize("name", list(FORMATS))
def test_each_ending_tells_its_format(name: str) -> None:
    for ending in FORMATS[name].endings:
        for file in (f"take{ending}", f"TAKE{ending.upper()}", f"a.b{ending}"):
            assert format_of_file(Path("out", file)).name == name


def test_the_longest_ending_counts() -> None:
    assert format_of_file(Path("a.csv")).name == "csv"
    assert format_of_file(Path("a.metahuman.csv")).name == "metahuman"


@pytest.mark.parametrize("name", ["take.json", "take", "take.fbx", "csv"])
def test_an_ending_of_none(name: str) -> None:
    with pytest.raises(FormatError, match=f"^{name}: no format has this ending; name the file with one of .csv"):
        format_of_file(Path("out", name))


def test_layers_have_files_of_their_own_where_one_file_has_one_layer(clip: Clip) -> None:
    csv = files_of(clip, FORMATS["csv"], Path("out/gate.01.csv"))
    assert [path.name for _, path in csv] == ["gate.01.csv", "gate.01.speech.csv", "gate.01.blink.csv"]
    assert [part.name for part, _ in csv] == ["gate.01", "gate.01.speech", "gate.01.blink"]
    unreal = files_of(clip, FORMATS["unreal"], Path("out/gate.01.curves.json"))
    assert unreal[2][1] == Path("out/gate.01.blink.curves.json")
    assert files_of(clip, FORMATS["csv"], Path("out/gate"))[1][1] == Path("out/gate.speech")
    assert files_of(clip, FORMATS["glb"], Path("out/gate.glb")) == ((clip, Path("out/gate.glb")),)
    assert files_of(clip.layer("blink"), FORMATS["csv"], Path("a.csv"))[1:] == ()


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_writes_a_clip_without_visemes_or_text(clip: Clip, name: str, tmp_path: Path) -> None:
    one = FORMATS[name]
    for rig in ("arkit", "metahuman"):
        path = tmp_path / f"{rig}{one.endings[0]}"
        assert list(one.write(clip, path, Manner(rig=rig))) == []
        assert path.stat().st_size > 20
    assert {path.name for path in tmp_path.iterdir()} == {f"{rig}{one.endings[0]}" for rig in ("arkit", "metahuman")}
