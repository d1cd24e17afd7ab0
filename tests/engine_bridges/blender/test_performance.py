"""A clip over the add-on's own client from the real server, without Blender, on a clock that the test moves."""

import time
import wave

import numpy as np
import pytest
import soundfile

from blender.voxrig_addon.link_client import LinkClient, LinkError
from blender.voxrig_addon.performance import Clip, Performance, PerformanceError
from voxrig.engine_bridges.blocking import connect
from voxrig.engine_bridges.playout import PlayoutBuffer
from voxrig.v1 import performance_pb2 as pb

from .conftest import ROOT

SOUND = ROOT / "samples" / "warning.wav"
SEED = 7


@pytest.fixture
def client(serving):
    made = LinkClient(serving.host, serving.link_port)
    yield made
    made.close()


def until(condition, performance, now):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        performance.advance(now)


def test_it_shows_the_frames_of_the_audible_sample(client, serving):
    clip = Clip(SOUND)
    performance = Performance(client, clip, seed=SEED)
    until(lambda: performance.is_sounding and performance.has_all, performance, 50.0)
    samples, rate = soundfile.read(SOUND, dtype="int16")
    with connect(serving.target) as connection:
        session = connection.open("arkit", rate, seed=SEED, encoding=pb.AudioFormat.S16LE)
        session.send(samples)
        session.end_utterance(int(0.25 * rate))
        session.close()
        reference = PlayoutBuffer(61, 0, rate)
        reference.push(session)
    now, shown = 50.0, 0
    while not performance.is_over:
        now += 1 / 60
        values = performance.advance(now, heard=now - 50.0)
        assert np.array(values) == pytest.approx(reference.sample(performance.media), abs=1e-6)
        assert abs(performance.media - (now - 50.0) * rate) < rate / 60
        shown += 1
    assert shown >= 60 * clip.count // rate
    assert performance.buffer.counts.held == performance.buffer.counts.late == 0


def test_the_servers_refusal_is_told(client):
    performance = Performance(client, Clip(SOUND), {"style": "nonsense"})
    with pytest.raises(PerformanceError, match="nonsense"):
        until(lambda: False, performance, 0.0)


def test_files_that_are_no_clips(tmp_path):
    with pytest.raises(PerformanceError, match="no WAV file"):
        Clip(ROOT / "README.md")
    path = tmp_path / "narrow.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(100))
    with pytest.raises(PerformanceError, match="8 bits, 1 channels and 100 samples: save it as a WAV file of 16 bits"):
        Clip(path)


def test_where_no_server_is(serving):
    with pytest.raises(LinkError, match="start one with `voxrig serve`"):
        LinkClient("127.0.0.1", 1)
    with pytest.raises(LinkError, match="link port"):  # gRPC's port speaks something else
        LinkClient(serving.host, serving.port, timeout=2.0)


def test_after_closing_nothing_can_be_sent(client):
    client.close()
    with pytest.raises(LinkError, match="done writing"):
        client.send({"describe": {}})
