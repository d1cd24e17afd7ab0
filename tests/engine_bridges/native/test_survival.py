"""The native client on servers that are killed and lines that are cut: every frame exactly once."""

import random

import pytest
from puppet_driver import Driver, audio
from test_end_to_end import over_grpc

from tests.engine_bridges.survival import CutLine, MortalServer, cuts, indices

WINDOW = "120"


def opening(rate, seed=5):
    return f"open 1 arkit 60 1 {rate} {seed}"


@pytest.fixture(scope="module")
def mortal(tiny_bundle):
    with MortalServer("--model", str(tiny_bundle.path)) as server:
        yield server


@pytest.fixture
def survivor(native_puppet):
    return lambda port, keep=20.0: Driver(native_puppet, "127.0.0.1", str(port), WINDOW, str(keep))


@pytest.mark.parametrize("seed", [1, 2])
def test_after_cuts_it_goes_on_as_if_there_were_none(survivor, mortal, voice, seed):
    samples, rate = voice
    wanted = over_grpc(f"127.0.0.1:{mortal.port}", samples, rate, seed=5)
    with CutLine(("127.0.0.1", mortal.link_port), cuts(seed, 4)) as line, survivor(line.port) as driver:
        driver.say(opening(rate), *audio(1, samples), "end 1 0", "close 1", "done")
        assert driver.rest() == 0
    assert len(driver.told("reconnecting")) == len(driver.told("reconnected")) >= 2
    assert len(driver.told("opened")) == 1
    assert driver.told("opened", "frame", "event", "error") == wanted


@pytest.mark.parametrize("seed", [1, 2])
def test_after_the_death_of_the_server_all_is_as_if_it_lived(survivor, mortal, voice, seed):
    samples, rate = voice
    wanted = over_grpc(f"127.0.0.1:{mortal.port}", samples, rate, seed=5)
    chance = random.Random(seed)
    half = 2 * chance.randrange(rate // 2, rate)
    with survivor(mortal.link_port) as driver:
        driver.say(opening(rate), *audio(1, samples[:half]))
        driver.until(f"frame 1 0 {chance.randrange(5, 20)} ")
        mortal.kill()
        driver.say(*audio(1, samples[half:], first=half // 2), "end 1 0", "close 1", "done")
        driver.until("reconnecting")
        mortal.start()
        assert driver.rest() == 0
    assert driver.told("rebuilt") == ["rebuilt 1 exactly"]
    assert driver.told("opened", "frame", "event", "error") == wanted


def test_a_long_session_is_begun_anew_from_what_is_kept(survivor, mortal, voice):
    samples, rate = voice
    long = samples * 8
    with survivor(mortal.link_port, keep=5.0) as driver:
        driver.say(opening(rate), *audio(1, long, chunk=4800))
        driver.until("frame 1 0 900 ")
        mortal.kill()
        mortal.start()
        driver.say("end 1 0", "close 1", "done")
        assert driver.rest() == 0
    assert driver.told("rebuilt") == ["rebuilt 1 anew"]
    assert indices(driver.lines) == list(range(16 * 60))
    assert driver.told("event 1 UTTERANCE_ENDED") == [f"event 1 UTTERANCE_ENDED 0 960 0 0 {16 * rate}"]


def test_an_interruption_that_no_server_answers_is_answered_by_the_client(survivor, mortal, voice):
    samples, rate = voice
    with survivor(mortal.link_port) as driver:
        driver.say(opening(rate), *audio(1, samples))
        driver.until("frame 1 0 60 ")
        mortal.kill()
        driver.until("reconnecting")
        driver.say(f"interrupt 1 {rate // 2}")
        mortal.start()
        _, _, _, utterance, _, frame_index, media_sample, next_sample = driver.until("event 1 INTERRUPTED").split()
        assert (utterance, frame_index, media_sample) == ("1", "30", str(rate // 2))
        driver.say(*audio(1, samples[:9600], first=int(next_sample)), "end 1 0", "close 1", "done")
        assert driver.rest() == 0
    cut = driver.lines.index(driver.told("event 1 INTERRUPTED")[0])
    after = indices(driver.lines[cut:])
    assert after == list(range(30, 30 + len(after)))
    assert len(after) == 20, "0.12 s of easing and 0.2 s of speech"


def test_where_no_server_comes_back_the_loss_is_told(native_puppet, tiny_bundle, voice):
    samples, rate = voice
    with (
        MortalServer("--model", str(tiny_bundle.path)) as server,
        Driver(native_puppet, "127.0.0.1", str(server.link_port), "0.5") as driver,
    ):
        driver.say(opening(rate), *audio(1, samples))
        driver.until("frame 1 0 20 ")
        server.kill()
        driver.until("reconnecting")
        assert "voxrig serve" in driver.until("lost ")
        assert driver.rest() == 1
