"""Floors, measured for real: they cost something, and less than all of it."""

import asyncio

import pytest

from voxrig.profiling.babble import RATE, babble
from voxrig.profiling.floors import bundle_with, echo_us, floors
from voxrig.profiling.load import Load
from voxrig.profiling.load_speech import LoadSpeech


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr("voxrig.profiling.floors.ECHO_SECONDS", 0.6)
    monkeypatch.setattr("voxrig.profiling.floors._ROUND_SECONDS", 0.01)


@pytest.mark.parametrize("transport", ["grpc", "grpc-bundled", "link", "link-bundled", "a2f"])
def test_an_echo_costs_something(transport):
    cost = asyncio.run(echo_us(Load(transport, 2, 1.0), babble(2.0), RATE, 1500))
    assert cost > 0.0


def test_floors_are_the_sum_of_their_parts_and_the_server_takes_a_multiple(tiny_bundle):
    load = Load("grpc", 4, 1.0)
    told = floors(tiny_bundle, load, LoadSpeech(babble(2.0), RATE, load), 50.0, 1000.0)
    assert told["echo_us"] == 50.0
    assert told["sum_us"] == pytest.approx(told["network_us"] + told["mel_us"] + 50.0, abs=0.02)
    assert told["ratio"] == pytest.approx(1000.0 / told["sum_us"], abs=0.002)
    assert min(told["network_us"], told["mel_us"], told["listener_us"]) > 0.0
    half = floors(tiny_bundle, Load("a2f", 4, 1.0), LoadSpeech(babble(2.0), RATE, Load("a2f", 4, 1.0)), 50.0, None)
    assert half["ratio"] is None


def test_the_network_is_found_by_its_checksum_or_not_at_all(tiny_bundle):
    assert bundle_with(tiny_bundle.spec.sha256, (str(tiny_bundle.path),)) is not None
    assert bundle_with(tiny_bundle.spec.sha256, ("nowhere/at/all",)) is None
