"""Where the package lies, and what is in it."""

from pathlib import Path

PACKAGE = Path(__file__).parents[3] / "engine_bridges" / "unity" / "com.voxrig.bridge"


def sources(folder: str) -> list[Path]:
    """Return the C# files of one of the package's folders."""
    return sorted((PACKAGE / folder).glob("*.cs"))
