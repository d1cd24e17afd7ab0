"""The engine-free part of the plugin: unit tests in C++, under the sanitizers."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from plugin_source import CORE


@pytest.mark.parametrize(
    ("compiler", "names", "flags"),
    [
        (
            "g++",
            ["parts.cpp", "body.cpp", "speaker.cpp", "main.cpp"],
            ["-O0", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
        ),
        ("g++", ["parts.cpp", "main.cpp"], ["-fsanitize=thread"]),
    ],
    ids=["address", "thread"],
)
def test_unit(build: Callable[..., Path], compiler: str, names: list[str], flags: list[str]) -> None:
    done = subprocess.run([build(compiler, names, *flags)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    assert done.stdout.count("passed") >= 16


def test_core_names_nothing_of_the_engine() -> None:
    for path in CORE.glob("*.h"):
        text = path.read_text("utf-8")
        assert [
            word for word in ("CoreMinimal", "TEXT(", "FString", "TArray", "UCLASS", "generated.h") if word in text
        ] == []
        assert text.count("\n") <= 300
