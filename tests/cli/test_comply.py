"""`voxrig comply`: tables and JSON, exit codes, and errors in one line."""

import json
import sys
from collections.abc import Iterator

import pytest

from voxrig.engine_bridges.compliance import client_suite, server_suite
from voxrig.engine_bridges.compliance.report import as_json, as_table
from voxrig.engine_bridges.compliance.rule import Finding, NotApplicableError, RuleBrokenError, run
from voxrig.engine_bridges.compliance.scripted_server import ScriptedServer

PUPPET = f'"{sys.executable}" -m voxrig.engine_bridges.compliance.puppet'


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def kept(subject: object) -> None:
    """A rule that is kept."""


def broken(subject: object) -> None:
    """A rule that is broken."""
    raise RuleBrokenError("it says [red]7[/red], not 5")


def not_tried(subject: object) -> None:
    """A rule that cannot
    be tried."""
    raise NotApplicableError("there is no moon")


def test_a_server_that_keeps_its_rules(voxrig, monkeypatch, scripted):
    monkeypatch.setattr(server_suite, "server_cases", lambda over: [kept, not_tried])
    monkeypatch.setattr("voxrig.engine_bridges.compliance.talk.Target.describe", lambda target: None)
    code, out, _ = voxrig("comply", "server", "--target", f"127.0.0.1:{scripted.port}", "--over", "link")
    assert code == 0
    assert f"127.0.0.1:{scripted.port} over link" in out
    assert "1 kept, 1 not tried" in out
    assert "there is no moon" in out


def test_a_broken_rule_is_exit_code_1(voxrig, monkeypatch):
    monkeypatch.setattr(client_suite, "LIVE", (kept, broken))
    monkeypatch.setattr(client_suite, "PLAYOUT", ())
    code, out, _ = voxrig("comply", "client", "--program", PUPPET, "--target", "127.0.0.1:1", "--json")
    assert code == 1
    told = json.loads(out)
    assert told["broken"] == ["broken"]
    assert told["findings"][1]["rule"] == "A rule that is broken."
    assert told["findings"][1]["detail"] == "it says [red]7[/red], not 5"


def test_the_table_tells_what_was_broken_and_how():
    findings = list(run([kept, broken, not_tried], None))
    assert [finding.status for finding in findings] == ["kept", "broken", "not tried"]
    table = as_table("server x", findings)
    assert "rule: A rule that is broken.\n  here: it says [red]7[/red], not 5" in table
    assert "A rule that cannot be tried." in table
    assert "1 kept, 1 broken, 1 not tried" in table
    assert json.loads(as_json("server x", [Finding("a", "b", "kept", "", 0.5)]))["broken"] == []


def test_no_server_is_one_line(voxrig):
    for over in ("grpc", "link"):
        code, _, err = voxrig("comply", "server", "--target", "127.0.0.1:1", "--over", over)
        assert code == 1
        assert err.startswith("voxrig: error: no ")
        assert "127.0.0.1:1" in err


def test_a_target_without_a_port_is_one_line(voxrig):
    code, _, err = voxrig("comply", "server", "--target", "localhost")
    assert (code, "is no HOST:PORT" in err) == (1, True)


def test_a_client_needs_its_program(voxrig):
    code, _, err = voxrig("comply", "client")
    assert (code, "--program" in err) == (1, True)
