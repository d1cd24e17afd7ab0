"""The native client on the engine link of a real server: the same frames as over gRPC, and what can happen to it."""

import socket
from fractions import Fraction

import pytest
from broken_line import BrokenLine
from puppet_driver import audio

from voxrig.engine_bridges import blocking
from voxrig.engine_bridges.compliance.transcript import event_line, frame_line, opened_line
from voxrig.engine_bridges.wire import Frame
from voxrig.v1 import performance_pb2 as pb


def over_grpc(target, samples, rate, rig="arkit", cues=(), number=1, **settings):
    """Return the transcript of a session of the Python gRPC client."""
    with blocking.connect(target) as connection:
        session = connection.open(rig, rate, encoding=pb.AudioFormat.S16LE, **settings)
        for media_sample, name, values in cues:
            session.cue(name, media_sample, values)
        session.send(samples)
        session.end_utterance()
        session.close()
        items = list(session.items())
    lines = [frame_line(number, item) if isinstance(item, Frame) else event_line(number, item) for item in items]
    return [opened_line(number, session.stream.opened), *lines]


@pytest.mark.parametrize(
    ("rig", "frame_rate", "options"),
    [
        ("arkit", Fraction(60), {}),
        ("metahuman", Fraction(30000, 1001), {"style": "clear", "gaze": "off", "tell": "visemes,emotion"}),
    ],
)
def test_frames_are_those_of_grpc_bit_for_bit(puppet, serving, voice, rig, frame_rate, options):
    samples, rate = voice
    wanted = over_grpc(serving.target, samples, rate, rig, seed=7, frame_rate=frame_rate, options=options)
    pairs = " ".join(f"{key}={value}" for key, value in options.items())
    with puppet() as driver:
        driver.say(f"open 1 {rig} {frame_rate.numerator} {frame_rate.denominator} {rate} 7 {pairs}")
        driver.say(*audio(1, samples, chunk=441), "end 1 0", "close 1", "done")
        assert driver.rest() == 0
    assert driver.lines[0].startswith("hello 1 ")
    assert driver.lines[1:-1] == wanted
    assert driver.lines[-1] == "done"


def test_an_utterance_may_follow_at_once(puppet, serving, voice):
    samples, rate = voice
    with blocking.connect(serving.target) as connection:
        session = connection.open("arkit", rate, encoding=pb.AudioFormat.S16LE, seed=5)
        for part in (samples[:9600], samples[9600:19200]):
            session.send(part)
            session.end_utterance(tail_samples=100)
        session.close()
        wanted = [frame_line(1, frame) for frame in session]
    with puppet() as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 5", *audio(1, samples[:9600]), "end 1 100")
        driver.say(*audio(1, samples[9600:19200], first=4900), "end 1 100", "close 1", "done")
        assert driver.rest() == 0
    assert driver.told("frame", "error") == wanted
    assert len(driver.told("event 1 UTTERANCE_ENDED")) == 2


def test_cues_act_where_they_do_over_grpc(puppet, serving, voice):
    samples, rate = voice
    cues = [(0, "emotion", {"joy": 0.6, "transition": 0.3}), (rate, "gaze", {"yaw": 20.0, "pitch": -7.5})]
    wanted = over_grpc(serving.target, samples, rate, cues=cues, seed=9)
    with puppet() as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 9")
        for sample, name, values in cues:
            driver.say(f"cue 1 {sample} {name} " + " ".join(f"{key}={value}" for key, value in values.items()))
        driver.say("cue 1 0 gesture wave=1", *audio(1, samples), "end 1 0", "close 1", "done")
        assert driver.rest() == 0
    assert len(driver.told("event 1 CUE_IGNORED")) == 1
    assert driver.told("frame") == [line for line in wanted if line.startswith("frame")]
    plain = over_grpc(serving.target, samples, rate, seed=9)
    assert driver.told("frame") != [line for line in plain if line.startswith("frame")]


