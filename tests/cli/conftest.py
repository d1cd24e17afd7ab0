"""The command line, called as a user calls it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.cli.app import main
from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def voxrig(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """`voxrig(...)`: run the command line; return the exit code, stdout and stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["voxrig", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return call


@pytest.fixture
def shipped_models(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tiny_bundle: Bundle,
    tiny_fast_bundle: Bundle,
    tiny_studio_bundle: Bundle,
) -> None:
    """The package comes with three tiny models: live (81.25 ms), fast (31.25 ms) and studio (481.25 ms)."""
    folder = tmp_path / "bundles"
    folder.mkdir()
    for name, tiny in (("live", tiny_bundle), ("fast", tiny_fast_bundle), ("studio", tiny_studio_bundle)):
        bundle.write(folder / name, tiny.spec, tiny.model)
    monkeypatch.setattr(bundle, "SHIPPED_FOLDER", folder)
