"""The core's client on the engine link of a real server: the frames of gRPC bit for bit, and what can happen."""

import queue
import socket
import subprocess
import threading
from fractions import Fraction

import pytest

from voxrig.engine_bridges import blocking
from voxrig.engine_bridges.compliance import transcript
from voxrig.engine_bridges.wire import Frame
from voxrig.v1 import performance_pb2 as pb

PATIENCE = 60.0  # seconds; what hangs fails


class Puppet:
    """A running puppet; leaving the block ends it."""

    def __init__(self, command, host, port, *more):
        self.process = subprocess.Popen(
            [*command, host, str(port), *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._coming: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def say(self, *lines):
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def audio(self, session, samples, first=0, chunk=320):
        self.say(
            *(
                f"audio {session} {first + start // 2} {samples[start : start + 2 * chunk].hex()}"
                for start in range(0, len(samples), 2 * chunk)
            )
        )

    def until(self, beginning):
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
            if line.startswith(beginning):
                return line
        raise AssertionError(f"the puppet ended before it said {beginning!r}: {self.lines[-3:]}")

    def rest(self):
        """Read to the end; return the exit code."""
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
        return self.process.wait(PATIENCE)

    def told(self, beginning):
        return [line for line in self.lines if line.startswith(beginning)]

    def _read(self):
        for line in self.process.stdout:
            self._coming.put(line.rstrip("\n"))
        self._coming.put(None)


@pytest.fixture
def puppet(unity_puppet, serving):
    return lambda port=None: Puppet(unity_puppet, serving.host, port or serving.link_port)


def over_grpc(target, samples, rate, rig, cues=(), **settings):
    """Return what a session of the Python gRPC client tells."""
    with blocking.connect(target) as connection:
        session = connection.open(rig, rate, encoding=pb.AudioFormat.S16LE, **settings)
        for media_sample, name, values in cues:
            session.cue(name, media_sample, values)
        session.send(samples)
        session.end_utterance()
        session.close()
        items = list(session.items())
    lines = [transcript.frame_line(1, i) if isinstance(i, Frame) else transcript.event_line(1, i) for i in items]
    return [transcript.opened_line(1, session.stream.opened), *lines]


@pytest.mark.parametrize(
    ("rig", "fps", "options", "cues"),
    [
        ("arkit", Fraction(60), {}, [(0, "emotion", {"joy": 0.6, "transition": 0.3})]),
        ("metahuman", Fraction(30000, 1001), {"style": "clear", "tell": "visemes,emotion"}, []),
    ],
)
def test_frames_are_those_of_grpc_bit_for_bit(puppet, serving, voice, rig, fps, options, cues):
    samples, rate = voice
    wanted = over_grpc(serving.target, samples, rate, rig, cues, seed=7, frame_rate=fps, options=options)
    with puppet() as client:
        pairs = " ".join(f"{key}={value}" for key, value in options.items())
        client.say(f"open 1 {rig} {fps.numerator} {fps.denominator} {rate} 7 {pairs}")
        for sample, name, values in cues:
            client.say(f"cue 1 {sample} {name} " + " ".join(f"{key}={value}" for key, value in values.items()))
        client.audio(1, samples, chunk=441)
        client.say("end 1 0", "close 1", "done")
        assert client.rest() == 0
    assert client.lines[0].startswith("hello 1 ")
    assert client.lines[-1] == "done"
    told = transcript.of_session(client.lines, 1)
    assert transcript.difference(transcript.of_session(wanted, 1), told) == ""
    assert sum(line.startswith("frame") for line in told) > 40


def test_an_interruption_voids_frames_and_says_where_speech_goes_on(puppet, voice):
    samples, rate = voice
    with puppet() as client:
        client.say(f"open 1 arkit 60 1 {rate} 3")
        client.audio(1, samples)
        client.until("frame 1 0 60 ")
        client.say(f"interrupt 1 {rate // 2}")
        *_, index, media_sample, next_sample = client.until("event 1 INTERRUPTED").split()
        assert (int(index), int(media_sample)) == (30, rate // 2)
        client.audio(1, samples[:9600], first=int(next_sample))
        client.say("end 1 0", "close 1", "done")
        assert client.rest() == 0
    cut = next(n for n, line in enumerate(client.lines) if "INTERRUPTED" in line)
    after = [int(line.split()[3]) for line in client.lines[cut:] if line.startswith("frame 1")]
    assert after == list(range(30, 30 + len(after)))
    assert len(after) == 20, "0.12 s of easing and 0.2 s of speech"
    assert client.told("error") == []


def test_refused_audio_says_where_it_belongs_and_the_session_goes_on(puppet, voice):
    samples, rate = voice
    with puppet() as client:
        client.say(f"open 1 arkit 60 1 {rate} 3")
        client.audio(1, samples[:6400])
        client.audio(1, samples[:640], first=9999)
        assert client.until("error 1 ").split()[:6] == ["error", "1", "11", "audio", "0", "3200"]
        client.audio(1, samples[6400:12800], first=3200)
        client.say("audio 5 0 0000", "end 1 0", "done")
        assert client.rest() == 0
    assert len(client.told("error 5 5 audio 1 ")) == 1
    assert client.told("event 1 UTTERANCE_ENDED")[0].split()[-1] == "6400"


def test_a_server_that_goes_away_is_told(unity_puppet):
    hello = b"\x81\xa5hello\x83\xa7version\x01\xa6server\xa3x.y\xa6limits\x80"
    with socket.create_server(("127.0.0.1", 0)) as server, Puppet(unity_puppet, *server.getsockname()) as client:
        line, _ = server.accept()
        with line:
            line.sendall(len(hello).to_bytes(4, "little") + hello)
            assert client.until("hello") == "hello 1 x.y"
            line.sendall(b"\x40\x00\x00\x00\x81")  # and dies within a packet
        assert f"127.0.0.1:{server.getsockname()[1]}" in client.until("lost ")
        assert client.rest() == 1


def test_what_is_no_engine_link_is_told(puppet, serving):
    with puppet(serving.port) as client:  # gRPC's
        client.until("lost ")
        assert client.rest() == 1
