"""What a bake remembers of itself."""

import json
from pathlib import Path

import pytest

from voxrig.baking.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "out")
    store.open()
    return store


def saved(store: Store, name: str, *texts: str) -> list[Path]:
    paths = [store.folder / f"{name}.{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    store.save(name, "abc", paths, {"id": name, "status": "baked"})
    return paths


def test_a_take_is_remembered(store: Store) -> None:
    saved(store, "one", "first", "second")
    stored = store.load("one")
    assert stored is not None
    assert (stored.inputs, stored.record) == ("abc", {"id": "one", "status": "baked"})
    assert list(stored.files) == ["one.0.txt", "one.1.txt"]
    assert store.is_whole(stored)
    assert store.edited(stored) == []
    assert store.names() == ["one"]
    assert store.load("two") is None


def test_a_missing_file_and_an_edited_one(store: Store) -> None:
    first, second = saved(store, "one", "first", "second")
    stored = store.load("one")
    assert stored is not None
    second.write_text("SECOND", encoding="utf-8")  # as long as before
    assert store.edited(stored) == ["one.1.txt"]
    first.unlink()
    assert not store.is_whole(stored)
    assert store.edited(stored) == ["one.1.txt"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"inputs": 1, "files": {"a": 3}, "record": {}}', "null"])
def test_a_damaged_note_is_as_none(store: Store, text: str) -> None:
    saved(store, "one", "first")
    (store.folder / ".voxrig" / "takes" / "one.json").write_text(text, encoding="utf-8")
    assert store.load("one") is None


def test_the_same_take_gives_the_same_note(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path / "other place")
    other.open()
    saved(store, "one", "first")
    saved(other, "one", "first")
    notes = [(one.folder / ".voxrig/takes/one.json").read_bytes() for one in (store, other)]
    assert notes[0] == notes[1]
    assert json.loads(notes[0])["inputs"] == "abc"


def test_drafts_of_a_killed_bake_are_cleared_away(store: Store) -> None:
    draft = store.folder / "csv" / ".one.1234.part.csv"
    draft.parent.mkdir()
    draft.write_text("half", encoding="utf-8")
    kept = store.folder / "csv" / "part.csv"
    kept.write_text("whole", encoding="utf-8")
    store.open()
    assert not draft.exists()
    assert kept.exists()
