import dataclasses
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import BundleError

LISTENER = bundle.SHIPPED_FOLDER / "listener"


@pytest.fixture(params=["folder", "zip"])
def written(request: pytest.FixtureRequest, tmp_path: Path, tiny_bundle: Bundle) -> Path:
    path = tmp_path / ("tiny" if request.param == "folder" else "tiny.zip")
    bundle.write(path, dataclasses.replace(tiny_bundle.spec, sha256=""), tiny_bundle.model)
    return path


def test_a_bundle_comes_back_as_it_was(written: Path, tiny_bundle: Bundle) -> None:
    found = bundle.read(written)
    assert found.spec == tiny_bundle.spec
    assert found.model == tiny_bundle.model
    assert found.path == written


def test_nothing_is_left_beside_a_written_bundle(written: Path) -> None:
    assert [entry.name for entry in written.parent.iterdir()] == [written.name]


def test_writing_again_replaces_the_old_one_and_keeps_its_model_card(written: Path, tiny_bundle: Bundle) -> None:
    rewritten(written, "README.md", b"card")
    bundle.write(written, dataclasses.replace(tiny_bundle.spec, version="2"), tiny_bundle.model)
    assert bundle.read(written).spec.version == "2"
    if written.is_dir():
        assert (written / "README.md").read_text() == "card"
    else:
        assert zipfile.ZipFile(written).read("README.md") == b"card"
    assert [entry.name for entry in written.parent.iterdir()] == [written.name]


def test_the_same_bundle_is_the_same_zip(tmp_path: Path, tiny_bundle: Bundle) -> None:
    for name in ("a.zip", "b.zip"):
        bundle.write(tmp_path / name, tiny_bundle.spec, tiny_bundle.model)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_folder_that_is_no_bundle_is_not_overwritten(tmp_path: Path, tiny_bundle: Bundle) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(BundleError, match="is no bundle; remove it or choose another name"):
        bundle.write(tmp_path / "photos", tiny_bundle.spec, tiny_bundle.model)
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


def rewritten(path: Path, name: str, content: bytes | None) -> Path:
    """Replace or remove one file of a bundle, whichever kind it is."""
    if path.is_dir():
        if content is None:
            (path / name).unlink()
        else:
            (path / name).write_bytes(content)
        return path
    with zipfile.ZipFile(path) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    if content is None:
        del files[name]
    else:
        files[name] = content
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in files.items():
            archive.writestr(entry, data)
    return path


