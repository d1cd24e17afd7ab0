"""Sound files: what was written is read, and other bytes are refused by `SoundFileError` alone, in little memory."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from voxrig.engine_bridges.readers.sound_file import SoundFileError, read_sound
from voxrig.runtime.core.audio import LOUDEST

KINDS = [("WAV", "PCM_16"), ("WAV", "FLOAT"), ("WAVEX", "PCM_24"), ("RF64", "PCM_16"), ("FLAC", "PCM_16")]
EXACT = hnp.arrays(np.int16, st.tuples(st.integers(1, 60), st.integers(1, 3)))


def written(kind: str, subtype: str, samples: np.ndarray, rate: int = 16_000) -> bytes:
    data = io.BytesIO()
    soundfile.write(data, samples, rate, subtype, format=kind)
    return data.getvalue()


@given(st.sampled_from(KINDS), EXACT, st.sampled_from([8_000, 44_100, 192_000]))
def test_sixteen_bits_are_read_to_the_bit(
    tmp_path: Path, kind: tuple[str, str], samples: np.ndarray, rate: int
) -> None:
    exact = samples / np.float32(32_768)
    path = tmp_path / "clip"
    path.write_bytes(written(*kind, exact if kind[1] == "FLOAT" else samples, rate))
    sound = read_sound(path)
    mono = exact[:, 0] if exact.shape[1] == 1 else exact.mean(axis=1, dtype=np.float32)
    assert sound.samples.tobytes() == mono.tobytes()
    assert (sound.rate, sound.channels) == (rate, samples.shape[1])


CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=3)


@settings(max_examples=300)
@given(st.sampled_from(KINDS), CHANGES, st.integers(0, 60))
def test_other_bytes_are_sound_or_refused(
    tmp_path: Path, kind: tuple[str, str], changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(written(*kind, np.zeros((50, 1), np.int16)))
    for place, byte in changes:
        data[place % len(data)] = byte
    path = tmp_path / "clip"
    path.write_bytes(data[: len(data) - cut])
    try:
        sound = read_sound(path)
    except SoundFileError as error:
        assert str(path) in str(error)
    else:
        assert len(sound.samples) > 0
        assert np.abs(sound.samples).max() <= LOUDEST


@pytest.mark.parametrize("promised", [2**36 - 1, 2**31, 2**30, 51])
def test_a_header_that_promises_more_sound_takes_no_memory_for_it(tmp_path: Path, promised: int) -> None:
    """A FLAC of a hundred bytes once asked for 256 GiB."""
    data = bytearray(written("FLAC", "PCM_16", np.zeros((50, 1), np.int16)))
    data[21] = data[21] & 0xF0 | promised >> 32
    data[22:26] = (promised & 0xFFFFFFFF).to_bytes(4, "big")
    (tmp_path / "clip.flac").write_bytes(data)
    with pytest.raises(SoundFileError, match=r"cut|damaged"):
        read_sound(tmp_path / "clip.flac")


def test_a_wav_that_cannot_be_wound_is_refused(tmp_path: Path) -> None:
    """What G.721 packs has no place to go to in it, which libsndfile's wrapper told with an error of its own."""
    data = bytearray(written("WAV", "FLOAT", np.zeros((50, 1), np.float32)))
    data[20] = 0x40
    (tmp_path / "clip.wav").write_bytes(data)
    with pytest.raises(SoundFileError, match="ffmpeg"):
        read_sound(tmp_path / "clip.wav")
