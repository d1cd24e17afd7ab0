"""The shell around the engine-free part: its syntax against stand-in declarations, and the engine's conventions."""

import re
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from plugin_source import MODULES, SOURCE, check_command, headers, reflected, units, write_generated

PREFIXES = {"UObject": "U", "AActor": "A"}


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_syntax(program: Callable[..., str], tmp_path: Path, compiler: str) -> None:
    """Against stand_in/, which has only the signatures: no proof that it compiles in Unreal."""
    write_generated(tmp_path)
    path = program(compiler)

    def check(unit: Path) -> str:
        done = subprocess.run(check_command(path, unit, tmp_path), capture_output=True, text=True)
        return "" if done.returncode == 0 else f"{unit.name}: {done.stderr or done.returncode}"

    assert len(units()) > 15
    with ThreadPoolExecutor(2) as pool:
        assert [told for told in pool.map(check, units()) if told] == []


def test_the_check_finds_a_mistake(program: Callable[..., str], tmp_path: Path) -> None:
    """A wrong argument of an engine call, in a copy of a unit, is refused: the stand-ins are not too lax to say so."""
    write_generated(tmp_path)
    good = (SOURCE / "VoxrigRuntime" / "Private" / "VoxrigVoiceWave.cpp").read_text("utf-8")
    bad = tmp_path / "Bad.cpp"
    bad.write_text(good.replace("OutAudio.SetNumUninitialized(", "OutAudio.SetNumUninitialised("), "utf-8")
    command = check_command(program("g++"), SOURCE / "VoxrigRuntime" / "Private" / "VoxrigVoiceWave.cpp", tmp_path)
    done = subprocess.run([*command[:-1], str(bad)], capture_output=True, text=True)
    assert done.returncode != 0
    assert "SetNumUninitialised" in done.stderr


@pytest.mark.parametrize("header", headers(), ids=lambda path: path.name)
def test_header_follows_the_engines_conventions(header: Path) -> None:
    text = header.read_text("utf-8")
    assert text.startswith("#pragma once\n")
    includes = re.findall(r'#include [<"](.+?)[">]', text)
    found = reflected(header)
    if found or "UENUM(" in text:
        assert includes[-1] == f"{header.stem}.generated.h"
    else:
        assert not [name for name in includes if "generated" in name]
    assert all(one.name[0] == ("U" if one.kind == "CLASS" else "F") for one in found)
    for name in re.findall(r"^class (?:\w+_API )?(\w+)(?=[\s:]*[:\n{])", text, re.M):
        assert name[0] in "FUSI", f"{name} has no prefix"
    for name in re.findall(r"^enum class (\w+)", text, re.M):
        assert name[0] == "E"
    for kind, variable in re.findall(r"^\s+(?:static )?(bool) (\w+)(?: = \w+)?;", text, re.M):
        assert re.match(r"b[A-Z]", variable), f"{kind} {variable}: begin it with b"
    public = "Public" in header.parts
    exported = [line for line in text.splitlines() if re.match(r"(class|struct) \w+_API ", line)]
    assert bool(exported) or not public or "UENUM(" in text or "namespace Voxrig" in text
    if public:  # what others include must not need the engine-free part
        assert not [name for name in includes if name.startswith("voxrig/") or name == "VoxrigNative.h"]


@pytest.mark.parametrize("path", [*headers(), *units()], ids=lambda path: path.name)
def test_file_is_tidy(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "\t" in text or len(text) < 1200
    assert not re.search(r"^ +(?! ?\*)\S", text, re.M), "the engine's sources are indented with tabs"
    assert not re.search(r"[ \t]+$", text, re.M)
    assert text.endswith("\n")
    assert "\r" not in text
    assert text.count("\n") <= 400
    assert max(len(line.expandtabs(4)) for line in text.splitlines()) <= 160
    assert text.count("#define LOCTEXT_NAMESPACE") == text.count("#undef LOCTEXT_NAMESPACE")
    assert ("LOCTEXT(" in text) == ("#define LOCTEXT_NAMESPACE" in text)


def test_every_unit_includes_its_own_header_first() -> None:
    for unit in units():
        first = re.search(r'#include "(.+?)"', unit.read_text("utf-8"))
        assert first is not None
        own = f"{unit.stem}.h"
        if any(header.name == own for header in headers()):
            assert first[1] == own, unit.name


def test_modules_depend_on_what_they_include() -> None:
    needed = {
        "VoxrigRuntime": {"Core", "CoreUObject", "Engine", "DeveloperSettings", "LiveLinkInterface"},
        "VoxrigEditor": {
            "PropertyEditor",
            "Slate",
            "ToolMenus",
            "DesktopPlatform",
            "AssetRegistry",
            "PythonScriptPlugin",
        },
    }
    for module in MODULES:
        rules = (SOURCE / module / f"{module}.Build.cs").read_text("utf-8")
        assert f"public class {module} : ModuleRules" in rules
        assert needed[module] <= set(re.findall(r'^\t\t\t"(\w+)",$', rules, re.M))
        assert "bEnableExceptions = false;" in rules
    assert '"ws2_32.lib"' in (SOURCE / "VoxrigRuntime" / "VoxrigRuntime.Build.cs").read_text("utf-8")
