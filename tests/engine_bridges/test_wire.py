"""Audio to bytes and frame messages to frames."""

import numpy as np
import pytest

from voxrig.engine_bridges.wire import decode, encode, open_message, sample_bytes
from voxrig.v1 import performance_pb2 as pb

S16LE = pb.AudioFormat(encoding=pb.AudioFormat.S16LE, sample_rate=24000, channels=1)
F32LE = pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=24000, channels=1)
STEREO = pb.AudioFormat(encoding=pb.AudioFormat.S16LE, sample_rate=24000, channels=2)


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
    pairs = np.array([[1, 2], [3, 4]], np.int16)
    assert encode(pairs, STEREO) == encode(pairs.reshape(-1), STEREO) == bytes([1, 0, 2, 0, 3, 0, 4, 0])
    assert encode(pairs[:, :1], S16LE) == bytes([1, 0, 3, 0])


@pytest.mark.parametrize(("shape", "audio"), [((5, 2), S16LE), ((2, 5), STEREO), ((5, 1), STEREO), ((5, 2, 1), STEREO)])
def test_another_number_of_channels_is_refused(shape, audio):
    """It would be heard at a multiple of its speed, and no server could tell."""
    with pytest.raises(ValueError, match=rf"{audio.channels} channel\(s\)"):
        encode(np.zeros(shape, np.float32), audio)


def test_nan_is_not_sent_as_some_integer():
    with pytest.raises(ValueError, match="NaN"):
        encode(np.array([0.0, np.nan], np.float32), S16LE)


def test_decode_follows_the_stated_layout():
    values = np.arange(6, dtype="<f4").tobytes()
    frames = decode(pb.Frames(first_index=7, utterance=2, media_samples=[2800, 3200], values=values), 3)
    assert [(f.index, f.sample, f.utterance, f.values.tolist()) for f in frames] == [
        (7, 2800, 2, [0.0, 1.0, 2.0]),
        (8, 3200, 2, [3.0, 4.0, 5.0]),
    ]


def test_sample_bytes():
    assert sample_bytes(STEREO) == 4
    assert sample_bytes(open_message("arkit", 48000).audio) == 4
