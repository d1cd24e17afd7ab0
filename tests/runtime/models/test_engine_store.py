"""Engines on disk: found for exactly their key, and never used when anything about them is not right."""

import dataclasses
import json
from pathlib import Path

import pytest

from voxrig.runtime.models import engine_store
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_key import EngineKey, this_system
from voxrig.runtime.models.engine_store import Engine, EngineError, EngineStore

KEY = EngineKey("tiny", "ab" * 32, "fp32", "sm86", "rtx", "1.7.1", "Some GPU", "13000", this_system(), (1, 4, 8))


@pytest.fixture
def engine(tiny_bundle: Bundle) -> Engine:
    return Engine(KEY, b"an engine" * 100, tiny_bundle.spec.inputs, tiny_bundle.spec.outputs, 7, 0.25)


@pytest.fixture
def store(tmp_path: Path, engine: Engine) -> EngineStore:
    store = EngineStore(tmp_path / "cache" / "engines")
    store.save(engine)
    return store


def test_what_was_saved_is_loaded(store: EngineStore, engine: Engine, tiny_bundle: Bundle) -> None:
    found = store.load(KEY)
    assert found == engine
    found.check(tiny_bundle.spec)
    assert store.file_of(engine).read_bytes() == engine.data
    assert [path.suffix for path in sorted(store.folder.iterdir())] == [".engine", ".json"]


@pytest.mark.parametrize(
    "change",
    [
        {"model": "cd" * 32}, {"precision": "fp16"}, {"target": "sm89"}, {"flavour": "classic"}, {"version": "1.8.0"},
        {"gpu": "Another GPU"}, {"driver": "13010"}, {"system": "win32-amd64"}, {"batches": (1, 4, 16)},
        {"name": "other"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_another_key_is_another_engine(store: EngineStore, change: dict[str, object]) -> None:
    other = dataclasses.replace(KEY, **change)
    assert other.stem != KEY.stem
    assert store.load(other) is None


@pytest.mark.parametrize("name", ["n" * 400, "é" * 400, "CON:aux/..\\\0?", "..", ""], ids=ascii)
def test_any_name_of_a_model_makes_a_file(tmp_path: Path, engine: Engine, name: str) -> None:
    named = dataclasses.replace(engine, key=dataclasses.replace(KEY, name=name))
    store = EngineStore(tmp_path)
    file = store.save(named)
    assert file.parent == tmp_path
    assert store.load(named.key) == named


def test_a_newer_one_takes_the_place_of_an_older(store: EngineStore, engine: Engine) -> None:
    newer = dataclasses.replace(engine, data=b"a better engine")
    store.save(newer)
    assert store.load(KEY) == newer
    assert len(list(store.folder.glob("*.engine"))) == 1


def manifest(store: EngineStore) -> Path:
    (path,) = store.folder.glob("*.json")
    return path


def changed(store: EngineStore, **values: object) -> None:
    told = json.loads(manifest(store).read_text(encoding="utf-8"))
    manifest(store).write_text(json.dumps(told | values), encoding="utf-8")


def test_a_damaged_engine_is_refused(store: EngineStore, engine: Engine) -> None:
    file = store.file_of(engine)
    file.write_bytes(engine.data[:-1] + b"?")
    with pytest.raises(EngineError, match="is damaged: its checksum"):
        store.load(KEY)
    file.unlink()
    with pytest.raises(EngineError, match="its engine is missing"):
        store.load(KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "bad\0name"}, {"file": ".."}, {"file": ""}, {"file": "x" * 5000}, {"file": None}, {"layers": "many"},
        {"layers": float("inf")}, {"seconds": "soon"}, {"inputs": [{"name": "x", "dtype": "float32", "shape": []}]},
        {"inputs": [[]]}, {"outputs": 3},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_with_nonsense_is_refused(store: EngineStore, engine: Engine, change: dict[str, object]) -> None:
    """And by nothing but EngineError, since a server falls back on that; a new engine may take its place."""
    changed(store, **change)
    with pytest.raises(EngineError):
        store.load(KEY)
    store.save(engine)
    assert store.load(KEY) == engine


def test_only_the_engine_that_was_replaced_is_removed(
    store: EngineStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes build at once: one writes all of its engine between the other's file and the other's manifest."""
    first, second = (dataclasses.replace(engine, data=data) for data in (b"of one process", b"of the other"))
    whole = engine_store.write_whole

    def overtaken(path: Path, data: bytes) -> None:
        if path.suffix == ".json":
            monkeypatch.setattr(engine_store, "write_whole", whole)
            EngineStore(store.folder).save(second)
        whole(path, data)

    monkeypatch.setattr(engine_store, "write_whole", overtaken)
    store.save(first)
    assert store.load(KEY) == first
    assert not store.file_of(engine).exists()


def test_a_reader_whose_engine_is_replaced_meanwhile_gets_the_new_one(
    store: EngineStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = dataclasses.replace(engine, data=b"a newer one")
    read = Path.read_bytes

    def slow(path: Path) -> bytes:
        monkeypatch.setattr(Path, "read_bytes", read)
        EngineStore(store.folder).save(newer)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", slow)
    assert store.load(KEY) == newer


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1', "\udc00", '{"format": "voxrig-engine"}'])
def test_a_damaged_manifest_is_refused(store: EngineStore, text: str) -> None:
    manifest(store).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(EngineError):
        store.load(KEY)


def test_a_manifest_of_something_else_is_refused(store: EngineStore) -> None:
    changed(store, format_version=2)
    with pytest.raises(EngineError, match="no manifest of an engine that this version reads"):
        store.load(KEY)
    changed(store, format_version=1, key={"name": "tiny"})
    with pytest.raises(EngineError, match="describes another engine"):
        store.load(KEY)


def test_a_manifest_points_nowhere_but_beside_itself(store: EngineStore, tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "elsewhere.engine").write_bytes(engine.data)
    changed(store, file="../../elsewhere.engine")
    with pytest.raises(EngineError, match="its engine is missing"):
        store.load(KEY)


def test_tensors_that_are_no_bundles_are_refused(store: EngineStore, engine: Engine, tiny_bundle: Bundle) -> None:
    changed(store, inputs=[{"name": "features", "dtype": "float16", "shape": ["batch", 128]}])
    with pytest.raises(EngineError, match="features is float16"):
        store.load(KEY)
    fewer = dataclasses.replace(engine, inputs=engine.inputs[:1])
    with pytest.raises(EngineError, match="its tensors are not those of tiny 1"):
        fewer.check(tiny_bundle.spec)
