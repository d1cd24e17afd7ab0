"""What is fuzzed: a function of bytes that must come back, whatever the bytes are."""

import importlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

CORPUS: Final = Path(__file__).parent / "corpus"

Mutate = Callable[[bytes, Random], bytes]


@dataclass(frozen=True)
class Target:
    """One way for bytes into Voxrig.

    Attributes:
        check: takes an input; raises for a finding, and for nothing else: refusals that are documented are caught.
        seeds: inputs to begin with, made here.
        mutate: changes an input where it has a structure that changing bytes seldom keeps; its result is changed
            further half of the time.
        words: what a dictionary should have: keys, magic numbers.
        longest: bytes of an input.
        packages: whose code is watched for coverage.
    """

    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    mutate: Mutate | None = None
    words: tuple[str, ...] = ()
    longest: int = 4096
    packages: tuple[str, ...] = ("voxrig",)


def names() -> list[str]:
    """The targets that there are: one a module."""
    return sorted(path.stem for path in (Path(__file__).parent / "targets").glob("*.py"))


def load(name: str) -> Target:
    """Import a target."""
    return importlib.import_module(f"{__package__}.targets.{name}").TARGET


def corpus(name: str) -> list[Path]:
    """The inputs that were kept of a target."""
    return sorted(path for path in (CORPUS / name).glob("*") if path.is_file())


@cache
def scratch() -> Path:
    """A folder for files that a target reads: in memory where the system has such a place."""
    memory = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(prefix="voxrig-fuzz-", dir=memory if memory.is_dir() else None)
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
