"""The suite on the puppet of every host: what a client finds hardest here, every rule with `-m benchmarks`."""

import pytest

from voxrig.engine_bridges.compliance import client_conversations, client_playout, client_scripted
from voxrig.engine_bridges.compliance.client_subject import Subject
from voxrig.engine_bridges.compliance.client_suite import try_client
from voxrig.engine_bridges.compliance.report import as_table
from voxrig.engine_bridges.compliance.rule import run
from voxrig.engine_bridges.compliance.talk import Target

HOSTS = ("C++", "C#", "GDScript", "Blender", "JavaScript")
HARD = (
    client_conversations.utterances_in_a_row,
    client_conversations.two_sessions_at_once,
    client_conversations.a_body_comes_with_the_face,
    client_conversations.what_is_told_is_told,
    client_scripted.unknown_kinds_and_keys_are_ignored,
    client_scripted.many_packets_at_once,
    client_scripted.samples_beyond_32_bits,
    client_scripted.a_server_that_gives_up,
    client_scripted.a_server_that_dies_after_done,
    client_playout.CASES[0],
)


@pytest.fixture
def subject(host_command, serving):
    return lambda host: Subject(host_command(host), Target(serving.host, serving.link_port, "link"))


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_keeps_the_hard_rules(subject, host):
    findings = list(run(HARD, subject(host)))
    assert [f"{finding.case}: {finding.detail}" for finding in findings if finding.status != "kept"] == []


@pytest.mark.benchmarks
@pytest.mark.parametrize("host", HOSTS)
def test_a_host_keeps_every_rule(subject, host, capsys):
    findings = list(try_client(subject(host)))
    with capsys.disabled():
        print(f"\n{as_table(host, findings)}")
    assert [f"{finding.case}: {finding.detail}" for finding in findings if finding.status != "kept"] == []