def test_two_sessions_know_nothing_of_each_other(puppet, serving, voice):
    samples, rate = voice
    half = samples[: len(samples) // 2]
    with puppet() as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 3", f"open 4294967295 metahuman 30 1 {rate} 4")
        for first, second in zip(audio(1, samples), audio(4294967295, half + half), strict=True):
            driver.say(first, second)
        driver.say("end 1 0", "end 4294967295 0", "done")  # the end of writing closes them
        assert driver.rest() == 0
    for number, clip, rig, seed, fps in ((1, samples, "arkit", 3, 60), (4294967295, half + half, "metahuman", 4, 30)):
        wanted = over_grpc(serving.target, clip, rate, rig, number=number, seed=seed, frame_rate=fps)
        assert driver.told(f"opened {number} ", f"frame {number} ", f"event {number} ", f"error {number} ") == wanted


def test_an_interruption_voids_frames_and_says_where_speech_goes_on(puppet, voice):
    samples, rate = voice
    with puppet() as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 3", *audio(1, samples))
        driver.until("frame 1 0 60 ")
        driver.say(f"interrupt 1 {rate // 2}")
        _, _, _, utterance, _, frame_index, media_sample, next_sample = driver.until("event 1 INTERRUPTED").split()
        assert int(frame_index) == 30
        assert int(media_sample) == rate // 2
        driver.say(*audio(1, samples[:9600], first=int(next_sample)), "end 1 0", "close 1", "done")
        assert driver.rest() == 0
    cut = next(n for n, line in enumerate(driver.lines) if "INTERRUPTED" in line)
    after = [int(line.split()[3]) for line in driver.lines[cut:] if line.startswith("frame 1")]
    assert after == list(range(30, 30 + len(after)))
    assert {line.split()[2] for line in driver.lines[cut:] if line.startswith("frame 1")} == {utterance}
    assert driver.told("event 1 UTTERANCE_ENDED")[0].split()[3:5] == [utterance, str(len(after))]


def test_refused_audio_says_where_it_belongs_and_the_session_goes_on(puppet, voice):
    samples, rate = voice
    with puppet() as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 3", *audio(1, samples[:6400]), *audio(1, samples[:640], first=9999))
        error = driver.until("error 1 ").split(maxsplit=6)
        assert error[:6] == ["error", "1", "11", "audio", "0", "3200"]
        assert "9999" in error[6]
        driver.say("end 1 0")
        driver.until("event 1 UTTERANCE_ENDED")
        driver.say(f"open 2 unheard_of 60 1 {rate} 0")
        assert driver.until("error 2 ").split()[2:5] == ["5", "open", "1"]
        driver.say("interrupt 2", "close 1", "done")
        assert driver.rest() == 0
    assert driver.told("error 2 5 interrupt 1 ")
    assert driver.lines[-2:] == ["event 1 CLOSED 0 0 0 0 0", "done"]


def test_a_ping_is_answered(puppet):
    with puppet() as driver:
        driver.say("ping")
        assert 0.0 < float(driver.until("pong ").split()[1]) < 60.0
        driver.say("quit")
        assert driver.rest() == 0


def test_what_comes_byte_by_byte_is_the_same(puppet, serving, voice):
    samples, rate = voice
    wanted = over_grpc(serving.target, samples[:4800], rate, seed=3)
    with BrokenLine((serving.host, serving.link_port), piece=1) as line, puppet(line.port) as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 3", *audio(1, samples[:4800]), "end 1 0", "close 1", "done")
        assert driver.rest() == 0
    assert driver.lines[1:-1] == wanted


def test_a_server_that_goes_away_is_told(puppet, serving, voice):
    samples, rate = voice
    with BrokenLine((serving.host, serving.link_port), limit=10_000) as line, puppet(line.port) as driver:
        driver.say(f"open 1 arkit 60 1 {rate} 3", *audio(1, samples))
        driver.until("lost ")
        assert driver.rest() == 1
    assert 1 < len(driver.told("frame 1")) < 60
    assert len(driver.told("lost")) == 1


def test_where_no_server_is_the_remedy_is_told(puppet):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with puppet(port) as driver:
        told = driver.until("lost ")
        assert driver.rest() == 1
    assert f"127.0.0.1:{port}" in told
    assert "voxrig serve" in told


def test_what_is_no_engine_link_is_told(puppet, serving):
    with puppet(serving.port) as driver:  # gRPC's
        driver.until("lost ")
        assert driver.rest() == 1
