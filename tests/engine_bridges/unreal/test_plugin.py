"""The plugin as a whole: its description, its README, its names, its package."""

import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

from plugin_source import CORE, MODULES, NATIVE, PLUGIN, REPOSITORY, SOURCE, headers

from voxrig.engine_bridges.client import connect
from voxrig.runtime.core.rig import profile

UNREAL = PLUGIN.parent
README = (UNREAL / "Voxrig" / "README.md").read_text("utf-8")


def test_description_and_folders_agree() -> None:
    plugin = json.loads((PLUGIN / "Voxrig.uplugin").read_text("utf-8"))
    assert plugin["FileVersion"] == 3
    assert [module["Name"] for module in plugin["Modules"]] == list(MODULES)
    assert [module["Type"] for module in plugin["Modules"]] == ["Runtime", "Editor"]
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "ThirdParty"}
    assert folders == set(MODULES)
    for module in MODULES:
        sources = "\n".join(path.read_text("utf-8") for path in (SOURCE / module).rglob("*.cpp"))
        assert len(re.findall(rf"IMPLEMENT_MODULE\(\w+, {module}\);", sources)) == 1
    names = {one["Name"]: one for one in plugin["Plugins"]}
    assert names["LiveLink"]["Enabled"] is True
    assert names["PythonScriptPlugin"]["TargetAllowList"] == ["Editor"]
    assert plugin["CanContainContent"] is True


def functions() -> set[str]:
    """Names of all functions that Blueprint may call."""
    found = set()
    for header in headers():
        text = header.read_text("utf-8")
        for match in re.finditer(r"UFUNCTION\(Blueprint(?:Callable|Pure)[^\n]*\)\n\s+([^\n]+?)\(", text):
            found.add(match[1].split()[-1].lstrip("*&"))
    return found


def delegates() -> set[str]:
    return set(
        re.findall(r"Signature (On\w+);", (SOURCE / "VoxrigRuntime/Public/VoxrigComponent.h").read_text("utf-8"))
    )


def test_every_blueprint_function_and_event_is_in_the_readme() -> None:
    table = set(re.findall(r"`(\w+)`", "\n".join(line for line in README.splitlines() if line.startswith("|"))))
    assert len(functions()) > 25
    assert functions() - table == set()
    assert len(delegates()) == 8
    assert delegates() - table == set()


def test_readme_names_the_settings_as_they_are() -> None:
    settings = (SOURCE / "VoxrigRuntime/Public/VoxrigSettings.h").read_text("utf-8")
    names = set(re.findall(r"^\t(?:\w+) (\w+) = ", settings, re.M))
    assert {"Host", "Port", "LatencyMargin", "OutputLatency"} <= names
    assert names - set(re.findall(r"`(\w+)`", README)) == set()


def test_readme_is_honest_and_has_its_parts() -> None:
    assert "not compiled" in README.split("##")[0].lower()
    steps = README.split("## Five steps")[1].split("##")[0]
    assert re.findall(r"^(\d)\. ", steps, re.M) == list("12345")
    assert "audio plays, the face does not move" in README.lower()
    for version in ("5.4", "5.7"):
        assert version in README


async def test_names_are_the_servers(serving) -> None:
    """What the plugin and its README name of the rigs is what the server announces."""
    async with connect(serving.target) as client:
        said = await client.describe()
    rigs = {rig.name: rig for rig in said.rigs}
    assert tuple(rigs["arkit"].controls) == profile("arkit").names
    pose = (CORE / "face_pose.h").read_text("utf-8")
    bones = re.search(r"all\{(.+?)\}", pose)
    assert bones is not None
    assert re.findall(r'"(\w+)"', bones[1]) == list(rigs["metahuman"].bones)
    parts = re.search(r"part\{(.+?)\}", pose)
    assert parts is not None
    angles = [part + turn for part in re.findall(r'"(\w+)"', parts[1]) for turn in ("Yaw", "Pitch", "Roll")]
    assert angles == list(rigs["arkit"].controls)[52:]
    for curve in re.findall(r"CTRL_expressions_\w+", README):
        assert curve in rigs["metahuman"].controls or curve == "CTRL_expressions_"


def test_package_has_the_core_where_the_build_looks_for_it(tmp_path: Path) -> None:
    command = [sys.executable, str(UNREAL / "package.py"), str(tmp_path / "dist")]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    with zipfile.ZipFile(told) as package:
        names = set(package.namelist())
        assert package.testzip() is None
        package.extractall(tmp_path)
    rules = (tmp_path / "Voxrig/Source/VoxrigRuntime/VoxrigRuntime.Build.cs").read_text("utf-8")
    assert '"Source", "ThirdParty", "VoxrigNative"' in rules
    core = tmp_path / "Voxrig/Source/ThirdParty/VoxrigNative"
    for path in [*(NATIVE / "include").rglob("*.h"), NATIVE / "src" / "socket.cpp"]:
        assert (core / path.relative_to(NATIVE)).read_bytes() == path.read_bytes()
    assert {"Voxrig/Voxrig.uplugin", "Voxrig/README.md", "Voxrig/LICENSE", "Voxrig/Resources/Icon128.png"} <= names
    assert {"Voxrig/Content/Python/voxrig_take.py", "Voxrig/Content/Python/import_voxrig_take.py"} <= names
    assert not [name for name in names if "__pycache__" in name or not name.startswith("Voxrig/")]
    again = subprocess.run([*command[:2], str(tmp_path / "again")], capture_output=True, text=True, check=True)
    assert Path(again.stdout.strip()).read_bytes() == Path(told).read_bytes()


def test_without_a_package_the_build_finds_the_core_in_the_repository() -> None:
    assert (PLUGIN / ".." / ".." / "native" / "include" / "voxrig" / "voxrig.h").resolve().is_file()
    assert '"..", "..", "native"' in (SOURCE / "VoxrigRuntime/VoxrigRuntime.Build.cs").read_text("utf-8")


def pixels(png: bytes) -> bytes:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(data)


def test_icon_is_what_its_script_draws() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(UNREAL)!r}); import make_icon; sys.stdout.buffer.write(make_icon.draw())"
    )
    drawn = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, check=True).stdout
    assert pixels(drawn) == pixels((PLUGIN / "Resources" / "Icon128.png").read_bytes())
    assert len(pixels(drawn)) == 128 * (1 + 3 * 128)


def test_no_file_of_the_plugin_names_a_path_that_is_not_there() -> None:
    for name in re.findall(r"`((?:Content|Source|Config|Resources)/[\w/.]+)`", README):
        assert (PLUGIN / name).exists() or name.startswith("Source/ThirdParty/"), name
    for target in re.findall(r"\]\((\.\./[\w/.-]+)", README):
        assert (UNREAL / "Voxrig" / target).resolve().exists(), target
    assert (REPOSITORY / "LICENSE").is_file()
