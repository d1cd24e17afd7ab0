"""Which bundle moves a body: the shipped one by its name, any other by its path."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from voxrig.runtime.models import bundle, contract
from voxrig.runtime.models.bundle import Bundle, BundleError
from voxrig.runtime.models.mover import MOVER, mover, mover_bundle, shipped_mover
from voxrig.runtime.serving.settings import Settings, load
from voxrig.runtime.serving.stage import Stage


def own(folder: Path) -> Path:
    """A copy of the shipped one under another name."""
    shipped = bundle.load(MOVER, "body")
    bundle.write(folder / "hers", replace(shipped.spec, name="hers"), shipped.model)
    return folder / "hers"


def test_the_shipped_one_is_usual_and_any_other_is_found_by_its_path(tmp_path: Path) -> None:
    shipped, usual, hers = shipped_mover(), mover(), mover(str(own(tmp_path)))
    assert shipped is not None
    assert usual is not None
    assert hers is not None
    assert (shipped.spec.name, usual.spec.name, hers.spec.name) == (MOVER, MOVER, "hers")


def test_where_none_came_with_the_package_a_body_is_not_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_bundle: Bundle
) -> None:
    hers = own(tmp_path)
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", tmp_path / "none")
    assert mover_bundle() is None
    assert mover() is None
    found = mover_bundle(str(hers))
    assert found is not None
    assert found.spec.name == "hers"
    assert Stage(Settings(models=(str(tiny_bundle.path),))).models[0].name == "tiny"


def test_another_one_is_there_or_it_is_told(tmp_path: Path, tiny_bundle: Bundle) -> None:
    with pytest.raises(BundleError, match=r"there is no bundle '.*nowhere': the package has body, or a path"):
        mover(str(tmp_path / "nowhere"))
    with pytest.raises(BundleError, match="has the role 'face', 'body' is wanted"):
        mover(str(tiny_bundle.path))


def test_a_servers_settings_choose_it(tmp_path: Path, tiny_bundle: Bundle) -> None:
    hers, file = own(tmp_path), tmp_path / "server.toml"
    file.write_text(f"body_model = '{hers}'\n", encoding="utf-8")
    assert load(file).body_model == str(hers)
    assert load().body_model == MOVER
    models = (str(tiny_bundle.path),)
    Stage(Settings(models=models, body_model=str(hers)))
    shutil.rmtree(hers)
    with pytest.raises(BundleError, match="hers"):
        Stage(Settings(models=models, body_model=str(hers)))


@pytest.mark.parametrize("spoiled", ["model.onnx", "manifest.json", ""])
def test_a_server_starts_with_a_damaged_body_which_rests(
    spoiled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tiny_bundle: Bundle
) -> None:
    shipped = bundle.load(MOVER, "body")
    folder = tmp_path / "shipped"
    folder.mkdir()
    bundle.write(folder / "live", tiny_bundle.spec, tiny_bundle.model)
    bundle.write(folder / MOVER, shipped.spec, b"no graph" if not spoiled else shipped.model)
    if spoiled:
        (folder / MOVER / spoiled).write_bytes(b"\xff damaged")
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", folder)
    assert (bundle.shipped(), bundle.shipped("body")) == (("live",), (MOVER,))
    stage = Stage(Settings(body="on"))
    assert [spec.name for spec in stage.models] == ["tiny"]
    [told] = caplog.messages
    assert told.startswith("bodies only do what they are told: ")
    assert "\n" not in told
    stage.warm_up()
    with pytest.raises(BundleError):
        Stage(Settings(body_model=str(folder / MOVER)))


def test_a_characters_goals_do_not_depend_on_who_shares_its_batch() -> None:
    found = shipped_mover()
    assert found is not None
    width = found.spec.inputs[0].shape[0]
    rows = np.random.default_rng(0).normal(0.0, 1.0, (64, 6, width)).astype(np.float32)
    contract.verify_batch_invariance(found, rows)
