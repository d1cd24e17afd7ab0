import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.engine_bridges.readers.sound_file import SoundFileError, read_sound

TONE = (0.5 * np.sin(np.arange(24_000) / 20)).astype(np.float32)


def wav(path: Path, samples: np.ndarray = TONE, rate: int = 24_000, subtype: str = "PCM_16") -> Path:
    soundfile.write(path, samples, rate, format="WAV", subtype=subtype)
    return path


def with_sizes(path: Path, riff: int | None, data: int) -> Path:
    """Write other sizes into the header."""
    content = bytearray(path.read_bytes())
    if riff is not None:
        struct.pack_into("<I", content, 4, riff)
    struct.pack_into("<I", content, content.index(b"data") + 4, data)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("kind", "subtype", "tolerance"),
    [
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "FLOAT", 0),
        ("WAV", "ULAW", 0.02),
        ("RF64", "PCM_16", 1e-4),
        ("WAVEX", "PCM_16", 1e-4),
        ("FLAC", "PCM_16", 1e-4),
        ("OGG", "VORBIS", 0.05),
        ("OGG", "OPUS", None),  # keeps loudness, not the waveform
    ],
)
def test_what_is_taken(tmp_path: Path, kind: str, subtype: str, tolerance: float | None) -> None:
    path = tmp_path / "clip.dat"  # the content counts, not the name
    soundfile.write(path, TONE, 24_000, format=kind, subtype=subtype)
    sound = read_sound(path)
    assert sound.samples.dtype == np.float32
    assert (len(sound.samples), sound.rate, sound.channels, sound.seconds) == (24_000, 24_000, 1, 1.0)
    assert subtype in sound.kind
    if tolerance is None:
        assert sound.samples.std() == pytest.approx(TONE.std(), rel=0.1)
    else:
        assert np.abs(sound.samples - TONE).max() <= tolerance


def test_channels_are_mixed_down_to_their_mean(tmp_path: Path) -> None:
    stereo = np.stack((TONE, -TONE / 2), axis=1)
    sound = read_sound(wav(tmp_path / "clip.wav", stereo, subtype="FLOAT"))
    assert sound.channels == 2
    np.testing.assert_allclose(sound.samples, TONE / 4, atol=1e-7)


@pytest.mark.parametrize(
    ("riff", "size"),
    [(0xFFFFFFFF, 0xFFFFFFFF), (0, 0), (0x7FFFF024, 0x7FFFF000), (0x80000024, 0x80000000), (36, 0)],
)
def test_a_wav_streamed_without_its_size_is_taken_whole(tmp_path: Path, riff: int, size: int) -> None:
    sound = read_sound(with_sizes(wav(tmp_path / "clip.wav"), riff, size))
    np.testing.assert_allclose(sound.samples, TONE, atol=1e-4)


def test_chunks_after_the_sound_are_no_sound(tmp_path: Path) -> None:
    path = wav(tmp_path / "clip.wav")
    content = path.read_bytes() + b"LIST" + struct.pack("<I", 4) + b"INFO"
    path.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])
    assert len(read_sound(path).samples) == 24_000
    assert len(read_sound(with_sizes(path, None, 48_000 - 4)).samples) == 24_000 - 2


@pytest.mark.parametrize("kept", [44, 45, 1000, 48_043])
def test_a_truncated_wav_is_refused_with_both_sizes(tmp_path: Path, kept: int) -> None:
    path = wav(tmp_path / "clip.wav")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SoundFileError, match=rf"clip\.wav: the WAV is cut short: {kept - 44} of 48000 bytes.*again"):
        read_sound(path)


@pytest.mark.parametrize("kept", [12, 20, 40])
def test_a_wav_cut_inside_its_header_is_refused(tmp_path: Path, kept: int) -> None:
    path = wav(tmp_path / "clip.wav")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SoundFileError, match="ends inside its header"):
        read_sound(path)


@pytest.mark.parametrize(("kind", "subtype"), [("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS")])
def test_other_files_cut_in_the_middle_are_refused(tmp_path: Path, kind: str, subtype: str) -> None:
    path = tmp_path / "clip"
    soundfile.write(path, TONE, 24_000, format=kind, subtype=subtype)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SoundFileError, match=r"cut short.*again"):
        read_sound(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"hello, this is no sound\n" * 100, "a text file"),
        ("schöne Grüße ".encode() * 100, "a text file"),
        (b"ID3\x04\0\0\0\0\0\0", "an MP3 file"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "an MP4 or M4A file"),
        (b"\xff\xf1\x50\x80\0\0", "an AAC file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no sound file that is known"),
        (b"RIFF\x10\0\0\0AVI LIST", "no sound file that is known"),
    ],
)
def test_other_formats_are_named_and_refused(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "clip.wav"
    path.write_bytes(content)
    with pytest.raises(SoundFileError, match=rf"clip\.wav: this is {found}.*convert it to WAV, FLAC or OGG"):
        read_sound(path)


@pytest.mark.parametrize(("kind", "found"), [("MP3", "an MP3 file"), ("AIFF", "an AIFF file"), ("AU", "an AU file")])
def test_sound_that_libsndfile_could_read_is_refused_all_the_same(tmp_path: Path, kind: str, found: str) -> None:
    path = tmp_path / "clip.wav"
    soundfile.write(path, TONE, 24_000, format=kind)
    with pytest.raises(SoundFileError, match=found):
        read_sound(path)


def test_an_empty_clip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SoundFileError, match=r"clip\.wav: the clip is empty"):
        read_sound(wav(tmp_path / "clip.wav", TONE[:0]))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 20_000.0])
def test_samples_that_are_no_sound_are_refused_with_their_place(tmp_path: Path, value: float) -> None:
    samples = np.stack((TONE, TONE), axis=1)
    samples[777, 1] = value
    with pytest.raises(SoundFileError, match=r"clip\.wav: sample 777"):
        read_sound(wav(tmp_path / "clip.wav", samples, subtype="FLOAT"))


@pytest.mark.parametrize("rate", [4_000, 384_000])
def test_a_rate_that_cannot_be_used_is_refused(tmp_path: Path, rate: int) -> None:
    with pytest.raises(SoundFileError, match=f"sample rate {rate} Hz"):
        read_sound(wav(tmp_path / "clip.wav", rate=rate))


def test_missing_files_and_folders_are_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.wav", tmp_path):
        with pytest.raises(SoundFileError, match="check the path") as caught:
            read_sound(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
