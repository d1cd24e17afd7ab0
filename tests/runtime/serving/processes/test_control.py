"""What a parent tells its processes comes as it was told."""

import dataclasses

import pytest

from voxrig.runtime.serving.processes.control import Assignment
from voxrig.runtime.serving.settings import Settings, SettingsError


def test_an_assignment_survives_its_line() -> None:
    settings = Settings(host="::1", models=("live", "päth/of one"), heard=0.25, drain_seconds=1.5, vmc=("127.0.0.1:1",))
    told = Assignment(settings, number=2, count=5, shared_ports=True)
    line = told.line()
    assert line.count(b"\n") == 1
    assert Assignment.read(line) == told
    assert Assignment.read(line.decode()).at(4000, 0).settings == dataclasses.replace(settings, port=4000, link_port=0)


def test_settings_of_another_version_are_refused() -> None:
    line = Assignment(Settings(), 0, 1, False).line().replace(b'"host"', b'"hast"')
    with pytest.raises(SettingsError, match="there is no setting 'hast'"):
        Assignment.read(line)


@pytest.mark.parametrize("line", ["", "no", "[]", "{}", '{"settings": 3}', '{"settings": {}, "number": 0}'])
def test_what_is_no_assignment_is_told(line: str) -> None:
    """As when the parent is gone before it sent one, or somebody starts a process by hand."""
    with pytest.raises(ValueError, match="is no assignment; leave starting it to voxrig serve --processes"):
        Assignment.read(line)
