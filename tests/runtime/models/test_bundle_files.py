"""Files that are damaged, too large, or not what they seem."""

import json
import os
import sys
import zipfile
from pathlib import Path

import onnx
import pytest

from voxrig.runtime.models import bundle, bundle_files
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.spec import BundleError


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all" * 100])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BundleError, match=r"no readable zip file.*export the bundle again"):
        bundle.read(tmp_path / "x.zip")


def test_a_truncated_or_damaged_zip_is_refused(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "x.zip"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(BundleError, match="no readable zip file"):
        bundle.read(path)
    damaged = bytearray(data)
    damaged[len(data) // 2 : len(data) // 2 + 50] = bytes(50)
    path.write_bytes(damaged)
    with pytest.raises(BundleError, match=r"x\.zip"):
        bundle.read(path)


@pytest.mark.parametrize("prefix", ["../", "/", "sub/", "..\\"])
def test_files_elsewhere_in_a_zip_are_never_used(tmp_path: Path, tiny_bundle: Bundle, prefix: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(prefix + "manifest.json", json.dumps(tiny_bundle.spec.to_manifest()))
        archive.writestr(prefix + "model.onnx", tiny_bundle.model)
    with pytest.raises(BundleError, match=r"manifest\.json 0 times, it must be once at its top level"):
        bundle.read(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.zip"]


def test_a_zip_with_a_file_twice_is_refused(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "x.zip"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("model.onnx", b"other")
    with pytest.raises(BundleError, match=r"model\.onnx 2 times"):
        bundle.read(path)


@pytest.mark.parametrize("kind", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_may_ask_for_memory_as_it_likes_is_refused(tmp_path: Path, tiny_bundle: Bundle, kind: int) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr("manifest.json", tiny_bundle.manifest)
        archive.writestr("model.onnx", tiny_bundle.model)
    with pytest.raises(BundleError, match=r"manifest\.json is compressed .* zip the bundle with deflate"):
        bundle.read(path)


def test_a_zip_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (5 * 2**20))
        archive.writestr("model.onnx", b"")
    with pytest.raises(BundleError, match=r"manifest\.json is larger than 4 MiB"):
        bundle.read(path)


def test_a_folder_that_holds_too_much_is_refused(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "x"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    (path / "manifest.json").write_bytes(b" " * (5 * 2**20))
    with pytest.raises(BundleError, match=r"manifest\.json is larger than 4 MiB"):
        bundle.read(path)
    with (path / "manifest.json").open("wb") as file:
        file.truncate(2**40)  # takes no room on the disk; memory it would
    with pytest.raises(BundleError, match=r"manifest\.json is larger than 4 MiB"):
        bundle.read(path)


def test_a_zip_of_very_many_files_is_refused(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path = tmp_path / "x.zip"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1_000):
            archive.writestr(f"{number}.txt", b"")
    with pytest.raises(BundleError, match="the zip holds 1002 files, a bundle has at most 1000"):
        bundle.read(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path, tiny_bundle: Bundle) -> None:
    os.mkfifo(tmp_path / "x.zip")
    with pytest.raises(BundleError, match="is neither a folder nor a file"):
        bundle.read(tmp_path / "x.zip")
    bundle.write(tmp_path / "x", tiny_bundle.spec, tiny_bundle.model)
    (tmp_path / "x" / "model.onnx").unlink()
    os.mkfifo(tmp_path / "x" / "model.onnx")
    with pytest.raises(BundleError, match=r"model\.onnx is missing"):
        bundle.read(tmp_path / "x")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_nothing_is_copied_from_behind_a_link_or_written_there(tmp_path: Path, tiny_bundle: Bundle) -> None:
    path, elsewhere = tmp_path / "x", tmp_path / "elsewhere"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    elsewhere.write_text("secret")
    for name in ("README.md", bundle_files.SIGNATURE_FILE):
        (path / name).symlink_to(elsewhere)
    bundle.add_signatures(bundle.read(path), b"signature")
    assert elsewhere.read_text() == "secret"
    bundle.write(path, tiny_bundle.spec, tiny_bundle.model)
    assert [entry.name for entry in path.iterdir() if not entry.is_symlink() and b"secret" in entry.read_bytes()] == []


@pytest.mark.parametrize("place", ["weights.bin", "../weights.bin", "/weights.bin"])
def test_weights_outside_the_model_file_which_no_checksum_covers_are_refused(
    tmp_path: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    graph = onnx.load_model_from_string(tiny_bundle.model)
    weights = graph.graph.initializer[0]
    values = weights.raw_data
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    entry = weights.external_data.add()
    entry.key, entry.value = "location", place if place[0] != "/" else f"{tmp_path}{place}"
    bundle.write(tmp_path / "x", tiny_bundle.spec, graph.SerializeToString())
    for folder in (tmp_path, tmp_path / "x"):
        (folder / "weights.bin").write_bytes(values)
    with pytest.raises(BundleError, match="ONNX Runtime refuses the model"):
        OnnxModel(bundle.read(tmp_path / "x"))
