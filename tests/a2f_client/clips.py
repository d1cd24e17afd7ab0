"""Clips for `play.py`, and what it read of them."""

import numpy as np

RATE = 24_000
SUCCESS, ERROR = 0, 3


class Played:
    """What a client read of a clip."""

    def __init__(self, told):
        self.code = told["code"]
        self.kinds = [message["kind"] for message in told["read"]]
        self.frames = [message for message in told["read"] if message["kind"] == "frame"]
        self.header = told["read"][0] if self.kinds[0] == "header" else None
        self.status = told["read"][-1]

    @property
    def weights(self):
        """float32 [frames, columns]"""
        return np.array([frame["weights"] for frame in self.frames], np.float32)

    @property
    def audio(self):
        return b"".join(bytes.fromhex(frame["audio"]) for frame in self.frames)

    def shape(self, name):
        return self.weights[:, self.header["names"].index(name)]

    def assert_whole(self, fps=30):
        """Everything came, in its order, on time."""
        assert self.code == "OK"
        assert self.kinds == ["header", *["frame"] * len(self.frames), "event", "status"]
        assert self.status["code"] == SUCCESS
        at = [frame["at"] for frame in self.frames]
        assert at == [k / fps for k in range(len(at))] == [frame["audio_at"] for frame in self.frames]
        assert all(len(frame["weights"]) == len(self.header["names"]) for frame in self.frames)


def header(rate=RATE, **parameters):
    audio = {"channelCount": 1, "samplesPerSecond": rate, "bitsPerSample": 16}
    return {"audioHeader": audio, **parameters}


def pcm(samples):
    return np.round(samples * 32767).astype("<i2").tobytes()


def clip(data, size=2 * RATE, emotions=(), **parameters):
    """A clip in buffers of `size` bytes; the keyframes are on the first."""
    steps = [{"audio": data[start : start + size].hex()} for start in range(0, len(data), size)]
    steps[0]["emotions"] = list(emotions)
    return {"header": header(**parameters), "steps": [*steps, {"end": True}]}
