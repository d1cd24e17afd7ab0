"""Our Python clients keep every rule of the suite, and what a broken client does is found."""

import sys
from pathlib import Path

import pytest

from voxrig.engine_bridges.compliance import client_conversations, client_playout, client_scripted
from voxrig.engine_bridges.compliance.client_subject import Subject, told_by
from voxrig.engine_bridges.compliance.client_suite import LIVE, PLAYOUT
from voxrig.engine_bridges.compliance.program import REFERENCE
from voxrig.engine_bridges.compliance.rule import run
from voxrig.engine_bridges.compliance.talk import Target

BROKEN_PUPPET = (sys.executable, str(Path(__file__).with_name("broken_puppet.py")))


@pytest.fixture(scope="module")
def link(serving):
    return Target(serving.host, serving.link_port, "link")


@pytest.mark.parametrize("case", [*LIVE, *PLAYOUT], ids=lambda case: case.__name__)
def test_the_python_client_of_the_link_keeps_the_rule(link, case):
    (finding,) = run([case], Subject(REFERENCE, link))
    assert finding.rule
    assert finding.status == "kept", finding.detail


@pytest.mark.parametrize("case", client_conversations.CASES[3:9], ids=lambda case: case.__name__)
def test_the_python_client_of_grpc_keeps_the_rule(serving, case):
    (finding,) = run([case], Subject((*REFERENCE, "--over", "grpc"), Target(serving.host, serving.port, "grpc")))
    assert finding.status == "kept", finding.detail


def test_both_clients_tell_the_same(serving, link):
    """The reference of each is itself; here one is held against the other."""

    def script(program):
        program.answer("hello")
        program.say("open 1 metahuman 30 1 48000 9", *client_conversations.speech(1, 0, 0.3, 48_000), "close 1", "done")

    over_grpc = told_by((*REFERENCE, serving.host, str(serving.port), "--over", "grpc"), script)
    assert told_by((*REFERENCE, link.host, str(link.port), "--over", "link"), script) == over_grpc
    assert len(over_grpc) == 1 + 1 + 9 + 2 + 1


FAULTS = {
    "loses frames": client_scripted.packets_are_told_as_they_are,
    "tells frames twice": client_scripted.packets_in_single_bytes,
    "other values": client_scripted.many_packets_at_once,
    "tells frames late": client_scripted.packets_in_odd_pieces,
    "no errors": client_scripted.errors_that_come_late,
    "samples in 32 bits": client_scripted.samples_beyond_32_bits,
    "done for lost": client_scripted.a_server_that_dies_after_done,
    "silent": client_scripted.a_server_that_dies_within_a_packet,
    "ends badly": client_scripted.a_slow_server,
    "rounds": client_playout.CASES[0],
    "miscounts": client_playout.CASES[1],
    "takes all": client_playout.CASES[0],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_client_is_found(fault):
    (finding,) = run([FAULTS[fault]], Subject((*BROKEN_PUPPET, fault)))
    assert finding.status == "broken", "the case did not notice"
    assert finding.detail


def test_a_broken_client_is_found_on_a_real_server(link):
    (finding,) = run([client_conversations.a_whole_conversation], Subject((*BROKEN_PUPPET, "other values"), link))
    assert finding.status == "broken"
    assert "frame 1 0 0 0 00000000" in finding.detail


def test_without_a_server_what_needs_one_is_not_tried():
    (finding,) = run([client_conversations.a_whole_conversation], Subject(REFERENCE))
    assert finding.status == "not tried"


def test_a_program_that_does_not_exist_is_a_finding():
    (finding,) = run([client_scripted.a_slow_server], Subject(("no-such-program-of-voxrig",)))
    assert (finding.status, "no-such-program" in finding.detail) == ("broken", True)


def test_a_program_that_fails_says_why():
    (finding,) = run([client_scripted.a_slow_server], Subject((sys.executable, "-c", "raise SystemExit('no engine')")))
    assert finding.status == "broken"
    assert "no engine" in finding.detail, "what it wrote to stderr is told"
