"""The puppet of the page's client, beyond the compliance suite that it is for (../compliance/test_hosts.py)."""

import pytest

from voxrig.engine_bridges.compliance.manner import Manner
from voxrig.engine_bridges.compliance.program import Program
from voxrig.engine_bridges.compliance.scripted_server import ScriptedServer


@pytest.fixture
def noisy():
    """A server that says what no client of this version knows, and sends pongs that nobody asked for."""
    with ScriptedServer(Manner(noise=True)) as server:
        yield server


@pytest.fixture
def puppet(page_puppet, noisy):
    with Program((*page_puppet, noisy.host, str(noisy.port))) as running:
        running.answer("hello")
        yield running


def test_a_pong_that_nobody_asked_for_is_not_measured(puppet):
    puppet.say("ping", "open 1 arkit 60 1 8000 1")
    assert 0.0 <= float(puppet.answer("pong").split()[1]) < 10.0
    puppet.say("done")
    assert puppet.finish() == 0
    assert sorted(line.split()[0] for line in puppet.told) == ["done", "event", "hello", "opened", "pong"]


def test_what_the_page_throws_is_told(puppet):
    puppet.say("dance 1")
    assert puppet.finish() == 1
    assert puppet.told[-1].startswith("lost Error: session 1 is not open")


def test_quitting_drops_everything(puppet):
    puppet.say("open 1 arkit 60 1 8000 1", "quit")
    assert puppet.finish() == 0
    assert "done" not in puppet.told
