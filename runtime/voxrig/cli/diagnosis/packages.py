"""Python, and each package that voxrig's own metadata asks for: there, new enough, and can it be loaded?"""

import importlib
import os
import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from voxrig.cli.diagnosis.finding import Finding, absent, broken, good, one_line

_EXTRAS: Final = {
    "export": "for training",
    "otel": "to send OpenTelemetry spans",
    "ray": "to bake on a Ray cluster",
    "signing": "to sign bundles and to take signed ones only",
    "tensorrt": "for engines on an NVIDIA GPU",
    "usd": "to write USD",
    "words": "to time words by their sound",
}
"""What each extra of the package is for."""
_MODULES: Final = {
    "grpcio": "grpc",
    "grpcio-health-checking": "grpc_health.v1.health",
    "grpcio-reflection": "grpc_reflection.v1alpha.reflection",
    "pillow": "PIL.Image",
    "prometheus-client": "prometheus_client",
    "protobuf": "google.protobuf",
    "pyyaml": "yaml",
}
"""What is imported of a package whose module has another name."""
_LIBSNDFILE: Final = "on Linux also: sudo apt-get install libsndfile1"


def check_packages() -> Iterator[Finding]:
    """Look at Python, and at each package that voxrig's own metadata asks for."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    yield good("python", found)  # an older one could not have come here
    try:
        yield good("voxrig", version("voxrig"))
    except PackageNotFoundError:
        why = "what it needs is not known, and so not looked at"
        yield broken("voxrig", "is not installed: it runs from its sources", why, "pip install .")
        return
    for requirement in requires("voxrig") or ():
        name, least, extra = parse_requirement(requirement)
        if extra is None:
            yield _needed(name, least)
        elif extra in _EXTRAS:
            yield _optional(name, least, extra)


def parse_requirement(requirement: str) -> tuple[str, str, str | None]:
    """Split `onnx>=1.19; extra == "export"` into the name, the lowest version and the extra."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    least = re.search(r">=\s*([0-9.]+)", requirement)
    extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", requirement)
    return name[0] if name else requirement, least[1] if least else "0", extra and extra[1]


def _needed(name: str, least: str) -> Finding:
    remedy = f"pip install -U '{name}>={least}'"
    why = "voxrig does not start without it"
    try:
        found = version(name)
    except PackageNotFoundError:
        return broken(name, "is not installed", why, remedy)
    if _numbers(found) < _numbers(least):
        return broken(name, f"{found} is older than {least}", "voxrig calls what it doesn't have yet", remedy)
    module = _MODULES.get(name, name.replace("-", "_"))
    try:
        importlib.import_module(module)
    except Exception as error:  # a broken package can raise anything
        again = f"pip install --force-reinstall '{name}>={least}'" + (f"; {_LIBSNDFILE}" if name == "soundfile" else "")
        return broken(name, f"{found} cannot be loaded: {type(error).__name__}: {one_line(error)}", why, again)
    return good(name, found)


def _optional(name: str, least: str, extra: str) -> Finding:
    purpose, remedy = _EXTRAS[extra], f"pip install -U 'voxrig[{extra}]'"
    try:
        found = version(name)
    except PackageNotFoundError:
        return absent(name, "is not installed", f"it is {purpose}", remedy)
    if _numbers(found) < _numbers(least):
        return absent(name, f"{found} is older than {least}", f"it is {purpose}", remedy)
    return good(name, found, needed=False)


def _numbers(text: str) -> tuple[int, ...]:
    """Turn 2.13.0+cpu into (2, 13, 0)."""
    return tuple(int(part) for part in re.match(r"[0-9.]*", text)[0].strip(".").split(".") if part)  # type: ignore[index]
