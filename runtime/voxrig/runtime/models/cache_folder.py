"""Where files are kept that can be made again: engines for a GPU, and what was compiled for them."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

VARIABLE: Final = "VOXRIG_CACHE"
"""The environment variable that names another folder."""


def cache_folder(environ: Mapping[str, str] = os.environ, system: str = sys.platform) -> Path:
    """Return the user's cache folder for Voxrig; it need not be there yet.

    Args:
        environ: `VOXRIG_CACHE` names the folder itself, others where the system keeps such things.
        system: as `sys.platform`.
    """
    if named := environ.get(VARIABLE):
        return Path(named).expanduser()
    if system == "win32":
        local = environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "voxrig" / "cache"
    if system == "darwin":
        return Path.home() / "Library" / "Caches" / "voxrig"
    chosen = environ.get("XDG_CACHE_HOME", "")
    # The standard says that a relative path there counts as none.
    return (Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".cache") / "voxrig"
