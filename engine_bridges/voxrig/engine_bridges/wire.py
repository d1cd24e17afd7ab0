"""What a live client reads and writes: audio to bytes, frame messages to frames, refusals to exceptions."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voxrig.v1 import performance_pb2 as pb

Samples = bytes | NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int16]


class SessionError(Exception):
    """The server refused a message of one session; other sessions, and where not `closed` this one, go on."""

    def __init__(self, error: pb.Error) -> None:
        super().__init__(error.message)
        self.code = error.code
        """A google.rpc.Code number."""
        self.refused = error.refused
        """Which message was refused: "audio", "interrupt", ...; empty where the server itself failed."""
        self.closed = error.session_closed
        self.next_sample = error.next_sample
        """Where the session expects its next audio, if it is not closed."""


class ConnectionLostError(ConnectionError):
    """The call to the server ended, or never began; every session of the connection raises it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment of the whole rig: frame `index` of the session, at media `sample`, values float32 [stride]."""

    index: int
    sample: int
    utterance: int
    values: NDArray[np.float32]


def open_message(
    rig: str,
    sample_rate: int,
    *,
    channels: int = 1,
    encoding: pb.AudioFormat.Encoding = pb.AudioFormat.F32LE,
    frame_rate: Fraction | int = 60,
    seed: int = 0,
    look_ahead_ms: int = 0,
    options: dict[str, str] | None = None,
) -> pb.OpenSession:
    """Return the message that opens a session; the server judges the values.

    `seed` 0: the server draws one, and `opened.seed` says which.
    """
    rate = Fraction(frame_rate)
    return pb.OpenSession(
        rig=rig,
        frame_rate=pb.FrameRate(numerator=rate.numerator, denominator=rate.denominator),
        audio=pb.AudioFormat(encoding=encoding, sample_rate=sample_rate, channels=channels),
        seed=seed,
        look_ahead_ms=look_ahead_ms,
        options=options,
    )


def encode(samples: Samples, audio: pb.AudioFormat) -> bytes:
    """Return samples as the bytes that `audio` says; bytes pass as they are.

    Arrays are [n] (stereo: interleaved) or [n, channels]; floats are full scale at 1, and clipped for s16le. Raises
    TypeError for another dtype, ValueError for another shape and for NaN where integers are sent.
    """
    if isinstance(samples, bytes):
        return samples
    if samples.dtype not in (np.float32, np.float64, np.int16):
        raise TypeError(f"audio of dtype {samples.dtype} is not known: give float32, float64, int16 or bytes")
    if samples.ndim != 1 and samples.shape[1:] != (audio.channels,):
        raise ValueError(f"audio of shape {samples.shape} is not of {audio.channels} channel(s): give [n, channels]")
    whole = samples.dtype == np.int16
    if audio.encoding == pb.AudioFormat.F32LE:
        floats = samples.astype(np.float32) / np.float32(32768.0) if whole else samples
        return floats.astype("<f4").tobytes()
    if not whole:
        if np.isnan(samples).any():
            raise ValueError("the audio has a NaN, which no integer can tell the server of")
        samples = np.clip(np.rint(samples.astype(np.float64) * 32768.0), -32768, 32767)
    return samples.astype("<i2").tobytes()


def decode(frames: pb.Frames, stride: int) -> list[Frame]:
    """Return the frames of one message. Each has a row of one shared, read-only array."""
    values = np.frombuffer(frames.values, "<f4").reshape(-1, stride)
    return [
        Frame(frames.first_index + row, sample, frames.utterance, values[row])
        for row, sample in enumerate(frames.media_samples)
    ]


def sample_bytes(audio: pb.AudioFormat) -> int:
    """Return the bytes of one sample frame of all channels."""
    return int(audio.channels) * (2 if audio.encoding == pb.AudioFormat.S16LE else 4)
