"""The bill of materials (SBOM): all that the wheel holds and pulls in, as CycloneDX 1.6 in JSON.

The packages and their versions are those of requirements/runtime.txt, for every platform; licences are what the
packages say of themselves where they are installed here.
"""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from release.lock import FOLDER, Pin, read_lock
from release.source import ROOT, version

BUNDLES: Final = ROOT / "runtime" / "voxrig" / "runtime" / "models" / "bundles"
VENDORED: Final = ROOT / "engine_bridges/voxrig/engine_bridges/viewer/page/vendor/vendored.json"
_SPACE: Final = uuid.UUID("7a0f3c1e-6f1b-5c0e-9a3e-2f6f0c4d8b11")  # ours: the same release has the same number
_LONGEST_LICENCE: Final = 80  # letters; some packages put the whole text there
_OURS: Final = "voxrig"


def bill_of_materials(epoch: int) -> str:
    """Return the bill as JSON; `epoch` is its date in Unix seconds. Raises OSError."""
    lock = FOLDER / "runtime.txt"
    pins = read_lock(lock)
    models = [_model(path) for path in sorted(BUNDLES.iterdir()) if (path / "manifest.json").is_file()]
    components = [*map(_package, pins), *models, _vendored(), _lock(lock)]
    told = json.dumps(components, sort_keys=True)
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, version() + told)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(),
            "component": {
                "type": "application",
                "bom-ref": _OURS,
                "name": _OURS,
                "version": version(),
                "purl": f"pkg:pypi/{_OURS}@{version()}",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": _dependencies(pins, [one["bom-ref"] for one in (*models, components[-2])]),
    }
    return json.dumps(bill, indent=2, ensure_ascii=False) + "\n"


def _reference(pin: Pin) -> str:
    return f"pkg:pypi/{pin.name}@{pin.version}"


def _package(pin: Pin) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "library",
        "bom-ref": _reference(pin),
        "name": pin.name,
        "version": pin.version,
        "purl": _reference(pin),
        "scope": "required",
    }
    if licence := _licence(pin):
        told["licenses"] = licence
    if pin.marker:
        told["properties"] = [{"name": "voxrig:marker", "value": pin.marker}]
    return told


def _licence(pin: Pin) -> list[dict[str, Any]]:
    """Return what an installed package says of its licence; nothing where it isn't installed here."""
    try:
        found = metadata.distribution(pin.name).metadata
    except metadata.PackageNotFoundError:
        return []
    [expression] = found.get_all("License-Expression") or [""]
    if expression:
        return [{"expression": expression}]
    classes = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier", ()) if line.startswith("License ::")]
    names = classes or [
        line for line in (found.get_all("License") or [""])[0].splitlines()[:1] if len(line) < _LONGEST_LICENCE
    ]
    return [{"license": {"name": name}} for name in names if name]


def _model(path: Path) -> dict[str, Any]:
    """A model bundle: its files with their checksums, its licence, and what it learned from."""
    manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    files = [_file(one, path.name) for one in sorted(path.iterdir()) if one.suffix in (".onnx", ".json", ".sig")]
    learned = manifest["training"]
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{path.name}@{manifest['version']}",
        "name": manifest["name"],
        "version": manifest["version"],
        "description": learned["summary"],
        "licenses": [{"license": {"id": manifest["licence"]}}],
        "hashes": [{"alg": "SHA-256", "content": manifest["sha256"]}],
        "components": files,
        "modelCard": {
            "modelParameters": {
                "datasets": [
                    {
                        "type": "dataset",
                        "name": data["name"],
                        "description": data["attribution"],
                        "contents": {"properties": [{"name": "voxrig:licence", "value": data["licence"]}]},
                    }
                    for data in learned["data"]
                ]
            },
            "considerations": {"technicalLimitations": [learned["limits"]]},
        },
    }


def _vendored() -> dict[str, Any]:
    """The one library whose files lie in the wheel itself: three.js, of the viewer's page."""
    told = json.loads(VENDORED.read_text("utf-8"))
    name, number = told["package"], told["version"]
    return {
        "type": "library",
        "bom-ref": f"pkg:npm/{name}@{number}",
        "name": name,
        "version": number,
        "purl": f"pkg:npm/{name}@{number}",
        "licenses": [{"license": {"id": told["licence"]}}],
        "components": [_file(VENDORED.parent / inside, name) for inside in sorted(told["files"])],
    }


def _lock(path: Path) -> dict[str, Any]:
    """The lock, which has the hashes of the packages' files."""
    return {**_file(path, "requirements"), "description": "SHA-256 of every file of the packages, for pip"}


def _file(path: Path, owner: str) -> dict[str, Any]:
    return {
        "type": "file",
        "bom-ref": f"file:{owner}/{path.name}",
        "name": path.name,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}],
    }


def _dependencies(pins: list[Pin], inside: list[str]) -> list[dict[str, Any]]:
    """Who asks for whom: as the lock says it, and from voxrig to what lies in the wheel."""
    wanted: dict[str, list[str]] = {pin.name: [] for pin in pins}
    ours = list(inside)
    for pin in pins:
        for parent in pin.wanted_by:
            (ours if parent == _OURS else wanted[parent]).append(_reference(pin))
    return [
        {"ref": _OURS, "dependsOn": sorted(ours)},
        *({"ref": _reference(pin), "dependsOn": sorted(wanted[pin.name])} for pin in pins),
    ]
