import numpy as np
import pytest

from voxrig.runtime.core.audio import AudioError, AudioFormat, check_samples


def test_s16le_is_divided_by_full_scale() -> None:
    data = np.array([0, 1, -32768, 32767, 16384], "<i2").tobytes()
    samples = AudioFormat("s16le", 16_000).decode(data)
    assert samples.dtype == np.float32
    assert samples.tolist() == [0.0, 1 / 32768, -1.0, 32767 / 32768, 0.5]


def test_f32le_is_taken_as_it_is() -> None:
    given = np.array([0.0, -1.5, 0.25, 1e-20], "<f4")
    assert AudioFormat("f32le", 48_000).decode(given.tobytes()).tolist() == given.tolist()


@pytest.mark.parametrize("encoding", ["s16le", "f32le"])
def test_stereo_is_mixed_down_by_its_mean(encoding: str) -> None:
    left, right = np.array([0.5, -0.25, 1.0]), np.array([0.25, 0.25, -1.0])
    pairs = np.stack((left, right), axis=1)
    data = (pairs * 32768).clip(-32768, 32767).astype("<i2") if encoding == "s16le" else pairs.astype("<f4")
    mono = AudioFormat(encoding, 44_100, 2).decode(data.tobytes())
    np.testing.assert_allclose(mono, (left + right) / 2, atol=1 / 32768)


@pytest.mark.parametrize(("encoding", "channels"), [("s16le", 1), ("s16le", 2), ("f32le", 1), ("f32le", 2)])
def test_no_bytes_are_no_samples(encoding: str, channels: int) -> None:
    assert AudioFormat(encoding, 8_000, channels).decode(b"").shape == (0,)


@pytest.mark.parametrize(
    ("encoding", "channels", "size"), [("s16le", 1, 3), ("s16le", 2, 6), ("f32le", 1, 6), ("f32le", 2, 12)]
)
def test_a_part_of_a_sample_is_an_error_that_says_how_many_bytes(encoding: str, channels: int, size: int) -> None:
    with pytest.raises(AudioError, match=rf"^{size} bytes are no whole number of samples.*cut chunks between samples"):
        AudioFormat(encoding, 16_000, channels).decode(bytes(size))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("place", [0, 6, 9])
def test_samples_that_are_no_numbers_are_errors_that_say_where(bad: float, place: int) -> None:
    samples = np.zeros(10, "<f4")
    samples[place] = bad
    with pytest.raises(AudioError, match=rf"sample {place} of the chunk is {bad}; send finite floats"):
        AudioFormat("f32le", 16_000).decode(samples.tobytes())
    with pytest.raises(AudioError, match=rf"sample {place // 2} of the chunk"):
        AudioFormat("f32le", 16_000, 2).decode(samples.tobytes())


def test_integers_passed_off_as_floats_are_refused_but_a_hot_mix_is_not() -> None:
    with pytest.raises(AudioError, match=r"sample 1 of the chunk is -12000; .*divide integers by 32768"):
        AudioFormat("f32le", 16_000).decode(np.array([0, -12000, 3], "<f4").tobytes())
    check_samples(np.array([4.0, -7.9], np.float32))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mulaw", 16_000, 1), "'mulaw' is unknown; send one of s16le, f32le"),
        (("s16le", 7_999, 1), "7999 Hz is outside 8000 to 192000"),
        (("s16le", 192_001, 1), "192001"),
        (("s16le", 16_000.0, 1), "16000.0"),
        (("s16le", True, 1), "True"),
        (("s16le", 16_000, 0), "0 channels"),
        (("s16le", 16_000, 6), "6 channels cannot be used; send mono, or stereo"),
    ],
)
def test_formats_that_cannot_be_are_refused_by_their_value(arguments: tuple[str, int, int], words: str) -> None:
    with pytest.raises(AudioError, match=words):
        AudioFormat(*arguments)


@pytest.mark.parametrize("rate", [8_000, 192_000])
def test_the_limits_themselves_are_taken(rate: int) -> None:
    assert AudioFormat("s16le", rate, 2).frame_bytes == 4
