"""What a client says, where a test needs no more of it: ARKit at 60 frames a second, mono float32 at 24 kHz."""

from typing import Any

import numpy as np

from voxrig.v1 import performance_pb2 as pb

RATE = 24_000


def opening(number: int = 0, **fields: Any) -> pb.ClientMessage:
    """Open session `number`; `fields` of OpenSession come on top, or instead."""
    given = {
        "rig": "arkit",
        "frame_rate": pb.FrameRate(numerator=60, denominator=1),
        "audio": pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=RATE, channels=1),
    }
    return pb.ClientMessage(session=number, open=pb.OpenSession(**(given | fields)))


def audio(first: int, count: int, number: int = 0) -> pb.ClientMessage:
    """Send `count` samples that are all 0.1, from media sample `first` on."""
    samples = np.full(count, 0.1, "<f4").tobytes()
    return pb.ClientMessage(session=number, audio=pb.AudioChunk(first_sample=first, samples=samples))
