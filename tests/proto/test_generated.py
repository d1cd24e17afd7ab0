"""The checked-in bindings are those of the checked-in .proto files."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

PROTO = Path(__file__).resolve().parents[2] / "proto"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    pytest.importorskip("grpc_tools", reason="bindings are made with the [dev] extra")
    spec = importlib.util.spec_from_file_location("generate", PROTO / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_bindings_are_up_to_date(generator: ModuleType, tmp_path: Path) -> None:
    made = generator.generate(tmp_path)
    assert [path.name for path in made] == [Path(name).name for name in generator.OUTPUTS]
    for path in made:
        kept = PROTO / path.relative_to(tmp_path)
        assert path.read_text() == kept.read_text(), f"{kept.name} is stale: run python proto/generate.py"


def test_every_proto_file_and_every_binding_is_known(generator: ModuleType) -> None:
    there = {path.relative_to(PROTO).as_posix() for path in PROTO.rglob("*.proto")}
    assert there == set(generator.SOURCES)
    bindings = {path.relative_to(PROTO).as_posix() for path in PROTO.rglob("*_pb2*.py*") if path.suffix != ".pyc"}
    assert bindings == set(generator.OUTPUTS)


def test_another_generator_version_is_refused(generator: ModuleType, tmp_path: Path) -> None:
    generator.GENERATOR_VERSION, right = "0.0.1", generator.GENERATOR_VERSION
    try:
        with pytest.raises(RuntimeError, match=r"pip install grpcio-tools==0\.0\.1"):
            generator.generate(tmp_path)
    finally:
        generator.GENERATOR_VERSION = right
    assert not list(tmp_path.iterdir())


def test_namespace_has_no_init() -> None:
    assert not (PROTO / "voxrig" / "__init__.py").exists()
