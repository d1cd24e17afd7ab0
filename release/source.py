"""The checkout that a release is made from: its version, its date, and whether it may be released at all."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_UNRELEASED: Final = "not released yet"


class ReleaseError(ValueError):
    """The release can't be made; the message says why and what to do."""


def version() -> str:
    """Return the version in pyproject.toml."""
    return str(project()["version"])


def project() -> dict[str, object]:
    """Return the table `project` of pyproject.toml."""
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def check_clean() -> None:
    """Refuse a checkout with changes that no commit has: nobody could make the same release again.

    Raises:
        ReleaseError: there are some, or this is no checkout.
    """
    changed = _git("status", "--porcelain").splitlines()
    if changed:
        names = ", ".join(line[3:] for line in changed[:3]) + (", ..." if len(changed) > 3 else "")
        raise ReleaseError(f"{len(changed)} files are changed or unknown to git ({names}); commit them, or say --dirty")


def check_changelog() -> None:
    """Refuse a version that CHANGELOG.md has no heading `## VERSION, DATE` for.

    Raises:
        ReleaseError: it has none, or says that it isn't released.
    """
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heading = re.search(rf"^## {re.escape(version())}\b(.*)$", text, re.MULTILINE)
    if heading is None:
        raise ReleaseError(f"CHANGELOG.md has no heading `## {version()}, DATE`; write what is new, or say --unlisted")
    if _UNRELEASED in heading[1]:
        raise ReleaseError(
            f"CHANGELOG.md says that {version()} is {_UNRELEASED}; put the date in its place, or say --unlisted"
        )


def check_versions() -> None:
    """Refuse bridges that say another version than pyproject.toml.

    Raises:
        ReleaseError: one does; it is named.
    """
    for path, found in bridge_versions().items():
        if found != version():
            raise ReleaseError(f"{path} says version {found}, pyproject.toml {version()}; write the same in both")


def bridge_versions() -> dict[str, str]:
    """Return the version that each bridge's own file says, by the file's path."""
    bridges = ROOT / "engine_bridges"
    blender = "blender/voxrig_addon/blender_manifest.toml"
    found = {
        "unreal/Voxrig/Voxrig.uplugin": json.loads((bridges / "unreal/Voxrig/Voxrig.uplugin").read_text("utf-8-sig"))[
            "VersionName"
        ],
        "unity/com.voxrig.bridge/package.json": json.loads(
            (bridges / "unity/com.voxrig.bridge/package.json").read_text("utf-8")
        )["version"],
        blender: tomllib.loads((bridges / blender).read_text("utf-8"))["version"],
    }
    for engine in ("godot3", "godot4"):
        name = f"godot/{engine}/addons/voxrig/plugin.cfg"
        told = re.search(r'^version="(.*)"', (bridges / name).read_text("utf-8"), re.MULTILINE)
        found[name] = told[1] if told else ""
    return {f"engine_bridges/{name}": str(told) for name, told in found.items()}


def epoch() -> int:
    """Return the date that all files of the release bear, in Unix seconds: SOURCE_DATE_EPOCH, or the last commit's.

    Raises:
        ReleaseError: the variable is no number, or there is no commit.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(_git("log", "-1", "--format=%ct"))
    if not given.isascii() or not given.isdigit():
        raise ReleaseError(f"SOURCE_DATE_EPOCH is {given!r}; it must be whole seconds since 1970")
    return int(given)


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        raise ReleaseError(
            f"git {arguments[0]} failed ({' '.join(reason.split())}); release from a git checkout, "
            "or say --dirty and set SOURCE_DATE_EPOCH"
        ) from error
    return done.stdout.rstrip()
