"""Bundles: any change to a manifest or to the bytes of a zip is a bundle still, or refused by `BundleError` alone."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import BundleError, ModelSpec

MODEL = b"nobody looks into it here"


@pytest.fixture(scope="module")
def manifest(tiny_bundle: Bundle) -> dict[str, Any]:
    spec = {**tiny_bundle.spec.to_manifest(), "sha256": hashlib.sha256(MODEL).hexdigest()}
    return json.loads(json.dumps(spec))


def zipped(manifest: dict[str, Any]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in ((bundle.MANIFEST_FILE, json.dumps(manifest).encode()), (bundle.MODEL_FILE, MODEL)):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def taken(path: Path) -> bool:
    try:
        found = bundle.read(path)
    except BundleError as error:
        assert str(path) in str(error)
        return False
    assert ModelSpec.from_manifest(json.loads(json.dumps(found.spec.to_manifest()))) == found.spec
    return True


CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4)


@settings(max_examples=150)
@given(CHANGES, st.integers(0, 60))
def test_a_zip_with_other_bytes(
    tmp_path: Path, manifest: dict[str, Any], changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(zipped(manifest))
    for place, byte in changes:
        data[-1 - place % len(data) // (1 + place % 9)] = byte  # most of them near the end, where its directory is
    (tmp_path / "a.zip").write_bytes(data[: len(data) - cut])
    if taken(tmp_path / "a.zip") and not changes:
        assert cut == 0


def test_a_name_that_is_no_text_is_refused(tmp_path: Path, manifest: dict[str, Any]) -> None:
    data = bytearray(zipped(manifest))
    entry = data.index(b"PK\1\2")
    data[entry + 9] |= 0x08  # the names are UTF-8, it says
    data[data.index(b"manifest", entry)] = 0x8E
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(BundleError, match="zip"):
        bundle.read(tmp_path / "a.zip")


VALUES = st.sampled_from(
    [None, True, -1, 0, 1, 2**31, 2**80, 10**400, 0.5, -1.5, 1e308, "", "x", [], [1], {}, {"a": 1}]
)


@settings(max_examples=150)
@given(st.data(), VALUES)
def test_a_manifest_with_another_value(tmp_path: Path, manifest: dict[str, Any], data: Any, value: Any) -> None:
    changed = json.loads(json.dumps(manifest))
    place = changed
    key = data.draw(st.sampled_from(sorted(place)))
    while isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = value
    folder = tmp_path / "a"
    folder.mkdir(exist_ok=True)
    (folder / bundle.MODEL_FILE).write_bytes(MODEL)
    (folder / bundle.MANIFEST_FILE).write_text(json.dumps(changed), encoding="utf-8")
    assert taken(folder) or json.dumps(changed) != json.dumps(manifest)


@pytest.mark.parametrize("text", ["1" * 5000, "[" * 50_000, '{"look_ahead_samples": ' + "1" * 5000 + "}"])
def test_a_manifest_beyond_all_bounds_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / bundle.MODEL_FILE).write_bytes(MODEL)
    (tmp_path / bundle.MANIFEST_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BundleError, match="not JSON"):
        bundle.read(tmp_path)
