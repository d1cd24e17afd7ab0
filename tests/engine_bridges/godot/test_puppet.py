"""The Godot add-on's link and playout against the protocol's rules: the compliance suite, on its puppet."""

import sys

import pytest

from godot import puppet
from voxrig.engine_bridges.compliance import client_conversations, client_scripted
from voxrig.engine_bridges.compliance.client_playout import CASES as PLAYOUT
from voxrig.engine_bridges.compliance.client_subject import Subject
from voxrig.engine_bridges.compliance.talk import Target

from .conftest import GODOT

LINK = (
    client_conversations.a_whole_conversation,
    client_conversations.refusals_are_told,
    client_conversations.an_interruption,
    client_conversations.half_closing_is_enough,
    client_scripted.packets_in_single_bytes,
    client_scripted.numbers_in_their_longest_form,
    client_scripted.a_server_that_dies_within_a_packet,
)


@pytest.fixture
def subject(godot, serving):
    return Subject((sys.executable, str(GODOT / "puppet.py")), Target(serving.host, serving.link_port, "link"))


@pytest.mark.parametrize("case", [*LINK, *PLAYOUT], ids=lambda case: case.__name__)
def test_rule(case, subject):
    case(subject)


def test_without_godot_the_puppet_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("VOXRIG_GODOT", raising=False)
    with pytest.raises(SystemExit, match="install godot3-server"):
        puppet.godot()
