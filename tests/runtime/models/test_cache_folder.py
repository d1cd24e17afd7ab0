from pathlib import Path

import pytest

from voxrig.runtime.models.cache_folder import cache_folder
from voxrig.runtime.serving.settings import Settings


@pytest.mark.parametrize(
    ("environ", "system", "expected"),
    [
        ({"VOXRIG_CACHE": "/big/disk", "XDG_CACHE_HOME": "/x"}, "linux", Path("/big/disk")),
        ({"XDG_CACHE_HOME": "/x"}, "linux", Path("/x/voxrig")),
        ({"XDG_CACHE_HOME": "relative"}, "linux", Path.home() / ".cache" / "voxrig"),
        ({}, "linux", Path.home() / ".cache" / "voxrig"),
        ({}, "darwin", Path.home() / "Library" / "Caches" / "voxrig"),
        ({"LOCALAPPDATA": "/local"}, "win32", Path("/local/voxrig/cache")),
        ({}, "win32", Path.home() / "AppData" / "Local" / "voxrig" / "cache"),
    ],
)
def test_each_system_keeps_it_where_its_users_look(environ: dict[str, str], system: str, expected: Path) -> None:
    assert cache_folder(environ, system) == expected


def test_a_server_takes_its_setting_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOXRIG_CACHE", "/from/environment")
    assert Settings().cache_path == Path("/from/environment")
    assert Settings(cache="/from/settings").cache_path == Path("/from/settings")
