"""Audio to bytes and frame messages to frames."""

import numpy as np
import pytest

from voxrig.engine_bridges.wire import decode, encode, open_message, sample_bytes
from voxrig.v1 import performance_pb2 as pb

S16LE, F32LE = pb.AudioFormat.S16LE, pb.AudioFormat.F32LE


def test_encode_is_little_endian_and_clips():
    floats = np.array([0.5, -1.0, 2.0], np.float32)
    assert encode(floats, F32LE) == bytes.fromhex("0000003f 000080bf 00000040".replace(" ", ""))
    assert encode(floats, S16LE) == bytes.fromhex("0040 0080 ff7f".replace(" ", ""))
    assert encode(floats.astype(np.float64), S16LE) == encode(floats, S16LE)
    whole = np.array([16384, -32768], np.int16)
    assert encode(whole, S16LE) == bytes.fromhex("00400080")
    assert encode(whole, F32LE) == bytes.fromhex("0000003f000080bf")
    assert encode(b"as it is", S16LE) == b"as it is"
    with pytest.raises(TypeError, match="int64"):
        encode(np.array([1, 2]), S16LE)


def test_encode_interleaves_stereo():
    assert encode(np.array([[1, 2], [3, 4]], np.int16), S16LE) == bytes([1, 0, 2, 0, 3, 0, 4, 0])


def test_decode_follows_the_stated_layout():
    values = np.arange(6, dtype="<f4").tobytes()
    frames = decode(pb.Frames(first_index=7, utterance=2, media_samples=[2800, 3200], values=values), 3)
    assert [(f.index, f.sample, f.utterance, f.values.tolist()) for f in frames] == [
        (7, 2800, 2, [0.0, 1.0, 2.0]),
        (8, 3200, 2, [3.0, 4.0, 5.0]),
    ]


def test_sample_bytes():
    assert sample_bytes(pb.AudioFormat(encoding=S16LE, channels=2)) == 4
    assert sample_bytes(open_message("arkit", 48000).audio) == 4