def test_a_changed_model_is_refused_by_its_checksum(written: Path, tiny_bundle: Bundle) -> None:
    damaged = bytearray(tiny_bundle.model)
    damaged[len(damaged) // 2] ^= 1
    with pytest.raises(
        BundleError, match=r"model\.onnx has the checksum .* the manifest says .*damaged or was replaced"
    ):
        bundle.read(rewritten(written, "model.onnx", bytes(damaged)))


@pytest.mark.parametrize("name", ["model.onnx", "manifest.json"])
def test_a_missing_file_is_named(written: Path, name: str) -> None:
    with pytest.raises(BundleError, match=name):
        bundle.read(rewritten(written, name, None))


def test_a_twin_in_8_bits_comes_back_and_goes_when_it_is_not_written_again(written: Path, tiny_bundle: Bundle) -> None:
    spec = bundle.write(written, tiny_bundle.spec, tiny_bundle.model, b"twin")
    found = bundle.read(written)
    assert (found.spec, found.model, found.int8) == (spec, tiny_bundle.model, b"twin")
    assert found.spec.checksum == found.spec.int8_sha256 != found.spec.sha256
    bundle.write(written, spec, tiny_bundle.model)
    found = bundle.read(written)
    assert (found.int8, found.spec.int8_sha256, found.spec.checksum) == (None, "", found.spec.sha256)
    assert "int8_sha256" not in found.spec.to_manifest()
    assert not written.is_dir() or not (written / bundle.INT8_FILE).exists()


def test_a_damaged_or_missing_twin_is_refused(written: Path, tiny_bundle: Bundle) -> None:
    bundle.write(written, tiny_bundle.spec, tiny_bundle.model, b"twin")
    with pytest.raises(BundleError, match=r"model\.int8\.onnx has the checksum"):
        bundle.read(rewritten(written, bundle.INT8_FILE, b"twiN"))
    with pytest.raises(BundleError, match=r"model\.int8\.onnx is missing, and the manifest names it"):
        bundle.read(rewritten(written, bundle.INT8_FILE, None))


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[" * 100_000, b""])
def test_a_manifest_that_is_not_json_is_refused(written: Path, text: bytes) -> None:
    with pytest.raises(BundleError, match="is not JSON"):
        bundle.read(rewritten(written, "manifest.json", text))


def test_another_format_version_is_refused_with_both_numbers(written: Path, tiny_bundle: Bundle) -> None:
    manifest = tiny_bundle.spec.to_manifest() | {"format_version": 9}
    with pytest.raises(BundleError, match="format_version is 9, this runtime reads 1"):
        bundle.read(rewritten(written, "manifest.json", json.dumps(manifest).encode()))


def test_the_error_names_the_bundle(written: Path) -> None:
    with pytest.raises(BundleError, match=f"bundle {written}"):
        bundle.read(rewritten(written, "manifest.json", b"{}"))


def test_nothing_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no such folder or file"):
        bundle.read(tmp_path / "absent")


def test_signatures_without_end_are_refused(written: Path) -> None:
    with pytest.raises(BundleError, match=r"manifest\.sig is larger than 64 KiB"):
        bundle.read(rewritten(written, "manifest.sig", b" " * 70_000))


def ship(folder: Path, tiny_bundle: Bundle, **look_aheads: int) -> None:
    for name, samples in look_aheads.items():
        spec = dataclasses.replace(tiny_bundle.spec, name=name, look_ahead_samples=samples)
        bundle.write(folder / name, spec, tiny_bundle.model)


@pytest.fixture
def shelf(tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> Path:
    ship(tmp_path, tiny_bundle, live=1950, fast=750)
    (tmp_path / "notes").mkdir()
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", tmp_path)
    return tmp_path


def test_shipped_bundles_are_found_by_name(shelf: Path) -> None:
    assert bundle.shipped() == ("fast", "live")
    assert bundle.load("fast").spec.look_ahead_samples == 750
    assert bundle.load(shelf / "live").spec.name == "live"


@pytest.mark.parametrize(
    ("asked", "chosen"), [(None, "live"), (100, "live"), (81.25, "live"), (81.2, "fast"), (50, "fast"), (31.25, "fast")]
)
def test_the_longest_look_ahead_that_is_allowed_is_chosen(shelf: Path, asked: float | None, chosen: str) -> None:
    assert bundle.choose(asked).spec.name == chosen


def test_another_default_can_be_asked_for(shelf: Path) -> None:
    assert bundle.choose(None, "fast").spec.name == "fast"
    assert bundle.choose(100, "fast").spec.name == "live"


def test_an_impossible_look_ahead_says_what_there_is(shelf: Path) -> None:
    with pytest.raises(BundleError, match=r"at most 20 ms: the package has fast \(31\.25 ms\), live \(81\.25 ms\)"):
        bundle.choose(20)


def test_an_unknown_name_says_what_there_is(shelf: Path) -> None:
    with pytest.raises(BundleError, match=r"no bundle 'slow': the package has fast .*, or a path"):
        bundle.load("slow")


def test_a_package_without_bundles_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", tmp_path / "absent")
    assert bundle.shipped() == ()
    with pytest.raises(BundleError, match="came without bundles"):
        bundle.choose(None)


def test_only_bundles_of_the_wanted_role_are_shown_and_chosen(shelf: Path) -> None:
    """The package's own listener, beside faces."""
    shutil.copytree(LISTENER, shelf / "listener")
    assert bundle.shipped() == ("fast", "live")
    assert bundle.shipped("emotion") == ("listener",)
    assert bundle.choose(1000).spec.role == "face"
    assert bundle.load("listener", "emotion").spec.role == "emotion"
    with pytest.raises(BundleError, match=r"no bundle 'listener': the package has fast"):
        bundle.load("listener")
    with pytest.raises(BundleError, match=r"has the role 'emotion', 'face' is wanted: the package has fast"):
        bundle.load(shelf / "listener")
    with pytest.raises(BundleError, match=r"has the role 'face', 'emotion' is wanted: the package has listener"):
        bundle.load(shelf / "live", "emotion")


@pytest.mark.parametrize("manifest", ["not JSON", "[]", "{}"])
def test_a_damaged_shipped_bundle_is_listed_so_that_it_is_missed(shelf: Path, manifest: str) -> None:
    (shelf / "live" / bundle.MANIFEST_FILE).write_text(manifest)
    assert bundle.shipped() == ("fast", "live")
    with pytest.raises(BundleError, match=r"bundle .*live"):
        bundle.load("live")
