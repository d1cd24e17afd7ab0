"""Audio as bytes: what a client encodes the server decodes, cut anywhere between samples; other bytes are refused."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from voxrig.engine_bridges.wire import encode, sample_bytes
from voxrig.runtime.core.audio import LOUDEST, AudioError, AudioFormat
from voxrig.v1 import performance_pb2 as pb

FORMATS = st.builds(
    AudioFormat, st.sampled_from(["s16le", "f32le"]), st.integers(8_000, 192_000), st.sampled_from([1, 2])
)


def on_the_wire(audio: AudioFormat) -> pb.AudioFormat:
    encoding = pb.AudioFormat.S16LE if audio.encoding == "s16le" else pb.AudioFormat.F32LE
    return pb.AudioFormat(encoding=encoding, sample_rate=audio.sample_rate, channels=audio.channels)


@given(FORMATS, hnp.arrays(np.int16, st.integers(0, 40).map(lambda n: 2 * n)))
def test_whole_numbers_arrive_as_they_are(audio: AudioFormat, samples: np.ndarray) -> None:
    exact = samples / np.float32(32_768)
    if audio.channels == 2:
        exact = (exact[0::2] + exact[1::2]) * np.float32(0.5)
    decoded = audio.decode(encode(samples, on_the_wire(audio)))
    assert decoded.dtype == np.float32
    assert decoded.tobytes() == exact.astype(np.float32).tobytes()


@given(hnp.arrays(np.float32, st.integers(0, 60), elements=st.floats(-LOUDEST, LOUDEST, width=32)))
def test_floats_arrive_to_the_bit(samples: np.ndarray) -> None:
    audio = AudioFormat("f32le", 16_000)
    assert audio.decode(encode(samples, on_the_wire(audio))).tobytes() == samples.tobytes()


@given(hnp.arrays(np.float32, st.integers(0, 60), elements=st.floats(-1, 1, width=32, exclude_max=True)))
def test_floats_sent_as_integers_are_half_a_step_off_at_most(samples: np.ndarray) -> None:
    audio = AudioFormat("s16le", 16_000)
    decoded = audio.decode(encode(samples, on_the_wire(audio)))
    held = np.minimum(samples, np.float32(32_767 / 32_768))
    assert np.abs(decoded.astype(np.float64) - held).max(initial=0.0) <= 0.5 / 32_768


@given(FORMATS, st.binary(max_size=120), st.lists(st.integers(0, 60), max_size=5))
def test_bytes_are_samples_or_refused_however_they_are_cut(audio: AudioFormat, data: bytes, cuts: list[int]) -> None:
    assert audio.frame_bytes == sample_bytes(on_the_wire(audio))
    try:
        whole = audio.decode(data)
    except AudioError as error:
        assert str(error)
        return
    assert len(whole) * audio.frame_bytes == len(data)
    assert np.abs(whole).max(initial=0.0) <= LOUDEST
    places = sorted({0, len(data), *(cut * audio.frame_bytes for cut in cuts if cut * audio.frame_bytes < len(data))})
    parts = [audio.decode(data[start:end]) for start, end in pairwise(places)]
    assert b"".join(part.tobytes() for part in parts) == whole.tobytes()


@given(st.text(max_size=8), st.integers() | st.booleans() | st.floats(), st.integers(-1, 9) | st.booleans())
def test_a_format_is_one_or_refused(encoding: str, rate: int, channels: int) -> None:
    for name in (encoding, "f32le"):
        try:
            audio = AudioFormat(name, rate, channels)
        except AudioError as error:
            assert str(error)
        else:
            assert audio.frame_bytes in (2, 4, 8)
