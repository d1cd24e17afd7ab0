"""Where recordings are found."""

from pathlib import Path

import pytest

from voxrig.baking.script.sound_folder import SoundError, SoundFolder


@pytest.fixture
def folder(tmp_path: Path) -> SoundFolder:
    for name in (
        "gate_01.wav",
        "gate_01.ogg",
        "b.flac",
        "VO/Guard/halt.wav",
        "VO/Mira/halt.wav",
        "x/dup.wav",
        "y/dup.wav",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return SoundFolder(tmp_path)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("gate_01.wav", "gate_01.wav"),
        ("VO\\Guard\\halt.wav", "VO/Guard/halt.wav"),
        ("VO/../b.flac", "b.flac"),
        ("missing.wav", "missing.wav"),
        ("/Game/Anything/gate_01.gate_01", "gate_01.wav"),
        ("/Game/Anything/GATE_01", "gate_01.wav"),
        ("SoundWave'/Game/VO/Guard/halt.halt'", "VO/Guard/halt.wav"),
        ("/Script/Engine.SoundWave'\"/Game/Sounds/Mira/halt.halt\"'", "VO/Mira/halt.wav"),
        ("/MyPlugin/Sounds/Mira/halt.halt", "VO/Mira/halt.wav"),
        ("/Game/VO/gone.gone", "gone.wav"),
    ],
)
def test_named(folder: SoundFolder, given: str, found: str) -> None:
    assert folder.named(given) == folder.root / found


def test_an_absolute_path_is_that_path(folder: SoundFolder) -> None:
    path = folder.root / "VO" / "Guard" / "halt.wav"
    assert SoundFolder(Path("elsewhere")).named(str(path)) == path


def test_an_asset_that_may_be_several_files(folder: SoundFolder) -> None:
    with pytest.raises(SoundError, match=r"may be x/dup\.wav, y/dup\.wav; give the path"):
        folder.named("/Game/VO/dup.dup")


def test_default(folder: SoundFolder) -> None:
    assert folder.default("gate_01") == folder.root / "gate_01.wav"
    assert folder.default("b") == folder.root / "b.flac"
    assert folder.default("halt") is None
    assert SoundFolder(folder.root / "gone").default("b") is None
