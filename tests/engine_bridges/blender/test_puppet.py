"""The add-on's link client and playout against the protocol's rules: the compliance suite, on its puppet."""

import sys

import pytest

from voxrig.engine_bridges.compliance import client_conversations, client_scripted
from voxrig.engine_bridges.compliance.client_playout import CASES as PLAYOUT
from voxrig.engine_bridges.compliance.client_subject import Subject
from voxrig.engine_bridges.compliance.talk import Target

from .conftest import BLENDER

LINK = (
    client_conversations.a_whole_conversation,
    client_conversations.refusals_are_told,
    client_conversations.an_interruption,
    client_conversations.half_closing_is_enough,
    client_conversations.no_server_is_a_loss,
    client_scripted.packets_in_single_bytes,
    client_scripted.unknown_kinds_and_keys_are_ignored,
    client_scripted.numbers_in_their_longest_form,
    client_scripted.large_messages_of_frames,
    client_scripted.a_server_that_dies_within_a_packet,
    client_scripted.a_server_that_refuses_the_hello,
)


@pytest.mark.parametrize("case", [*LINK, *PLAYOUT], ids=lambda case: case.__name__)
def test_rule(case, serving):
    case(Subject((sys.executable, str(BLENDER / "puppet.py")), Target(serving.host, serving.link_port, "link")))


@pytest.mark.parametrize("name", ["playout_clock.py", "playout_delay.py"])
def test_what_needs_no_numpy_is_the_original(name):
    original = BLENDER.parent / "voxrig" / "engine_bridges" / name
    assert (BLENDER / "voxrig_addon" / name).read_text("utf-8") == original.read_text("utf-8"), f"copy {original} again"
