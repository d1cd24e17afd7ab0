"""A second of a real session, and when its frames came."""

import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from voxrig.cli.diagnosis.reach import PATIENCE

if TYPE_CHECKING:
    import grpc

_RATE: Final = 16_000
_CHUNKS: Final = 100
_CHUNK: Final = _RATE // _CHUNKS  # samples, 10 ms
_FPS: Final = 60
_FULL: Final = 8  # google.rpc.Code RESOURCE_EXHAUSTED


class TrialError(Exception):
    """The session was refused or broke off; `full`: for want of room."""

    def __init__(self, text: str, full: bool = False) -> None:
        super().__init__(text)
        self.full = full


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: how many frames of how many, and how late they were beyond the look-ahead, in milliseconds."""

    frames: int
    expected: int
    look_ahead_ms: float
    median_ms: float
    worst_ms: float


class _Speaker:
    """Sends a soft hum in real time, and notes when each chunk went off."""

    def __init__(self) -> None:
        self.sent: list[float] = []
        self.opened = threading.Event()

    def requests(self) -> Iterator[Any]:
        import numpy as np

        from voxrig.engine_bridges.wire import encode, open_message
        from voxrig.v1 import performance_pb2 as pb

        opening = open_message("arkit", _RATE, frame_rate=_FPS)
        yield pb.PerformRequest(messages=[pb.ClientMessage(session=1, open=opening)])
        if not self.opened.wait(PATIENCE):
            return
        hum = 0.1 * np.sin(2 * np.pi * 150 / _RATE * np.arange(_RATE)).astype(np.float32)
        begun = time.perf_counter()
        for number in range(_CHUNKS):
            time.sleep(max(0.0, begun + (number + 1) * _CHUNK / _RATE - time.perf_counter()))
            chunk = encode(hum[number * _CHUNK : (number + 1) * _CHUNK], opening.audio)
            audio = pb.AudioChunk(first_sample=number * _CHUNK, samples=chunk)
            self.sent.append(time.perf_counter())
            yield pb.PerformRequest(messages=[pb.ClientMessage(session=1, audio=audio)])
        yield pb.PerformRequest(messages=[pb.ClientMessage(session=1, close=pb.CloseSession())])


def speak_for_a_second(channel: "grpc.Channel", metadata: Any) -> Trial:
    """Open a session, send a second of sound as a microphone would, and close it.

    Raises:
        TrialError: the server refuses it, or the call ends.
    """
    import grpc

    from voxrig.v1 import performance_pb2_grpc as rpc

    stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
    speaker = _Speaker()
    arrived: list[tuple[int, float]] = []
    look_ahead = 0.0
    try:
        for response in stub.Perform(speaker.requests(), metadata=metadata, timeout=4 * PATIENCE):
            now = time.perf_counter()
            for message in response.messages:
                kind = message.WhichOneof("message")
                if kind == "opened":
                    look_ahead = message.opened.look_ahead.numerator / message.opened.look_ahead.denominator
                    speaker.opened.set()
                elif kind == "frames":
                    arrived += [(sample, now) for sample in message.frames.media_samples]
                elif kind == "error":
                    raise TrialError(message.error.message, full=message.error.code == _FULL)
    except grpc.RpcError as error:
        full = error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        raise TrialError(f"{error.code().name}: {error.details()}", full) from error
    return _judged(arrived, speaker.sent, look_ahead)


def _judged(arrived: list[tuple[int, float]], sent: list[float], look_ahead: float) -> Trial:
    """Compare each frame's coming with the going of the last sample that it needs, where that is of the second."""
    needs = [(int((sample + look_ahead * _RATE - 1) // _CHUNK), now) for sample, now in arrived]
    waits = [1000 * (now - sent[chunk]) for chunk, now in needs if chunk < len(sent)]
    if not waits:
        raise TrialError("no frame came")
    return Trial(len(arrived), _FPS, 1000 * look_ahead, statistics.median(waits), max(waits))
