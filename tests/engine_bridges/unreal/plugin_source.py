"""The plugin's source as tests see it: its files, what Unreal's header tool would read in them, and a syntax check."""

import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
PLUGIN = REPOSITORY / "engine_bridges" / "unreal" / "Voxrig"
SOURCE = PLUGIN / "Source"
CORE = SOURCE / "VoxrigRuntime" / "Private" / "Core"
NATIVE = REPOSITORY / "engine_bridges" / "native"
STAND_IN = Path(__file__).with_name("stand_in")
MODULES = ("VoxrigRuntime", "VoxrigEditor")

_REFLECTED = re.compile(r"^U(CLASS|STRUCT)\(.*?\)\n(?:class|struct) (?:\w+_API )?(\w+)(?: : public (\w+))?", re.M)


@dataclass(frozen=True)
class Reflected:
    """A class or struct that the header tool would write a body for.

    Attributes:
        line: that GENERATED_BODY() stands on, from 1.
    """

    kind: str
    name: str
    base: str
    line: int


def headers() -> list[Path]:
    """Headers of the modules, without the engine-free part."""
    return [path for path in sorted(SOURCE.rglob("*.h")) if CORE not in path.parents and "ThirdParty" not in path.parts]


def units() -> list[Path]:
    """What the engine's build would compile."""
    return sorted(path for module in MODULES for path in (SOURCE / module).rglob("*.cpp"))


def reflected(header: Path) -> list[Reflected]:
    """Return its classes and structs; a body that is missing is an AssertionError."""
    text = header.read_text("utf-8")
    found = []
    for match in _REFLECTED.finditer(text):
        body = re.compile(r"\{\s*GENERATED_BODY\(\)").search(text, match.end())
        assert body is not None, f"{header.name}: {match[2]} has no GENERATED_BODY()"
        line = text.count("\n", 0, body.end()) + 1
        found.append(Reflected(match[1], match[2], match[3] or "", line))
    return found


def write_generated(folder: Path) -> None:
    """Write X.generated.h for each header that includes one, so that Super, StaticClass and the access are as there."""
    for header in headers():
        if f'"{header.stem}.generated.h"' not in header.read_text("utf-8"):
            continue
        lines = ["#undef CURRENT_FILE_ID", f"#define CURRENT_FILE_ID {header.stem}_", '#include "UObject/Object.h"']
        for one in reflected(header):
            body = "static class UScriptStruct* StaticStruct();"
            if one.kind == "CLASS":
                body = f"public: using Super = {one.base}; static UClass* StaticClass(); private:"
            lines.append(f"#define {header.stem}_{one.line} {body}")
        (folder / f"{header.stem}.generated.h").write_text("\n".join(lines) + "\n", "utf-8")


def check_command(compiler: str, unit: Path, generated: Path) -> list[str]:
    """How `unit` is checked; the engine's own flags where they say something about the source."""
    module = unit.relative_to(SOURCE).parts[0]
    own = [SOURCE / module / place for place in ("Public", "Private")]
    others = [SOURCE / "VoxrigRuntime" / "Public"]
    ours = [f"-I{path}" for path in (*own, *others, generated)]
    theirs = [f"-isystem{path}" for path in (STAND_IN, CORE, NATIVE / "include", NATIVE / "src")]
    strict = ["-Wall", "-Wextra", "-Wshadow", "-Werror", "-Wno-unused-parameter", "-Wno-missing-field-initializers"]
    loose = ["-Wno-undefined-internal", "-Wno-undefined-inline"] if "clang" in compiler else []
    flags = ["-std=c++20", "-fsyntax-only", "-fno-exceptions", "-fno-rtti", *strict, *loose]
    return [compiler, *flags, *ours, *theirs, str(unit)]
