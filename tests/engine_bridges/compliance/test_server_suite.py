"""Our own server, over both ways, keeps every rule of the suite."""

import pytest

from voxrig.engine_bridges.compliance.rule import run
from voxrig.engine_bridges.compliance.server_suite import server_cases
from voxrig.engine_bridges.compliance.talk import Target

CASES = [(over, case) for over in ("grpc", "link") for case in server_cases(over)]


@pytest.fixture(scope="module")
def targets(serving):
    return {
        "grpc": Target(serving.host, serving.port, "grpc"),
        "link": Target(serving.host, serving.link_port, "link"),
    }


@pytest.mark.parametrize(("over", "case"), CASES, ids=[f"{over}-{case.__name__}" for over, case in CASES])
def test_our_server_keeps_the_rule(targets, over, case):
    (finding,) = run([case], targets[over])
    assert finding.rule, "a case quotes its rule"
    assert finding.status != "broken", finding.detail


def test_every_case_is_in_the_suite_once():
    names = [case.__name__ for case in {case for _, case in CASES}]
    assert len(names) == len(set(names))
