"""The command line, called as a user calls it."""

import sys
from collections.abc import Callable

import pytest

from voxrig.cli.app import main

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
