"""Scripts written to a folder and read back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.script.reading import read_dialogue

Read = Callable[..., Dialogue]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file, and read it as a script."""

    def write_and_read(text: str | bytes, name: str = "scene.yaml", characters: Path | None = None) -> Dialogue:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return read_dialogue(path, characters)

    return write_and_read


@pytest.fixture
def told(read: Read) -> Callable[..., list[str]]:
    """Write a file, and return its problems as they are told."""
    return lambda text, name="scene.yaml": [str(problem) for problem in read(text, name).problems]
