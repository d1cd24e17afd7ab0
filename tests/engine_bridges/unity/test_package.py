"""The package as Unity reads it: its layout, its GUIDs, and the shell against the signatures of the engine."""

import importlib.util
import json
import re
from pathlib import Path

import pytest
from unity_package import PACKAGE, sources

from voxrig.engine_bridges.writers.livelink_csv import COLUMNS

STAND_IN = Path(__file__).with_name("stand_in")


def metas():
    spec = importlib.util.spec_from_file_location("unity_metas", PACKAGE.with_name("metas.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_has_the_guid_of_its_path():
    wanted = metas().wanted()
    there = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.meta")}
    assert there == wanted, "run python engine_bridges/unity/metas.py"
    guids = [re.search("guid: ([0-9a-f]{32})\n", text).group(1) for text in wanted.values()]
    assert len(guids) == len(set(guids)) > 60


def test_a_guid_stays_as_it_is():
    path = PACKAGE / "Runtime" / "VoxrigCharacter.cs"
    assert "guid: 5fbd6c07ffa49f193d4c33431468453b\n" in metas().meta(path), "scenes that use it would lose it"


def test_the_manifest_names_what_is_there():
    manifest = json.loads((PACKAGE / "package.json").read_text("utf-8"))
    assert manifest["name"] == PACKAGE.name
    assert f"## {manifest['version']}" in (PACKAGE / "CHANGELOG.md").read_text("utf-8")
    for sample in manifest["samples"]:
        assert list((PACKAGE / sample["path"]).glob("*.cs"))
    licence = (PACKAGE.parents[2] / "LICENSE").read_text("utf-8")
    assert licence.strip() in (PACKAGE / "LICENSE.md").read_text("utf-8")


def test_assemblies_refer_to_what_is_there_and_the_core_to_nothing():
    files = sorted(PACKAGE.rglob("*.asmdef"))
    assemblies = {path: json.loads(path.read_text("utf-8")) for path in files}
    names = {assembly["name"] for assembly in assemblies.values()}
    assert names == {"Voxrig.Core", "Voxrig.Bridge", "Voxrig.Bridge.Editor", "Voxrig.Tests"}
    for path, assembly in assemblies.items():
        assert path.stem == assembly["name"]
        assert {name for name in assembly["references"] if not name.startswith("Unity")} <= names
        assert assembly["noEngineReferences"] == (assembly["name"] == "Voxrig.Core")
        assert not assembly["allowUnsafeCode"]
    using = {
        line for path in sources("Runtime/Core") for line in path.read_text("utf-8").splitlines() if "using " in line
    }
    assert not any("Unity" in line or "Linq" in line for line in using)


def test_files_are_short_and_named_for_what_they_hold():
    for path in PACKAGE.rglob("*.cs"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 300 or "Tests" in path.parts, path
        assert re.search(rf"\b(class|struct|interface|enum) {path.stem}\b", text) or path.stem == "VoxrigEvents", path
        assert "\t" not in text, path


@pytest.fixture(scope="module")
def engine(compile_):
    """The stand-ins: UnityEngine.dll and UnityEditor.dll with nothing behind their signatures."""
    files = [STAND_IN / "UnityEngine.cs", STAND_IN / "UnityEngine.Audio.cs"]
    engine = compile_("UnityEngine.dll", files)
    return engine, compile_("UnityEditor.dll", [STAND_IN / "UnityEditor.cs"], [engine])


@pytest.mark.parametrize("defines", [(), ("-d:UNITY_2023_1_OR_NEWER", "-d:UNITY_5_3_OR_NEWER")])
def test_the_shell_fits_the_engines_signatures(compile_, core, engine, defines):
    bridge = compile_("Voxrig.Bridge.dll", sources("Runtime"), [core, engine[0]], "-doc:Bridge.xml", *defines)
    compile_("Voxrig.Bridge.Editor.dll", sources("Editor"), [core, bridge, *engine], "-doc:Editor.xml", *defines)
    compile_("Samples.dll", sources("Samples~/TalkingHead"), [core, bridge, engine[0]], *defines)


def test_the_names_are_those_of_the_server():
    text = (PACKAGE / "Runtime" / "Core" / "ArkitNames.cs").read_text("utf-8")
    assert tuple(" ".join(re.findall('"([A-Za-z ]+)"', text.split("All = (")[1].split(")")[0])).split()) == COLUMNS
