"""Modules here by name, however pytest was started, and the hosts' puppets as the tests of those hosts build them."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


def fixtures_of(host: str) -> ModuleType:
    """Load the conftest of another host's tests."""
    name = f"{host}_fixtures"
    spec = importlib.util.spec_from_file_location(name, HERE.parent / host / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


native_puppet = fixtures_of("native").native_puppet
browser, page_puppet = (getattr(fixtures_of("viewer"), name) for name in ("browser", "page_puppet"))
compile_, core, unity_puppet = (getattr(fixtures_of("unity"), name) for name in ("compile_", "core", "unity_puppet"))

BRIDGES = HERE.parents[2] / "engine_bridges"


@pytest.fixture(scope="session")
def host_command(request):
    """`host_command("C++")`: the command of a host's puppet; HOST PORT, or --playout, is to be appended."""

    def command(host: str) -> tuple[str, ...]:
        if host == "C++":
            return (str(request.getfixturevalue("native_puppet")),)
        if host == "C#":
            return tuple(request.getfixturevalue("unity_puppet"))
        if host == "JavaScript":
            return tuple(request.getfixturevalue("page_puppet"))
        if host == "GDScript":
            request.getfixturevalue("program")("godot3-server")
        folder = {"GDScript": "godot", "Blender": "blender"}[host]
        return (sys.executable, str(BRIDGES / folder / "puppet.py"))

    return command
