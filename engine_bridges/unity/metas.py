"""Write the .meta file of everything in the Unity package: Unity knows files by the GUIDs in them.

A GUID is the MD5 of the path, so that a file keeps it whoever writes it. Run it after adding, moving or removing files:

    python engine_bridges/unity/metas.py
"""

import hashlib
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).with_name("com.voxrig.bridge")

_IMPORTERS: Final = {
    ".cs": (
        "MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n  executionOrder: 0\n"
        "  icon: {instanceID: 0}\n"
    ),
    ".asmdef": "AssemblyDefinitionImporter:\n  externalObjects: {}\n",
    ".json": "PackageManifestImporter:\n  externalObjects: {}\n",
    ".md": "TextScriptImporter:\n  externalObjects: {}\n",
}
_FOLDER: Final = "folderAsset: yes\nDefaultImporter:\n  externalObjects: {}\n"
_END: Final = "  userData: \n  assetBundleName: \n  assetBundleVariant: \n"


def wanted() -> dict[Path, str]:
    """Return the path and text of every .meta file that the package must have."""
    return {path.with_name(path.name + ".meta"): meta(path) for path in _assets(PACKAGE)}


def meta(path: Path) -> str:
    """Return the text of a file's or folder's .meta.

    Raises:
        KeyError: a kind of file that the package has had none of yet.
    """
    name = path.relative_to(PACKAGE.parent).as_posix()
    importer = _FOLDER if path.is_dir() else _IMPORTERS[path.suffix]
    return f"fileFormatVersion: 2\nguid: {hashlib.md5(name.encode()).hexdigest()}\n{importer}{_END}"


def _assets(folder: Path) -> list[Path]:
    """Return what Unity sees below a folder: it passes over names that end with ~ or begin with a dot."""
    assets = []
    for path in sorted(folder.iterdir()):
        if path.suffix != ".meta" and not path.name.endswith("~") and not path.name.startswith("."):
            assets += [path, *(_assets(path) if path.is_dir() else [])]
    return assets


def main() -> None:
    """Write what is missing or differs, and remove what belongs to nothing."""
    metas = wanted()
    for path in set(PACKAGE.rglob("*.meta")) - set(metas):
        path.unlink()
    for path, text in metas.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
