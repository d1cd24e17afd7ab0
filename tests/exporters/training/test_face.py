"""Training and export in small, on made-up data sets."""

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from voxrig.exporters import onnx as face_export  # noqa: E402
from voxrig.exporters.networks.face import FaceSize  # noqa: E402
from voxrig.exporters.training import face  # noqa: E402
from voxrig.exporters.training.batches import Drawer  # noqa: E402
from voxrig.exporters.training.corpus import Example, load, shared_clips  # noqa: E402
from voxrig.exporters.training.face import Recipe, train  # noqa: E402
from voxrig.exporters.training.start import read_start  # noqa: E402
from voxrig.runtime.core.features import LogMel  # noqa: E402
from voxrig.runtime.models import bundle  # noqa: E402

SMALL = Recipe(updates=4, rows=3, steps=60, size=FaceSize(width=16))


@pytest.fixture(scope="module")
def examples(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    return load(list(shared_clips(data, held_out=False)), tmp_path_factory.mktemp("cache"), SMALL.lead_in, LogMel())


def test_training_resumes_where_it_was_cut(
    examples: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run cut after two of four updates ends with the weights of the unbroken run."""
    unbroken = train(examples, [], tmp_path / "whole", SMALL, None)
    draws = 0

    class Cut(Drawer):
        def draw(self, *args):  # type: ignore[no-untyped-def]
            nonlocal draws
            draws += 1
            if draws == 4:  # one batch is drawn to watch
                raise KeyboardInterrupt
            return super().draw(*args)

    with monkeypatch.context() as patch:
        patch.setattr(face, "Drawer", Cut)
        patch.setattr(face, "_CHECKPOINT_EVERY", 2)
        with pytest.raises(KeyboardInterrupt):
            train(examples, [], tmp_path / "cut", SMALL, None)
    resumed = train(examples, [], tmp_path / "cut", SMALL, None)
    one, other = (torch.load(path, weights_only=True) for path in (unbroken, resumed))
    assert one["done"] == other["done"] == 4
    for name, tensor in one["network"].items():
        assert torch.equal(tensor, other["network"][name]), name
    with pytest.raises(ValueError, match="another recipe"):
        train(examples, [], tmp_path / "cut", replace(SMALL, updates=5), None)


def test_every_look_ahead_of_a_checkpoint_becomes_a_bundle(examples: list[Example], tmp_path: Path) -> None:
    checkpoint = train(examples, [], tmp_path / "run", SMALL, None)
    for head, look_ahead in enumerate((1950, 750)):
        spec = face_export.export_face(checkpoint, tmp_path / f"{head}.zip", "small", "1.2.3", head)
        assert bundle.read(tmp_path / f"{head}.zip").spec == spec
        assert (spec.name, spec.version, spec.look_ahead_samples, spec.lead_in) == ("small", "1.2.3", look_ahead, 50)
    with pytest.raises(ValueError, match=r"no head 2.*1950"):
        face_export.export_face(checkpoint, tmp_path / "2.zip", "small", "1", 2)


def test_a_reader_learns_behind_frozen_ears(examples: list[Example], tmp_path: Path) -> None:
    ears = train(examples, [], tmp_path / "ears", SMALL, None)
    recipe = replace(
        SMALL, look_aheads=(11_550,), mouth="anticipating", size=replace(SMALL.size, heads=1, reader=8, ahead=24)
    )
    checkpoint = train(examples, [], tmp_path / "reader", recipe, read_start(str(ears)))
    one, other = (torch.load(path, weights_only=True)["network"] for path in (ears, checkpoint))
    shared = [name for name in one if not name.startswith("articulation.1")]
    assert shared
    assert all(torch.equal(one[name], other[name]) for name in shared)
    spec = face_export.export_face(checkpoint, tmp_path / "reader.zip", "studio", "1")
    assert [state.shape for state in spec.states] == [(16,), (16,), (30, 49)]
    assert float(spec.look_ahead) <= 0.5


def test_look_aheads_must_share_their_blocks() -> None:
    with pytest.raises(ValueError, match="whole blocks"):
        _ = Recipe(look_aheads=(1950, 800)).lead_in


def test_a_checkpoint_of_another_size_is_refused(examples: list[Example], tmp_path: Path) -> None:
    checkpoint = train(examples, [], tmp_path / "run", SMALL, None)
    with pytest.raises(ValueError, match="cannot begin"):
        train(examples, [], tmp_path / "other", replace(SMALL, size=FaceSize(width=24)), read_start(str(checkpoint)))


def test_a_manifest_names_what_was_learned_from(examples: list[Example], tmp_path: Path) -> None:
    """Also what the run before it learned from, and what the articulation model was fitted to."""
    emodb = [example for example in examples if example.dataset == "emodb"]
    own = [replace(example, dataset="captures") for example in emodb]
    first = train(emodb, [], tmp_path / "first", replace(SMALL, mouth="by_rule"), None)
    spec = face_export.export_face(first, tmp_path / "first.zip", "first", "1")
    assert ["EmoDB" in data.name for data in spec.training.data] == [True]
    assert spec.licence == "Apache-2.0"
    second = train(own, [], tmp_path / "second", SMALL, read_start(str(first)))
    spec = face_export.export_face(second, tmp_path / "second.zip", "second", "1")
    assert [data.name.split()[0] for data in spec.training.data] == ["GRID", "Berlin", "captures"]
    assert "whoever owns" in spec.licence


@pytest.mark.parametrize("reader", [0, 8])
def test_a_bundle_can_be_trained_on(examples: list[Example], tmp_path: Path, reader: int) -> None:
    """What comes back out of a bundle is what went in: the same weights, size, look-ahead and data."""
    recipe = replace(SMALL, look_aheads=(1950,), size=replace(SMALL.size, heads=1, reader=reader))
    checkpoint = train(examples, [], tmp_path / "run", recipe, None)
    face_export.export_face(checkpoint, tmp_path / "bundle", "own", "1")
    one, other = read_start(str(checkpoint)), read_start(str(tmp_path / "bundle"))
    assert other.size == one.size
    assert (other.look_aheads, other.datasets) == (one.look_aheads, one.datasets)
    for name, value in one.weights.items():
        if not name.startswith("sounds"):
            assert torch.equal(other.weights[name], value), name
    onwards = train(examples, [], tmp_path / "on", recipe, other)
    assert torch.load(onwards, weights_only=True)["done"] == 4
