"""The bill of materials: valid for others' readers, and complete."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from release.bill import BUNDLES, bill_of_materials
from release.lock import FOLDER, read_lock
from voxrig.runtime.models import bundle


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(bill_of_materials(1_795_435_200))
    return told


def test_it_is_valid_by_the_schema_of_cyclonedx(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    bill = {**bill, "bomFormat": "nonsense"}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is not None


def test_it_names_every_package_of_the_lock(bill: dict[str, Any]) -> None:
    told = {one["purl"] for one in bill["components"] if one["type"] == "library"}
    locked = {f"pkg:pypi/{pin.name}@{pin.version}" for pin in read_lock(FOLDER / "runtime.txt")}
    assert told - locked == {"pkg:npm/three@0.184.0"}
    assert locked <= told
    assert "pkg:pypi/onnxruntime" in " ".join(locked)


def test_most_packages_have_a_licence(bill: dict[str, Any]) -> None:
    known = {one["name"]: bool(one.get("licenses")) for one in bill["components"] if one["type"] == "library"}
    assert known["grpcio"]
    assert known["numpy"]
    assert sum(known.values()) > 0.8 * len(known), known


def test_it_has_every_model_with_licence_checksums_and_data(bill: dict[str, Any]) -> None:
    models = {one["name"]: one for one in bill["components"] if one["type"] == "machine-learning-model"}
    assert set(models) == {"live", "fast", "studio", "listener", "body"}
    for name, one in models.items():
        manifest = bundle.read(BUNDLES / name).spec
        assert one["version"] == manifest.version
        assert one["licenses"] == [{"license": {"id": manifest.licence}}]
        assert one["hashes"] == [{"alg": "SHA-256", "content": manifest.sha256}]
        for file in one["components"]:
            content = Path(BUNDLES / name / file["name"]).read_bytes()
            assert file["hashes"][0]["content"] == hashlib.sha256(content).hexdigest()
        assert {file["name"] for file in one["components"]} >= {"model.onnx", "manifest.json"}
        data = [each["name"] for each in one["modelCard"]["modelParameters"]["datasets"]]
        assert data == [each.name for each in manifest.training.data]


def test_everything_in_it_is_reached_from_voxrig(bill: dict[str, Any]) -> None:
    wanted = {one["ref"]: one["dependsOn"] for one in bill["dependencies"] if "dependsOn" in one}
    reached, waiting = set(), ["voxrig"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += wanted.get(name, [])
    told = {one["bom-ref"] for one in bill["components"] if one["type"] != "file"}
    assert told <= reached


def test_the_same_date_gives_the_same_text() -> None:
    assert bill_of_materials(0) == bill_of_materials(0)
    assert bill_of_materials(0) != bill_of_materials(86_400)
