"""The C# client on servers that are killed and lines that are cut: every frame exactly once."""

import random

import pytest
from test_puppet import Puppet, over_grpc

from tests.engine_bridges.survival import CutLine, MortalServer, cuts, indices
from voxrig.engine_bridges.compliance import transcript


@pytest.fixture(scope="module")
def mortal(tiny_bundle):
    with MortalServer("--model", str(tiny_bundle.path)) as server:
        yield server


@pytest.fixture
def survivor(unity_puppet):
    return lambda port, keep="20": Puppet([*unity_puppet], "127.0.0.1", port, "120", keep)


@pytest.fixture(scope="module")
def wanted(mortal, voice):
    """What an undisturbed session tells, line for line."""
    samples, rate = voice
    lines = over_grpc(f"127.0.0.1:{mortal.port}", samples, rate, "arkit", seed=5)
    return transcript.of_session(lines, 1)


def test_after_cuts_it_goes_on_as_if_there_were_none(survivor, mortal, voice, wanted):
    samples, rate = voice
    with CutLine(("127.0.0.1", mortal.link_port), cuts(3, 3)) as line, survivor(line.port) as client:
        client.say(f"open 1 arkit 60 1 {rate} 5")
        client.audio(1, samples)
        client.say("end 1 0", "close 1", "done")
        assert client.rest() == 0
    assert len(client.told("reconnecting")) == len(client.told("reconnected")) >= 2
    assert transcript.difference(wanted, transcript.of_session(client.lines, 1)) == ""


@pytest.mark.parametrize("seed", [1, 2])
def test_after_the_death_of_the_server_all_is_as_if_it_lived(survivor, mortal, voice, wanted, seed):
    samples, rate = voice
    chance = random.Random(seed)
    half = 2 * chance.randrange(rate // 2, rate)
    with survivor(mortal.link_port) as client:
        client.say(f"open 1 arkit 60 1 {rate} 5")
        client.audio(1, samples[:half])
        client.until(f"frame 1 0 {chance.randrange(5, 20)} ")
        mortal.kill()
        client.audio(1, samples[half:], first=half // 2)
        client.say("end 1 0", "close 1", "done")
        client.until("reconnecting")
        mortal.start()
        assert client.rest() == 0
    assert client.told("restored") == ["restored 1 exactly"]
    assert transcript.difference(wanted, transcript.of_session(client.lines, 1)) == ""


def test_a_long_session_is_begun_anew_from_what_is_kept(survivor, mortal, voice):
    samples, rate = voice
    with survivor(mortal.link_port, keep="5") as client:
        client.say(f"open 1 arkit 60 1 {rate} 5")
        client.audio(1, samples * 10, chunk=4800)
        client.until("frame 1 0 850 ")
        mortal.kill()
        mortal.start()
        client.say("end 1 0", "close 1", "done")
        assert client.rest() == 0
    assert client.told("restored") == ["restored 1 anew"]
    assert indices(client.lines) == list(range(15 * 60))
