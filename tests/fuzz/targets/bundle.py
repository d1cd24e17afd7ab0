"""Bundles: a zip as it is, or a manifest beside a graph whose checksum it may name."""

import functools
import hashlib
import io
import json
import zipfile
from random import Random
from typing import Any

from tests.conftest import tiny_spec
from voxrig.runtime.models import bundle
from voxrig.runtime.models.spec import BundleError, ModelSpec

from ..target import Target, scratch
from ..tree_mutation import changed

_MODEL = b"no graph, but nobody looks"


def check(data: bytes) -> None:
    path = _zip(data) if data[:2] == b"PK" else _folder(data)
    try:
        found = bundle.read(path)
    except BundleError:
        return
    told = json.dumps(found.spec.to_manifest())
    assert ModelSpec.from_manifest(json.loads(told)) == found.spec


def _zip(data: bytes) -> Any:
    path = scratch() / "fuzzed.zip"
    path.write_bytes(data)
    return path


def _folder(data: bytes) -> Any:
    path = _ready()
    (path / bundle.MANIFEST_FILE).write_bytes(data)
    return path


@functools.cache
def _ready() -> Any:
    path = scratch() / "fuzzed"
    path.mkdir()
    (path / bundle.MODEL_FILE).write_bytes(_MODEL)
    return path


def _manifest() -> dict[str, Any]:
    spec = tiny_spec(1950, 8)
    return {**spec.to_manifest(), "sha256": hashlib.sha256(_MODEL).hexdigest()}


def seeds() -> list[bytes]:
    whole = json.dumps(_manifest()).encode()
    made = [whole, b"{}", b"[]", json.dumps({"format": "voxrig-bundle", "format_version": 2}).encode()]
    made += [whole.replace(b'"version": "1"', b'"version": ' + b"7" * 4400), b"[" * 3000]
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr(zipfile.ZipInfo(bundle.MANIFEST_FILE), whole, kind)
            archive.writestr(zipfile.ZipInfo(bundle.MODEL_FILE), _MODEL, kind)
        made.append(data.getvalue())
    return made


def mutate(data: bytes, chance: Random) -> bytes:
    if data[:2] == b"PK":
        return data
    try:
        return json.dumps(changed(json.loads(data), chance)).encode()
    except (ValueError, RecursionError):
        return data


TARGET = Target(check, seeds, mutate, ("PK\1\2", "PK\3\4", "PK\5\6", '"format"', "voxrig-bundle"), longest=6000)
